"""Which consignments an event belongs to, whoever was there first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from cargo import matching
from cargo.matching import events_naming, rematch
from cargo.models import Consignment, Event, EventMatch, Unit
from cargo.registration import Particulars, register
from feeds.models import Source
from liaison.models import Organization
from tests.cargo.test_deriving import forgotten_afterwards, in_the_database
from tests.cargo.test_reading import BOX, NOW, OTHER_BOX, csv, take_in
from tests.conftest import Cast

STRANGE_BOX = "MSCU1234566"
HOUR = timedelta(hours=1)


def line(*, box: str = "", bill: str = "", reference: str = "", kind: str = "weighed", hours_ago: int = 5) -> str:
    return f"{reference},{box},{bill},{kind},ACT,,{(NOW - hours_ago * HOUR).isoformat()},"


def register_for(firm: Organization, bill: str, *boxes: str) -> Consignment:
    return register(
        particulars=Particulars(consignee=firm, bill_of_lading=bill, containers=boxes), by=None, at=NOW - 99 * HOUR
    )


def matched() -> list[tuple[str, str | None]]:
    """The bill of lading and the box of each match."""
    rows = EventMatch.objects.values_list("consignment__bill_of_lading", "unit__container")
    return sorted(rows, key=str)


@pytest.fixture
def two(cast: Cast) -> tuple[Consignment, Consignment]:
    """A consignment of BOX and OTHER_BOX, and one of another firm that shares OTHER_BOX."""
    return (
        register_for(cast.importer_firm, "HBL1", BOX, OTHER_BOX),
        register_for(cast.stranger_firm, "HBL2", OTHER_BOX),
    )


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"box": BOX}, [("HBL1", BOX)]),
        ({"box": BOX.lower()}, [("HBL1", BOX)]),
        ({"box": "TGHU 305438-0"}, [("HBL1", BOX)]),
        ({"box": OTHER_BOX}, [("HBL1", OTHER_BOX), ("HBL2", OTHER_BOX)]),
        ({"box": OTHER_BOX, "bill": "HBL2"}, [("HBL2", OTHER_BOX)]),
        ({"box": OTHER_BOX, "reference": "HBL2"}, [("HBL2", OTHER_BOX)]),
        ({"box": OTHER_BOX, "bill": "MASTER"}, [("HBL1", OTHER_BOX), ("HBL2", OTHER_BOX)]),
        ({"box": BOX, "bill": "HBL2"}, [("HBL1", BOX)]),
        ({"bill": "HBL2"}, [("HBL2", None)]),
        ({"bill": " hbl 2 "}, [("HBL2", None)]),
        ({"reference": "HBL1"}, [("HBL1", None)]),
        ({"bill": "HBL1", "reference": "HBL2"}, [("HBL1", None), ("HBL2", None)]),
        ({"box": STRANGE_BOX, "bill": "HBL2"}, [("HBL2", None)]),
        ({"box": STRANGE_BOX}, []),
        ({"bill": "HBL"}, []),
        ({"bill": "HBL11"}, []),
    ],
)
def test_the_most_exact_number_decides(
    two: tuple[Consignment, Consignment], clerk: Source, said: dict[str, Any], found: list[tuple[str, str | None]]
) -> None:
    take_in(clerk, csv(line(**said)))
    assert matched() == found
    assert Event.objects.get().is_matched is bool(found)


def test_our_own_reference_names_its_consignment(two: tuple[Consignment, Consignment], clerk: Source) -> None:
    take_in(clerk, csv(line(reference=two[1].ref.lower()), line(reference=two[0].ref, box=OTHER_BOX)))
    assert matched() == [("HBL1", OTHER_BOX), ("HBL2", None)]


def test_two_consignments_under_one_bill_of_lading_both_hear(cast: Cast, clerk: Source) -> None:
    for firm in (cast.importer_firm, cast.stranger_firm):
        register_for(firm, "HBL1")
    take_in(clerk, csv(line(bill="HBL1")))
    assert matched() == [("HBL1", None), ("HBL1", None)]


@pytest.mark.parametrize(("hours_ago", "is_its_own"), [(11, False), (10, True), (6, True), (5, False), (4, False)])
def test_a_box_belongs_to_a_consignment_for_one_trip(
    two: tuple[Consignment, Consignment], clerk: Source, hours_ago: int, is_its_own: bool
) -> None:
    """From the first moment of the trip on, until the last, which is no longer of it."""
    Unit.objects.filter(container=BOX).update(tracked_from=NOW - 10 * HOUR, tracked_until=NOW - 5 * HOUR)
    take_in(clerk, csv(line(box=BOX, hours_ago=hours_ago)))
    assert matched() == ([("HBL1", BOX)] if is_its_own else [])
    assert Event.objects.get().is_matched is is_its_own


def test_the_next_trip_of_a_box_takes_what_was_said_after_the_end_of_the_last(cast: Cast, clerk: Source) -> None:
    register_for(cast.stranger_firm, "HBL1", BOX)
    take_in(clerk, csv(line(box=BOX, hours_ago=60, kind="delivered"), line(box=BOX, hours_ago=40)))
    assert matched() == [("HBL1", BOX), ("HBL1", BOX)]
    register_for(cast.importer_firm, "HBL2", BOX)
    assert matched() == [("HBL1", BOX), ("HBL2", BOX)]
    assert set(EventMatch.objects.values_list("consignment__bill_of_lading", "event__kind")) == {
        ("HBL1", "delivered"),
        ("HBL2", "weighed"),
    }


def test_the_events_that_name_a_consignment_are_those_with_one_of_its_numbers(
    two: tuple[Consignment, Consignment], clerk: Source
) -> None:
    mine = [line(box=BOX), line(bill="HBL1", kind="held"), line(reference=two[0].ref), line(reference="HBL1")]
    take_in(clerk, csv(*mine, line(box=STRANGE_BOX), line(bill="HBL2"), line(reference=two[1].ref)))
    named = Event.objects.filter(pk__in=events_naming(two[0]))
    assert sorted(named.values_list("line", flat=True)) == [2, 3, 4, 5]


def test_a_consignment_without_a_bill_of_lading_is_named_by_no_empty_number(cast: Cast, clerk: Source) -> None:
    consignment = register_for(cast.importer_firm, "", BOX)
    take_in(clerk, csv(line(bill="HBL1"), line(reference="X1"), line(box=STRANGE_BOX)))
    assert (events_naming(consignment), matched()) == ([], [])


def test_matching_again_changes_nothing_and_names_all_that_is_touched(
    two: tuple[Consignment, Consignment], clerk: Source
) -> None:
    take_in(clerk, csv(line(box=BOX), line(box=OTHER_BOX), line(box=STRANGE_BOX)))
    before, events = matched(), list(Event.objects.values_list("pk", flat=True))
    assert rematch(events) == sorted(consignment.pk for consignment in two)
    assert (matched(), rematch([])) == (before, [])
    Unit.objects.filter(consignment=two[0]).exclude(container=BOX).update(container=STRANGE_BOX)
    assert rematch(events) == sorted(consignment.pk for consignment in two)
    assert matched() == [("HBL1", STRANGE_BOX), ("HBL1", BOX), ("HBL2", OTHER_BOX)]


def test_what_loses_its_consignment_waits_again(two: tuple[Consignment, Consignment], clerk: Source) -> None:
    take_in(clerk, csv(line(box=BOX)))
    Unit.objects.filter(container=BOX).update(container=STRANGE_BOX)
    rematch(list(Event.objects.values_list("pk", flat=True)))
    assert Event.objects.unmatched().count() == 1


boxes = st.sampled_from(["", BOX, OTHER_BOX, STRANGE_BOX])
bills = st.sampled_from(["", "HBL1", "HBL2", "HBL3"])
lines = st.builds(lambda box, bill, reference: line(box=box, bill=bill, reference=reference), boxes, bills, bills)
consignments = st.tuples(bills, st.sets(st.sampled_from([BOX, OTHER_BOX]), max_size=2))


@in_the_database
@given(said=st.lists(lines, min_size=1, max_size=6, unique=True), known=st.lists(consignments, max_size=3))
def test_events_and_consignments_find_each_other_whoever_comes_first(
    cast: Cast, clerk: Source, said: list[str], known: Sequence[tuple[str, set[str]]]
) -> None:
    raw, results = csv(*said), []
    for is_registered_first in (True, False):
        with forgotten_afterwards():
            if not is_registered_first:
                take_in(clerk, raw)
            for bill, held in known:
                register_for(cast.importer_firm, bill, *sorted(held))
            if is_registered_first:
                take_in(clerk, raw)
            results.append((matched(), sorted(Event.objects.unmatched().values_list("line", flat=True))))
            assert not Event.objects.exclude(is_matched=True).filter(matches__isnull=False).exists()
            assert not Event.objects.filter(is_matched=True, matches__isnull=True).exists()
    assert results[0] == results[1]


def in_another_connection(lock: Callable[[], None]) -> bool:
    """Whether another connection gets the lock at once."""

    def run() -> bool:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '100ms'")
                lock()
            return True
        except OperationalError:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(timeout=20)


def lock_shared() -> None:
    with connection.cursor() as cursor:
        matching.lock_shared(cursor)


@pytest.mark.django_db(transaction=True)
def test_readers_append_side_by_side_and_only_a_registration_waits() -> None:
    with transaction.atomic():
        lock_shared()
        assert in_another_connection(lock_shared) is True
        assert in_another_connection(matching.lock_exclusive) is False
    with transaction.atomic():
        matching.lock_exclusive()
        assert in_another_connection(lock_shared) is False
    assert in_another_connection(matching.lock_exclusive) is True
