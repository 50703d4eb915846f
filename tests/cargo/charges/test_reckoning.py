"""What a consignment owes at a moment, and which clock binds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from cargo.charges.amounts import Lack
from cargo.charges.clocks import Reached, clocks_of
from cargo.charges.days import MOMBASA, day_of
from cargo.charges.reckoning import Money, reckon
from tests.cargo.charges.given import DISCHARGED, ROWS, track

ARRIVED = date(2026, 11, 1)


def money(at: str, **reached: date) -> Money:
    days = {"vessel_arrived": ARRIVED, "discharged": DISCHARGED, **reached}
    return reckon([track(days)], ROWS, today=day_of(datetime.fromisoformat(at), MOMBASA))


def clocks(found: Money) -> list[tuple[str, bool, int | None]]:
    return [(charge.clock.name, charge.is_binding, charge.days_left) for charge in found.charges]


def test_the_clock_that_costs_first_binds_and_stands_first() -> None:
    found = money("2026-11-15T09:00Z")
    assert clocks(found) == [
        ("port_storage", True, 2),
        ("customs_warehouse", False, 6),
        ("line_container", False, 22),
    ]
    assert found.binding == found.charges[0]
    assert [found.accrued.amount(), found.tomorrow.amount()] == [0, 0]
    assert found.binding is not None
    assert found.binding.per_day.amount() == 30


def test_outside_the_port_only_the_line_s_clock_runs_on() -> None:
    found = money("2026-12-09T09:00Z", gate_out=date(2026, 11, 19))
    assert clocks(found) == [
        ("line_container", True, -2),
        ("port_storage", False, None),
        ("customs_warehouse", False, None),
    ]
    assert [found.accrued.amount(), found.tomorrow.amount()] == [60 + 20, 10]


def test_who_is_seen_at_the_border_has_left_the_port() -> None:
    found = money("2026-12-01T09:00Z", border1_in=date(2026, 11, 19))
    assert [(c.clock.name, c.clock.stops_with) for c in found.charges if c.clock.stops_on] == [
        ("port_storage", "border1_in"),
        ("customs_warehouse", "border1_in"),
    ]


def test_a_total_with_something_unknown_is_the_least() -> None:
    found = money("2026-11-24T09:00Z")
    assert (found.accrued.amount(), found.accrued.lacks) == (Decimal(235), (Lack("no_rate", "KRA"),))
    assert reckon([], ROWS, today=day_of(datetime(2026, 11, 24, tzinfo=UTC), MOMBASA)).accrued.amount() == 0


def test_nothing_runs_and_nothing_is_known_before_the_discharge_is_reported() -> None:
    found = reckon([track({"booked": ARRIVED})], ROWS, today=day_of(datetime(2026, 11, 24, tzinfo=UTC), MOMBASA))
    assert (found.binding, found.accrued.amount(), found.tomorrow.amount()) == (None, None, None)
    assert found.accrued.lacks == (
        Lack("not_started", "KPA", "discharged"),
        Lack("not_started", "KRA", "vessel_arrived"),
        Lack("not_started", "shipping line", "discharged"),
    )


def test_an_expected_discharge_starts_an_expected_clock_that_costs_nothing_yet() -> None:
    expected = replace(track(), reached={"discharged": Reached(date(2026, 11, 28), is_actual=False)})
    found = reckon([expected], ROWS, today=day_of(datetime(2026, 11, 24, tzinfo=UTC), MOMBASA))
    assert found.binding is not None
    assert (found.binding.clock.is_expected, found.binding.days_left) == (True, 18)
    assert found.accrued.amount() == 0


def test_what_is_expected_never_stops_a_clock() -> None:
    goods = track()
    planned = replace(goods, reached={**goods.reached, "gate_out": Reached(date(2026, 11, 10), is_actual=False)})
    assert [clock.stops_on for clock in clocks_of(planned, ROWS)] == [None, None, None]


def test_it_is_an_estimate_until_the_office_has_confirmed_every_row() -> None:
    confirmed = [replace(row, confidence="confirmed") for row in ROWS]
    at = datetime(2026, 11, 20, tzinfo=UTC)
    assert [c.is_confirmed for c in reckon([track()], ROWS, today=day_of(at, MOMBASA)).charges] == [False, False, False]
    assert [c.is_confirmed for c in reckon([track()], confirmed, today=day_of(at, MOMBASA)).charges] == [
        True,
        True,
        True,
    ]
    half = [replace(row, confidence="confirmed") if row.unit == "day" else row for row in ROWS]
    assert [c.is_confirmed for c in reckon([track()], half, today=day_of(at, MOMBASA)).charges] == [False, True, True]


def test_the_expected_end_of_all_clocks() -> None:
    chances = {date(2026, 11, 18): Decimal(1), date(2026, 11, 19): Decimal("0.5")}
    assert (
        reckon([track()], ROWS, today=day_of(datetime(2026, 11, 17, 9, tzinfo=UTC), MOMBASA)).expected(chances).amount()
        == 45
    )
