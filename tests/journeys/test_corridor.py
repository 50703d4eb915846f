"""Anybody's story: a border is shut, and the open page says so without being loaded again."""

from __future__ import annotations

import time
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from corridor.days import keep_day
from tests.conftest import Cast, source_of
from tests.corridor.test_settling import said
from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.slow


def push(visitor: Visitor, slug: str, body: bytes) -> None:
    answer = httpx.post(
        f"{visitor.server.url}/api/v1/sources/{slug}/deliveries/",
        content=body,
        headers={"Authorization": f"Bearer {slug}-token"},
    )
    assert answer.json()["state"] == "stored"


def test_a_change_is_on_the_open_page_within_five_seconds(
    transactional_db: None, people: Cast, workers: None, visitor: Visitor
) -> None:
    source_of("ura", "status")
    source_of("kra", "status")
    page = visitor.open("/corridor/")
    expect(page.locator("main")).not_to_contain_text("A queue of 6 km")
    push(visitor, "ura", said("shut"))
    pushed = time.monotonic()
    expect(page.locator("#state")).to_contain_text("A queue of 6 km", timeout=5_000)
    print(f"push to the open page {time.monotonic() - pushed:.2f} s (it asks every 3 s)")
    visitor.check()
    push(visitor, "kra", said("normal", text="All clear"))
    expect(page.locator("#state")).to_contain_text("Sources disagree.", timeout=5_000)
    visitor.check()


def test_without_scripts_and_at_320_px_everything_can_be_read_and_an_open_page_asks_ever_more_seldom(
    transactional_db: None, people: Cast, visitor_without_scripts: Visitor, visitor: Visitor
) -> None:
    page = visitor_without_scripts.open("/corridor/")
    expect(page.locator("main")).to_contain_text("Malaba one-stop border post")
    wide, screen = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= screen
    day = keep_day(at=timezone.now() - timedelta(days=1)).day
    for path in ("/corridor/days/", f"/corridor/{day}/", "/corridor/conditions/"):
        visitor.open(path)
        visitor.check()
    _asks_ever_more_seldom(visitor)


def _asks_ever_more_seldom(visitor: Visitor) -> None:
    """By a clock of the test's own: at once, after ten minutes without news, while nobody looks, and when touched."""
    page, asked = visitor.page, list[str]()
    page.on("request", lambda request: asked.append(request.url) if "?tag=" in request.url else None)
    page.clock.install()
    visitor.open("/corridor/")

    def times_within(seconds: int) -> int:
        before = len(asked)
        for _turn in range(seconds // 3):
            page.clock.run_for(3_000)
            page.wait_for_timeout(15)
        return len(asked) - before

    assert times_within(30) >= 4
    page.clock.fast_forward(600_000)
    assert 1 <= times_within(60) <= 4
    page.evaluate("Object.defineProperty(document, 'hidden', {configurable: true, get: () => true})")
    assert times_within(30) == 0
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => false})")
    page.keyboard.press("Tab")
    assert times_within(30) >= 4
