"""What open consignments cost is kept as their pages say it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cargo.archive import archive
from cargo.burning import BURNS, tell_burning
from cargo.charges.days import MOMBASA, day_of
from cargo.charges.reckoning import Money
from cargo.exposures import burns_at, reckon_costing, reckon_exposures
from cargo.forecasting import forecast_consignments
from cargo.models import Consignment, Exposure, Unit
from cargo.money import money_of
from cargo.registration import Particulars, register, register_many
from cargo.tariffs import load_tariff
from cargo.worklists import BY_SLUG
from feeds.models import Source
from liaison.models import JournalEntry
from observatory.gathering import of_today
from tests.cargo.test_reading import BOX, OTHER_BOX, csv, row, take_in
from tests.conftest import AT, Cast

BOXES = [BOX, OTHER_BOX, "MSKU1234565", "TGHU3054380"]


@pytest.fixture
def burning(clerk: Source, consignment: Consignment) -> Consignment:
    load_tariff(at=AT)
    Unit.objects.update(size_type="22G1")
    take_in(clerk, csv(*(row("discharged", 24 * 17, box=box) for box in (BOX, OTHER_BOX))))
    return consignment


def test_it_is_what_the_page_says(burning: Consignment, cast: Cast) -> None:
    now = timezone.now()
    assert reckon_costing(at=now) == 1
    money = money_of([burning], viewer=cast.importer, at=now)[burning.pk]
    kept = Exposure.objects.get()
    assert (kept.accrued, kept.tomorrow, kept.reckoned_at) == (money.accrued.amount(), money.tomorrow.amount(), now)
    assert kept.burns_at is not None
    assert money.binding is not None
    assert money.binding.clock.last_free_on is not None
    local = kept.burns_at.astimezone(ZoneInfo("Africa/Nairobi"))
    assert (local.hour, local.minute, (local.date() - money.binding.clock.last_free_on).days) == (0, 0, 1)


def test_while_the_empty_is_out_what_was_delivered_costs_and_is_told_of_like_what_was_not(
    cast: Cast, clerk: Source
) -> None:
    load_tariff(at=AT)
    there, delivered, back, put_away = goods = register_many(
        [Particulars(consignee=cast.importer_firm, containers=[box]) for box in BOXES], by=cast.importer, at=AT
    )
    Unit.objects.update(size_type="22G1")
    steps = [("discharged", 24 * 33), ("gate_out", 24 * 28), ("arrived_kigali", 24 * 22)]
    events = [row(kind, hours, box=box) for box in BOXES for kind, hours in steps]
    events += [row("delivered", 24 * 20, box=box) for box in BOXES[1:]]
    take_in(clerk, csv(*events, row("empty_returned", 24, box=BOXES[2])))
    now = timezone.now()
    archive(ids=[put_away.pk], by=cast.importer, at=now)
    for _time in range(2):
        reckon_costing(at=now)
    kept = {each.consignment_id: (each.burns_at, each.accrued, each.tomorrow) for each in Exposure.objects.all()}
    assert kept == {pk: (burning_from(33), Decimal(0), Decimal(0)) for pk in (there.pk, delivered.pk)}
    in_list = BY_SLUG["money"].rows(Consignment.objects.all(), now).order_by("pk")
    assert list(in_list) == [there, delivered]
    tell_burning(at=now)
    told = JournalEntry.objects.filter(kind=BURNS).order_by("key").values_list("key", flat=True)
    assert list(told) == [there.ref, delivered.ref]
    assert {each.pk for each in goods} - kept.keys() == {back.pk, put_away.pk}


def test_a_day_more_of_detention_is_in_what_burns(cast: Cast, clerk: Source) -> None:
    load_tariff(at=AT)
    particulars = Particulars(consignee=cast.importer_firm, containers=[BOX])
    register(particulars=particulars, by=cast.importer, at=AT)
    Unit.objects.update(size_type="22G1")
    take_in(clerk, csv(row("discharged", 24 * 40), row("gate_out", 24 * 39), row("delivered", 24 * 30)))
    now = timezone.now()
    reckon_costing(at=now)
    kept = Exposure.objects.get()
    assert (kept.accrued, kept.tomorrow) == (Decimal(60), Decimal(10))
    (readings,) = of_today(now).values()
    assert {each.indicator: each.value for each in readings} == {"under_way": 0, "burning_usd_day": 10}


def burning_from(days: int) -> datetime:
    """The end of the line's last free day of what was discharged so many days ago."""
    last = day_of(timezone.now()) + timedelta(days=34 - days)
    return datetime.combine(last + timedelta(days=1), time(), ZoneInfo(MOMBASA))


def test_reckoned_again_it_is_the_same_row(burning: Consignment) -> None:
    for _time in range(2):
        reckon_exposures([burning.pk], at=timezone.now())
    assert Exposure.objects.count() == 1


def test_with_a_forecast_it_says_which_clock_may_be_missed_and_what_all_comes_to(burning: Consignment) -> None:
    now = timezone.now()
    reckon_exposures([burning.pk], at=now)
    without = Exposure.objects.get()
    assert (without.expected, without.clock, without.miss_chance) == (None, "", None)
    forecast_consignments([burning.pk], at=now)
    reckon_exposures([burning.pk], at=now)
    kept = Exposure.objects.get()
    assert kept.expected is not None
    assert kept.accrued is not None
    # The port's clock costs already: what may be missed yet is another one.
    assert (kept.expected > kept.accrued, kept.clock, 0 < (kept.miss_chance or 0) < 1) == (
        True, "customs_warehouse", True,
    )  # fmt: skip
    stall = burning.forecasts.current().get().stall_chance
    assert stall is not None
    assert 0.0 < stall <= 1.0


def test_where_nothing_runs_nothing_is_known_to_burn(consignment: Consignment) -> None:
    reckon_costing(at=timezone.now())
    kept = Exposure.objects.get()
    assert (kept.burns_at, kept.accrued) == (None, None)
    assert burns_at(Money(datetime(2026, 11, 20, tzinfo=ZoneInfo("UTC")).date(), ())) is None


def test_many_cost_as_many_queries_as_one(burning: Consignment) -> None:
    with CaptureQueriesContext(connection) as queries:
        reckon_exposures([burning.pk], at=timezone.now())
    assert len(queries) <= 9


@pytest.mark.parametrize("column", ["accrued", "tomorrow"])
def test_nothing_costs_less_than_nothing(consignment: Consignment, column: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Exposure.objects.create(consignment=consignment, reckoned_at=AT, **{column: Decimal(-1)})


@pytest.mark.parametrize("wrong", [{"clock": "port_storage"}, {"miss_chance": 0.5}, {"clock": "x", "miss_chance": 1.5}])
def test_a_chance_is_of_a_clock(consignment: Consignment, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Exposure.objects.create(consignment=consignment, reckoned_at=AT, **wrong)
