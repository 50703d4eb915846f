"""The command that rebuilds: everything derived comes back from the events alone, and nobody is told."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from cargo.models import Consignment, Event, EventMatch, Milestone, Status, Unit
from cargo.reading import read_delivery
from cargo.registration import Particulars, rebuild, register
from feeds.intake import receive
from feeds.models import Delivery, Quarantine, Source
from liaison.models import JournalEntry
from notify.models import Notice
from tests.cargo.test_deriving import (
    BILL,
    DELIVERIES,
    at_once,
    carrier,
    derived,
    gate_out,
    register_it,
    take_all,
)
from tests.cargo.test_reading import BOX, NOW, OTHER_BOX, csv, row, take_in
from tests.conftest import Cast

__all__ = ["carrier"]
KEPT = [Consignment, Unit, Event, Delivery, Quarantine, JournalEntry, Notice]


def kept() -> list[list[dict[str, Any]]]:
    """Every row of what is not derived."""
    return [list(model._default_manager.order_by("pk").values()) for model in KEPT]


@pytest.fixture
def story(cast: Cast, gate: Source, clerk: Source, carrier: Source) -> dict[str, list[tuple[Any, ...]]]:
    """Corrections, contradictions, a box on its second trip, a stray event, a bad line; returns what is derived."""
    earlier = Particulars(consignee=cast.stranger_firm, bill_of_lading="HBL9", containers=[OTHER_BOX])
    register(particulars=earlier, by=None, at=NOW)
    take_in(clerk, csv(row("gate_out", 2000, box=OTHER_BOX), row("delivered", 1900, box=OTHER_BOX)))
    register_it(cast)
    take_all(DELIVERIES)
    take_in(clerk, csv(row("gate_out", 1), row("nonsense", 1)))
    return derived()


def drop_all() -> None:
    for model in (Milestone, Status, EventMatch):
        model._default_manager.all().delete()


def spoil_all() -> None:
    wrong = Event.objects.get(container="MSCU1234566")
    Milestone.objects.update(actual_at=NOW, event=wrong, is_contested=True)
    Status.objects.update(state="closed", event=wrong, is_held=True, held_by="nobody", next_step="", moved_at=NOW)
    EventMatch.objects.filter(pk=EventMatch.objects.earliest("pk").pk).delete()
    EventMatch.objects.create(event=wrong, consignment=Consignment.objects.get(bill_of_lading=BILL))
    Event.objects.update(is_matched=False)


def test_everything_derived_comes_back_and_nothing_else_is_touched(story: dict[str, list[tuple[Any, ...]]]) -> None:
    damages: list[Callable[[], None]] = [lambda: None, drop_all, spoil_all]
    before = kept()
    for damage in damages:
        damage()
        for _ in range(2):
            assert rebuild() == 2
            assert (derived(), kept()) == (story, before)
    assert Event.objects.unmatched().get().container == "MSCU1234566"
    trips = EventMatch.objects.filter(event__kind="delivered").values_list("consignment__bill_of_lading", flat=True)
    assert list(trips) == ["HBL9"]


def test_what_stands_as_it_stood_is_not_new(story: dict[str, list[tuple[Any, ...]]]) -> None:
    before = dict(Status.objects.values_list("pk", "changed_at"))
    rebuild()
    assert dict(Status.objects.values_list("pk", "changed_at")) == before
    first, second = sorted(before)
    Status.objects.filter(pk=first).update(state="closed")
    Status.objects.filter(pk=second).delete()
    began = now()
    rebuild()
    assert [at > began for at in Status.objects.values_list("changed_at", flat=True)] == [True, True]


def test_the_command_says_how_many(cast: Cast) -> None:
    out = StringIO()
    call_command("rebuild", stdout=out)
    register_it(cast)
    call_command("rebuild", stdout=out)
    assert out.getvalue().splitlines() == [
        "0 consignments rebuilt",
        "0 standings settled",
        "1 days of indicators counted",
        "1 consignments rebuilt",
        "0 standings settled",
        "1 days of indicators counted",
    ]


def test_what_comes_after_a_rebuild_is_told_and_what_came_before_is_not(gate: Source, consignment: Consignment) -> None:
    take_in(gate, gate_out("D1", 5, made=4))
    told = Notice.objects.count()
    rebuild()
    read_delivery(Delivery.objects.get().pk, again=True)
    assert Notice.objects.count() == told
    take_in(gate, gate_out("D1", 5, function="1", made=3))
    assert Notice.objects.count() == 2 * told


@pytest.mark.django_db(transaction=True)
def test_a_rebuild_while_deliveries_are_read_loses_nothing(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("discharged", 50)))
    receipts = [
        receive(source=clerk, raw=csv(row(kind, hours), row(kind, hours, box=OTHER_BOX)), at=now())
        for kind, hours in (("sealed", 3), ("gate_out", 2), ("truck_in", 4))
    ]
    readings = [lambda pk=receipt.delivery.pk: read_delivery(pk) for receipt in receipts]
    at_once([rebuild, *readings, rebuild])
    found = derived()
    rebuild()
    assert derived() == found
    reached = Milestone.objects.values_list("unit__container", "code")
    later = [(box, kind) for box in (BOX, OTHER_BOX) for kind in ("sealed", "gate_out", "truck_in")]
    assert sorted(reached) == sorted([(BOX, "discharged"), *later])


def test_a_consignment_of_which_nothing_was_heard_is_as_it_was(consignment: Consignment) -> None:
    before = derived()
    rebuild()
    assert derived() == before
    assert Status.objects.values_list("state", "next_step", "held_by").get() == (
        "registered",
        "vessel_departed",
        "line",
    )
