"""How many steps a task takes: clicks in a real browser, from the page on which its person lands."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from cargo.models import Consignment
from feeds.models import Source
from tests.cargo.test_reading import BOX, csv, row, take_in
from tests.conftest import Cast
from tests.journeys.conftest import Visitor
from tests.observatory.boxes import six_boxes
from tests.tickets.conftest import opened
from tickets.categories import load_categories
from tickets.models import Ticket

pytestmark = pytest.mark.slow


class Steps:
    """Clicks that are counted; filling a field in is none, sending it is."""

    def __init__(self, page: Page) -> None:
        self.page, self.taken = page, 0

    def press(self, selector: str) -> None:
        """One step."""
        self.page.locator(selector).first.click()
        self.taken += 1

    def enter(self, selector: str, words: str) -> None:
        """What is looked for, and the key that sends it: one step."""
        self.page.fill(selector, words)
        self.page.press(selector, "Enter")
        self.taken += 1


def test_an_importer_tracks_a_box_and_reports_a_problem_on_it(
    people: Cast, clerk: Source, consignment: Consignment, visitor: Visitor
) -> None:
    load_categories()
    take_in(clerk, csv(row("gate_out", 3, box=BOX)))
    visitor.come_as(people.importer.email)
    steps = Steps(visitor.open("/"))
    steps.enter("input[name=q]", BOX)
    steps.press(f"a[href='/consignments/{consignment.ref}/']")
    expect(visitor.page.locator(".stand")).to_contain_text("Port of Mombasa")
    assert steps.taken <= 2
    steps = Steps(visitor.page)
    steps.press("text=Report a problem")
    steps.press("text=Delay in the port")
    for name, words in {"title": "Box not loaded", "answer_place": "Yard 5", "answer_since": "Monday"}.items():
        visitor.page.fill(f"[name={name}]", words)
    steps.press("main button:has-text('Report it')")
    visitor.page.wait_for_url(re.compile(r"/tickets/T\d\d-\d+/"))
    assert (steps.taken <= 3, Ticket.objects.get().concerned.get().consignment) == (True, consignment)


def test_an_officer_hands_a_ticket_over(people: Cast, consignment: Consignment, visitor: Visitor) -> None:
    load_categories()
    ticket = opened(people, consignment)
    visitor.come_as(people.officer.email)
    steps = Steps(visitor.open("/"))
    steps.press(f"main a[href='/tickets/{ticket.ref}/']")
    steps.press("main a:has-text('Hand it over')")
    visitor.page.select_option("[name=agency]", "KPA")
    visitor.page.fill("[name=words]", "Please look in yard 5")
    steps.press("main button:has-text('Hand it over')")
    expect(visitor.page.locator(".stand")).to_contain_text("KPA has it")
    ticket.refresh_from_db()
    assert (steps.taken <= 3, ticket.agency and ticket.agency.name) == (True, "KPA")


def test_an_official_takes_a_chart_away(people: Cast, clerk: Source, visitor: Visitor) -> None:
    six_boxes(people, clerk)
    visitor.come_as(people.official.email)
    page = visitor.open("/")
    steps = Steps(page)
    steps.press("main a:text-is('Container dwell time')")
    with page.expect_response(lambda answer: ".svg" in answer.url) as answer:
        steps.press("main a[href*='.svg']")
    assert (steps.taken <= 2, answer.value.headers["content-type"]) == (True, "image/svg+xml")
