"""Sums by currency with what is missing from them, and dollars in other money at the rate of the day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from cargo.charges.amounts import Converted, Exchange, Lack, Owed, convert, together

LACK = Lack("no_rate", "KRA")


def test_sums_stand_by_their_currency_and_a_lack_is_named_once() -> None:
    parts = [Owed({"USD": Decimal(30)}), Owed({"KES": Decimal(5), "USD": Decimal(1)}, (LACK,)), Owed({}, (LACK,))]
    assert together(parts) == Owed({"USD": Decimal(31), "KES": Decimal(5)}, (LACK,))


def test_what_is_not_known_is_never_zero() -> None:
    assert Owed().amount() == 0
    assert Owed({"USD": Decimal(0)}, (LACK,)).amount() is None
    assert Owed({"USD": Decimal(3)}, (LACK,)).amount() == 3
    assert (Owed().is_complete, Owed({}, (LACK,)).is_complete) == (True, False)


def test_less_leaves_out_what_is_alike() -> None:
    assert Owed({"USD": Decimal(3), "KES": Decimal(4)}).less(Owed({"USD": Decimal(1), "KES": Decimal(4)})) == Owed(
        {"USD": Decimal(2)}
    )


def test_dollars_are_worth_what_they_were_worth_on_the_latest_day_known() -> None:
    rates = [
        Exchange(currency="KES", per_usd=Decimal("129.20"), on=date(2026, 11, 1), source="CBK"),
        Exchange(currency="KES", per_usd=Decimal("130.00"), on=date(2026, 11, 20), source="CBK"),
        Exchange(currency="RWF", per_usd=Decimal(1450), on=date(2026, 11, 1), source="BNR"),
    ]
    assert convert(Decimal(10), "KES", rates, date(2026, 11, 19)) == Converted(Decimal("1292.00"), rates[0])
    assert convert(Decimal(10), "KES", rates, date(2026, 11, 20)) == Converted(Decimal("1300.00"), rates[1])
    assert convert(Decimal(10), "KES", rates, date(2026, 10, 31)) is None
    assert convert(Decimal(10), "UGX", rates, date(2026, 11, 20)) is None
