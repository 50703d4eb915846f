"""Of what a webhook can be told, and what of an entry of the journal leaves the house."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.hooks.kinds import KINDS, MOST_BYTES, TEST, body_of
from cargo.forecast_keeping import STALLED
from cargo.telling import MOVED
from tests.conftest import AT
from tickets.models import Entry

PORTAL = "https://portal.example"
INNER: dict[str, Any] = {
    "ref": "RW26-000001",
    "goods": "Rice",
    "bill_of_lading": "B1",
    "by": "Officer",
    "reason": "He is late again",
    "words": "Between us",
    "to": "officer@portal.example",
}


def said(kind: str, subject: str, key: str = "X1", **data: Any) -> Any:
    return json.loads(body_of(kind=kind, subject=subject, key=key, data=data, at=AT, portal=PORTAL))


def test_kinds_are_those_of_the_journal() -> None:
    assert {MOVED, STALLED, "cargo.consignment_registered", "cargo.consignment_amended"} <= set(KINDS)
    of_tickets = {kind.removeprefix("tickets.") for kind in KINDS if kind.startswith("tickets.")}
    assert of_tickets < set(Entry.Kind.values)
    # What the office keeps to itself is not among them.
    assert of_tickets & {"noted", "said", "assigned", "snoozed", "tagged", "priority", "category"} == set()
    assert len(set(KINDS.values())) == len(KINDS)
    assert TEST not in KINDS.values()


@pytest.mark.parametrize(
    ("kind", "data", "told"),
    [
        ("consignment.registered", {}, {}),
        ("consignment.registered", INNER, {}),
        ("consignment.moved", {**INNER, "moves": [{"code": "gate_out"}], "more": 0}, {"moves": [{"code": "gate_out"}], "more": 0}),
        ("consignment.amended", {**INNER, "changed": ["goods"]}, {"changed": ["goods"]}),
        ("consignment.stalled", {**INNER, "stands": "sealed", "waited_h": 9}, {"stands": "sealed", "waited_h": 9}),
    ],
)  # fmt: skip
def test_of_a_consignment_only_what_is_meant_is_told(kind: str, data: dict[str, Any], told: dict[str, Any]) -> None:
    assert said(kind, "consignment", "RW26-000001", **data) == {
        "type": kind,
        "timestamp": AT.isoformat(),
        "data": {"ref": "RW26-000001", **told, "url": f"{PORTAL}/api/v1/consignments/RW26-000001/"},
    }


@pytest.mark.parametrize("kind", sorted(kind for kind in KINDS.values() if kind.startswith("ticket.")))
def test_of_a_ticket_its_title_and_category_are_told(kind: str) -> None:
    found = said(kind, "ticket", "T26-000001", title="Late", category="PORT_DELAY", **INNER)
    assert found["data"] == {
        "ref": "T26-000001",
        "title": "Late",
        "category": "PORT_DELAY",
        "url": f"{PORTAL}/api/v1/tickets/T26-000001/",
    }


def test_a_test_says_nothing() -> None:
    assert said(TEST, "", "") == {"type": "test", "timestamp": AT.isoformat(), "data": {"ref": None}}


def test_what_is_too_long_is_told_in_short() -> None:
    found = said("consignment.moved", "consignment", moves=["é" * MOST_BYTES], more=3)
    assert found["data"] == {"ref": "X1", "url": f"{PORTAL}/api/v1/consignments/X1/", "is_short": True}
