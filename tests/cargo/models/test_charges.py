"""Rows of the tariff, waivers and rates of exchange: what the database refuses, which count, and who sees them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cargo.charges.amounts import Exchange
from cargo.models import Consignment, ExchangeRate, TariffRow, Waiver
from liaison.models import AnonymousUser, Person
from liaison.people import add_person
from liaison.roles import HEADS, OFFICE, TRADE, Role
from tests.conftest import AT, Cast, somebody

Make = Callable[..., Any]
DAY = date(2026, 3, 1)


def refused(make: Make, constraint: str, **values: Any) -> None:
    with pytest.raises(IntegrityError, match=f'"{constraint}"'), transaction.atomic():
        make(**values)


def tariff_row(**more: Any) -> TariffRow:
    values: dict[str, Any] = {
        "payee": "KPA",
        "charge_group": "port_storage",
        "item": "storage",
        "unit": "day",
        "currency": "USD",
        "source_url": "tariff book, page 3",
        "confidence": "sourced",
        "proposed_at": AT,
    }
    return TariffRow.objects.create(**{**values, **more})


def waiver(**more: Any) -> Waiver:
    values = {"name": "Rainy days", "payee": "KPA", "percent": 50, "starts_on": DAY, "source": "Circular 7"}
    return Waiver.objects.create(**{**values, **more})


def exchange_rate(**more: Any) -> ExchangeRate:
    values = {"currency": "RWF", "per_usd": Decimal("1450.25"), "on": DAY, "source": "BNR"}
    return ExchangeRate.objects.create(**{**values, **more})


@pytest.fixture
def heads(cast: Cast) -> tuple[Person, Person]:
    one = add_person(email="supervisor@portal.example", role="supervisor", name="Sup", by=None, at=AT)
    return one, add_person(email="administrator@portal.example", role="administrator", name="Adm", by=None, at=AT)


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("tariff_row_never_negative", {"rate": Decimal("-0.0001")}),
        ("tariff_row_days_in_order", {"day_to": 4}),
        ("tariff_row_days_in_order", {"day_from": 5, "day_to": 4}),
        ("tariff_row_dates_in_order", {"effective_from": DAY, "effective_to": DAY - timedelta(days=1)}),
        ("tariff_row_has_source", {"source_url": ""}),
        ("tariff_row_confidence_known", {"confidence": ""}),
        ("tariff_row_confidence_known", {"confidence": "guess"}),
        ("tariff_row_counts_from_known", {"counts_from": "end"}),
        ("tariff_row_answered_for", {"approved_at": AT}),
        ("cargo_tariffrow_day_from_check", {"day_from": -1}),
    ],
)
def test_a_row_that_cannot_be_is_refused(db: None, constraint: str, values: dict[str, Any]) -> None:
    refused(tariff_row, constraint, **values)
    assert TariffRow.objects.count() == 0


@pytest.mark.parametrize(
    "values",
    [
        {"rate": Decimal(0)},
        {"rate": Decimal("9999999999.9999")},
        {"day_from": 1},
        {"day_from": 4, "day_to": 4},
        {"effective_from": DAY},
        {"effective_to": DAY},
        {"effective_from": DAY, "effective_to": DAY},
        {"counts_from": "start", "confidence": "inferred"},
        {"counts_from": "free", "confidence": "confirmed"},
        {"key": "k1", "approved_at": AT},
        {"ended_at": AT},
    ],
)
def test_a_row_at_the_edge_of_what_can_be_is_kept(db: None, values: dict[str, Any]) -> None:
    kept = tariff_row(**values)
    kept.refresh_from_db()
    assert {name: getattr(kept, name) for name in values} == values
    assert str(kept) == "KPA: storage"


def test_a_row_of_the_file_is_there_once_but_many_have_no_key(db: None) -> None:
    tariff_row(key="k1", approved_at=AT)
    refused(tariff_row, "tariff_row_once", key="k1")
    for _each in range(2):
        tariff_row()
    assert TariffRow.objects.count() == 3


def test_a_row_has_one_proposal_at_a_time(heads: tuple[Person, Person]) -> None:
    old = tariff_row(key="k1", approved_at=AT)
    first = tariff_row(replaces=old)
    refused(tariff_row, "tariff_row_one_proposal", replaces=old)
    TariffRow.objects.filter(pk=first.pk).update(ended_at=AT)
    second = tariff_row(replaces=old, proposed_by=heads[0])
    TariffRow.objects.filter(pk=second.pk).update(approved_by=heads[1], approved_at=AT)
    tariff_row(replaces=old)
    assert old.successors.count() == 3


def test_nobody_approves_what_she_proposed(heads: tuple[Person, Person]) -> None:
    one, other = heads
    refused(tariff_row, "tariff_row_four_eyes", proposed_by=one, approved_by=one, approved_at=AT)
    refused(tariff_row, "tariff_row_answered_for", proposed_by=one, approved_at=AT)
    refused(tariff_row, "tariff_row_answered_for", approved_by=one, approved_at=AT)
    # Nor a row of the file, whose key alone would answer for it.
    refused(tariff_row, "tariff_row_four_eyes", key="k1", proposed_by=one, approved_by=one, approved_at=AT)
    kept = tariff_row(proposed_by=one, approved_by=other, approved_at=AT)
    assert list(TariffRow.objects.approved()) == [kept]


def test_which_rows_count_wait_or_are_over(db: None) -> None:
    counts = tariff_row(key="counts", approved_at=AT)
    waits = tariff_row(key="waits")
    tariff_row(key="replaced", approved_at=AT, ended_at=AT)
    tariff_row(key="refused", ended_at=AT)
    assert list(TariffRow.objects.approved()) == [counts]
    assert list(TariffRow.objects.proposed()) == [waits]


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [
        (None, None, [True, True, True]),
        (DAY, None, [False, True, True]),
        (None, DAY, [True, True, False]),
        (DAY, DAY, [False, True, False]),
        (DAY + timedelta(days=1), None, [False, False, True]),
        (None, DAY - timedelta(days=1), [True, False, False]),
    ],
)
def test_a_row_holds_from_its_first_day_through_its_last(
    db: None, first: date | None, last: date | None, holds: list[bool]
) -> None:
    tariff_row(effective_from=first, effective_to=last)
    days = [DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)]
    assert [TariffRow.objects.holding(day).exists() for day in days] == holds


@pytest.mark.parametrize("role", Role.values)
def test_a_proposal_is_shown_to_heads_and_what_counts_to_traders_and_the_office(cast: Cast, role: str) -> None:
    for key, times in {"counts": {"approved_at": AT}, "waits": {}, "over": {"approved_at": AT, "ended_at": AT}}.items():
        tariff_row(key=key, **times)
    person = somebody(cast.importer_firm, role)
    expected = ["counts", "over", "waits"] if role in HEADS else ["counts"] if role in TRADE | OFFICE else []
    assert sorted(TariffRow.objects.visible_to(person).values_list("key", flat=True)) == expected
    assert list(TariffRow.objects.visible_to(AnonymousUser())) == []


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("waiver_percent_of_hundred", {"percent": Decimal("100.01")}),
        ("waiver_percent_of_hundred", {"percent": -1, "free_days": 1}),
        ("waiver_spares_something", {"percent": 0}),
        ("waiver_dates_in_order", {"ends_on": DAY - timedelta(days=1)}),
        ("waiver_has_source", {"source": ""}),
        ("cargo_waiver_free_days_check", {"free_days": -1}),
        ("cargo_waiver_from_day_check", {"from_day": -1}),
    ],
)
def test_a_waiver_that_cannot_be_is_refused(db: None, constraint: str, values: dict[str, Any]) -> None:
    refused(waiver, constraint, **values)


def test_a_waiver_is_there_once_and_is_granted_or_applied_for(consignment: Consignment) -> None:
    waiver(key="w1")
    refused(waiver, "waiver_once", key="w1")
    refused(waiver, "waiver_granted_or_to_be_applied_for", on_application=True, consignment=consignment)
    kept = [
        waiver(percent=0, free_days=3),
        waiver(ends_on=DAY, percent=100),
        waiver(on_application=True),
        waiver(consignment=consignment),
    ]
    assert list(consignment.waivers.all()) == kept[-1:]
    assert [str(each) for each in kept] == ["Rainy days"] * 4
    consignment.waivers.all().delete()
    assert Waiver.objects.count() == 4


def test_a_waiver_goes_to_the_arithmetic_as_it_is(db: None) -> None:
    kept = waiver(charge_groups="port_storage  demurrage", free_days=2, from_day=6, ends_on=DAY, on_application=True)
    said = kept.as_waiver()
    names = ("name", "payee", "percent", "free_days", "from_day", "starts_on", "ends_on", "on_application", "source")
    assert {name: getattr(said, name) for name in names} == {name: getattr(kept, name) for name in names}
    assert (said.charge_groups, said.key) == (("port_storage", "demurrage"), kept.pk)
    assert waiver().as_waiver().charge_groups == ()


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("exchange_rate_positive", {"per_usd": Decimal(0)}),
        ("exchange_rate_positive", {"per_usd": Decimal(-1)}),
        ("exchange_rate_currency_known", {"currency": "USD"}),
        ("exchange_rate_currency_known", {"currency": "rwf"}),
        ("exchange_rate_has_source", {"source": ""}),
    ],
)
def test_a_rate_of_exchange_that_cannot_be_is_refused(db: None, constraint: str, values: dict[str, Any]) -> None:
    refused(exchange_rate, constraint, **values)


def test_a_currency_has_one_rate_a_day(db: None) -> None:
    kept = exchange_rate()
    refused(exchange_rate, "exchange_rate_once", per_usd=1, source="another")
    exchange_rate(currency="KES")
    exchange_rate(on=DAY + timedelta(days=1), per_usd=Decimal("0.0001"))
    assert (ExchangeRate.objects.count(), str(kept)) == (3, "RWF 2026-03-01")
    assert kept.as_exchange() == Exchange(currency="RWF", per_usd=Decimal("1450.25"), on=DAY, source="BNR")
