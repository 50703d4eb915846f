"""The caller's events as DCSA has them: valid against the published specification, filtered and paged as it says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from jsonschema import Draft4Validator, FormatChecker

from api.dcsa import CODES, taken_by
from api.dcsa_shapes import OF_A_BOX, WORDS, of_call
from api.description.tracks import FILTERS
from cargo.deriving import happening_of
from cargo.milestones import withdrawn
from cargo.models import Consignment, Event, EventMatch, Milestone, Status
from cargo.registration import Particulars, register
from corridor.models import Node
from feeds.facts import KINDS
from feeds.models import Source
from liaison.models import AnonymousUser
from tests.cargo.test_reading import BOX, OTHER_BOX, csv, row, take_in
from tests.conftest import Cast, program_of, source_of
from tests.feeds.formats.test_samples import SAMPLES

URL = "/api/dcsa/v2/events"
AT = datetime(2026, 11, 20, 6, tzinfo=UTC)


@lru_cache(maxsize=1)
def specification() -> dict[str, Any]:
    """The published description, its texts as they stand."""
    found: dict[str, Any] = yaml.safe_load((SAMPLES / "dcsa/spec/TNT_v2.2.0-resolved.yaml").read_text())
    return found


def faults(events: list[Any]) -> list[str]:
    """What the specification has against them; each against the shape of its own type."""
    if not SAMPLES.is_dir():
        pytest.skip("the captured samples are not at hand")
    names = {"EQUIPMENT": "equipmentEvent", "TRANSPORT": "transportEvent", "SHIPMENT": "shipmentEvent"}
    found = []
    for event in events:
        schema = {
            "$ref": f"#/components/schemas/{names[event['eventType']]}",
            "components": specification()["components"],
        }
        validator = Draft4Validator(schema, format_checker=FormatChecker())
        found += [f"{event['eventType']}: {fault.message}" for fault in validator.iter_errors(event)]
    return found


@pytest.fixture
def told(clerk: Source, consignment: Consignment) -> Consignment:
    """One event of every kind that there is, and one that knows no node."""
    kinds = sorted(set(KINDS) - {"document"})
    rows = [row(kind, 100 - number, box=(BOX, OTHER_BOX)[number % 2]) for number, kind in enumerate(kinds)]
    take_in(clerk, csv(*rows, row("border_in", 1, node="xx-border-malaba"), row("gate_in", 1, node="Somewhere")))
    take_in(clerk, csv(row("arrived_kigali", -20, classifier="EST", node="rw-city-kigali")))
    return consignment


def get(client: Client, query: str = "") -> list[Any]:
    answer = client.get(f"{URL}{query}")
    assert (answer.status_code, answer["API-Version"]) == (200, "2.2.0"), answer.content
    found: list[Any] = answer.json()
    return found


def test_every_event_is_as_the_specification_has_it(told: Consignment, cast: Cast) -> None:
    events = get(program_of(cast.importer))
    assert faults(events) == []
    assert faults([{**events[0], "eventClassifierCode": "MAY", "eventDateTime": "soon"}]) != []
    assert {event["eventType"] for event in events} == {"EQUIPMENT", "TRANSPORT", "SHIPMENT"}
    kinds = Event.objects.filter(kind__in=list(WORDS)).count()
    assert len(events) == kinds
    box = next(event for event in events if event.get("equipmentEventTypeCode") == "DISC")
    assert box["references"][0] == {"referenceType": "FF", "referenceValue": told.ref}
    assert box["documentReferences"] == [{"documentReferenceType": "TRD", "documentReferenceValue": "UMUC2611001"}]
    assert (box["transportCall"]["UNLocationCode"], box["emptyIndicatorCode"]) == ("KEMBA", "LADEN")


def test_they_are_the_callers_own(told: Consignment, cast: Cast) -> None:
    assert len(get(program_of(cast.agent))) == len(get(program_of(cast.officer))) > 20
    for part in (cast.stranger, cast.desk, cast.official):
        assert get(program_of(part)) == []
    assert Client().get(URL).status_code == 401


def test_what_was_withdrawn_is_not_told(clerk: Source, consignment: Consignment, cast: Cast) -> None:
    take_in(clerk, csv(row("gate_out", 5), row("discharged", 9)))
    wrong = Event.objects.get(kind="gate_out")
    made = {field.name: getattr(wrong, field.name) for field in Event._meta.concrete_fields if field.name != "id"}
    key = "00000000-0000-4000-8000-000000000001"
    cancel = Event.objects.create(**{**made, "key": key, "function": "cancel", "corrects": wrong.key})
    cancel.matches.create(consignment=consignment)
    assert [event["equipmentEventTypeCode"] for event in get(program_of(cast.importer))] == ["DISC"]


def test_what_milestones_do_not_count_any_more_is_not_told_either(
    clerk: Source, consignment: Consignment, cast: Cast
) -> None:
    """By document and by moment, whoever issued it later: as milestones are derived, event by event."""
    take_in(clerk, csv(row("gate_out", 5)))
    first = Event.objects.get()
    made = {field.name: getattr(first, field.name) for field in Event._meta.concrete_fields if field.name != "id"}
    hour, other = timedelta(hours=1), Node.objects.exclude(slug="ke-port-mombasa").first()
    many: list[dict[str, Any]] = [
        {"document": "D1", "issued_at": AT},
        {"document": "D1", "issued_at": AT + hour, "function": "replace", "occurred_at": AT},
        {"document": "D1", "issued_at": AT - hour, "function": "replace", "occurred_at": AT},
        {"document": "D2", "issued_at": AT},
        {"document": "D2", "issued_at": AT, "function": "cancel", "kind": "gate_in"},
        {"occurred_at": AT - hour, "issued_at": AT},
        {"occurred_at": AT - hour, "issued_at": AT + hour, "function": "cancel"},
        {"occurred_at": AT - hour, "issued_at": AT + 2 * hour},
        {"occurred_at": AT - 2 * hour, "node": other},
        {"occurred_at": AT - 2 * hour, "function": "cancel", "node": None},
        {"occurred_at": AT - 3 * hour, "node": None},
        {"occurred_at": AT - 3 * hour, "function": "cancel", "node": None},
        {"occurred_at": AT - 4 * hour, "container": OTHER_BOX},
        {"occurred_at": AT - 4 * hour, "function": "cancel"},
        {"kind": "kra_cleared", "container": "", "bill_of_lading": "BL1", "document": "E1"},
        {
            "kind": "kra_cleared",
            "container": "",
            "bill_of_lading": "BL1",
            "document": "E1",
            "function": "cancel",
            "issued_at": AT,
        },
        {"kind": "kra_cleared", "container": "", "bill_of_lading": "OTHER", "document": "E1"},
    ]
    # Stated again since, in another document: that counts.
    again = {"issued_at": AT, "restated_at": AT + 9 * hour}
    many += [
        {"occurred_at": AT - 5 * hour, "document": "D3", "restated_in": "D6", **again},
        {"occurred_at": AT - 5 * hour, "issued_at": AT + hour, "function": "cancel", "corrects": UUID(int=18)},
        {"occurred_at": AT - 6 * hour, "document": "D4", "restated_in": "D5", **again},
        {"occurred_at": AT - 7 * hour, "document": "D5", "issued_at": AT + 9 * hour, "function": "cancel"},
        {"occurred_at": AT - 8 * hour, "document": "D7", "restated_in": "D8", **again},
        {"occurred_at": AT - 9 * hour, "document": "D7", "issued_at": AT + 10 * hour, "function": "cancel"},
    ]
    # Said anew by a source that corrects itself so; replaced by what bears no number; and what is of another node.
    said: list[dict[str, Any]] = [{"issued_at": issued, "series": UUID(int=9)} for issued in (AT, AT + hour, None)]
    many += [{"kind": "discharged", **fields} for fields in (*said, {"issued_at": AT - hour, "series": UUID(int=8)})]
    sealed: dict[str, Any] = {"kind": "sealed", "document": ""}
    anew: dict[str, Any] = {**sealed, "function": "replace", "corrects": UUID(int=99)}
    many += [
        {**sealed, "occurred_at": AT - hour, "issued_at": AT},
        {**sealed, "occurred_at": AT - 2 * hour, "issued_at": AT + hour},
        {**sealed, "occurred_at": AT - 3 * hour, "issued_at": AT + 2 * hour, "node": other},
        {**anew, "occurred_at": AT - 4 * hour, "issued_at": AT + 2 * hour},
        {**anew, "occurred_at": AT - hour, "issued_at": AT + 3 * hour, "corrects": UUID(int=28)},
        {**anew, "occurred_at": AT - 5 * hour, "issued_at": AT - hour},
    ]
    for number, fields in enumerate(many):
        Event.objects.create(**{**made, "issued_at": None, **fields, "key": UUID(int=number + 1)})
    Event.objects.exclude(pk=first.pk).update(is_matched=True)
    for event in Event.objects.exclude(pk=first.pk):
        event.matches.create(consignment=consignment)
    matches = EventMatch.objects.select_related("event__node", "event__source")
    gone = withdrawn(happening_of(match) for match in matches)
    counted = {str(event.key) for event in Event.objects.exclude(function="cancel") if event.key not in gone}
    assert {event["eventID"] for event in get(program_of(cast.importer))} == counted
    assert {1, 3, 4, 6, 11, 15, 20, 24, 28, 29} >= {key.int for key in gone} - {5, 7, 10, 12, 14, 16} != set()
    assert {key.int for key in gone if key.int > 17} == {20, 24, 28, 29}


@pytest.mark.parametrize(
    ("query", "types"),
    [
        ("eventType=SHIPMENT", {"SHIPMENT"}),
        ("eventType=SHIPMENT,TRANSPORT", {"SHIPMENT", "TRANSPORT"}),
        ("equipmentEventTypeCode=GTIN,GTOT", {"EQUIPMENT"}),
        ("equipmentEventTypeCode=RMVD", set()),
        ("transportEventTypeCode=DEPA", {"TRANSPORT"}),
        ("shipmentEventTypeCode=HOLD", {"SHIPMENT"}),
        ("documentTypeCode=SRM", {"SHIPMENT"}),
        ("equipmentReference=tghu 305438-0&eventType=EQUIPMENT", {"EQUIPMENT"}),
        ("equipmentReference=TGHU3054381", set()),
        ("transportDocumentReference=umuc2611001&eventType=TRANSPORT", {"TRANSPORT"}),
        ("transportDocumentReference=OTHER", set()),
        ("UNLocationCode=KEMBA&eventType=TRANSPORT", {"TRANSPORT"}),
        ("carrierBookingReference=B9", set()),
        ("vesselIMONumber=9321483", set()),
        ("transportCallID=nonsense", set()),
        ("eventCreatedDateTime:gte=2099-01-01T00:00:00%2B01:00", set()),
        ("eventCreatedDateTime:lt=2099-01-01T00:00:00%2B01:00&eventType=SHIPMENT", {"SHIPMENT"}),
        ("eventCreatedDateTime=2099-01-01T00:00:00Z", set()),
    ],
)
def test_filters_are_those_of_the_specification(told: Consignment, cast: Cast, query: str, types: set[str]) -> None:
    assert {event["eventType"] for event in get(program_of(cast.importer), f"?{query}")} == types


def test_a_call_is_found_by_its_id(told: Consignment, cast: Cast) -> None:
    client = program_of(cast.importer)
    at_border = [event for event in get(client) if event.get("transportCall", {}).get("facilityTypeCode") == "BOCR"]
    name = at_border[0]["transportCall"]["transportCallID"]
    assert get(client, f"?transportCallID={quote(name)}") == at_border
    assert of_call("a~b~c") == ("a", "b", "c")


def test_every_call_is_found_by_its_id_also_of_a_truck_and_of_a_place_unknown(
    clerk: Source, consignment: Consignment, cast: Cast
) -> None:
    take_in(clerk, csv(row("gate_out", 5), row("border_in", 4, node="xx-border-malaba"), row("truck_in", 3)))
    Event.objects.filter(kind="gate_out").update(plate="RAB123C", voyage="7")
    Event.objects.filter(kind="border_in").update(plate="RAB123C", vessel="ABACUS")
    Event.objects.filter(kind="truck_in").update(node=None)
    client = program_of(cast.importer)
    names = {event["transportCall"]["transportCallID"]: event["eventID"] for event in get(client)}
    assert set(names) == {"ke-port-mombasa~RAB123C~7", "xx-border-malaba~ABACUS~", "~~"}
    for name, event in names.items():
        assert [each["eventID"] for each in get(client, f"?transportCallID={quote(name)}")] == [event]
    assert get(client, f"?transportCallID={quote('xx-border-malaba~RAB123C~')}") == []


def test_nobody_finds_her_events_by_the_bill_of_lading_of_others(
    clerk: Source, consignment: Consignment, cast: Cast
) -> None:
    """A container may hold the goods of two firms; neither learns the other's number by trying."""
    particulars = Particulars(consignee=cast.stranger_firm, bill_of_lading="THEIRS1")
    theirs = register(particulars=particulars, by=None, at=timezone.now())
    take_in(clerk, csv(row("gate_out", 5)))
    event = Event.objects.get()
    event.matches.create(consignment=theirs)
    asked = [f"?transportDocument{name}={bill}" for name in ("Reference", "ID") for bill in ("THEIRS1", "umuc 2611001")]
    found = {
        part: [len(get(client, query)) for query in asked]
        for part in ("agent", "stranger", "officer", "desk")
        for client in [program_of(cast.people()[part])]
    }
    assert found == {"agent": [0, 1] * 2, "stranger": [1, 0] * 2, "officer": [1, 1] * 2, "desk": [0, 0] * 2}
    [told] = get(program_of(cast.stranger))
    assert [each["referenceValue"] for each in told["references"]] == [theirs.ref]
    assert [each["documentReferenceValue"] for each in told["documentReferences"]] == ["THEIRS1"]


