"""The caller's events as DCSA has them: valid against the published specification, filtered and paged as it says."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft4Validator, FormatChecker

from api.dcsa import CODES, TAKEN
from api.dcsa_shapes import OF_A_BOX, WORDS, of_call
from api.description.tracks import FILTERS
from cargo.models import Consignment, Event
from feeds.facts import KINDS
from feeds.models import Source
from tests.cargo.test_reading import BOX, OTHER_BOX, csv, row, take_in
from tests.conftest import Cast, program_of
from tests.feeds.formats.test_samples import SAMPLES

URL = "/api/dcsa/v2/events"


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
    assert of_call("a~b~c") == {"node__slug": "a", "vessel": "b", "voyage": "c"}


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
    ["colour=red", "limit=0", "limit=x", "sort=colour", "sort=eventDateTime:UP", "eventType=LUNCH", "cursor=x%00",
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
    assert parameters - {"API-Version", "limit", "cursor"} <= set(TAKEN) | {"sort"} == set(FILTERS)
    assert set(OF_A_BOX) <= set(WORDS) <= set(KINDS)
