"""From the database to readings: each kind of subject with what is known of it, and nothing of what is not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from cargo.models import Consignment, Event, Exposure, Forecast
from cargo.registration import Particulars, register
from corridor.models import VesselCall
from feeds.models import Source
from liaison.models import Organization
from observatory import counting
from observatory.figures import over_each, series
from observatory.gathering import (
    consignments_by_ref,
    expected,
    of_calls,
    of_consignments,
    of_forecasts,
    of_tickets,
    of_today,
)
from observatory.measuring import Reading, day_of
from observatory.models import Rollup
from observatory.registry import INDICATORS
from observatory.telling import LEAST, LEAST_PUBLIC, Telling, telling
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import Cast, source_of
from tests.test_queries import box
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
    # What tomorrow adds, however much has accrued; where no rate is known nothing is.
    Exposure.objects.create(consignment=consignment, accrued=2_507_685, tomorrow=45, reckoned_at=AT)
    assert told(of_today(AT)[AT.date().toordinal()]) == {"under_way": 1, "burning_usd_day": 45}
    Exposure.objects.update(tomorrow=None)
    assert told(of_today(AT)[AT.date().toordinal()]) == {"under_way": 1}
    Exposure.objects.update(tomorrow=0)
    assert told(of_today(AT)[AT.date().toordinal()]) == {"under_way": 1, "burning_usd_day": 0}
    Exposure.objects.update(tomorrow=45)
    counting.count(at=AT)
    Exposure.objects.update(tomorrow=60)
    # The last look of a day settles it; another day has its own.
    counting.count(at=AT + timedelta(hours=1))
    counting.count(at=AT + timedelta(days=1))
    days = Rollup.objects.filter(indicator="burning_usd_day", grain="day", slice="").order_by("starts_on")
    assert [(day.n, day.p50) for day in days] == [(1, 60.0), (1, 60.0)]


def owing(cast: Cast, *tomorrow: int) -> None:
    """So much accrues tomorrow to each of so many firms."""
    at = timezone.now()
    for number, owed in enumerate(tomorrow):
        firm = Organization.objects.create(name=f"Firm {number}", kind="importer")
        consignment = register(particulars=Particulars(consignee=firm, containers=[box(number)]), by=None, at=at)
        Exposure.objects.create(consignment=consignment, accrued=9, tomorrow=owed, reckoned_at=AT)


@pytest.mark.parametrize(
    ("tomorrow", "is_public"),
    [
        ((60,), False),
        ((60, 60, 60, 60), False),
        # Something accrues to four of them.
        ((60, 60, 60, 60, 0), False),
        ((60, 60, 60, 60, 60), True),
        ((720, 60, 60, 60, 60), True),
        ((721, 60, 60, 60, 60), False),
        ((0, 0, 0, 0, 0), False),
    ],
)
def test_the_public_is_told_what_accrues_where_it_is_of_enough_firms(
    cast: Cast, tomorrow: tuple[int, ...], is_public: bool
) -> None:
    owing(cast, *tomorrow)
    counting.count(at=AT)
    day = day_of(AT)
    for grain in ("day", "week", "month"):
        for least, is_told in ((LEAST_PUBLIC, is_public), (LEAST, True)):
            told = telling(least, [("burning_usd_day", ""), ("under_way", "")], since=day, until=day)
            (owed,) = series(INDICATORS["burning_usd_day"], grain=grain, since=day, until=day, told=told)
            assert (owed.value, owed.p10, owed.n) == ((sum(tomorrow),) * 2 if is_told else (None, None)) + (1,)
            # Their number is nobody's.
            (number,) = series(INDICATORS["under_way"], grain=grain, since=day, until=day, told=told)
            assert number.value == len(tomorrow)


def test_a_month_is_told_where_each_of_its_looks_is(cast: Cast) -> None:
    owing(cast, 60, 60, 60, 60, 60)
    burning, first = INDICATORS["burning_usd_day"], day_of(AT)
    counting.count(at=AT)
    Exposure.objects.filter(consignment__consignee__name="Firm 4").update(tomorrow=0)
    counting.count(at=AT + timedelta(days=1))
    Exposure.objects.update(tomorrow=50)
    counting.count(at=AT + timedelta(days=2))
    last = first + timedelta(days=2)
    told = telling(LEAST_PUBLIC, [(burning.slug, "")], since=first, until=last)
    days = series(burning, grain="day", since=first, until=last, told=told)
    assert [one.value for one in days] == [300, None, 250]
    # From the median of three, or of two, the third or second could be had.
    assert series(burning, grain="month", since=first, until=last, told=told)[0].value is None
    ranges = [(first, last), (first, first + timedelta(days=1)), (first, first), (last, last)]
    assert [one.value for one in over_each(burning, ranges, told=told)] == [None, None, 300, 250]
    assert [one.value for one in over_each(burning, ranges, told=Telling(LEAST))] == [250, 270, 300, 250]


def events_of(consignment: Consignment, indicator: str) -> list[tuple[Decimal | None, date]]:
    found = of_consignments([consignment.pk])[consignment.pk]
    return [(one.value, one.day) for one in found if one.indicator == indicator]


def withdraw(kind: str, **change: object) -> None:
    """The latest event of its kind takes back the one before it."""
    first, last = Event.objects.filter(kind=kind).order_by("pk")
    issued = {"issued_at": AT + timedelta(hours=1), "corrects": first.key}
    Event.objects.filter(pk=last.pk).update(**issued | change)
    Event.objects.filter(pk=first.pk).update(issued_at=AT)


@pytest.mark.parametrize(("function", "left"), [("original", 2), ("replace", 1), ("cancel", 0)])
def test_a_weighing_that_was_taken_back_is_no_weighing(
    clerk: Source, consignment: Consignment, function: str, left: int
) -> None:
    take_in(clerk, csv(row("weighed", 5, node="ke-wb-gilgil"), row("weighed", 4, node="ke-wb-gilgil")))
    withdraw("weighed", function=function)
    assert len(events_of(consignment, "weighbridge_traffic")) == left


def test_what_was_never_held_after_all_was_not_held(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("held", 50), row("held", 49), row("hold_released", 20), row("arrived_kigali", 5)))
    ((share, _day),) = events_of(consignment, "customs_hold_share")
    ((length, _day),) = events_of(consignment, "customs_hold_time")
    assert (share, length) == (Decimal(1), Decimal(30))
    withdraw("held", function="cancel")
    ((share, _day),) = events_of(consignment, "customs_hold_share")
    assert (share, events_of(consignment, "customs_hold_time")) == (Decimal(0), [])


def test_what_is_only_planned_is_not_weighed(clerk: Source, consignment: Consignment) -> None:
    take_in(clerk, csv(row("weighed", -5, classifier="PLN"), row("weighed", 5)))
    assert len(events_of(consignment, "weighbridge_traffic")) == 1


def test_nothing_of_another_consignment_is_taken_for_its_own(
    cast: Cast, clerk: Source, consignment: Consignment
) -> None:
    strangers = Particulars(consignee=cast.stranger_firm, containers=[box(1)])
    other = register(particulars=strangers, by=cast.stranger, at=timezone.now())
    take_in(clerk, csv(row("held", 50), row("hold_released", 40), row("weighed", 30)))
    take_in(clerk, csv(row("weighed", 9, box=box(1)), row("arrived_kigali", 1, box=box(1))))
    found = of_consignments([other.pk, consignment.pk])
    assert of_consignments([other.pk]) == {other.pk: found[other.pk]}
    assert told(found[other.pk])["customs_hold_share"] == 0
    assert [one.indicator for one in found[other.pk]].count("weighbridge_traffic") == 1
    assert set(told(found[consignment.pk])) == {"weighbridge_traffic", "customs_hold_time"}


def test_of_what_is_not_there_nothing_is_measured(db: None) -> None:
    for gather in (of_consignments, of_calls, of_tickets, of_forecasts):
        assert gather([]) == gather([4_000_000]) == {}
    assert consignments_by_ref([]) == []
    assert told(of_today(AT)[AT.date().toordinal()]) == {"under_way": 0}


@pytest.mark.parametrize(
    ("arrived_h", "is_hit", "error"), [(48, True, 0), (0, True, 48), (72, True, 24), (-1, False, 49), (100, False, 52)]
)
def test_a_forecast_is_as_far_off_as_its_middle_to_either_side(
    forecast: Forecast, arrived_h: int, is_hit: bool, error: int
) -> None:
    Forecast.objects.update(arrived_at=AT + timedelta(hours=arrived_h), is_hit=is_hit)
    found = told(of_forecasts([forecast.pk])[forecast.pk])
    assert found == {"forecast_hit_rate": int(is_hit), "forecast_error": error}


def test_a_forecast_that_is_scored_anew_is_counted_anew(forecast: Forecast) -> None:
    def counted() -> list[tuple[str, str, float]]:
        rows = Rollup.objects.filter(grain="day", slice="").order_by("indicator", "starts_on")
        return [(row.indicator, str(row.starts_on), float(row.total)) for row in rows]

    Forecast.objects.update(arrived_at=AT + timedelta(days=1), is_hit=True)
    counting.count_forecasts(at=AT)
    # A better source says that it came three days later, to the second.
    Forecast.objects.update(arrived_at=AT + timedelta(days=4, seconds=1), is_hit=False)
    assert counting.count_forecasts(at=AT) == 4
    assert counted() == [("forecast_error", "2026-11-30", 48.0003), ("forecast_hit_rate", "2026-11-30", 0.0)]
    assert counting.count_forecasts(at=AT) == 0
    # As far off on the other side is another day.
    Forecast.objects.update(arrived_at=AT - timedelta(seconds=1))
    assert counting.count_forecasts(at=AT) == 4
    assert [day for _slug, day, _total in counted()] == ["2026-11-26"] * 2


def test_only_what_was_said_in_the_morning_is_counted(forecast: Forecast) -> None:
    Forecast.objects.update(arrived_at=AT, is_hit=True, is_snapshot=False)
    assert counting.count_forecasts(at=AT) == 0
