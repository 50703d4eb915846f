"""Every call of the description with what fits and what does not, as each of the cast: nothing breaks or leaks."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from api.hooks.webhooks import make_webhook
from cargo.models import Consignment
from feeds.models import Delivery, Source
from tests.api.described import Program, described
from tests.api.strategies import ODD, resolved, values
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import Cast, program_of
from tests.tickets.conftest import opened
from tickets.categories import load_categories

PARTS = ("importer", "agent", "stranger", "officer", "desk", "official", "nobody")
# Who may see something of the importer's cargo.
SEES = {"importer", "agent", "officer"}
CALLS = [
    (method, path, call)
    for path, calls in sorted(described()["paths"].items())
    for method, call in sorted(calls.items())
]


class Undone(Exception):
    """Ends a transaction without leaving anything."""


@pytest.fixture
def world(cast: Cast, clerk: Source, consignment: Consignment, settings: Settings) -> dict[str, Any]:
    """The importer's cargo and ticket, and a program of each part."""
    settings.API_RATE = settings.API_FIRM_RATE = settings.API_OPEN_RATE = "1000000/min"
    settings.WEBHOOK_LOOPBACK = False
    load_categories()
    take_in(clerk, csv(row("gate_out", 5), row("discharged", 9)))
    ticket = opened(cast, consignment)
    kinds, url = ["consignment.moved"], "https://erp.firm.example/hook"
    hook, _secret = make_webhook(person=cast.importer, url=url, kinds=kinds, by=cast.importer, at=timezone.now())
    clients = {part: program_of(person) for part, person in cast.people().items()}
    return {
        "clients": {**clients, "nobody": Program()},
        "known": {
            "ref": [consignment.ref, ticket.ref],
            "pk": [Delivery.objects.get().pk, hook.pk],
            "id": [hook.pk],
            "slug": ["clerk"],
        },
        "secret": [consignment.ref, consignment.bill_of_lading, "TGHU3054380", "Umucyo", ticket.title],
    }


@pytest.mark.parametrize(("method", "path", "call"), CALLS, ids=[call["operationId"] for *_where, call in CALLS])
def test_nothing_breaks_or_leaks(method: str, path: str, call: Any, world: dict[str, Any]) -> None:
    sent = _sent(call, world["known"])

    @settings(max_examples=14, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(sent, st.sampled_from(PARTS))
    def run(said: dict[str, Any], part: str) -> None:
        try:
            with transaction.atomic():
                answer = ask(world["clients"][part], method, path, said)
                raise Undone
        except Undone:
            pass
        assert answer.status_code < 500, said
        if part not in SEES and answer.status_code < 400:
            told = answer.content.decode(errors="replace").replace(json.dumps(said)[1:-1], "")
            asked = json.dumps(said)
            assert [words for words in world["secret"] if words in told and words not in asked] == []

    run()


def _sent(call: Any, known: dict[str, list[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Parameters by where they stand, and a body of the described type or of none."""
    parts: dict[str, dict[str, st.SearchStrategy[Any]]] = {"path": {}, "query": {}, "header": {}}
    for parameter in call.get("parameters", ()):
        name, schema = parameter["name"], parameter["schema"]
        fitting = values(schema)
        parts[parameter["in"]][name] = st.sampled_from(known[name]) | fitting if name in known else fitting
    body = next(iter(call.get("requestBody", {}).get("content", {}).values()), None)
    return st.fixed_dictionaries(
        {
            "path": st.fixed_dictionaries(parts["path"]),
            "query": st.fixed_dictionaries({}, optional=parts["query"]),
            "header": st.fixed_dictionaries({}, optional=parts["header"]),
            "body": values(resolved(body["schema"])) if body else st.none(),
        }
    )


def ask(client: Client, method: str, path: str, said: dict[str, Any]) -> Any:
    """One call with what was drawn, as far as it can be sent at all."""
    for name, value in said["path"].items():
        path = path.replace(f"{{{name}}}", quote(_plain(value), safe="") or "x")
    query = urlencode({name: _plain(value) for name, value in said["query"].items()})
    headers = {name: _plain(value).encode("ascii", "ignore").decode() for name, value in said["header"].items()}
    printable = {name: "".join(filter(str.isprintable, value)) for name, value in headers.items()}
    raw = b"" if method in ("get", "delete") else json.dumps(said["body"]).encode()
    return client.generic(method.upper(), f"{path}?{query}", raw, "application/json", headers=printable)


def _plain(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("raw", [b"\x00", b"\xff\xfe{}", b"[" * 50_000, b'{"a":' * 50_000, b"9" * 5000, b'"\\ud800"'])
def test_bodies_that_break_readers_are_refused_everywhere(world: dict[str, Any], raw: bytes) -> None:
    client = world["clients"]["importer"]
    for method, path, call in CALLS:
        if "application/json" in call.get("requestBody", {}).get("content", {}):
            url = path.replace("{ref}", world["known"]["ref"][0]).replace("{pk}", "1")
            assert 400 <= client.generic(method.upper(), url, raw, "application/json").status_code < 500


def test_a_body_without_end_is_too_large(world: dict[str, Any]) -> None:
    raw = b'{"goods": "' + b"x" * 3_000_000 + b'"}'
    answer = world["clients"]["importer"].generic("POST", "/api/v1/consignments/", raw, "application/json")
    assert (answer.status_code, answer["Content-Type"], len(ODD) > 20) == (413, "application/problem+json", True)
