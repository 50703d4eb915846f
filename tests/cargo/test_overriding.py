"""An event's own number is overridden and taken back, in whatever order its words come, and nothing else is."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from django.utils import timezone

from cargo.models import Consignment, Event, Milestone, Status
from cargo.registration import Particulars, rebuild, register
from feeds.models import Quarantine, Source
from tests.cargo.test_deriving import actual, derived, gate_out
from tests.cargo.test_reading import BOX, NOW, OTHER_BOX, take_in
from tests.conftest import Cast, program_of, source_of

Json = dict[str, Any]
THEIRS = "MSKU9070323"


@pytest.fixture
def line(network: None) -> Source:
    return source_of("line", "dcsa")


def at(hours_ago: float) -> str:
    return (NOW - timedelta(hours=hours_ago)).isoformat()


def three(code: str, hours_ago: float, *, updated: float, number: str = "n-1", box: str = BOX, **more: object) -> bytes:
    """An event of 3.0 at Mombasa."""
    event = {
        "eventID": number,
        "isRetracted": False,
        "eventDateTime": at(hours_ago),
        "eventUpdatedDateTime": at(updated),
        "eventLocation": {"UNLocationCode": "KEMBA"},
        "eventClassification": {"eventType": "EQUIPMENT", "eventClassifier": "ACTUAL", "equipmentEventType": code},
        "equipmentDetails": {"equipmentReference": box},
    }
    return json.dumps({"events": [event | more]}).encode()


def two(code: str, hours_ago: float, *, made: float, number: str = "n-1") -> bytes:
    """An event of 2.2 at Mombasa."""
    event = {
        "eventID": number,
        "eventType": "EQUIPMENT",
        "eventClassifierCode": "ACT",
        "eventDateTime": at(hours_ago),
        "eventCreatedDateTime": at(made),
        "equipmentEventTypeCode": code,
        "equipmentReference": BOX,
        "transportCall": {"UNLocationCode": "KEMBA"},
    }
    return json.dumps([event]).encode()


OUT = three("GATED_OUT", 40, updated=39)
INSTEAD = three("DISCHARGED", 60, updated=30)
NUMBER = {"eventID": "n-1", "isRetracted": True, "eventUpdatedDateTime": at(20)}
CLASSES = {"eventType": "EQUIPMENT", "eventClassifier": "ACTUAL", "equipmentEventType": "GATED_OUT"}
BETA = {
    "metadata": {"eventID": "r-1", "eventCreatedDateTime": at(20), "eventType": "EQUIPMENT", "retractedEventID": "n-1"}
}
RETRACTIONS: list[Json] = [
    NUMBER | {"eventDateTime": at(40), "eventClassification": CLASSES, "eventRouting": {}},
    NUMBER | {"eventDateTime": at(40), "eventClassification": CLASSES | {"equipmentEventType": "TELEPORTED"}},
    NUMBER | {"eventClassification": {}},
    NUMBER,
    BETA,
]


@pytest.mark.parametrize("order", list(permutations([OUT, INSTEAD])))
@pytest.mark.parametrize("times", [1, 2])
def test_what_a_number_says_later_overrides_what_it_said_before(
    line: Source, consignment: Consignment, cast: Cast, order: tuple[bytes, ...], times: int
) -> None:
    for raw in order * times:
        take_in(line, raw)
    assert actual() == {"discharged": 60}
    assert Status.objects.get().state == "at_port"
    kinds = Event.objects.order_by("kind", "function").values_list("kind", "function")
    assert list(kinds) == [("discharged", "replace"), ("gate_out", "cancel"), ("gate_out", "replace")]
    told = program_of(cast.importer).get("/api/dcsa/v2/events").json()
    assert [event["equipmentEventTypeCode"] for event in told] == ["DISC"]
    before = derived()
    rebuild()
    assert derived() == before


def test_of_three_words_of_a_number_the_last_counts(line: Source, consignment: Consignment) -> None:
    words = [OUT, INSTEAD, three("GATED_OUT", 35, updated=25)]
    seen = []
    for raw in words:
        take_in(line, raw)
        seen.append(actual())
    assert seen == [{"gate_out": 40}, {"discharged": 60}, {"gate_out": 35}]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_of_three_words_of_a_number_the_last_counts_in_any_order(
    line: Source, consignment: Consignment, order: tuple[int, ...]
) -> None:
    words = [OUT, INSTEAD, three("GATED_OUT", 35, updated=25)]
    for number in order:
        take_in(line, words[number])
    assert actual() == {"gate_out": 35}


@pytest.mark.parametrize("retraction", RETRACTIONS, ids=str)
@pytest.mark.parametrize("is_first", [False, True])
def test_a_number_alone_takes_back_all_that_was_said_under_it(
    line: Source, consignment: Consignment, retraction: Json, is_first: bool
) -> None:
    take_in(line, three("LOADED", 50, updated=49, number="n-2"))
    take_in(line, three("GATED_IN", 50, updated=49, number="n-2", box=OTHER_BOX))
    said, gone = (
        [OUT, three("DISCHARGED", 60, updated=39, box=OTHER_BOX)],
        json.dumps({"events": [retraction]}).encode(),
    )
    for raw in [gone, *said, gone] if is_first else [*said, gone, *said]:
        assert take_in(line, raw).quarantined == 0
    assert (actual(), actual(OTHER_BOX)) == ({}, {})
    assert Event.objects.filter(function="cancel").exclude(container="").count() == 2
    assert Event.objects.unmatched().values_list("kind", "reference", "container").get() == ("document", "#N-1", "")
    before = derived()
    rebuild()
    assert derived() == before
    take_in(line, three("GATED_OUT", 40, updated=10))
    assert actual() == {"gate_out": 40}


def test_what_was_taken_back_before_its_goods_were_registered_stays_so(line: Source, cast: Cast) -> None:
    for raw in (json.dumps(NUMBER).encode(), OUT, three("DISCHARGED", 60, updated=39, number="n-2")):
        take_in(line, raw)
    particulars = Particulars(consignee=cast.importer_firm, containers=[BOX])
    register(particulars=particulars, by=None, at=timezone.now())
    assert actual() == {"discharged": 60}


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_a_number_that_was_of_others_goods_is_taken_from_them_and_shown_to_nobody_else(
    line: Source, consignment: Consignment, cast: Cast, order: tuple[int, ...]
) -> None:
    particulars = Particulars(consignee=cast.stranger_firm, bill_of_lading="THEIRS1", containers=[THEIRS])
    register(particulars=particulars, by=None, at=timezone.now())
    words = [three("GATED_OUT", 40, updated=39, box=THEIRS), INSTEAD]
    for number in order:
        take_in(line, words[number])
    assert (actual(), actual(THEIRS)) == ({"discharged": 60}, {})
    seen = {
        firm: sorted(Event.objects.visible_to(person).values_list("container", "function"))
        for firm, person in (("hers", cast.importer), ("theirs", cast.stranger))
    }
    assert seen == {"hers": [(BOX, "replace")], "theirs": [(THEIRS, "cancel"), (THEIRS, "replace")]}


def test_another_source_another_number_and_an_earlier_word_take_back_nothing(
    line: Source, consignment: Consignment
) -> None:
    other = source_of("other", "dcsa")
    take_in(line, OUT)
    take_in(other, INSTEAD)
    take_in(other, json.dumps(NUMBER).encode())
    take_in(line, three("SEALED", 50, updated=20, number="n-2"))
    take_in(line, three("DISCHARGED", 60, updated=45))
    take_in(line, json.dumps(NUMBER | {"eventUpdatedDateTime": at(44)}).encode())
    assert actual() == {"gate_out": 40}


def test_numbers_that_carriers_repeat_in_2_2_override_nothing(line: Source, consignment: Consignment) -> None:
    for raw in (two("DISC", 60, made=59), two("GTOT", 40, made=39), two("GTIN", 70, made=69)):
        take_in(line, raw)
    assert actual() == {"discharged": 60, "gate_out": 40}
    take_in(line, json.dumps(NUMBER).encode())
    assert actual() == {}


def test_the_number_of_a_message_is_none_of_an_event(gate: Source, consignment: Consignment) -> None:
    take_in(gate, gate_out("D1", 40, made=39))
    take_in(gate, gate_out("D1", 30, function="5", made=29, number=OTHER_BOX))
    assert (actual(), actual(OTHER_BOX)) == ({"gate_out": 40}, {"gate_out": 30})


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({"isRetracted": True, "eventClassification": {}, "eventUpdatedDateTime": at(1)}, "no_reference"),
        ({"isRetracted": True, "eventClassification": {}, "eventID": "n-1"}, "no_time"),
    ],
)
def test_a_retraction_without_its_number_or_any_time_is_kept_for_a_clerk(
    line: Source, consignment: Consignment, event: Json, code: str
) -> None:
    take_in(line, OUT)
    outcome = take_in(line, json.dumps({"events": [event]}).encode())
    assert (outcome.facts, outcome.quarantined, actual()) == (0, 1, {"gate_out": 40})
    assert Quarantine.objects.values_list("code", flat=True).get() == code
    assert Milestone.objects.count() == 1
