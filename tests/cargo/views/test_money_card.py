"""The money on a consignment's page and in its row of the list: for those who may see it, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cargo.models import Consignment, ExchangeRate, Nomination, TariffRow, Unit, Waiver
from cargo.tariffs import load_tariff
from feeds.models import Source
from liaison.models import Person
from tests.cargo.test_reading import BOX, OTHER_BOX, csv, row, take_in
from tests.conftest import AT, Cast

As = Callable[[Person | None], Client]
# Whatever would tell that there is money, and how much.
TELLING = ("USD\u00a0", "KPA storage", 'id="money"', "Owed so far", "free days", "last free day", "costs now")


@pytest.fixture
def burning(clerk: Source, consignment: Consignment) -> Consignment:
    """Two 20-foot boxes that were discharged 17 days ago, so that they cost since yesterday or the day before."""
    load_tariff(at=AT)
    Unit.objects.update(size_type="22G1")
    take_in(clerk, csv(*(row("discharged", 24 * 17, box=box) for box in (BOX, OTHER_BOX))))
    return consignment


def pages(consignment: Consignment) -> tuple[str, str]:
    return f"/consignments/{consignment.ref}/", "/consignments/"


def told(client: Client, consignment: Consignment) -> list[str]:
    said = "".join(client.get(url).content.decode() for url in pages(consignment))
    return [words for words in TELLING if words in said]


def test_the_importer_sees_what_it_owes_and_which_clock_comes_first(
    burning: Consignment, cast: Cast, as_person: As
) -> None:
    client = as_person(cast.importer)
    page = client.get(f"/consignments/{burning.ref}/")
    card = page.context["money"]
    assert (card.binding.label, card.binding.state, card.tomorrow) == (
        "KPA storage at the port",
        "charging",
        "USD\u00a060",
    )
    days = -card.binding.days_left
    assert card.accrued == f"USD\u00a0{days * 60}"
    text = page.content.decode()
    assert 'id="money"' in text
    assert f"Days 16–{15 + days}: USD\u00a030 a day × 2 = USD\u00a0{days * 60}" in text
    assert "KRA: what the days after the free ones cost is not in the tariff known to us." in text
    assert "estimate" in text
    binding = client.get("/consignments/").context["rows"][0].binding
    assert (binding.label, -binding.days_left) == ("KPA storage at the port", days)


def test_without_money_in_the_nomination_the_agent_sees_none_of_it(
    burning: Consignment, cast: Cast, as_person: As
) -> None:
    client = as_person(cast.agent)
    assert told(client, burning) == []
    page = client.get(f"/consignments/{burning.ref}/")
    assert (page.status_code, page.context["money"]) == (200, None)
    assert [found.binding for found in client.get("/consignments/").context["rows"]] == [None]
    Nomination.objects.update(may_see_money=True)
    assert set(told(client, burning)) >= {"USD\u00a0", "KPA storage", 'id="money"'}
    Nomination.objects.update(may_see_money=True, ended_at=timezone.now())
    assert client.get(f"/consignments/{burning.ref}/").status_code == 404


def test_a_nomination_with_money_for_another_consignment_shows_none_of_this(
    burning: Consignment, cast: Cast, as_person: As
) -> None:
    Nomination.objects.update(may_see_money=False)
    Nomination.objects.create(
        principal=cast.stranger_firm,
        nominee=cast.agent_firm,
        task="agent",
        may_see_money=True,
        starts_on=date(2026, 1, 1),
        nominated_at=AT,
        accepted_at=AT,
    )
    assert told(as_person(cast.agent), burning) == []


def test_the_office_sees_money_and_a_stranger_nothing(burning: Consignment, cast: Cast, as_person: As) -> None:
    assert "USD\u00a0" in told(as_person(cast.officer), burning)
    assert told(as_person(cast.stranger), burning) == []


def test_francs_are_shown_only_at_an_entered_rate(burning: Consignment, cast: Cast, as_person: As) -> None:
    client, url = as_person(cast.importer), f"/consignments/{burning.ref}/"
    assert "RWF" not in client.get(url).content.decode()
    ExchangeRate.objects.create(currency="RWF", per_usd=Decimal(1450), on=date(2026, 1, 1), source="BNR")
    card = client.get(url).context["money"]
    owed = -card.binding.days_left * 60 * 1450
    assert [(other.amount, other.source) for other in card.others] == [(f"RWF\u00a0{owed:,}", "BNR")]


def test_before_anything_is_heard_the_card_says_what_is_missing(
    consignment: Consignment, cast: Cast, as_person: As
) -> None:
    load_tariff(at=AT)
    card = as_person(cast.importer).get(f"/consignments/{consignment.ref}/").context["money"]
    assert (card.accrued, card.tomorrow, card.binding) == ("", "", None)
    assert card.lacks[0] == "KPA: what starts the clock was not reported: Discharged."


@pytest.mark.parametrize(
    ("language", "label", "at_least"),
    [
        ("fr", "Magasinage KPA au port", "au moins"),
        ("rw", "Ububiko bwa KPA ku cyambu", "nibura"),
        ("sw", "Uhifadhi wa KPA bandarini", "angalau"),
    ],
)
def test_the_card_speaks_the_reader_s_language(
    burning: Consignment, cast: Cast, clerk: Source, as_person: As, language: str, label: str, at_least: str
) -> None:
    take_in(clerk, csv(row("vessel_arrived", 24 * 25), row("vessel_arrived", 24 * 25, box=OTHER_BOX)))
    Person.objects.filter(pk=cast.importer.pk).update(language=language)
    page = as_person(cast.importer).get(f"/consignments/{burning.ref}/").content.decode()
    money = page[page.index('aria-labelledby="money"') :]
    money = money[: money.index("</section>")]
    assert label in money
    assert at_least in money
    assert [english for english in ("Owed so far", "Tomorrow adds", ">estimate<", "unknown<") if english in money] == []


def test_a_campaign_of_today_is_named_and_not_deducted(burning: Consignment, cast: Cast, as_person: As) -> None:
    client, url = as_person(cast.importer), f"/consignments/{burning.ref}/"
    before = client.get(url).context["money"].accrued
    Waiver.objects.create(
        name="Amnesty of this week", payee="KPA", percent=80, starts_on=date(2026, 1, 1), on_application=True,
        source="https://kpa.example/notice",
    )  # fmt: skip
    page = client.get(url)
    assert page.context["money"].accrued == before
    assert "Amnesty of this week" in page.content.decode()


def test_a_waiver_that_was_granted_is_said_beside_its_days(burning: Consignment, cast: Cast, as_person: As) -> None:
    Waiver.objects.create(
        name="Granted", payee="KPA", percent=50, starts_on=date(2026, 1, 1), consignment=burning, source="Letter"
    )
    page = as_person(cast.importer).get(f"/consignments/{burning.ref}/").content.decode()
    assert "USD\u00a015 a day × 2" in page
    assert "50 % waived" in page


def test_a_card_of_confirmed_rows_is_no_estimate(burning: Consignment, cast: Cast, as_person: As) -> None:
    TariffRow.objects.update(confidence="confirmed")
    page = as_person(cast.importer).get(f"/consignments/{burning.ref}/").content.decode()
    assert "confirmed by the office" in page
    assert "estimate" not in page[page.index('id="money"') : page.index("Owed so far")]


def test_money_keeps_within_the_budget_of_queries(burning: Consignment, cast: Cast, as_person: As) -> None:
    Nomination.objects.update(may_see_money=True)
    for part in ("importer", "agent", "officer"):
        client = as_person(cast.people()[part])
        for url, most in zip(pages(burning), (20, 12), strict=True):
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            assert len(queries) <= most, (part, url)
