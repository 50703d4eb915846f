"""The reference data in the database are the files, row for row."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from corridor.models import Leg, Node
from corridor.reference import AGENCIES, DATA, FACILITY_CODES, WAREHOUSES, load_reference
from liaison.models import JournalEntry, Organization
from liaison.people import OFFICE_ORGANIZATION
from tests.conftest import AT


def rows(name: str) -> list[dict[str, str]]:
    with (Path(DATA) / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def held() -> tuple[list[dict[str, object]], list[dict[str, object]], list[tuple[str, str, str]]]:
    return (
        [dict(row) for row in Node.objects.order_by("pk").values()],
        [dict(row) for row in Leg.objects.order_by("pk").values()],
        list(Organization.objects.order_by("name").values_list("name", "kind", "country")),
    )


def test_every_node_is_as_the_file_says(network: None) -> None:
    wanted = rows("nodes.csv")
    columns = ["slug", "name", "kind", "country", "unlocode", "operator", "time_zone", "coordinates", "note"]
    found = [{**row, "lat": Decimal(row["lat"]), "lon": Decimal(row["lon"])} for row in wanted]
    assert list(Node.objects.order_by("pk").values(*wanted[0])) == found
    assert set(wanted[0]) == {*columns, "lat", "lon"}
    codes = Node.objects.exclude(facility_codes=[]).values_list("slug", "facility_codes")
    assert dict(codes) == FACILITY_CODES


def test_every_leg_is_as_the_file_says(network: None) -> None:
    found = Leg.objects.order_by("pk").values_list(
        "origin__slug", "destination__slug", "mode", "km", "confidence", "source"
    )
    assert list(found) == [
        (row["origin"], row["destination"], row["mode"], int(row["km"]) if row["km"] else None, row["confidence"], row["source"])
        for row in rows("legs.csv")
    ]  # fmt: skip


def test_agencies_and_the_office_are_there(network: None) -> None:
    agencies = Organization.objects.filter(kind="agency").values_list("name", "country")
    assert dict(agencies) == AGENCIES
    warehouses = Organization.objects.filter(kind="warehouse").values_list("name", "country")
    assert dict(warehouses) == WAREHOUSES
    others = Organization.objects.exclude(kind__in=["agency", "warehouse"])
    assert list(others.values_list("name", "kind")) == [(OFFICE_ORGANIZATION, "office")]
    assert set(Organization.objects.values_list("standing", flat=True)) == {"verified"}


def test_loading_again_changes_nothing_and_tells_nothing(network: None) -> None:
    before, told = held(), JournalEntry.objects.count()
    assert load_reference(at=AT) == (len(rows("nodes.csv")), len(rows("legs.csv")))
    assert held() == before
    assert JournalEntry.objects.count() == told == len(AGENCIES) + len(WAREHOUSES) + 1


def test_loading_again_restores_what_was_changed_and_keeps_the_keys(network: None) -> None:
    before = held()
    Node.objects.update(name="X", kind="city", country="XX", lat=0, lon=0, unlocode="", facility_codes=["X"], note="X")
    Leg.objects.update(km=1, confidence="guess", source="X")
    Leg.objects.filter(mode="rail").delete()
    load_reference(at=AT)
    nodes, legs, agencies = held()
    assert (nodes, agencies) == (before[0], before[2])
    plain = [{name: value for name, value in leg.items() if name != "id"} for leg in before[1]]
    found = [{name: value for name, value in leg.items() if name != "id"} for leg in legs]
    assert sorted(found, key=str) == sorted(plain, key=str)


def test_the_command_says_how_many(db: None) -> None:
    out = StringIO()
    call_command("reference_load", stdout=out)
    assert out.getvalue() == "reference data: 29 nodes, 14 legs\n"


@pytest.mark.parametrize("row", rows("nodes.csv"), ids=lambda row: row["slug"])
def test_a_node_makes_sense(row: dict[str, str]) -> None:
    assert row["slug"] == row["slug"].lower()
    assert row["kind"] in Node.Kind.values
    assert row["time_zone"] in available_timezones()
    assert row["slug"].split("-")[0] in (row["country"].lower(), "xx")
    assert (-12 < float(row["lat"]) < 5, 29 < float(row["lon"]) < 42) == (True, True)
    assert row["unlocode"][:2] in ("", row["country"])
    assert row["operator"] != ""


def test_a_node_knows_its_zone(network: None) -> None:
    node = Node.objects.get(slug="rw-city-kigali")
    assert (str(node), node.zone) == ("Kigali", ZoneInfo("Africa/Kigali"))


@pytest.mark.parametrize(
    ("model", "values", "constraint"),
    [
        (Node, {"slug": "ke-port-mombasa"}, "corridor_node_slug"),
        (Node, {"slug": "new", "lat": 91}, "node_on_earth"),
        (Node, {"slug": "new", "lon": -181}, "node_on_earth"),
        (Node, {"slug": "new", "unlocode": "kemba"}, "node_unlocode_form"),
        (Node, {"slug": "new", "unlocode": "KEMB1"}, "node_unlocode_form"),
        (Leg, {"mode": "road"}, "leg_once"),
        (Leg, {"mode": "pipeline", "destination": "ke-port-mombasa"}, "leg_leads_somewhere"),
        (Leg, {"mode": "pipeline", "km": 0}, "leg_km_positive"),
        (Leg, {"mode": "pipeline", "source": ""}, "leg_has_source"),
    ],
)
def test_the_database_refuses_what_must_never_be(
    network: None, model: type[Any], values: dict[str, Any], constraint: str
) -> None:
    ends = {"origin": "ke-port-mombasa", "destination": "xx-border-malaba"}
    basis: dict[str, Any] = {"lat": 0, "lon": 0} if model is Node else {"km": 1, "source": "S", **ends}
    wanted = {**basis, **values}
    for end in ends.keys() & wanted.keys():
        wanted[end] = Node.objects.get(slug=wanted[end])
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.create(**wanted)
