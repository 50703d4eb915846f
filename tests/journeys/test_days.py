"""The days of people in two languages on a phone of 360 px: each step is kept as a picture to be looked at."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, FloatRect, Page
from pytest_django.live_server_helper import LiveServer

from cargo.models import Consignment, Unit
from cargo.tariffs import load_tariff
from feeds.models import Source
from liaison.models import Organization, Person
from tests.cargo.test_reading import BOX, OTHER_BOX, csv, row, take_in
from tests.conftest import AT, Cast, source_of
from tests.corridor.test_settling import said
from tests.journeys.conftest import Visitor
from tests.observatory.boxes import six_boxes
from tests.tickets.conftest import opened
from tickets.categories import load_categories
from tickets.handovers import hand_over
from tickets.models import Ticket

pytestmark = pytest.mark.slow
PICTURES = settings.STATE_DIR / "pictures"
# Of the longest pages only the first part.
SHOWN: FloatRect = {"x": 0, "y": 0, "width": 360, "height": 4000}
# A code of the program's that nobody has put into words; formats have names of their own.
CODE = re.compile(r"(?<![\w@./-])(?!csv_events)[a-z]+(?:_[a-z]+)+(?![\w@./-])")
# Each person's steps: an address, or what is pressed on the page before. The stranger is new and has nothing.
DAYS = {
    "importer": ["/", "main a[href='/consignments/{ref}/']", "#live a[href*='/tickets/new/']"],
    "stranger": ["/", "/me/jobs/"],
    "agent": ["/", "/consignments/upload/"],
    "officer": ["/", "main a[href='/tickets/{ticket}/']"],
    "desk": ["/", "main a[href='/tickets/{ticket}/']"],
    "official": ["/", "main a[href='/observatory/container_dwell_time/']"],
}  # fmt: skip


@pytest.fixture
def ticket(transactional_db: None, cast: Cast, clerk: Source, consignment: Consignment) -> Ticket:
    """About cargo that has come a part of its way and costs money, with the port since this morning; a border is shut."""
    load_categories()
    load_tariff(at=AT)
    Unit.objects.update(size_type="22G1")
    take_in(clerk, csv(*(row("discharged", 24 * 17, box=box) for box in (BOX, OTHER_BOX)), row("gate_out", 9, box=BOX)))
    six_boxes(cast, clerk)
    take_in(source_of("ura", "status"), said("shut"))
    kpa = Organization.objects.get(name="KPA")
    handed = opened(cast, consignment)
    return hand_over(ticket=handed, agency=kpa, words="Please look in yard 5", by=cast.officer, at=timezone.now())


@pytest.fixture
def phone(new_context: Any, live_server: LiveServer) -> Visitor:
    """A small phone, and a folder without older pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.glob("*.jpeg"):
        old.unlink()
    context: BrowserContext = new_context(viewport={"width": 360, "height": 740})
    return Visitor(context.new_page(), live_server)


def sign_in(visitor: Visitor, person: Person) -> None:
    """By the cookie alone: how people sign in is another story."""
    client = Client()
    client.force_login(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    visitor.page.context.clear_cookies()
    visitor.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": visitor.server.url}])


def faults(page: Page) -> list[str]:
    """What is wider than the screen, and codes that stand for words."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    return ([f"{wide} px wide"] if wide > 360 else []) + CODE.findall(page.locator("body").inner_text())


@pytest.mark.timeout(240)
def test_every_step_fits_and_is_in_words(cast: Cast, ticket: Ticket, phone: Visitor) -> None:
    wrong, page = {}, phone.page
    consignment = ticket.concerned.get().consignment
    for part, steps in DAYS.items():
        person = cast.people()[part]
        sign_in(phone, person)
        for language in ("en", "rw"):
            Person.objects.filter(pk=person.pk).update(language=language)
            for number, step in enumerate(steps):
                if step.startswith("/"):
                    phone.open(step)
                else:
                    page.locator(step.format(ref=consignment.ref, ticket=ticket.ref)).first.click()
                    page.wait_for_load_state()
                assert page.locator("html").get_attribute("lang") == language
                name = f"{part}-{language}-{number + 1}"
                page.screenshot(path=PICTURES / f"{name}.jpeg", full_page=True, clip=SHOWN, quality=70, type="jpeg")
                if found := faults(page):
                    wrong[name] = (page.url, found)
    assert wrong == {}
    kept = {path.name for path in PICTURES.glob("*.jpeg")}
    assert len(kept) == 2 * sum(map(len, DAYS.values()))
