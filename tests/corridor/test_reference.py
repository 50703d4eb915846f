"""The reference data in the database are the files, row for row."""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from corridor.models import Distance, Leg, Node, Route, Stage
from corridor.reference import AGENCIES, DATA, FACILITY_CODES, WAREHOUSES, load_reference
from liaison.models import JournalEntry, Organization
from liaison.people import OFFICE_ORGANIZATION
from tests.conftest import AT


def rows(name: str) -> list[dict[str, str]]:
    with (Path(DATA) / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def held() -> tuple[list[dict[str, object]], ...]:
    """All that the reference data write, row for row."""
    return tuple(
        [dict(row) for row in model._default_manager.order_by("pk").values()]
        for model in (Node, Leg, Distance, Route, Stage, Organization)
    )


def ends(row: dict[str, str]) -> tuple[str, str, str]:
    return row["origin"], row["destination"], row["mode"]


def test_every_node_is_as_the_file_says(network: None) -> None:
    wanted = rows("nodes.csv")
    columns = [name for name in wanted[0] if name != "agency"]
    found = [{**row, "lat": Decimal(row["lat"]), "lon": Decimal(row["lon"])} for row in wanted]
    assert list(Node.objects.order_by("pk").values(*columns)) == [
        {name: row[name] for name in columns} for row in found
    ]
    agencies = Node.objects.order_by("pk").values_list("slug", "agency__name")
    assert list(agencies) == [(row["slug"], row["agency"] or None) for row in wanted]
    codes = Node.objects.exclude(facility_codes=[]).values_list("slug", "facility_codes")
    assert dict(codes) == FACILITY_CODES


def test_every_leg_is_as_the_file_says(network: None) -> None:
    found = [
        (*leg.slugs, leg.km, leg.confidence, leg.source, leg.reason, leg.via)
        for leg in Leg.objects.select_related("origin", "destination").order_by("pk")
    ]
    assert found == [
        (*ends(row), int(row["km"]) if row["km"] else None, row["confidence"], row["source"], row["reason"], row["via"].split())
        for row in rows("legs.csv")
    ]  # fmt: skip


def test_every_published_distance_is_kept_and_one_of_each_leg_is_used(network: None) -> None:
    published = [row for name in ("legs.csv", "distances.csv") for row in rows(name) if row["km"]]
    kept = {
        (*distance.leg.slugs, distance.km, distance.source, distance.confidence): distance.leg.is_used(distance)
        for distance in Distance.objects.select_related("leg__origin", "leg__destination")
    }
    assert kept == {(*ends(row), int(row["km"]), row["source"], row["confidence"]): "via" in row for row in published}


def test_what_a_way_passes_and_where_a_route_goes_are_places_and_legs(network: None) -> None:
    slugs = {row["slug"] for row in rows("nodes.csv")}
    assert {slug for row in rows("legs.csv") for slug in row["via"].split()} - slugs == set()
    routes = Route.objects.order_by("pk")
    assert list(routes.values_list("slug", flat=True)) == [row["slug"] for row in rows("routes.csv")]
    for row, route in zip(rows("routes.csv"), routes, strict=True):
        stages = route.stages.select_related("leg__origin", "leg__destination").order_by("number")
        legs = [stage.leg for stage in stages]
        words = [legs[0].origin.slug, *(word for leg in legs for word in (leg.mode, leg.destination.slug))]
        assert " ".join(words) == row["stages"]
        assert all(one.destination_id == other.origin_id for one, other in pairwise(legs))
        assert [stage.number for stage in stages] == list(range(1, len(legs) + 1))
        whole = route.whole.slugs if route.whole else None
        assert whole in (None, (legs[0].origin.slug, "rw-city-kigali", "road"))
        assert bool(whole) == bool(row["whole"])


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
    Node.objects.update(agency=None, opening_hours="24/7", hours_source="X", label="X")
    Leg.objects.update(km=None, confidence="guess", source="X", reason="X", via=["x"])
    Distance.objects.update(noted_at=AT)
    Route.objects.update(name="X", whole=None)
    load_reference(at=AT)
    assert held() == before


def test_a_missing_stage_and_one_too_many_are_mended(network: None) -> None:
    plain = [stage.plain for stage in Stage.objects.order_by("route", "number")]
    last = Stage.objects.order_by("route", "number")[0]
    Stage.objects.filter(pk=last.pk).delete()
    Stage.objects.create(
        route_id=last.route_id, number=9, leg=Leg.objects.get(mode="rail", origin__slug="ke-icd-naivasha")
    )
    load_reference(at=AT)
    assert [stage.plain for stage in Stage.objects.order_by("route", "number")] == plain


def test_what_staff_have_edited_is_not_overwritten_and_the_rest_is(network: None) -> None:
    kept = {"phone": "+254412111111", "email": "gate@port.example", "name": "The port", "opening_hours": "24/7"}
    codes = {"unlocode": "", "facility_codes": ["X"]}
    Node.objects.filter(slug="ke-port-mombasa").update(edited_at=AT, hours_source="Asked", agency=None, **kept, **codes)
    Node.objects.filter(slug="rw-city-kigali").update(name="X", phone="+250788123456")
    leg = Leg.objects.get(origin__slug="tz-port-dar", destination__slug="rw-city-kigali")
    Leg.objects.filter(pk=leg.pk).update(edited_at=AT, km=1350, source="botswanaonlinenews.com", reason="Driven")
    Distance.objects.filter(leg=leg, km=1500).delete()
    load_reference(at=AT)
    port = Node.objects.get(slug="ke-port-mombasa")
    assert {name: getattr(port, name) for name in kept} == kept
    assert (port.hours_source, port.agency) == ("Asked", None)
    assert (port.unlocode, port.facility_codes) == ("KEMBA", [])
    city = Node.objects.get(slug="rw-city-kigali")
    assert (city.name, city.phone) == ("Kigali", "+250788123456")
    leg.refresh_from_db()
    assert (leg.km, leg.source, leg.reason) == (1350, "botswanaonlinenews.com", "Driven")
    assert sorted(leg.distances.values_list("km", flat=True)) == [1350, 1380, 1460, 1500]


def test_the_command_says_how_many(db: None) -> None:
    out = StringIO()
    call_command("reference_load", stdout=out)
    assert out.getvalue() == "reference data: 33 nodes, 21 legs\n"


@pytest.mark.parametrize("row", rows("nodes.csv"), ids=lambda row: row["slug"])
def test_a_node_makes_sense(row: dict[str, str]) -> None:
    assert row["slug"] == row["slug"].lower()
    assert row["kind"] in Node.Kind.values
    assert row["time_zone"] in available_timezones()
    assert row["slug"].split("-")[0] in (row["country"].lower(), "xx")
    assert (-12 < float(row["lat"]) < 5, 29 < float(row["lon"]) < 42) == (True, True)
    assert row["unlocode"][:2] in ("", row["country"])
    assert len(row["label"]) in range(1, 15)
    assert row["agency"] in {"", *AGENCIES, *WAREHOUSES}
    assert (row["hours_source"] != "") == (row["opening_hours"] != "")
    assert row["operator"] or row["kind"] == "city"


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
        (Node, {"slug": "new", "kind": "pub"}, "node_kind_known"),
        (Node, {"slug": "new", "name": ""}, "node_has_name"),
        (Node, {"slug": "new", "opening_hours": "Mon-Fri 8-5", "hours_source": "S"}, "node_hours_form"),
        (Node, {"slug": "new", "opening_hours": "24/7"}, "node_hours_have_source"),
        (Node, {"slug": "new", "phone": "0788123456"}, "node_phone_e164"),
        (Leg, {"mode": "road"}, "leg_once"),
        (Leg, {"mode": "air"}, "leg_mode_known"),
        (Leg, {"mode": "pipeline", "destination": "ke-port-mombasa"}, "leg_leads_somewhere"),
        (Leg, {"mode": "pipeline", "km": 0}, "leg_km_positive"),
        (Leg, {"mode": "pipeline", "source": ""}, "leg_has_source"),
    ],
)
def test_the_database_refuses_what_must_never_be(
    network: None, model: type[Any], values: dict[str, Any], constraint: str
) -> None:
    between = {"origin": "ke-port-mombasa", "destination": "xx-border-malaba"}
    place = {"lat": 0, "lon": 0, "name": "New", "kind": "city"}
    basis: dict[str, Any] = place if model is Node else {"km": 1, "source": "S", **between}
    wanted = {**basis, **values}
    for end in between.keys() & wanted.keys():
        wanted[end] = Node.objects.get(slug=wanted[end])
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.create(**wanted)