BACK_BOX, BACK_BILL = "MSKU9070323", "FEDBACK1"
# The nearest word that DCSA has for these says less: a gate passed inwards, a seal put on again.
SAYS_LESS = {"truck_in", "sealed"}
ELSEWHERE = [
    *((kind, node) for kind in ("border_in", "border_out") for node in ("xx-border-malaba", "xx-border-kagitumba")),
    *((kind, node) for kind in ("arrived_kigali", "released_kigali") for node in ("rw-city-kigali", "rw-port-klp")),
    *(("delivered", "rw-city-kigali"), ("railed_to_icd", "ke-icd-nairobi"), ("railed_to_icd", "ke-icd-naivasha")),
    *(("gate_out", "ke-term-ct2"), ("gate_out", "ke-icd-naivasha"), ("vessel_departed", "tz-port-dar")),
]
MOVING = {kind for kind, _node in ELSEWHERE}
TOLD_AT = ELSEWHERE + [(kind, "ke-port-mombasa") for kind in sorted(set(WORDS) - SAYS_LESS - MOVING | {"gate_out"})]
NO_MILESTONE = set("gate_in resealed picked_up dropped_off stuffed stripped inspected held hold_released".split())


@pytest.mark.parametrize("classifier", ["ACT", "EST"])
@pytest.mark.parametrize(("kind", "node"), TOLD_AT)
def test_what_is_told_and_read_again_reaches_the_same(
    clerk: Source, consignment: Consignment, cast: Cast, kind: str, node: str, classifier: str
) -> None:
    def reached(at: Consignment) -> list[tuple[Any, ...]]:
        found = Milestone.objects.filter(consignment=at, unit__container__in=(BOX, BACK_BOX)).order_by("code")
        return list(found.values_list("code", "actual_at", "expected_at"))

    particulars = Particulars(consignee=cast.importer_firm, bill_of_lading=BACK_BILL, containers=[BACK_BOX])
    back = register(particulars=particulars, by=None, at=timezone.now())
    take_in(clerk, csv(row(kind, 9 if classifier == "ACT" else -9, node=node, classifier=classifier)))
    raw = json.dumps(get(program_of(cast.importer))).replace(BOX, BACK_BOX).replace("UMUC2611001", BACK_BILL)
    assert take_in(source_of("carrier", "dcsa"), raw.encode()).events == 1
    assert reached(back) == reached(consignment)
    assert (reached(back) == []) == (kind in NO_MILESTONE)
    holds = dict(Status.objects.values_list("consignment", "is_held"))
    assert holds[back.pk] == holds[consignment.pk] == (kind == "held" and classifier == "ACT")


