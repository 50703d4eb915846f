"""Waivers, campaigns and exchange rates: noted by the office's heads with a source, seen by whom they concern."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from cargo.charges.days import day_of
from cargo.models import Consignment, ExchangeRate, Nomination, Unit, Waiver
from cargo.money import money_of
from cargo.registration import Particulars, register
from cargo.tariffs import load_tariff
from cargo.waivers import end_waiver, note_rate, note_waiver
from feeds.models import Source
from liaison.models import JournalEntry, Person
from tests.cargo.test_reading import BOX, OTHER_BOX, csv, row, take_in
from tests.conftest import AT, Cast, somebody

As = Callable[[Person | None], Client]
TODAY = day_of(AT)
SAYS: dict[str, Any] = {
    "name": "Letter of November",
    "payee": "KPA",
    "charge_groups": "storage",
    "percent": Decimal(50),
    "free_days": 0,
    "from_day": 1,
    "starts_on": TODAY - timedelta(days=60),
    "ends_on": None,
    "on_application": False,
    "source": "KPA/2026/11/7",
}


@pytest.fixture
def head(cast: Cast) -> Person:
    return somebody(cast.officer.membership_set.get().organization, "supervisor", "head@portal.example")


@pytest.fixture
def burning(clerk: Source, consignment: Consignment) -> Consignment:
    load_tariff(at=AT)
    Unit.objects.update(size_type="22G1")
    take_in(clerk, csv(*(row("discharged", 24 * 17, box=box) for box in (BOX, OTHER_BOX))))
    return consignment


def noted(head: Person, consignment: Consignment | None = None, **says: Any) -> Waiver:
    return note_waiver(says={**SAYS, **says}, consignment=consignment, by=head, at=AT)


def accrued(consignment: Consignment, person: Person) -> Decimal | None:
    return money_of([consignment], viewer=person, at=timezone.now())[consignment.pk].accrued.amount()


def test_what_is_waived_is_asked_no_more(burning: Consignment, cast: Cast, head: Person) -> None:
    full = accrued(burning, cast.importer)
    assert full
    waiver = noted(head, burning)
    assert accrued(burning, cast.importer) == full / 2
    entry = JournalEntry.objects.get(kind="cargo.waiver_noted")
    assert (entry.by, entry.key, entry.data["consignment"], entry.data["percent"]) == (
        head, str(waiver.pk), burning.ref, "50",
    )  # fmt: skip


def charges(consignment: Consignment, person: Person, after: int) -> dict[str, tuple[int | None, Decimal | None]]:
    """By clock its free days and what is owed, so many days from now."""
    at = timezone.now() + timedelta(days=after)
    money = money_of([consignment], viewer=person, at=at)[consignment.pk]
    return {charge.clock.name: (charge.clock.free_days, charge.accrued.amount()) for charge in money.charges}


@pytest.mark.parametrize("group", ["", "free_storage_period", "storage", "free_storage_period storage"])
def test_a_waiver_is_of_its_clock_whether_it_names_the_free_days_or_the_price(
    burning: Consignment, cast: Cast, head: Person, group: str
) -> None:
    before = charges(burning, cast.importer, 2)
    assert before["port_storage"] == (15, Decimal(300))
    half = noted(head, burning, charge_groups=group)
    assert charges(burning, cast.importer, 2) == before | {"port_storage": (15, Decimal(150))}
    half.delete()
    noted(head, burning, charge_groups=group, percent=Decimal(0), free_days=4)
    assert charges(burning, cast.importer, 2) == before | {"port_storage": (19, Decimal(60))}


@pytest.mark.parametrize("group", ["", "line_free_time", "demurrage_detention"])
def test_days_on_top_move_a_line_s_bands_as_well(clerk: Source, cast: Cast, head: Person, group: str) -> None:
    load_tariff(at=AT)
    particulars = Particulars(consignee=cast.importer_firm, bill_of_lading="MAEU123", containers=[BOX])
    goods = register(particulars=particulars, by=cast.importer, at=AT)
    Unit.objects.filter(container=BOX).update(size_type="45G1")
    take_in(clerk, csv(row("discharged", 24 * 49)))
    before = charges(goods, cast.importer, 0)
    assert before["line_container"] == (35, Decimal(7 * 40 + 7 * 70 + 100))
    noted(head, goods, payee="Maersk", charge_groups=group, percent=Decimal(0), free_days=10)
    assert charges(goods, cast.importer, 0) == before | {"line_container": (45, Decimal(200))}


def test_a_campaign_to_be_applied_for_is_deducted_from_nobody(burning: Consignment, cast: Cast, head: Person) -> None:
    full = accrued(burning, cast.importer)
    noted(head, on_application=True)
    assert accrued(burning, cast.importer) == full
    noted(head, percent=Decimal(100), name="For all")
    assert accrued(burning, cast.importer) == 0


@pytest.mark.parametrize(
    ("says", "field"),
    [
        ({"percent": Decimal(0)}, "percent"),
        ({"percent": Decimal(101)}, "percent"),
        ({"ends_on": TODAY - timedelta(days=61)}, "ends_on"),
        ({"source": ""}, "source"),
        ({"name": ""}, "name"),
        ({"charge_groups": "line_free_time"}, "charge_groups"),
        ({"charge_groups": "storage storage_waiver"}, "charge_groups"),
        ({"charge_groups": "storage", "payee": "Maersk"}, "charge_groups"),
    ],
)
def test_what_says_nothing_is_refused(cast: Cast, head: Person, says: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        noted(head, **says)
    assert list(refused.value.message_dict) == [field]
    assert Waiver.objects.count() == 0


def test_what_is_granted_need_not_be_applied_for_and_the_same_is_noted_once(
    consignment: Consignment, head: Person
) -> None:
    with pytest.raises(ValidationError, match="need not be applied"):
        noted(head, consignment, on_application=True)
    noted(head, consignment)
    with pytest.raises(ValidationError, match="noted already"):
        noted(head, consignment)
    noted(head)
    assert Waiver.objects.count() == 2


def test_an_end_is_yesterday_and_once(consignment: Consignment, head: Person) -> None:
    waiver = noted(head, consignment)
    assert (end_waiver(waiver=waiver, by=head, at=AT), end_waiver(waiver=waiver, by=head, at=AT)) == (True, False)
    waiver.refresh_from_db()
    assert waiver.ends_on == TODAY - timedelta(days=1)
    assert JournalEntry.objects.filter(kind="cargo.waiver_ended").count() == 1


def test_one_that_never_held_is_taken_out(head: Person, cast: Cast) -> None:
    waiver = noted(head, starts_on=TODAY)
    assert end_waiver(waiver=waiver, by=head, at=AT)
    assert Waiver.objects.count() == 0
    assert JournalEntry.objects.get(kind="cargo.waiver_ended").data["name"] == "Letter of November"


def test_one_of_the_tariffs_file_does_not_come_back(head: Person, cast: Cast) -> None:
    load_tariff(at=AT)
    waiver = Waiver.objects.exclude(key="").latest("pk")
    Waiver.objects.filter(pk=waiver.pk).update(starts_on=TODAY, ends_on=None)
    waiver.refresh_from_db()
    assert end_waiver(waiver=waiver, by=head, at=AT)
    load_tariff(at=AT)
    assert Waiver.objects.get(key=waiver.key).ends_on == TODAY


def test_who_sees_which(burning: Consignment, cast: Cast, head: Person, as_person: As) -> None:
    Waiver.objects.all().delete()
    noted(head, burning, name="Granted")
    noted(head, name="For all")

    def seen(person: Person) -> list[str]:
        return [each["waiver"].name for each in as_person(person).get("/tariff/waivers/").context["rows"]]

    assert {part: seen(person) for part, person in (("importer", cast.importer), ("officer", cast.officer))} == {
        "importer": ["For all", "Granted"],
        "officer": ["For all", "Granted"],
    }
    assert (seen(cast.agent), seen(cast.stranger)) == (["For all"], ["For all"])
    Nomination.objects.update(may_see_money=True)
    assert seen(cast.agent) == ["For all", "Granted"]
    foreign = Waiver.objects.get(name="Granted")
    ends = [as_person(person).post(f"/tariff/waivers/{foreign.pk}/end/").status_code for person in
            (cast.stranger, cast.importer, cast.officer, head)]  # fmt: skip
    assert ends == [404, 403, 403, 302]


def test_a_head_notes_one_on_the_page(burning: Consignment, cast: Cast, head: Person, as_person: As) -> None:
    client = as_person(head)
    asked = client.get(f"/tariff/waivers/new/?consignment={burning.ref}")
    assert asked.context["form"]["consignment"].value() == burning.ref
    data = {
        "name": "Letter", "payee": "KPA", "charge_groups": ["storage"], "percent": "25", "free_days": "0",
        "from_day": "1", "starts_on": "2026-11-01", "source": "KPA/9", "consignment": burning.ref.lower(),
    }  # fmt: skip
    assert client.post("/tariff/waivers/new/", data)["Location"] == "/tariff/waivers/"
    kept = Waiver.objects.get(name="Letter")
    assert (kept.consignment, kept.charge_groups, kept.percent) == (burning, "storage", Decimal(25))
    for wrong in ({"consignment": "RW99-1"}, {"percent": "0"}, {"payee": "Nobody"}, {"starts_on": "soon"}):
        assert client.post("/tariff/waivers/new/", {**data, **wrong}).status_code == 422, wrong
    assert as_person(cast.officer).get("/tariff/waivers/new/").status_code == 403
    text = client.get("/tariff/waivers/").content.decode()
    assert f'href="/consignments/{burning.ref}/"' in text


def test_a_rate_is_noted_once_with_its_source(cast: Cast, head: Person) -> None:
    rate = note_rate(currency="RWF", per_usd=Decimal("1450.5"), on=TODAY, source="BNR", by=head, at=AT)
    assert (rate.currency, rate.per_usd, rate.on) == ("RWF", Decimal("1450.5"), TODAY)
    assert JournalEntry.objects.get(kind="cargo.exchange_rate_noted").key == f"RWF {TODAY.isoformat()}"
    for says, field in (
        ({}, "on"),
        ({"on": TODAY + timedelta(days=1)}, "on"),
        ({"per_usd": Decimal(0), "on": TODAY - timedelta(days=1)}, "per_usd"),
        ({"currency": "EUR", "on": TODAY - timedelta(days=1)}, "currency"),
        ({"source": "", "on": TODAY - timedelta(days=1)}, "source"),
    ):
        given: dict[str, Any] = {"currency": "RWF", "per_usd": Decimal(1), "on": TODAY, "source": "BNR", **says}
        with pytest.raises(ValidationError) as refused:
            note_rate(**given, by=head, at=AT)
        assert list(refused.value.message_dict) == [field], says
    assert ExchangeRate.objects.count() == 1


def test_rates_are_for_all_to_see_and_for_heads_to_note(cast: Cast, head: Person, as_person: As) -> None:
    data = {"currency": "KES", "per_usd": "129.2", "on": date(2026, 11, 2).isoformat(), "source": "CBK"}
    assert as_person(cast.importer).post("/tariff/rates/", data).status_code == 403
    assert as_person(head).post("/tariff/rates/", data)["Location"] == "/tariff/rates/"
    again = as_person(head).post("/tariff/rates/", data)
    assert (again.status_code, ExchangeRate.objects.count()) == (422, 1)
    page = as_person(cast.importer).get("/tariff/rates/").content.decode()
    assert ("129.2" in page, "CBK" in page, '<form method="post" class="card">' in page) == (True, True, False)
