"""The tariff: the file loaded once, staff's changes kept, and no row that one person alone has put in force."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from cargo.models import ExchangeRate, TariffRow, Waiver
from cargo.tariffs import PROPOSED, approve, load_tariff, propose, refuse
from liaison.models import JournalEntry, Person
from liaison.people import add_person
from tests.conftest import AT, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def tariff() -> None:
    load_tariff(at=AT)


@pytest.fixture
def heads(cast: Cast) -> tuple[Person, Person]:
    """A supervisor and an administrator."""
    supervisor = add_person(email="supervisor@portal.example", role="supervisor", name="Sup", by=None, at=AT)
    return supervisor, add_person(email="admin@portal.example", role="administrator", name="Admin", by=None, at=AT)


def band(container: str = "20", number: int = 2) -> TariffRow:
    item = f"container storage band {number}"
    return TariffRow.objects.get(
        item=item,
        regime="transit_import",
        container=container,
        effective_to=None,
        ended_at=None,
        approved_at__isnull=False,
    )


def says(row: TariffRow, **changes: Any) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in PROPOSED}, **changes}


def kept(row: TariffRow) -> tuple[date | None, bool]:
    """The last day of a row, and whether it has ended altogether."""
    row.refresh_from_db()
    return row.effective_to, row.ended_at is not None


def test_the_file_is_loaded_once_and_what_staff_changed_stays() -> None:
    out = StringIO()
    call_command("tariff_load", stdout=out)
    assert out.getvalue() == "tariff: 120 rows\n"
    TariffRow.objects.filter(payee="KPA").update(effective_to=None, effective_from=None, rate=7)
    before = list(TariffRow.objects.order_by("pk").values())
    assert load_tariff(at=AT) == 120
    assert list(TariffRow.objects.order_by("pk").values()) == before
    assert (len(before), Waiver.objects.count()) == (120, 3)


def test_a_proposal_counts_once_another_has_approved_it(tariff: None, heads: tuple[Person, Person]) -> None:
    one, other = heads
    old = band()
    new = propose(says=says(old, rate=Decimal(60), effective_from=date(2026, 12, 1)), replaces=old, by=one, at=AT)
    assert (new in TariffRow.objects.approved(), kept(old)) == (False, (None, False))
    with pytest.raises(ValidationError, match="Somebody else"):
        approve(proposal=new, by=one, at=AT)
    assert approve(proposal=new, by=other, at=AT) is True
    assert (new in TariffRow.objects.approved(), kept(old)) == (True, (date(2026, 11, 30), False))
    assert approve(proposal=new, by=other, at=AT) is False
    told = JournalEntry.objects.filter(subject="tariff").order_by("pk")
    assert [(entry.kind, entry.by, entry.data["rate"], entry.data["replaces"]) for entry in told] == [
        ("cargo.tariff_proposed", one, "60", old.pk),
        ("cargo.tariff_approved", other, "60", old.pk),
    ]


def test_a_row_that_is_replaced_for_all_its_days_ends(tariff: None, heads: tuple[Person, Person]) -> None:
    one, other = heads
    old = band()
    new = propose(says=says(old, confidence="confirmed"), replaces=old, by=one, at=AT)
    assert approve(proposal=new, by=other, at=AT) is True
    assert kept(old) == (None, True)
    assert band() == new


def test_an_older_end_of_a_row_is_left(tariff: None, heads: tuple[Person, Person]) -> None:
    one, other = heads
    old = TariffRow.objects.get(item="container storage band 2", container="20", effective_to=date(2025, 12, 21))
    new = propose(says=says(old, effective_from=date(2026, 1, 1), effective_to=None), replaces=old, by=one, at=AT)
    assert approve(proposal=new, by=other, at=AT) is True
    assert kept(old) == (date(2025, 12, 21), False)


def test_a_row_beside_all_others_may_be_proposed(tariff: None, heads: tuple[Person, Person]) -> None:
    one, other = heads
    new = propose(says=says(band(), payee="KRA", charge_group="customs_warehouse_rent"), replaces=None, by=one, at=AT)
    assert approve(proposal=new, by=other, at=AT) is True
    assert TariffRow.objects.approved().count() == 121


def test_a_refused_proposal_never_counts(tariff: None, heads: tuple[Person, Person]) -> None:
    one, other = heads
    new = propose(says=says(band(), rate=Decimal(60)), replaces=band(), by=one, at=AT)
    assert refuse(proposal=new, by=other, at=AT) is True
    assert [refuse(proposal=new, by=one, at=AT), approve(proposal=new, by=other, at=AT)] == [False, False]
    assert TariffRow.objects.approved().count() == 120
    assert propose(says=says(band(), rate=Decimal(61)), replaces=band(), by=one, at=AT).rate == 61


def test_one_proposal_for_a_row_at_a_time(tariff: None, heads: tuple[Person, Person]) -> None:
    propose(says=says(band()), replaces=band(), by=heads[0], at=AT)
    with pytest.raises(ValidationError, match="is waiting"):
        propose(says=says(band()), replaces=band(), by=heads[1], at=AT)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rate": None}, "rate"),
        ({"rate": Decimal(-1)}, "rate"),
        ({"effective_to": date(2025, 12, 1)}, "effective_to"),
        ({"effective_from": date(2025, 12, 1)}, "effective_from"),
        ({"effective_from": None}, "effective_from"),
        ({"day_from": None, "day_to": 5}, "day_to"),
        ({"day_to": 21}, "day_to"),
        ({"source_url": ""}, "source_url"),
        ({"confidence": "surely"}, "confidence"),
    ],
)
def test_what_does_not_fit_is_refused_and_named(
    tariff: None, heads: tuple[Person, Person], changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as error:
        propose(says=says(band(), **changes), replaces=band(), by=heads[0], at=AT)
    assert list(error.value.message_dict) == [field]
    assert TariffRow.objects.count() == 120


def test_only_heads_see_what_is_proposed_and_nobody_outside_sees_any(
    tariff: None, cast: Cast, heads: tuple[Person, Person]
) -> None:
    propose(says=says(band()), replaces=band(), by=heads[0], at=AT)
    people = {**cast.people(), "supervisor": heads[0]}
    assert {part: TariffRow.objects.visible_to(person).count() for part, person in people.items()} == {
        "importer": 120,
        "agent": 120,
        "stranger": 120,
        "officer": 120,
        "desk": 0,
        "official": 0,
        "supervisor": 121,
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"rate": -1},
        {"day_from": 9, "day_to": 8},
        {"day_from": None, "day_to": 8},
        {"effective_from": date(2026, 1, 2), "effective_to": date(2026, 1, 1)},
        {"source_url": ""},
        {"confidence": "x"},
        {"counts_from": "x"},
    ],
)
def test_the_database_keeps_rows_in_order(tariff: None, changes: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TariffRow.objects.filter(pk=band().pk).update(**changes)


def test_the_database_wants_four_eyes(tariff: None, heads: tuple[Person, Person]) -> None:
    new = propose(says=says(band()), replaces=band(), by=heads[0], at=AT)
    for approved_by in (None, heads[0]):
        with pytest.raises(IntegrityError), transaction.atomic():
            TariffRow.objects.filter(pk=new.pk).update(approved_by=approved_by, approved_at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT approved_at FROM cargo_tariffrow WHERE id = %s", [new.pk])
        assert cursor.fetchone() == (None,)


@pytest.mark.parametrize(
    "changes",
    [
        {"percent": 101},
        {"percent": 0},
        {"ends_on": date(2000, 1, 1)},
        {"source": ""},
    ],
)
def test_the_database_keeps_waivers_in_order(tariff: None, changes: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Waiver.objects.update(**changes)


@pytest.mark.parametrize("changes", [{"per_usd": 0}, {"currency": "UGX"}, {"source": ""}])
def test_the_database_keeps_rates_of_exchange_in_order(changes: dict[str, Any]) -> None:
    rate = {"currency": "KES", "per_usd": Decimal(129), "on": date(2026, 11, 1), "source": "CBK"}
    ExchangeRate.objects.create(**rate)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExchangeRate.objects.create(**{**rate, "on": date(2026, 11, 2), **changes})
    with pytest.raises(IntegrityError), transaction.atomic():
        ExchangeRate.objects.create(**rate)