@pytest.mark.parametrize(("until", "is_held"), [("hold_released", False), ("rra_released", True), ("do_issued", True)])
def test_a_hold_that_is_told_and_read_again_stands_as_long(
    clerk: Source, consignment: Consignment, cast: Cast, until: str, is_held: bool
) -> None:
    particulars = Particulars(consignee=cast.importer_firm, bill_of_lading=BACK_BILL, containers=[BACK_BOX])
    back = register(particulars=particulars, by=None, at=timezone.now())
    take_in(clerk, csv(row("held", 9), row(until, 5)))
    raw = json.dumps(get(program_of(cast.importer))).replace(BOX, BACK_BOX).replace("UMUC2611001", BACK_BILL)
    take_in(source_of("carrier", "dcsa"), raw.encode())
    holds = dict(Status.objects.values_list("consignment", "is_held"))
    assert (holds[back.pk], holds[consignment.pk]) == (is_held, is_held)


def test_some_fields_of_events_of_several_types(told: Consignment, cast: Cast) -> None:
    client = program_of(cast.importer)
    whole = get(client)
    wanted = ("eventType", "transportCall", "documentID")
    assert get(client, "?fields=eventType,transportCall,documentID") == [
        {name: event[name] for name in wanted if name in event} for event in whole
    ]
    refused = client.get(f"{URL}?fields=eventType,colour")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["fields"])


