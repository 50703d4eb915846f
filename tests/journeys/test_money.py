"""Stories of money: an importer sees when it starts to cost; a tariff row goes through two pairs of eyes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from cargo.models import Consignment, Nomination, TariffRow, Unit
from cargo.tariffs import load_tariff
from feeds.models import Source
from liaison.models import Person
from liaison.people import add_person
from tests.cargo.test_reading import BOX, OTHER_BOX, csv, row, take_in
from tests.conftest import AT, Cast
from tests.journeys.conftest import PASSWORD, Visitor

pytestmark = pytest.mark.slow


@pytest.fixture
def burning(people: Cast, clerk: Source, consignment: Consignment) -> Consignment:
    """Two 20-foot boxes that were discharged 17 days ago."""
    load_tariff(at=AT)
    Unit.objects.update(size_type="22G1")
    take_in(clerk, csv(*(row("discharged", 24 * 17, box=box) for box in (BOX, OTHER_BOX))))
    return consignment


@pytest.fixture
def head(people: Cast) -> Callable[[str, str], Person]:
    """A head of the office who can sign in."""

    def made(part: str, role: str) -> Person:
        return add_person(
            email=f"{part}@portal.example", role=role, name=part.title(), password=PASSWORD, by=None, at=AT
        )

    return made


def test_an_importer_sees_what_burns_and_on_what_it_rests(people: Cast, burning: Consignment, visitor: Visitor) -> None:
    visitor.come_as(people.importer.email)
    page = visitor.open("/consignments/")
    expect(page.locator("#rows")).to_contain_text("KPA storage at the port")
    expect(page.locator("#rows")).to_contain_text("costs now")
    page.click(f"a[href='/consignments/{burning.ref}/']")
    money = page.locator("section[aria-labelledby=money]")
    expect(money).to_contain_text("estimate")
    expect(money).to_contain_text("Tomorrow adds")
    money.locator("summary").click()
    expect(money).to_contain_text("15 free days counted from “Discharged”")
    expect(money.locator("a[href^='https://independent.co.ug/']").first).to_be_visible()
    visitor.check()
    money.locator("a[href='/tariff/']").click()
    expect(page.locator("h1")).to_have_text("Tariff")
    visitor.check()


def test_an_agent_is_shown_charges_only_where_the_nomination_says_so(
    people: Cast, burning: Consignment, visitor_without_scripts: Visitor
) -> None:
    visitor = visitor_without_scripts
    visitor.come_as(people.agent.email)
    page = visitor.open(f"/consignments/{burning.ref}/")
    expect(page.locator("section[aria-labelledby=money]")).to_have_count(0)
    Nomination.objects.update(may_see_money=True)
    page = visitor.open(f"/consignments/{burning.ref}/")
    expect(page.locator("section[aria-labelledby=money]")).to_contain_text("USD")


def test_a_row_is_proposed_by_one_and_approved_by_another_without_scripts(
    burning: Consignment, head: Callable[[str, str], Person], visitor_without_scripts: Visitor
) -> None:
    visitor = visitor_without_scripts
    visitor.come_as(head("supervisor", "supervisor").email)
    old = TariffRow.objects.get(item="Mombasa", rate=15, regime="transit_import", effective_to=None)
    visitor.open("/tariff/?group=free_storage_period")
    page = visitor.page
    page.click(f"a[href='/tariff/new/?replaces={old.pk}']")
    page.fill("input[name=rate]", "9")
    page.fill("input[name=effective_from]", "2020-01-01")
    page.click("main form.card button[type=submit]")
    expect(page.locator(".errorlist")).to_contain_text("begins later than this day")
    page.fill("input[name=effective_from]", "2026-01-01")
    page.fill("input[name=source_url]", "KPA's letter of 2 January 2026")
    page.click("main form.card button[type=submit]")
    expect(page.locator("main")).to_contain_text("1 of 1 open consignments would owe something else.")
    expect(page.locator("main")).to_contain_text(burning.ref)
    expect(page.locator("button[value=approve]")).to_have_count(0)
    page.context.clear_cookies()
    visitor.come_as(head("admin", "administrator").email)
    visitor.open("/tariff/")
    page.click("section[aria-labelledby=waiting] a")
    page.click("button[value=approve]")
    expect(page.locator("main")).to_contain_text("Noted.")
    old.refresh_from_db()
    assert str(old.effective_to) == "2025-12-31"
    page = visitor.open(f"/consignments/{burning.ref}/")
    expect(page.locator("section[aria-labelledby=money]")).to_contain_text("9 free days")


def test_the_tariff_s_pages_can_be_read_by_everybody(
    burning: Consignment, head: Callable[[str, str], Person], visitor: Visitor
) -> None:
    visitor.come_as(head("supervisor", "supervisor").email)
    old = TariffRow.objects.get(item="Mombasa", rate=15, regime="transit_import", effective_to=None)
    visitor.open(f"/tariff/new/?replaces={old.pk}")
    visitor.check()
    visitor.page.click("main form.card button[type=submit]")
    expect(visitor.page.locator("h1")).to_contain_text("KPA: Mombasa")
    visitor.check()
    visitor.open("/tariff/?every=on&q=kpa")
    visitor.check()
