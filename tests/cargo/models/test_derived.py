"""Derived rows: each is there once, in a state that is known, and can be dropped and written anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cargo.models import Consignment, Event, Milestone, Status, UsualDelay
from cargo.registration import rebuild
from feeds.models import Source
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import AT, Cast

Make = Callable[..., Any]


@pytest.fixture
def milestone(clerk: Source, consignment: Consignment) -> Make:
    take_in(clerk, csv(row("weighed", 1)))
    event = Event.objects.get()
    Milestone.objects.all().delete()

    def make(**more: Any) -> Milestone:
        values = {"consignment": consignment, "code": "gate_out", "actual_at": AT, "event": event}
        return Milestone.objects.create(**{**values, **more})

    return make


def refused(make: Make, constraint: str, **values: Any) -> None:
    with pytest.raises(IntegrityError, match=f'"{constraint}"'), transaction.atomic():
        make(**values)


def test_a_milestone_is_once_for_each_unit_and_once_for_all(milestone: Make, consignment: Consignment) -> None:
    one, other = consignment.units.order_by("pk")
    for unit in (None, one, other):
        milestone(unit=unit)
        refused(milestone, "milestone_once", unit=unit, actual_at=None, expected_at=AT)
    milestone(code="sealed", actual_at=None, expected_at=AT)
    refused(milestone, "milestone_has_time", code="delivered", actual_at=None)
    assert consignment.milestones.count() == 4


@pytest.mark.parametrize("state", Status.State.values)
def test_every_state_is_kept_and_open_but_for_those_that_are_done(consignment: Consignment, state: str) -> None:
    Status.objects.update(state=state)
    kept = Status.objects.get()
    assert str(kept) == f"{consignment.pk} {state}"
    assert Consignment.objects.open().exists() == (state not in ("delivered", "closed"))


@pytest.mark.parametrize("state", ["", "lost", "AT_SEA", "at sea"])
def test_no_other_state_is(consignment: Consignment, state: str) -> None:
    with pytest.raises(IntegrityError, match="status_state_known"), transaction.atomic():
        Status.objects.update(state=state)


def test_derived_rows_can_be_dropped_and_are_the_same_again(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("discharged", 30), row("gate_out", 20), row("border_in", 5, node="xx-border-malaba")))

    def derived() -> list[list[tuple[Any, ...]]]:
        columns = ("unit", "code", "actual_at", "expected_at", "is_day", "event", "is_contested")
        return [
            list(Milestone.objects.order_by("unit", "code").values_list(*columns)),
            list(Status.objects.values_list("state", "event", "is_held", "held_by", "next_step")),
        ]

    before = derived()
    assert [code for _unit, code, *_rest in before[0]] == ["border1_in", "discharged", "gate_out"]
    Milestone.objects.all().delete()
    assert rebuild() == 1
    assert derived() == before
    assert rebuild() == 1
    assert derived() == before


def test_they_go_with_their_consignment(milestone: Make, consignment: Consignment) -> None:
    milestone()
    consignment.nominations.all().delete()
    consignment.delete()
    assert (Milestone.objects.count(), Status.objects.count(), Event.objects.count()) == (0, 0, 1)


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("usual_delay_basis_known", {"basis": ""}),
        ("usual_delay_is_of_some", {"n": 0}),
        ("usual_delay_in_order", {"median_s": 10, "p90_s": 9}),
        ("cargo_usualdelay_median_s_check", {"median_s": -1}),
    ],
)
def test_a_usual_delay_that_cannot_be_is_refused(cast: Cast, constraint: str, values: dict[str, Any]) -> None:
    def make(**more: Any) -> UsualDelay:
        said: dict[str, Any] = {
            "cargo_kind": "container",
            "basis": "part",
            "name": "road",
            "median_s": 5,
            "p90_s": 5,
            "n": 1,
            "since": AT,
            "measured_at": AT,
        }
        return UsualDelay.objects.create(**{**said, **more})

    refused(make, constraint, **values)
    assert make().median_s == 5