def test_two_events_of_one_moment_are_parted_by_pages_once_each(
    clerk: Source, consignment: Consignment, cast: Cast
) -> None:
    take_in(clerk, csv(*(row("gate_out", hours) for hours in range(1, 8))))
    Event.objects.update(received_at=timezone.now())
    client = program_of(cast.importer)
    for sort in ("eventCreatedDateTime", "eventCreatedDateTime:DESC", "eventDateTime:asc,eventCreatedDateTime:DESC"):
        seen, url = [], f"{URL}?limit=2&sort={sort}"
        while url:
            answer = client.get(url)
            seen += [event["eventID"] for event in answer.json()]
            url = answer.get("Next-Page", "")
        assert seen == [event["eventID"] for event in get(client, f"?sort={sort}")]
        assert len(set(seen)) == 7


def test_the_first_page_has_none_before_and_the_last_none_after(
    clerk: Source, consignment: Consignment, cast: Cast
) -> None:
    take_in(clerk, csv(*(row("gate_out", hours) for hours in (1, 2, 3))))
    client = program_of(cast.importer)
    first = client.get(f"{URL}?limit=2&sort=eventDateTime")
    last = client.get(first["Next-Page"])
    assert first["Link"] == f'<{first["Next-Page"]}>; rel="next"'
    assert ["Prev-Page" in first, "Next-Page" in last, "Link" in last] == [False, False, False]
    assert client.get(last["Prev-Page"]).json() == first.json()
    assert (len(first.json()), len(last.json())) == (2, 1)


