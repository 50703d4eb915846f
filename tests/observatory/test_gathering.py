"""From the database to readings: each kind of subject with what is known of it, and nothing of what is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from cargo.models import Consignment, Exposure, Forecast
from corridor.models import VesselCall
from feeds.models import Source
from liaison.models import Organization
from observatory import counting
from observatory.gathering import (
    consignments_by_ref,
    expected,
    of_calls,
    of_consignments,
    of_forecasts,
    of_tickets,
    of_today,
)
from observatory.measuring import Reading
from observatory.models import Rollup
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import Cast, source_of
from tests.tickets.conftest import opened
from tickets.categories import load_categories
from tickets.conversation import Saying, say
from tickets.handovers import accept, hand_over
from tickets.models import Ticket

AT = datetime(2026, 11, 26, 6, tzinfo=UTC)


def told(readings: list[Reading]) -> dict[str, Decimal | None]:
    return {one.indicator: one.value for one in readings}


def test_a_consignments_boxes_each_have_their_own_readings(clerk: Source, consignment: Consignment) -> None:
    first, second = consignment.units.order_by("pk")
    # What names no box counts for both.
    whole = f",,{consignment.bill_of_lading},kra_cleared,ACT,ke-port-mombasa,{timezone.now() - timedelta(hours=20)},"
    take_in(clerk, csv(row("discharged", 50, box=first.container), row("gate_out", 10, box=first.container)))
    take_in(clerk, csv(row("discharged", 40, box=second.container), row("weighed", 5, node="ke-wb-gilgil"), whole))
    found = of_consignments([consignment.pk])[consignment.pk]
    dwell = [(one.part, one.value) for one in found if one.indicator == "container_dwell_time"]
    assert dwell == [(first.pk, Decimal(40))]
    cleared = [one.part for one in found if one.indicator == "one_stop_centre_clearance_time"]
    assert cleared == [first.pk, second.pk]
    assert [one.slices[-1] for one in found if one.indicator == "weighbridge_traffic"] == ["node:ke-wb-gilgil"]
    # News that was told of both together is one piece of news.
    lags = [one.part for one in found if one.indicator == "news_lag"]
    assert len(lags) == len(set(lags)) == 3
    assert consignments_by_ref([consignment.ref, "RW00-000000"]) == [consignment.pk]


def test_what_a_trip_should_pass() -> None:
    assert expected("container", "import")[0] == "discharged"
    assert expected("container", "import")[-1] == "arrived_kigali"
    assert expected("liquid_bulk", "import")[:2] == ["discharged_kot", "pipeline_in"]
    assert expected("container", "export") == []


def test_ships_calls(network: None) -> None:
    take_in(source_of("ships", "schedule"), b"VESSEL,VOYAGE,ETA\nABACUS,411E,2026-11-24 09:00\n")
    call = VesselCall.objects.get()
    assert of_calls([call.pk]) == {call.pk: []}
    times = {"arrived_at": AT, "berthed_at": AT + timedelta(hours=9), "departed_at": AT + timedelta(hours=60)}
    VesselCall.objects.update(state="sailed", **times)
    assert told(of_calls([call.pk])[call.pk])["ship_turnaround_time"] == 60


def test_tickets_and_agencies(cast: Cast, consignment: Consignment) -> None:
    load_categories()
    ticket = opened(cast, consignment)
    at = timezone.now()
    say(ticket=ticket, saying=Saying(text="Look"), by=cast.officer, at=at + timedelta(hours=2))
    agency = Organization.objects.get(name="KPA")
    hand_over(ticket=ticket, agency=agency, words="Look", by=cast.officer, at=at + timedelta(hours=3))
    accept(ticket=ticket, by=cast.desk, at=at + timedelta(hours=8))
    found = of_tickets([ticket.pk])[ticket.pk]
    assert {slug: round(value or 0) for slug, value in told(found).items()} == {
        "tickets_opened": 1,
        "ticket_first_reply_time": 2,
        "agency_answer_time": 5,
    }
    assert next(one for one in found if one.indicator == "agency_answer_time").slices[-1] == "agency:KPA"
    counting.count(at=timezone.now())
    assert Rollup.objects.get(indicator="agency_answer_time", grain="month", slice="agency:KPA").n == 1
    other = opened(cast, consignment, title="The same again")
    Ticket.objects.filter(pk=other.pk).update(state="merged", merged_into=ticket, waiting_on="", next_breach_at=None)
    assert of_tickets([other.pk]) == {}


@pytest.fixture
def forecast(consignment: Consignment) -> Forecast:
    return Forecast.objects.create(
        consignment=consignment, made_at=AT, p10=AT, p50=AT + timedelta(days=2), p90=AT + timedelta(days=3),
        days_out="1-3", trips=9, fingerprint="x", reason="trips", is_snapshot=True,
    )  # fmt: skip


def test_forecasts_count_once_they_are_scored(forecast: Forecast) -> None:
    assert of_forecasts([forecast.pk]) == {}
    assert counting.count_forecasts(at=AT) == 0
    Forecast.objects.update(arrived_at=AT + timedelta(days=1), is_hit=True)
    assert told(of_forecasts([forecast.pk])[forecast.pk]) == {"forecast_hit_rate": 1, "forecast_error": 24}
    assert counting.count_forecasts(at=AT) == 2
    assert counting.count_forecasts(at=AT) == 0
    rate = Rollup.objects.get(indicator="forecast_hit_rate", grain="month", slice="horizon:1-3")
    assert (rate.n, float(rate.total), float(rate.base), rate.p50) == (1, 1.0, 1.0, None)


def test_what_stands_today(consignment: Consignment) -> None:
    assert told(of_today(AT)[AT.date().toordinal()]) == {"under_way": 1}
    Exposure.objects.create(consignment=consignment, accrued=100, tomorrow=145, reckoned_at=AT)
    assert told(of_today(AT)[AT.date().toordinal()]) == {"under_way": 1, "burning_usd_day": 45}
    counting.count(at=AT)
    Exposure.objects.update(tomorrow=160)
    # The last look of a day settles it; another day has its own.
    counting.count(at=AT + timedelta(hours=1))
    counting.count(at=AT + timedelta(days=1))
    days = Rollup.objects.filter(indicator="burning_usd_day", grain="day", slice="").order_by("starts_on")
    assert [(day.n, day.p50) for day in days] == [(1, 60.0), (1, 60.0)]
