"""What a forecast means for money: chances of the clocks, and what all comes to in the end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cargo.arrival.decisions import Window
from cargo.charge_lines import money_card
from cargo.charge_words import lack_words
from cargo.charges.amounts import Owed
from cargo.charges.clocks import Reached, Track
from cargo.charges.days import MOMBASA, day_of
from cargo.charges.reckoning import Charge, reckon
from cargo.models import Forecast
from cargo.outlooks import UNKNOWN, _chance, _ends, _hours, _is_least, _left_h, _rounded, _window, outlook
from tests.cargo.charges.given import ROWS
from tests.cargo.test_charge_lines import money

AT = datetime(2026, 11, 15, 9, tzinfo=UTC)


def forecast(gate_h: tuple[float, float, float] | None, at: datetime = AT) -> Forecast:
    """One that leaves the port after so many hours, and arrives five days later."""
    gate = [at + timedelta(hours=hours) for hours in gate_h] if gate_h else [None] * 3
    arrival = [at + timedelta(hours=hours + 120) for hours in gate_h or (0, 24, 48)]
    return Forecast(
        made_at=at, p10=arrival[0], p50=arrival[1], p90=arrival[2],
        gate_p10=gate[0], gate_p50=gate[1], gate_p90=gate[2],
    )  # fmt: skip


def test_who_leaves_in_time_pays_nothing_and_who_does_not_pays_each_day() -> None:
    """Free to the end of the 17th, at 30 dollars a day from then on."""
    found = money(15)
    soon, late = (outlook(found, forecast(hours), at=AT) for hours in ((2, 4, 6), (200, 210, 220)))
    port = [number for number, charge in enumerate(found.charges) if charge.clock.name == "port_storage"]
    assert (soon.percent[port[0]], late.percent[port[0]]) == (0, 97)
    assert soon.expected is not None
    assert late.expected is not None
    assert soon.expected.amount() == Decimal("0.00")
    assert Decimal(150) < (late.expected.amount() or Decimal(0)) < Decimal(240)
    card = money_card(found, (), (), late)
    assert card.expected.startswith("USD")
    assert (card.is_expected_least, card.binding and card.binding.percent) == (True, 97)


def test_without_a_forecast_or_a_gate_nothing_is_foretold_of_the_port() -> None:
    found = money(15)
    assert outlook(found, None, at=AT) == UNKNOWN
    ahead = outlook(found, forecast(None), at=AT)
    names = {found.charges[number].clock.name for number in ahead.percent}
    assert names <= {"line_container"}
    assert money_card(found).expected == ""


def test_what_costs_already_has_no_chance_but_goes_on_to_cost() -> None:
    found, at = money(24), datetime(2026, 11, 24, 9, tzinfo=UTC)
    ahead = outlook(found, forecast((20, 40, 60), at), at=at)
    port = [number for number, charge in enumerate(found.charges) if charge.clock.name == "port_storage"]
    assert port[0] not in ahead.percent
    assert ahead.expected is not None
    assert (ahead.expected.amount() or 0) > (found.accrued.amount() or 0)


def test_what_has_stopped_is_what_it_was() -> None:
    found, at = money(24, gate_out=date(2026, 11, 19)), datetime(2026, 11, 24, 9, tzinfo=UTC)
    stopped = [number for number, charge in enumerate(found.charges) if not charge.clock.is_running]
    assert stopped
    assert not set(stopped) & set(outlook(found, forecast(None, at), at=at).percent)


@settings(max_examples=20)
@given(st.floats(0, 300), st.floats(0, 200))
def test_a_later_gate_is_never_cheaper(gate: float, later: float) -> None:
    found = money(15)
    one, other = (
        outlook(found, forecast((hours, hours + 10, hours + 30)), at=AT).expected for hours in (gate, gate + later)
    )
    assert one is not None
    assert other is not None
    assert (one.amount() or Decimal(0)) <= (other.amount() or Decimal(0))


def charge(name: str, gate_out: date | None = None) -> Charge:
    found = money(24, gate_out=gate_out) if gate_out else money(15)
    return next(each for each in found.charges if each.clock.name == name)


@pytest.mark.parametrize(
    ("at", "left_h"),
    [
        # Midnight at Mombasa is 21 o'clock in the world.
        (datetime(2026, 11, 15, 9, tzinfo=UTC), 12.0),
        (datetime(2026, 11, 15, 20, 59, tzinfo=UTC), 1 / 60),
        (datetime(2026, 11, 15, 21, tzinfo=UTC), 0.0),
        (datetime(2026, 11, 16, 5, tzinfo=UTC), 0.0),
        (datetime(2026, 11, 14, 21, tzinfo=UTC), 24.0),
    ],
)
def test_what_is_left_of_a_day_is_counted_at_mombasa(at: datetime, left_h: float) -> None:
    assert _left_h(date(2026, 11, 15), at) == pytest.approx(left_h)


def test_what_should_have_been_over_is_over_now() -> None:
    moments = (AT - timedelta(hours=3), AT, AT + timedelta(minutes=90))
    assert _hours(*moments, AT) == Window(0.0, 0.0, 1.5)


def test_a_clock_of_the_port_waits_for_the_gate_and_the_lines_for_the_arrival() -> None:
    told = forecast((10, 20, 30))
    assert _window(charge("port_storage"), _ends(told, AT)) == Window(10.0, 20.0, 30.0)
    assert _window(charge("line_container"), _ends(told, AT)) == Window(130.0, 140.0, 150.0)
    assert _window(charge("port_storage"), _ends(forecast(None), AT)) is None
    assert _window(charge("line_container"), _ends(forecast(None), AT)) == Window(120.0, 144.0, 168.0)


def test_when_the_warehouse_in_kigali_is_left_nobody_foretells() -> None:
    reached = {"arrived_kigali": Reached(date(2026, 11, 12), place="rw-wh-magerwa")}
    found = reckon([Track(cargo_kind="roro", reached=reached)], ROWS, today=day_of(AT, MOMBASA))
    there = next(each for each in found.charges if each.clock.name == "kigali_warehouse")
    assert (there.clock.last_free_on, _window(there, _ends(forecast((10, 20, 30)), AT))) == (date(2026, 11, 18), None)
    [lack] = (
        reckon([Track(cargo_kind="roro", reached=reached)], ROWS, today=day_of(AT + timedelta(days=9), MOMBASA))
        .charges[0]
        .accrued.lacks
    )
    assert lack_words(lack) == (
        "MAGERWA: the days after the free ones cost RWF 1 a kilogram; what was weighed there is not told to us."
    )


def test_half_a_gate_is_none() -> None:
    told = forecast((10, 20, 30))
    told.gate_p90 = None
    assert _window(charge("port_storage"), _ends(told, AT)) is None


def test_a_clock_that_stands_waits_for_nothing() -> None:
    stopped = charge("port_storage", date(2026, 11, 19))
    assert not stopped.clock.is_running
    assert _window(stopped, _ends(forecast((10, 20, 30)), AT)) is None


@pytest.mark.parametrize(
    ("today", "percent"),
    [
        # Free to the end of the 17th: sixty hours from the noon of the 15th.
        (date(2026, 11, 15), 50),
        (date(2026, 11, 16), 90),
        (date(2026, 11, 17), 97),
        (date(2026, 11, 18), None),
    ],
)
def test_a_chance_is_that_of_lasting_longer_than_the_last_free_day(today: date, percent: int | None) -> None:
    port, window = charge("port_storage"), Window(36.0, 60.0, 90.0)
    assert port.clock.last_free_on == date(2026, 11, 17)
    chance = _chance(port, window, today, 12.0)
    assert (round(100 * chance) if chance is not None else None) == percent
    assert _chance(port, None, today, 12.0) is None


def test_the_lines_clock_runs_until_the_empty_is_back_where_that_is_foretold() -> None:
    told, line = forecast((10, 20, 30)), charge("line_container")
    told.empty_p10, told.empty_p50 = (AT + timedelta(hours=hours) for hours in (400, 450))
    assert _window(line, _ends(told, AT)) == Window(130.0, 140.0, 150.0)
    assert _is_least([line], [Window(1, 2, 3)], _ends(told, AT))
    told.empty_p90 = AT + timedelta(hours=600)
    assert _window(line, _ends(told, AT)) == Window(400.0, 450.0, 600.0)
    assert not _is_least([line], [Window(1, 2, 3)], _ends(told, AT))
    assert _window(charge("port_storage"), _ends(told, AT)) == Window(10.0, 20.0, 30.0)
    # Of what comes back later more is to be expected, and it is no longer the least.
    found = money(15)
    least, whole = outlook(found, forecast((10, 20, 30)), at=AT), outlook(found, told, at=AT)
    assert (least.is_least, whole.is_least) == (True, False)
    number = next(n for n, each in enumerate(found.charges) if each.clock.name == "line_container")
    assert whole.chances[number] > least.chances[number]
    assert whole.expected is not None
    assert least.expected is not None
    assert (whole.expected.amount() or 0) > (least.expected.amount() or 0)


def test_it_is_the_least_where_a_clock_runs_that_nobody_stops() -> None:
    port, line = charge("port_storage"), charge("line_container")
    stopped, window = charge("port_storage", date(2026, 11, 19)), Window(1, 2, 3)
    assert [
        _is_least(charges, windows, _ends(forecast(None), AT))
        for charges, windows in (
            ([], []),
            ([port], [window]),
            ([port], [None]),
            ([line], [window]),
            ([port, line], [window, window]),
            ([stopped], [None]),
        )
    ] == [False, False, True, True, True, False]


def test_sums_are_rounded_to_cents_and_what_lacks_is_kept() -> None:
    found = _rounded(Owed({"USD": Decimal("10.005"), "KES": Decimal("0.0149")}, ()))
    assert (found.sums, found.lacks) == ({"USD": Decimal("10.00"), "KES": Decimal("0.01")}, ())
    assert _rounded(Owed({}, ())) == Owed({}, ())
