"""Names as firms have them: long ones, Arabic and Chinese ones; and lists without a row. At 320 px and 200 %."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from cargo.models import Consignment
from liaison.models import Organization, Person
from tests.conftest import Cast
from tests.journeys.conftest import Visitor
from tests.tickets.conftest import opened
from tickets.categories import load_categories

pytestmark = pytest.mark.slow
ARABIC = "شركة النور للتجارة والنقل (ش.م.م) 1999"
CHINESE = "卢旺达基加利国际进出口贸易有限责任公司"
LONG = "Umuryango" * 16


def test_names_of_any_script_and_length_fit_and_keep_their_direction(
    people: Cast, consignment: Consignment, visitor: Visitor
) -> None:
    load_categories()
    ticket = opened(people, consignment)
    Consignment.objects.update(goods=LONG[:100])
    # At 200 % a screen of 640 px shows what one of 320 px does.
    visitor.page.set_viewport_size({"width": 320, "height": 640})
    for name in (ARABIC, CHINESE, LONG):
        Organization.objects.filter(pk=people.importer_firm.pk).update(name=name)
        if name == ARABIC:
            visitor.come_as(people.officer.email)
        for path in (
            "/consignments/",
            f"/consignments/{consignment.ref}/",
            "/tickets/board/",
            f"/tickets/{ticket.ref}/",
        ):
            page = visitor.open(path)
            wide, screen = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
            assert (path, name, wide) == (path, name, screen)
        page = visitor.open("/consignments/")
        expect(page.locator("bdi", has_text=name[:12]).first).to_be_visible()
    visitor.open(f"/directory/{people.importer_firm.pk}/")
    visitor.check()


def test_a_list_without_a_row_says_what_to_do(people: Cast, visitor: Visitor) -> None:
    visitor.come_as(people.stranger.email)
    for path in ("/consignments/", "/tickets/", "/inbox/", "/nominations/"):
        page = visitor.open(path)
        assert len(page.locator("main").inner_text()) > 40, path
        visitor.check()
    told = {part: {path: _told(part_of, path) for path in paths} for part, part_of, paths in _lists(people)}
    assert {path: words for lists in told.values() for path, words in lists.items() if len(words) < 30} == {}
    # Who may report is led to it; who may not is told what will stand there.
    assert "Report a problem" in told["stranger"]["/tickets/"]
    assert "hands to you" in told["desk"]["/tickets/"]


def _lists(people: Cast) -> list[tuple[str, Person, tuple[str, ...]]]:
    """Who sees which lists that have no row yet."""
    office = ("/tickets/board/", "/tickets/incidents/", "/tickets/holidays/", "/tickets/escalations/", "/claims/")
    channels = ("/tickets/mails/", "/channels/", "/unmatched/", "/tariff/", "/outbox/failed/", "/me/jobs/")
    looked_for = ("/consignments/?q=MSCU1234566", "/tickets/incidents/?q=none", "/directory/?q=none", "/tickets/?q=no")
    return [
        ("officer", people.officer, (*office, *channels, *looked_for)),
        ("stranger", people.stranger, ("/claims/", "/tickets/", "/inbox/", "/nominations/")),
        ("desk", people.desk, ("/tickets/", "/inbox/")),
        ("official", people.official, ("/corridor/advisories/", "/corridor/conditions/", "/observatory/reports/")),
    ]


def _told(person: Person, path: str) -> str:
    """What stands where the rows would."""
    client = Client()
    client.force_login(person)
    found = re.search(r'class="empty"[^>]*>(.*?)</(?:div|li)>', client.get(path).content.decode(), re.S)
    return " ".join(re.sub("<[^>]+>", " ", found[1]).split()) if found else ""


def test_by_keyboard_alone_from_the_list_to_a_report(people: Cast, consignment: Consignment, visitor: Visitor) -> None:
    load_categories()
    visitor.come_as(people.importer.email)
    page = visitor.open("/consignments/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    # Past the navigation: what comes next stands in the content.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    _opens_and_closes(visitor)
    _go_to(visitor, f"a[href='/consignments/{consignment.ref}/']")
    _explains(visitor)
    _go_to(visitor, "#live a[href*='/tickets/new/']")
    _go_to(visitor, "main a[href*='category=PORT_DELAY']")
    expect(page.locator("main form")).to_be_visible()
    # Who wants no motion sees none.
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.querySelector('main button')).transitionDuration") == "0s"


def _opens_and_closes(visitor: Visitor) -> None:
    """The menu: Enter opens it, Escape closes it from within and gives the focus back; a box is ticked with Space."""
    page = visitor.page
    _focus(visitor, ".nav .more > summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.more[open] ul') !== null")
    page.keyboard.press("Escape")
    expect(page.locator(".nav .more > summary")).to_be_focused()
    assert page.locator(".nav .more").get_attribute("open") is None
    _focus(visitor, "input[name=consignment]")
    page.keyboard.press("Space")
    expect(page.locator("input[name=consignment]").first).to_be_checked()


def _explains(visitor: Visitor) -> None:
    """A term of the trade: Enter shows its meaning, Escape takes it away and leaves the focus where it was."""
    page = visitor.page
    _focus(visitor, ".term")
    page.keyboard.press("Enter")
    expect(page.locator(".meaning:popover-open")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".meaning:popover-open")).to_have_count(0)
    expect(page.locator(".term").first).to_be_focused()


def _go_to(visitor: Visitor, selector: str) -> None:
    """With Tab until it has the focus, then Enter."""
    _focus(visitor, selector)
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")


def _focus(visitor: Visitor, selector: str) -> None:
    """With Tab, as often as it takes; the focus is seen."""
    page = visitor.page
    for _press in range(90):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            break
        page.keyboard.press("Tab")
    expect(page.locator(selector).first).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
