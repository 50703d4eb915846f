"""A consignment's money in words: for its page, for its row in the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from cargo.charge_lines import ChargeLine, Other, binding_line, money_card, money_field
from cargo.charges.amounts import Exchange
from cargo.charges.clocks import Reached
from cargo.charges.days import MOMBASA, day_of
from cargo.charges.reckoning import Money, reckon
from cargo.charges.waivers import Waiver
from tests.cargo.charges.given import DISCHARGED, ROWS, track

ARRIVED = date(2026, 11, 1)


def money(day: int, *, quantity: int = 1, month: int = 11, waivers: tuple[Waiver, ...] = (), **more: date) -> Money:
    goods = track({"vessel_arrived": ARRIVED, "discharged": DISCHARGED, **more}, quantity=quantity)
    return reckon([goods], ROWS, waivers, today=day_of(datetime(2026, month, day, 9, tzinfo=UTC), MOMBASA))


def by_label(found: Money) -> dict[str, ChargeLine]:
    return {line.label: line for line in money_card(found).lines}


def test_before_the_free_days_end() -> None:
    card = money_card(money(15))
    line = card.binding
    assert line is not None
    assert (line.label, line.state, line.last_free_on, line.days_left, line.per_day) == (
        "KPA storage at the port",
        "free",
        date(2026, 11, 17),
        2,
        "USD\u00a030",
    )
    assert (card.accrued, card.tomorrow, card.is_least, card.is_confirmed) == ("USD\u00a00", "USD\u00a00", False, False)
    assert card.lacks == ["KRA: what the days after the free ones cost is not in the tariff known to us."]


def test_once_it_costs_each_band_says_how_it_is_counted() -> None:
    card = money_card(money(24, quantity=2))
    line = card.binding
    assert line is not None
    assert (card.accrued, card.tomorrow, card.is_least) == ("USD\u00a0470", "USD\u00a0110", True)
    assert (line.state, line.days_left, line.days_words) == ("charging", -7, "free days ended 7 days ago")
    assert [(band.first, band.last, band.each, band.quantity, band.owed) for band in line.bands] == [
        (16, 21, "USD\u00a030", 2, "USD\u00a0360"),
        (22, 22, "USD\u00a055", 2, "USD\u00a0110"),
    ]
    assert all(band.source.startswith("https://") for band in line.bands)


def test_a_clock_says_whether_it_stopped_is_expected_or_unknown() -> None:
    stopped = by_label(money(24, gate_out=date(2026, 11, 19)))
    assert stopped["KPA storage at the port"].state == "stopped"
    assert stopped["KPA storage at the port"].stops_on == date(2026, 11, 19)
    expected = replace(track(), reached={"discharged": Reached(date(2026, 11, 28), is_actual=False)})
    at = datetime(2026, 11, 24, tzinfo=UTC)
    assert money_card(reckon([expected], ROWS, today=day_of(at, MOMBASA))).lines[0].state == "expected"
    card = money_card(reckon([track({"booked": DISCHARGED})], ROWS, today=day_of(at, MOMBASA)))
    assert ([line.state for line in card.lines], card.accrued, card.binding) == (["unknown"] * 3, "", None)
    assert card.lacks[0] == "KPA: what starts the clock was not reported: Discharged."


def test_a_percentage_that_is_waived_is_said() -> None:
    half = Waiver(name="Half", payee="KPA", percent=Decimal("50.00"), starts_on=DISCHARGED)
    bands = money_card(money(24, waivers=(half,))).lines[0].bands
    assert [(band.percent, band.each) for band in bands] == [("50", "USD\u00a015"), ("50", "USD\u00a027.50")]
    days = Waiver(name="Days", payee="KPA", free_days=5, starts_on=DISCHARGED)
    assert "A waiver adds 5 days." in by_label(money(24, waivers=(days,)))["KPA storage at the port"].basis


def test_only_a_campaign_of_today_can_be_applied_for() -> None:
    now = Waiver(name="Now", payee="KPA", percent=Decimal(80), starts_on=DISCHARGED, on_application=True)
    over = replace(now, name="Over", ends_on=DISCHARGED)
    granted = replace(now, name="Granted", on_application=False)
    assert [campaign.name for campaign in money_card(money(24), (), (now, over, granted)).campaigns] == ["Now"]


def test_other_money_at_the_rate_of_its_day_and_nothing_without_one() -> None:
    rate = Exchange(currency="RWF", per_usd=Decimal("1450.5"), on=date(2026, 11, 20), source="BNR")
    assert money_card(money(24), [rate]).others == [Other("RWF\u00a0340,868", date(2026, 11, 20), "BNR")]
    assert money_card(money(24), [replace(rate, on=date(2026, 11, 25))]).others == []
    assert money_card(money(15), [rate]).others == []


def test_a_row_of_the_list_has_the_binding_clock_or_nothing() -> None:
    line = binding_line(money(15))
    assert line is not None
    assert line.last_free_on == date(2026, 11, 17)
    assert binding_line(None) is None
    assert binding_line(reckon([], ROWS, today=day_of(datetime(2026, 11, 24, tzinfo=UTC), MOMBASA))) is None


def test_the_prices_of_the_order_s_day_are_said() -> None:
    line = by_label(money(24, pickup_order=date(2026, 11, 20)))["KPA storage at the port"]
    assert line.basis.endswith("Prices of the day of the pick-up order.")


@pytest.mark.parametrize(
    ("language", "accrued"),
    [("en", "USD\u00a01,500.50"), ("fr", "USD\u00a01\u202f500,50"), ("sw", "USD\u00a01,500.50")],
)
def test_amounts_by_the_reader_s_language(language: str, accrued: str) -> None:
    rows = [replace(row, rate=Decimal("1500.5")) if row.day_from == 16 else row for row in ROWS]
    with translation.override(language):
        assert (
            money_card(reckon([track()], rows, today=day_of(datetime(2026, 11, 18, 9, tzinfo=UTC), MOMBASA))).accrued
            == accrued
        )


def test_what_is_unknown_is_null_in_the_programming_interface() -> None:
    field = money_field(
        reckon([track({"booked": DISCHARGED})], ROWS, today=day_of(datetime(2026, 11, 24, tzinfo=UTC), MOMBASA))
    )
    assert (field["accrued"], field["tomorrow"]) == (None, None)
    assert {(clock["starts_on"], clock["free_days"], clock["last_free_on"]) for clock in field["clocks"]} == {
        (None, None, None)
    }