def test_pages_follow_each_other_in_headers(told: Consignment, cast: Cast) -> None:
    client, everything, costs = program_of(cast.importer), [], []
    whole = get(client, "?sort=eventDateTime:DESC")
    url = f"{URL}?sort=eventDateTime:DESC&limit=7"
    while url:
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url)
        costs.append(len(queries))
        assert answer["Current-Page"].endswith(url.partition("testserver")[2] or url)
        everything += answer.json()
        url = answer.get("Next-Page", "")
    assert everything == whole
    assert [event["eventDateTime"] for event in whole] == sorted(
        (event["eventDateTime"] for event in whole), reverse=True
    )
    assert max(costs) <= 8


@pytest.mark.parametrize(
    "query",
    ["colour=red", "limit=0", "limit=x", "limit=501", f"limit={'9' * 5000}", "sort=", "eventType=", "limit=-1", "sort=colour", "sort=eventDateTime:UP", "eventType=LUNCH", "cursor=x%00",
     "equipmentEventTypeCode=ARRI", "eventCreatedDateTime:gte=soon", "equipmentReference=%00"],
)  # fmt: skip
def test_what_is_not_understood_is_a_problem(cast: Cast, query: str) -> None:
    answer = program_of(cast.importer).get(f"{URL}?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_another_version_is_not_spoken(cast: Cast) -> None:
    client = program_of(cast.importer)
    assert [client.get(URL, headers={"api-version": said}).status_code for said in ("2", "2.2.0", "3")] == [
        200,
        200,
        400,
    ]


def test_codes_and_parameters_are_the_specifications() -> None:
    if not SAMPLES.is_dir():
        pytest.skip("the captured samples are not at hand")
    shapes = specification()["components"]["schemas"]
    named = {"EQUIPMENT": "equipmentEventTypeCode", "TRANSPORT": "transportEventTypeCode",
             "SHIPMENT": "shipmentEventTypeCode", "DOCUMENT": "documentTypeCode"}  # fmt: skip
    assert {kind: set(shapes[name]["enum"]) for kind, name in named.items()} == CODES
    parameters = {each["name"] for each in specification()["paths"]["/v2/events"]["get"]["parameters"]}
    assert parameters - {"API-Version", "limit", "cursor"} <= set(taken_by(AnonymousUser())) | {"sort"} == set(FILTERS)
    assert set(OF_A_BOX) <= set(WORDS) <= set(KINDS)
