"""The shapes of DCSA's events as they are described: whatever is known of an event, what is made of it fits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from api.dcsa import taken_by
from api.dcsa_shapes import WORDS, call_id, event_shape, of_call
from api.description.tracks import COMPONENTS, EVENT, FILTERS
from cargo.models import Consignment, Event
from corridor.models import Node
from liaison.models import AnonymousUser

VALIDATOR = Draft202012Validator(EVENT)
WORDS_OF = st.text(st.characters(codec="utf-8", exclude_characters="\x00~"), max_size=60)
NODES = st.builds(
    Node,
    slug=st.sampled_from(["ke-port-mombasa", "rw-icd-kigali"]),
    name=st.text(min_size=1, max_size=120),
    kind=st.sampled_from(Node.Kind.values),
    unlocode=st.sampled_from(["", "KEMBA", "RWKGL"]),
    lat=st.floats(-90, 90),
    lon=st.floats(-180, 180),
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
EVENTS = st.builds(
    Event,
    key=st.uuids(),
    kind=st.sampled_from(sorted(WORDS)),
    classifier=st.sampled_from(Event.Classifier.values),
    node=st.one_of(st.none(), NODES),
    place=WORDS_OF,
    zone=st.sampled_from(["Africa/Kigali", "Africa/Nairobi", "Asia/Kolkata", "UTC"]),
    occurred_at=MOMENTS,
    received_at=MOMENTS,
    container=st.sampled_from(["", "TGHU3054380", "JTDBR32E720012345"]),
    bill_of_lading=st.sampled_from(["", "UMUC2611001", "9" * 40]),
    is_empty=st.sampled_from([None, True, False]),
    seals=st.sampled_from(["", "S1", "S1 S2", "9" * 40]),
    plate=st.sampled_from(["", "RAB123C"]),
    vessel=WORDS_OF,
    voyage=st.text("0123456789EWNS", max_size=30),
    document=WORDS_OF,
    declaration=st.sampled_from(["", "C 123"]),
    remark=WORDS_OF,
    words=WORDS_OF,
    size_type=st.sampled_from(["", "22G1", "45R1"]),
)
HELD = st.builds(
    Consignment,
    ref=st.sampled_from(["RW26-000001", "RW26-000002"]),
    bill_of_lading=st.sampled_from(["", "UMUC2611001", "B2"]),
    own_reference=st.text(max_size=40),
)


@settings(max_examples=40, deadline=None)
@given(EVENTS, st.lists(HELD, max_size=3))
def test_whatever_is_known_of_an_event_it_fits(event: Event, held: list[Consignment]) -> None:
    found = event_shape(event, held)
    assert [fault.message for fault in VALIDATOR.iter_errors(found)] == []
    for name, at in (("eventDateTime", event.occurred_at), ("eventCreatedDateTime", event.received_at)):
        said = datetime.fromisoformat(found[name])
        assert (said, said.utcoffset() is not None) == (at, True)


@settings(max_examples=40, deadline=None)
@given(EVENTS, st.lists(HELD, max_size=3))
def test_no_reference_is_told_twice_for_one_thing_or_empty(event: Event, held: list[Consignment]) -> None:
    found = event_shape(event, held)
    bills = [each["documentReferenceValue"] for each in found.get("documentReferences", [])]
    assert len(bills) == len(set(bills))
    own = [each["referenceValue"] for each in found["references"] if each["referenceType"] != "FF"]
    assert all(bills)
    assert all(own)
    assert len(own) == len(set(own)) or set(own) & {event.container}


@settings(max_examples=40, deadline=None)
@given(EVENTS)
def test_the_id_of_a_call_leads_back_to_it(event: Event) -> None:
    called = of_call(call_id(event))
    assert called.slug == (event.node.slug if event.node else "")
    assert called.carrier == (event.vessel or event.plate)
    assert called.voyage == event.voyage


def test_what_is_asked_for_is_what_is_described() -> None:
    assert {*taken_by(AnonymousUser()), "sort"} == set(FILTERS)
    assert sorted(COMPONENTS) == ["DcsaEvent", "DcsaSecret", "DcsaSubscription", "NewDcsaSubscription"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("eventType", "LUNCH"),
        ("eventClassifierCode", "MAY"),
        ("transportCall", {"transportCallID": "x"}),
        ("transportCall", {"transportCallID": "x" * 101, "modeOfTransport": "TRUCK"}),
        ("transportCall", {"transportCallID": "x", "modeOfTransport": "CAMEL"}),
        ("references", [{"referenceType": "PO", "referenceValue": "1"}]),
        ("documentReferences", [{"documentReferenceType": "BKG", "documentReferenceValue": "1"}]),
        ("seals", [{"sealNumber": "1", "sealType": "WIR"}]),
        ("ISOEquipmentCode", "22G1X"),
        ("goods", "Rice"),
    ],
)
def test_what_is_not_described_does_not_fit(name: str, value: Any) -> None:
    event = Event(
        key=UUID(int=1), kind="gate_out", classifier="ACT", zone="UTC", container="TGHU3054380",
        occurred_at=datetime(2026, 11, 20, tzinfo=UTC), received_at=datetime(2026, 11, 20, tzinfo=UTC),
    )  # fmt: skip
    found = event_shape(event, [])
    assert VALIDATOR.is_valid(found)
    assert not VALIDATOR.is_valid({**found, name: value})
