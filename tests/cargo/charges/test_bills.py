"""Whatever the goods and the days: never negative, never less later, additive over boxes, no waiver raises a bill."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cargo.charges.amounts import Owed, together
from cargo.charges.bills import Bill
from cargo.charges.clocks import Reached, Track, clocks_of
from cargo.charges.days import Counting
from cargo.charges.waivers import Waiver
from tests.cargo.charges.given import DISCHARGED, ROWS, track

LATER = {
    "railed_to_icd": "ke-icd-naivasha",
    "pickup_order": "",
    "gate_out": "ke-port-mombasa",
    "border1_in": "xx-border-malaba",
    "empty_returned": "",
}
DAYS = st.dates(date(2008, 1, 1), date(2028, 12, 31))
COUNTINGS = st.builds(Counting, starts_next_day=st.booleans(), started_day_counts=st.booleans())


@st.composite
def tracks(draw: st.DrawFn) -> Track:
    """Goods that arrived on some day, with some of what may have happened in the months after it."""
    start = draw(DAYS)
    reached = {"vessel_arrived": Reached(start), "discharged": Reached(start + timedelta(draw(st.integers(0, 4))))}
    for code in draw(st.sets(st.sampled_from(sorted(LATER)))):
        reached[code] = Reached(start + timedelta(draw(st.integers(0, 90))), place=LATER[code])
    return Track(
        cargo_kind=draw(st.sampled_from(["container", "container", "roro"])),
        size_type=draw(st.sampled_from(["22G1", "45G1", "45R1", "22U1", "L5G1", ""])),
        line=draw(st.sampled_from(["", "Maersk"])),
        quantity=draw(st.integers(1, 5)),
        reached=reached,
    )


@st.composite
def waivers(draw: st.DrawFn) -> list[Waiver]:
    """Some waivers of KPA's storage and of lines."""
    return [
        Waiver(
            name="Some",
            payee=draw(st.sampled_from(["KPA", "shipping line", "Maersk"])),
            percent=Decimal(draw(st.integers(0, 100))),
            free_days=draw(st.sampled_from([0, 0, 3, 30])),
            from_day=draw(st.sampled_from([1, 1, 31])),
            starts_on=(first := draw(DAYS)),
            ends_on=first + timedelta(draw(st.integers(0, 400))),
            on_application=draw(st.booleans()),
        )
        for _ in range(draw(st.integers(0, 3)))
    ]


def bills(goods: Track, given_waivers: list[Waiver], counting: Counting) -> list[Bill]:
    return [Bill(clock, ROWS, given_waivers) for clock in clocks_of(goods, ROWS, given_waivers, counting)]


def start_of(goods: Track) -> date:
    return goods.reached["vessel_arrived"].on


@given(tracks(), waivers(), COUNTINGS, st.integers(0, 120), st.integers(0, 60))
def test_it_is_never_negative_and_never_less_later(
    goods: Track, some: list[Waiver], counting: Counting, days: int, more: int
) -> None:
    on = start_of(goods) + timedelta(days)
    for bill in bills(goods, some, counting):
        now, later = bill.accrued(on), bill.accrued(on + timedelta(more))
        assert all(amount >= 0 for amount in now.sums.values())
        assert all(later.sums.get(currency, Decimal(0)) >= amount for currency, amount in now.sums.items())
        assert set(now.lacks) <= set(later.lacks)


@given(tracks(), waivers(), COUNTINGS, st.integers(0, 120))
def test_tomorrow_is_what_tomorrow_owes_more(goods: Track, some: list[Waiver], counting: Counting, days: int) -> None:
    on = start_of(goods) + timedelta(days)
    for bill in bills(goods, some, counting):
        both, after = together([bill.accrued(on), bill.tomorrow(on)]), bill.accrued(on + timedelta(1))
        assert (both.sums, set(both.lacks)) == (after.sums, set(after.lacks))


@given(tracks(), waivers(), COUNTINGS, st.integers(0, 120))
def test_the_bands_come_to_what_the_days_come_to(
    goods: Track, some: list[Waiver], counting: Counting, days: int
) -> None:
    on = start_of(goods) + timedelta(days)
    for bill in bills(goods, some, counting):
        free, counted = bill.clock.free_days, bill.clock.days_by(on)
        if free is not None:
            one_by_one = together(bill.priced(number).owed for number in range(free + 1, counted + 1))
            assert bill.accrued(on) == one_by_one
            assert sum(line.days for line in bill.lines(on)) == max(0, counted - free)


@given(tracks(), waivers(), st.integers(0, 120), st.integers(1, 9), st.integers(1, 9))
def test_boxes_owe_each_for_itself(goods: Track, some: list[Waiver], days: int, one: int, other: int) -> None:
    on = start_of(goods) + timedelta(days)

    def owed(quantity: int) -> Owed:
        return together(b.accrued(on) for b in bills(replace(goods, quantity=quantity), some, Counting()))

    assert together([owed(one), owed(other)]) == owed(one + other)


@given(tracks(), waivers(), COUNTINGS, st.integers(0, 120))
def test_no_waiver_raises_what_is_owed(goods: Track, some: list[Waiver], counting: Counting, days: int) -> None:
    on = start_of(goods) + timedelta(days)
    for bare, spared in zip(bills(goods, [], counting), bills(goods, some, counting), strict=True):
        full, less = bare.accrued(on), spared.accrued(on)
        assert all(less.sums.get(currency, Decimal(0)) <= amount for currency, amount in full.sums.items())
        assert set(less.sums) <= set(full.sums)
        assert set(less.lacks) <= set(full.lacks)


@given(tracks(), st.integers(0, 60), st.lists(st.decimals(0, 1, places=3), max_size=20))
def test_what_is_expected_lies_between_leaving_now_and_surely_staying(
    goods: Track, days: int, falling: list[Decimal]
) -> None:
    on = start_of(goods) + timedelta(days)
    chances = {on + timedelta(n): chance for n, chance in enumerate(sorted(falling, reverse=True), start=1)}
    for bill in bills(goods, [], Counting()):
        least, most = bill.accrued(on).amount(), bill.accrued(on + timedelta(len(chances))).amount()
        expected = bill.expected(on, chances).amount()
        if least is not None and most is not None and expected is not None:
            assert least <= expected <= most


def bill_of(name: str, goods: Track) -> Bill:
    return next(bill for bill in bills(goods, [], Counting()) if bill.clock.name == name)


def test_what_is_owed_if_the_goods_leave_on_the_day_of_a_quantile() -> None:
    quantiles = {10: date(2026, 11, 17), 50: date(2026, 11, 19), 90: date(2026, 11, 24)}
    found = bill_of("port_storage", track()).by_quantile(quantiles)
    assert {quantile: owed.amount() for quantile, owed in found.items()} == {10: 0, 50: 60, 90: 235}


def test_a_line_of_the_bill_names_its_row_and_its_days() -> None:
    lines = bill_of("port_storage", track()).lines(date(2026, 11, 25))
    assert [(line.first, line.last, line.each, line.row and line.row.item) for line in lines] == [
        (16, 21, Decimal(30), "container storage band 1"),
        (22, 23, Decimal(55), "container storage band 2"),
    ]


def test_a_clock_that_has_not_started_has_no_days() -> None:
    bill = bill_of("port_storage", track({"vessel_arrived": DISCHARGED}))
    assert (bill.lines(DISCHARGED), bill.accrued(DISCHARGED).amount(), bill.tomorrow(DISCHARGED).amount()) == (
        [],
        None,
        None,
    )
    with pytest.raises(ValueError, match="not started"):
        bill.priced(1)
