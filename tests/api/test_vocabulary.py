"""The words in which shapes are described, how they read on the page, and what each call is marked with."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models
from jsonschema import Draft202012Validator

from api.description.vocabulary import (
    COUNT,
    DAY,
    MOMENT,
    MONEY,
    TEXT,
    Schema,
    json_of,
    listed,
    maybe,
    one_of,
    page,
    part,
    record,
    ref,
    text,
)
from api.reference import type_of
from tests.api.described import described


class Colour(models.TextChoices):
    """For a test."""

    RED = "red"
    BLUE = "blue"


def fits(schema: Schema, value: object) -> bool:
    return bool(Draft202012Validator(schema).is_valid(value))


@pytest.mark.parametrize(
    ("schema", "right", "wrong"),
    [
        (TEXT, ["", "x"], [None, 1, []]),
        (text(3), ["", "abc"], ["abcd", 1]),
        (COUNT, [0, -1, 7], ["7", 1.5, None, True]),
        (MONEY, ["0.00", "-3.10", "1234.56"], ["1", "1.5", 1.5, "1,000.00", ""]),
        (maybe(COUNT), [None, 3], ["3"]),
        (listed(TEXT), [[], ["a"]], [["a", 1], "a", None]),
        (one_of(Colour), ["red", "blue"], ["green", "RED", None]),
        (one_of(["a"]), ["a"], ["b", ""]),
        (record({"a": TEXT}), [{"a": "x"}], [{}, {"a": 1}, {"a": "x", "b": 1}, []]),
        (part({"a": TEXT, "b": TEXT}), [{}, {"a": "x"}, {"a": "x", "b": "y"}], [{"c": 1}, {"a": None}]),
        (part({"a": TEXT, "b": TEXT}, ["a"]), [{"a": "x"}], [{}, {"b": "x"}]),
    ],
)
def test_a_schema_fits_what_it_should_and_nothing_else(schema: Schema, right: list[Any], wrong: list[Any]) -> None:
    assert [value for value in right if not fits(schema, value)] == []
    assert [value for value in wrong if fits(schema, value)] == []


def test_a_page_is_of_a_component() -> None:
    found = page("Node")
    assert found["properties"]["results"] == {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}
    assert found["required"] == ["next", "previous", "results"]
    assert json_of("Node") == {"application/json": ref("Node")}


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (TEXT, "string"),
        (MOMENT, "date-time"),
        (ref("Node"), "Node"),
        (maybe(ref("Node")), "Node | null"),
        ({"anyOf": [MOMENT, DAY]}, "date-time | date"),
        (one_of(Colour), "red | blue"),
        ({"enum": [None, "", "a"]}, 'null | "" | a'),
        ({"type": ["string", "null"]}, "string | null"),
        (listed(ref("Node")), "[Node]"),
        ({"type": "array"}, "[any]"),
        (page("Node"), "{next, previous, results: [Node]}"),
        (record({"a": TEXT}), "object"),
        ({}, "any"),
    ],
)
def test_a_schema_reads_in_few_words(schema: Schema, words: str) -> None:
    assert type_of(schema) == words


def calls() -> list[tuple[str, str, Any]]:
    return [(method, path, call) for path, each in described()["paths"].items() for method, call in each.items()]


OPEN = {"make_token", "list_nodes", "list_legs", "list_vessel_calls", "list_conditions"}
BY_SOURCES = {"push_delivery", "get_delivery"}


@pytest.mark.parametrize(("method", "path", "call"), calls(), ids=[call["operationId"] for *_where, call in calls()])
def test_each_call_says_what_opens_it_and_what_it_may_be_refused_with(method: str, path: str, call: Any) -> None:
    name, statuses = call["operationId"], set(call["responses"])
    is_open = not call.get("security")
    assert is_open or call["security"] == [{"source" if name in BY_SOURCES else "token": []}]
    assert is_open == (name in OPEN or name.endswith(("_indicators", "_indicator")))
    assert {"414", "429", "431"} <= statuses
    assert is_open or {"401", "403"} <= statuses
    assert ("{" not in path) or "404" in statuses
    assert (method == "get") == ("304" in statuses)
    if method in ("post", "patch", "delete") and not is_open:
        assert {"400", "413", "415", "422"} <= statuses
    for status, answer in call["responses"].items():
        assert answer["description"]
        kinds = list(answer.get("content", {}))
        if status in ("414", "431"):
            assert kinds == ["text/html"]
        elif int(status) >= 400:
            assert kinds == ["application/problem+json"]
        elif status not in ("204", "304"):
            assert kinds == ["application/json"]


@pytest.mark.parametrize(("method", "path", "call"), calls(), ids=[call["operationId"] for *_where, call in calls()])
def test_each_parameter_is_where_it_stands(method: str, path: str, call: Any) -> None:
    places = {(parameter["in"], parameter["name"]) for parameter in call.get("parameters", ())}
    assert {name for place, name in places if place == "path"} == {
        each.partition("}")[0] for each in path.split("{")[1:]
    }
    if method == "get":
        assert ("header", "If-None-Match") in places
        assert ("query", "fields") in places
    if method == "patch":
        assert ("header", "If-Match") in places
    assert [each for each in call.get("parameters", ()) if not each["schema"]] == []


@pytest.mark.parametrize("name", sorted(described()["components"]["schemas"]))
def test_an_example_is_what_it_is_an_example_of(name: str) -> None:
    shape = described()["components"]["schemas"][name]
    schema = {**shape, "components": described()["components"]}
    Draft202012Validator.check_schema(schema)
    if "example" in shape:
        assert list(Draft202012Validator(schema).iter_errors(shape["example"])) == []