def test_the_distance_in_use_is_one_of_the_legs_own(network: None) -> None:
    """Checked when the transaction ends, so that a leg and its distance can be written in any order."""
    leg, other = Leg.objects.filter(km__isnull=False).order_by("pk")[:2]
    theirs = {"km": other.km, "source": other.source, "confidence": other.confidence}
    for change in (
        lambda: Leg.objects.filter(pk=leg.pk).update(**theirs),
        lambda: Distance.objects.filter(leg=leg).delete(),
    ):
        with pytest.raises(IntegrityError, match="leg_km_is_a_distance"), transaction.atomic():
            checked(change)
    Distance.objects.create(leg=leg, noted_at=AT, **theirs)
    Leg.objects.filter(pk=leg.pk).update(**theirs)
    connection.check_constraints()


def checked(change: Callable[[], object]) -> None:
    """Make a change and let the database check at once what it would check at the end of the transaction."""
    change()
    connection.check_constraints()


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({}, "distance_once"),
        ({"km": 0}, "distance_positive"),
        ({"source": ""}, "distance_has_source"),
        ({"confidence": "guess"}, "distance_confidence_known"),
    ],
)
def test_a_distance_says_how_much_by_whom_and_how_sure(network: None, values: dict[str, Any], constraint: str) -> None:
    first = Distance.objects.earliest("pk")
    same = {"leg": first.leg, "km": first.km, "source": first.source, "confidence": first.confidence, "noted_at": AT}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Distance.objects.create(**{**same, **values})
    assert str(first) == f"{first.km} km: {first.source}"


def test_a_route_has_a_name_a_corridor_and_each_stage_once(network: None) -> None:
    route = Route.objects.earliest("pk")
    stage = Stage.objects.get(route=route, number=1)
    refusals: list[tuple[str, type[Any], dict[str, Any]]] = [
        ("route_corridor_known", Route, {"slug": "new", "name": "New", "corridor": "southern"}),
        ("route_has_name", Route, {"slug": "new", "name": "", "corridor": "northern"}),
        ("corridor_route_slug", Route, {"slug": route.slug, "name": "New", "corridor": "northern"}),
        ("stage_number_once", Stage, {"route": route, "number": 1, "leg": Leg.objects.get(slugged(route))}),
        ("stage_leg_once", Stage, {"route": route, "number": 9, "leg": stage.leg}),
        ("stage_from_one", Stage, {"route": route, "number": 0, "leg": Leg.objects.get(slugged(route))}),
    ]
    for constraint, model, values in refusals:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            model.objects.create(**values)
    assert (str(route), str(stage)) == (route.name, f"{route.pk}, stage 1")


def slugged(route: Route) -> Q:
    """A leg that the route does not have."""
    return Q(origin__slug="tz-port-dar", destination__slug="xx-border-rusumo") & ~Q(stages__route=route)
