"""A ticket's story in a browser: reported from the consignment, taken, handed over, solved and rated."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from cargo.models import Consignment
from tests.conftest import Cast
from tests.journeys.conftest import Visitor
from tickets.categories import load_categories
from tickets.models import Ticket

pytestmark = pytest.mark.slow


def test_a_problem_finds_its_way_to_whoever_can_solve_it(
    people: Cast, consignment: Consignment, visitor: Visitor
) -> None:
    load_categories()
    visitor.come_as(people.importer.email)
    page = visitor.open(f"/tickets/about/{consignment.ref}/")
    page.click("text=Report a problem")
    visitor.check()
    page.click("text=Delay in the port")
    visitor.check()
    page.fill("[name=title]", "Box not loaded")
    page.fill("[name=answer_place]", "Yard 5")
    page.fill("[name=answer_since]", "This morning")
    page.click("main button:has-text('Report it')")
    page.wait_for_url(re.compile(r"/tickets/T\d\d-\d+/"))
    visitor.check()
    expect(page.locator(".stand")).to_contain_text("The liaison office has it and will reply.")
    ticket = Ticket.objects.get()
    visitor.open("/tickets/")
    visitor.check()
    _office(people, visitor, ticket)
    visitor.come_as(people.importer.email)
    page = visitor.open(f"/tickets/{ticket.ref}/")
    expect(page.locator("main")).to_contain_text("It is loaded")
    expect(page.locator("main")).not_to_contain_text("Between us")
    visitor.check()
    page.click("button:has-text('5 of 5')")
    expect(page.locator(".stand")).to_contain_text("Solved and closed.")


def _office(people: Cast, visitor: Visitor, ticket: Ticket) -> None:
    """The officer takes it, leaves a note, hands it over, and solves it."""
    visitor.page.context.clear_cookies()
    visitor.page.set_viewport_size({"width": 1280, "height": 900})
    visitor.come_as(people.officer.email)
    page = visitor.open("/")
    expect(page.locator("h1")).to_have_text("Triage")
    visitor.check()
    page.click(f"text={ticket.ref}")
    page.click("text=Give it to somebody")
    page.click("main button:has-text('Give it to somebody')")
    page.check("text=Note for the office")
    page.fill("[name=text]", "Between us")
    page.click("main button:has-text('Send')")
    page.click("main a:has-text('Hand it over')")
    visitor.check()
    page.select_option("[name=agency]", "KPA")
    page.fill("[name=words]", "Please look in yard 5")
    page.click("main button:has-text('Hand it over')")
    expect(page.locator(".stand")).to_contain_text("KPA has it and has not accepted it yet.")
    page.click("text=Resolve it")
    page.fill("[name=words]", "It is loaded")
    page.click("main button:has-text('Resolve it')")
    expect(page.locator(".stand")).to_contain_text("Solved, says the office.")
    visitor.check()
    page.context.clear_cookies()
