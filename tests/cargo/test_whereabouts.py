"""Where the trackers are that ride with a consignment, and only those."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cargo.models import Consignment
from cargo.registration import Particulars, register
from cargo.whereabouts import Whereabouts, whereabouts
from feeds.models import Source
from liaison.models import Person
from tests.cargo.test_reading import BOX, NOW, OTHER_BOX, csv, take_in
from tests.cargo.test_tracking import KIGALI, MALABA, PORT, ROAD, gate_out, pings
from tests.conftest import Cast, source_of

TRUCK = {"uniqueId": "99", "name": "RAD 123 B"}


@pytest.fixture
def traccar(network: None) -> Source:
    return source_of("traccar", "gps")


def seen(consignment: Consignment) -> list[tuple[str, str, str, str]]:
    """Of each tracker: what it rides with, its name, its node and its source."""
    return [(one.container, one.name, one.place, one.source) for one in whereabouts(consignment.pk)]


def test_a_tracker_that_names_the_container_is_shown_at_its_node(traccar: Source, consignment: Consignment) -> None:
    take_in(traccar, pings(ROAD, MALABA, MALABA, device={"name": BOX}))
    (found,) = whereabouts(consignment.pk)
    assert (found.container, found.place, found.zone, found.source) == (
        BOX,
        "Malaba one-stop border post",
        "Africa/Nairobi",
        "Traccar",
    )
    assert ((found.lat, found.lon), found.fixed_at) == (MALABA, NOW - timedelta(hours=18))


def test_a_truck_rides_with_what_it_was_last_named_together_with(
    traccar: Source, gate: Source, clerk: Source, consignment: Consignment
) -> None:
    gate_out(gate, plate="RAD123B")
    take_in(traccar, pings(ROAD, ROAD, device=TRUCK))
    assert seen(consignment) == [(BOX, "RAD 123 B", "", "Traccar")]
    at = NOW - timedelta(hours=10)
    take_in(clerk, csv(f",{BOX},,delivered,ACT,rw-city-kigali,{at.isoformat()},"))
    take_in(traccar, pings(KIGALI, hours_ago=2, device=TRUCK))
    assert seen(consignment) == []


def test_a_seal_is_known_by_its_number_and_the_newest_comes_first(
    traccar: Source, gate: Source, consignment: Consignment
) -> None:
    gate_out(gate, hours_ago=30, seal="KE8673")
    take_in(traccar, pings(PORT, hours_ago=29, device={"uniqueId": "KE8673", "name": "Seal"}))
    take_in(traccar, pings(ROAD, hours_ago=3, device={"uniqueId": "7", "name": OTHER_BOX}))
    assert seen(consignment) == [(OTHER_BOX, OTHER_BOX, "", "Traccar"), (BOX, "Seal", "", "Traccar")]


def test_a_tracker_that_rides_with_something_else_or_has_no_position_is_not_shown(
    traccar: Source, gate: Source, consignment: Consignment, cast: Cast
) -> None:
    gate_out(gate, plate="RAD123B")
    theirs = register(
        particulars=Particulars(consignee=cast.stranger_firm, containers=["MSCU6639870"]), by=None, at=NOW
    )
    take_in(traccar, pings(ROAD, device={"uniqueId": "5", "name": "MSCU6639870"}))
    take_in(traccar, pings(ROAD, device={"uniqueId": "6", "name": "RAD 999 Z"}))
    assert (seen(consignment), seen(theirs)) == ([], [("MSCU6639870", "MSCU6639870", "", "Traccar")])


@pytest.mark.parametrize(("speed", "is_moving"), [(None, None), (0.0, False), (4.9, False), (40.0, True)])
def test_a_tracker_moves_stands_or_does_not_say(speed: float | None, is_moving: bool | None) -> None:
    names = {"container": BOX, "name": "T", "place": "", "zone": "Africa/Kigali", "source": "S"}
    found = Whereabouts(**names, lat=0.0, lon=30.0, speed_kmh=speed, fixed_at=NOW, heard_at=NOW)
    assert found.is_moving is is_moving


def test_one_query_however_many_trackers_there_are(
    traccar: Source, consignment: Consignment, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        take_in(traccar, pings(ROAD, device={"uniqueId": str(number), "name": f"{BOX} {number}"}))
    with django_assert_num_queries(1):
        assert len(whereabouts(consignment.pk)) == 12


def test_the_page_shows_where_it_is_who_says_so_and_how_old_that_is(
    traccar: Source, consignment: Consignment, cast: Cast, as_person: Callable[[Person | None], Client]
) -> None:
    address = f"/consignments/{consignment.ref}/"
    assert "What rides with it" not in as_person(cast.importer).get(address).content.decode()
    take_in(traccar, pings(ROAD, MALABA, MALABA, device={"name": BOX}))
    page = as_person(cast.importer).get(address).content.decode()
    shown = page[page.index("What rides with it") : page.index("The way to Kigali")]
    for words in ("Malaba one-stop border post", "0.6360, 34.2760", "18 hours ago", "says Traccar"):
        assert words in " ".join(shown.split()), words
    assert as_person(cast.stranger).get(address).status_code == 404
