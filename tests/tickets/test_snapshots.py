"""How a consignment stands when a ticket is opened: all that is known of it, as it was known then."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cargo.models import Consignment, Forecast, Status, Unit
from cargo.registration import Particulars, register
from cargo.tariffs import load_tariff
from feeds.models import Source
from tests.cargo.test_reading import BOX, OTHER_BOX, csv, row, take_in
from tests.conftest import AT, Cast
from tests.tickets.conftest import opened
from tickets.snapshots import snapshots

NOW = timezone.now()
DAY = timedelta(days=1)


def of(*consignments: Consignment) -> list[dict[str, Any]]:
    return snapshots(consignments, at=timezone.now())


def forecast(consignment: Consignment, *, is_current: bool = True) -> Forecast:
    return Forecast.objects.create(
        consignment=consignment, made_at=NOW, p10=NOW + DAY, p50=NOW + 2 * DAY, p90=NOW + 3 * DAY, days_out="1-3",
        stands="discharged", trips=312, fingerprint="f", reason="late", is_current=is_current,
    )  # fmt: skip


def test_of_one_of_which_nothing_was_heard_that_is_said(consignment: Consignment) -> None:
    found = of(consignment)[0]
    unknown = ("since", "received_at", "p10", "p90", "accrued", "tomorrow", "last_free_on")
    assert {name: found[name] for name in unknown} == dict.fromkeys(unknown)
    empty = ("last_kind", "place", "zone", "source", "clock")
    assert {name: found[name] for name in empty} == dict.fromkeys(empty, "")
    assert (found["consignment"], found["is_held"]) == (consignment.ref, False)


def test_where_it_is_who_says_so_and_when_it_was_heard(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("discharged", 30)))
    found = of(consignment)[0]
    status = Status.objects.select_related("event__source", "event__node").get(consignment=consignment)
    assert status.event
    assert (found["last_kind"], found["place"], found["source"]) == ("discharged", "Port of Mombasa", "Clerk")
    assert (found["since"], found["received_at"], found["zone"]) == (
        status.event.occurred_at.isoformat(),
        status.event.received_at.isoformat(),
        status.event.zone,
    )
    assert (found["state"], found["held_by"], found["next_step"]) == (status.state, status.held_by, status.next_step)


def test_the_window_is_the_one_that_holds(consignment: Consignment) -> None:
    forecast(consignment, is_current=False)
    assert of(consignment)[0]["p10"] is None
    current = forecast(consignment)
    found = of(consignment)[0]
    assert (found["p10"], found["p90"]) == (current.p10.isoformat(), current.p90.isoformat())


def test_what_it_costs_is_said_with_its_currency_and_the_clock_that_burns(
    clerk: Source, consignment: Consignment
) -> None:
    load_tariff(at=AT)
    Unit.objects.update(size_type="22G1")
    take_in(clerk, csv(row("discharged", 24 * 20, box=BOX), row("discharged", 24 * 20, box=OTHER_BOX)))
    found = of(consignment)[0]
    assert (found["currency"], float(found["accrued"]) > 0, float(found["tomorrow"]) > 0) == ("USD", True, True)
    assert found["clock"]
    assert found["last_free_on"] is None or found["last_free_on"] < NOW.date().isoformat()


def test_several_stand_each_for_itself_in_the_order_of_their_registration(
    cast: Cast, clerk: Source, consignment: Consignment
) -> None:
    second = register(particulars=Particulars(consignee=cast.importer_firm, containers=["MSCU1234566"]), by=None, at=AT)
    forecast(second)
    take_in(clerk, csv(row("gate_out", 3, box="MSCU1234566")))
    found = of(second, consignment)
    assert [(each["consignment"], each["last_kind"], each["p10"] is None) for each in found] == [
        (consignment.ref, "", True),
        (second.ref, "gate_out", False),
    ]


def test_it_is_plain_json_and_stays_as_it_was(
    ticket: object, cast: Cast, clerk: Source, consignment: Consignment
) -> None:
    before = opened(cast, consignment).entries.get(kind="attached").data
    take_in(clerk, csv(row("gate_out", 3)))
    after = opened(cast, consignment).entries.get(kind="attached").data
    assert (before["last_kind"], after["last_kind"]) == ("", "gate_out")
    assert json.loads(json.dumps(of(consignment)))[0] == after
    assert sorted(before) == sorted(after)


def test_many_cost_as_many_queries_as_one(cast: Cast, consignment: Consignment) -> None:
    def cost(*consignments: Consignment) -> int:
        with CaptureQueriesContext(connection) as queries:
            snapshots(consignments, at=NOW)
        return len(queries)

    cost(consignment)  # From now on the tariff is remembered.
    few = cost(consignment)
    more = [
        register(particulars=Particulars(consignee=cast.importer_firm, bill_of_lading=f"B{number}"), by=None, at=AT)
        for number in range(5)
    ]
    assert cost(consignment, *more) == few <= 10


@pytest.mark.django_db
def test_of_nothing_there_is_nothing() -> None:
    assert of() == []
