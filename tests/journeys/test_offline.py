"""Stories without a line: what was seen can be read by who saw it alone, and what is sent twice is done once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from cargo.models import Consignment
from tests.conftest import Cast
from tests.journeys.conftest import Visitor
from tickets.categories import load_categories
from tickets.models import Ticket

pytestmark = [pytest.mark.slow, pytest.mark.browser_context_args(service_workers="allow")]


def wait_for_worker(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def kept(page: Page) -> list[str]:
    """The paths of the pages that the browser holds."""
    found = page.evaluate(
        "caches.open('pages-1').then((pages) => pages.keys()).then((all) => all.map((each) => each.url))"
    )
    return sorted(re.sub(r"^https?://[^/]+", "", url) for url in found if not url.endswith("/reader"))


def test_what_she_saw_can_be_read_without_a_line_until_she_leaves(
    people: Cast, consignment: Consignment, visitor: Visitor
) -> None:
    visitor.sign_in(people.importer.email)
    page, line = visitor.page, visitor.page.context
    wait_for_worker(page)
    one = f"/consignments/{consignment.ref}/"
    for path in (one, "/consignments/", "/tickets/"):
        visitor.open(path)
    assert kept(page) == ["/consignments/", one]
    line.set_offline(True)
    visitor.open(one)
    expect(page.locator("#offline")).to_contain_text("Offline. This page is as of")
    expect(page.locator("h1")).to_contain_text(consignment.ref)
    visitor.check()
    visitor.open("/tickets/")
    expect(page.locator("h1")).to_contain_text("No line")
    page.get_by_role("link", name="The list as last seen").click()
    expect(page.locator("#rows")).to_contain_text(consignment.ref)
    line.set_offline(False)
    visitor.open(one)
    expect(page.locator("#offline")).to_be_hidden()
    page.click("form[action='/accounts/logout/'] button")
    _sees_nothing(line, visitor, one)


def _sees_nothing(line: BrowserContext, visitor: Visitor, path: str) -> None:
    assert kept(visitor.page) == []
    line.set_offline(True)
    visitor.open(path)
    expect(visitor.page.locator("h1")).to_contain_text("No line")
    assert "RW" not in visitor.page.locator("body").inner_text()
    line.set_offline(False)


def test_another_person_on_the_same_telephone_reads_nothing_of_hers(
    people: Cast, consignment: Consignment, visitor: Visitor
) -> None:
    visitor.sign_in(people.importer.email)
    page, one = visitor.page, f"/consignments/{consignment.ref}/"
    wait_for_worker(page)
    visitor.open(one)
    assert kept(page) == ["/consignments/", one] if "/consignments/" in kept(page) else [one]
    # Her session ends elsewhere: the telephone learns it with the next page.
    page.context.clear_cookies()
    visitor.open("/")
    _sees_nothing(page.context, visitor, one)
    visitor.sign_in(people.stranger.email)
    visitor.open("/consignments/")
    assert kept(page) == ["/consignments/"]
    page.context.set_offline(True)
    visitor.open("/consignments/")
    expect(page.locator("#offline")).to_be_visible()
    assert consignment.ref not in page.content()


def test_a_line_that_drops_while_sending_loses_nothing_and_doubles_nothing(
    people: Cast, consignment: Consignment, visitor: Visitor
) -> None:
    load_categories()
    visitor.sign_in(people.importer.email)
    page = visitor.page
    wait_for_worker(page)
    visitor.open(f"/tickets/new/?category=PORT_DELAY&consignment={consignment.ref}")
    page.fill("[name=title]", "Box not loaded")
    page.fill("[name=answer_place]", "Yard 5")
    page.fill("[name=answer_since]", "This morning")
    # It arrives, and its answer is lost on the way.
    page.evaluate("fetch(location.href, {method: 'POST', body: new FormData(document.querySelector('main form'))})")
    page.wait_for_function("document.cookie.includes('once=')")
    page.context.clear_cookies(name="once")
    page.context.set_offline(True)
    page.click("main button:has-text('Report it')")
    expect(page.locator("main")).to_contain_text("your words are still there")
    page.context.set_offline(False)
    page.get_by_role("button", name="Go back").click()
    expect(page.locator("[name=title]")).to_have_value("Box not loaded")
    page.click("main button:has-text('Report it')")
    page.wait_for_url(re.compile(r"/tickets/T\d\d-\d+/"))
    assert Ticket.objects.count() == 1
    # A second one, meant as such, is another.
    visitor.open(f"/tickets/new/?category=PORT_DELAY&consignment={consignment.ref}")
    for name, words in {"title": "Box not loaded", "answer_place": "Yard 5", "answer_since": "This morning"}.items():
        page.fill(f"[name={name}]", words)
    page.click("main button:has-text('Report it')")
    page.wait_for_url(re.compile(r"/tickets/T\d\d-\d+/"))
    assert Ticket.objects.count() == 2
