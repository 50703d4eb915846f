"""The description of the API is valid and whole, its client notices what is not as described, and its page is plain."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import yaml
from django.test import Client
from django.urls import get_resolver
from drf_spectacular.validation import validate_schema

from api import reference
from tests.api.described import described, hold
from tests.conftest import Cast, program_of
from tests.test_architecture import patterns

NODES = "/api/v1/corridor/nodes/"


def references(schema: Any) -> set[str]:
    """The components that are named anywhere in it."""
    if isinstance(schema, Mapping):
        own = {str(schema["$ref"]).rpartition("/")[2]} if "$ref" in schema else set()
        return own.union(*map(references, schema.values()))
    return set().union(*map(references, schema)) if isinstance(schema, list) else set()


def test_it_is_openapi_and_names_no_component_that_is_not_there() -> None:
    found = described()
    validate_schema(found)
    assert found["openapi"].startswith("3.1")
    assert references(found) == set(found["components"]["schemas"])


def test_every_address_of_the_api_is_in_it_with_a_summary() -> None:
    inner = {"schema", "docs", "callback"}
    named = {pattern.name for space, pattern in patterns(get_resolver()) if space in ("api", "dcsa")} - inner
    calls = [call for operations in described()["paths"].values() for call in operations.values()]
    assert len(described()["paths"]) == len(named)
    assert [call for call in calls if not call["summary"] or not call["tags"]] == []
    ids = [call["operationId"] for call in calls]
    assert len(ids) == len(set(ids))


def test_json_and_yaml_say_the_same_to_whoever_asks() -> None:
    client = Client()
    plain, asked = client.get("/api/schema/"), client.get("/api/schema/?format=yaml")
    by_accept = client.get("/api/schema/", headers={"accept": "application/vnd.oai.openapi"})
    json_by_accept = client.get("/api/schema/", headers={"accept": "application/vnd.oai.openapi+json"})
    assert plain.json() == yaml.safe_load(asked.content) == yaml.safe_load(by_accept.content) == json_by_accept.json()
    kinds = [answer["Content-Type"] for answer in (plain, asked, json_by_accept)]
    assert kinds == ["application/json", "application/vnd.oai.openapi", "application/vnd.oai.openapi+json"]
    assert plain["Access-Control-Allow-Origin"] == "*"
    assert client.get("/api/schema/", headers={"if-none-match": plain["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("change", "is_right"),
    [({}, True), ({"colour": "red"}, False), ({"lat": "north"}, False), ({"kind": "moon"}, False), ({"slug": None}, False)],
)  # fmt: skip
def test_an_answer_that_is_not_as_described_is_noticed(network: None, change: dict[str, Any], is_right: bool) -> None:
    answer: Any = Client().get(f"{NODES}?limit=1")
    said = answer.json()
    answer.content = json.dumps({**said, "results": [{**said["results"][0], **change}]}).encode()
    answer.json = lambda: json.loads(answer.content)
    if is_right:
        hold("GET", NODES, answer)
    else:
        with pytest.raises(AssertionError):
            hold("GET", NODES, answer)
    answer.status_code = 418
    with pytest.raises(AssertionError, match="418"):
        hold("GET", NODES, answer)


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
def test_the_page_names_every_call_and_has_nothing_inline(db: None, language: str) -> None:
    page = Client(headers={"accept-language": language}).get("/api/docs/")
    said = page.content.decode()
    calls = [call for operations in described()["paths"].values() for call in operations.values()]
    assert [call["operationId"] for call in calls if f'id="{call["operationId"]}"' not in said] == []
    assert ("<style" in said, " style=" in said, " onclick=" in said) == (False, False, False)
    assert [part for part in said.split("<script")[1:] if "src=" not in part.partition(">")[0]] == []
    assert ("Your consignments" in said) == (language == "en")


def listed(path: str) -> set[str]:
    """The parameters of a list as they are described."""
    found = described()["paths"][path]["get"]["parameters"]
    return {parameter["name"] for parameter in found if parameter["in"] == "query"}


def test_parameters_are_described_as_they_are_taken(cast: Cast) -> None:
    client = program_of(cast.importer)
    lists = [path for path, calls in described()["paths"].items() if "get" in calls and "cursor" in listed(path)]
    assert len(lists) > 6
    for path in lists:
        if "{" in path:
            continue
        refused = client.get(f"{path}?no-such-parameter=1").json()["errors"]["no-such-parameter"][0]
        known = refused.partition("Known: ")[2].rstrip(".").split(", ")
        assert listed(path) == set(known), path


def test_the_first_who_ask_may_come_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """What makes the description loads its parts when they are first asked for: one thread after the other."""
    inside, most = [0], [0]

    def slow(language: str) -> dict[str, str]:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        time.sleep(0.02)
        inside[0] -= 1
        return {"info": language}

    monkeypatch.setattr(reference, "_described", slow)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(reference.description_of, ["en", "fr"] * 4)) == [{"info": "en"}, {"info": "fr"}] * 4
    assert most == [1]
