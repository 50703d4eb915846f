"""An official's story: the goal, what is behind a figure, another range under its own address; also without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from feeds.models import Source
from tests.conftest import Cast
from tests.journeys.conftest import Visitor
from tests.observatory.boxes import six_boxes

pytestmark = pytest.mark.slow
INDICATOR = "Container dwell time"


def test_from_the_goal_to_a_figure_and_to_another_range(people: Cast, clerk: Source, visitor: Visitor) -> None:
    six_boxes(people, clerk)
    page = visitor.open("/observatory/")
    expect(page.locator("#goal")).to_contain_text("1,000,000")
    visitor.check()
    page.get_by_role("link", name=INDICATOR, exact=True).click()
    expect(page.locator("h1")).to_have_text(INDICATOR)
    expect(page.locator("#figures")).to_contain_text("55.0")
    visitor.check()
    page.get_by_label("By", exact=True).select_option("day")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("grain=day"))
    expect(page.get_by_text("The same as a table")).to_be_visible()
    page.reload()
    expect(page.get_by_label("By", exact=True)).to_have_value("day")
    page.evaluate("document.body.dataset.same = 'yes'")
    page.get_by_role("link", name="Place", exact=True).click()
    expect(page).to_have_url(re.compile("grain=day.*by=node"))
    page.get_by_role("link", name="Port of Mombasa", exact=True).click()
    expect(page.locator("#figures")).to_contain_text("Only")
    page.get_by_label("By", exact=True).select_option("week")
    page.get_by_role("button", name="Show").click()
    # The form asks for the part that is shown; the page is still the same one.
    expect(page).to_have_url(re.compile("grain=week.*part=node"))
    assert page.evaluate("document.body.dataset.same") == "yes"
    visitor.check()


def test_without_scripts_and_at_320_px_everything_can_be_read(
    people: Cast, clerk: Source, visitor_without_scripts: Visitor, visitor: Visitor
) -> None:
    six_boxes(people, clerk)
    page = visitor_without_scripts.open("/observatory/container_dwell_time/")
    page.get_by_label("By", exact=True).select_option("week")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("grain=week"))
    expect(page.locator("#figures")).to_contain_text("55.0")
    page.get_by_role("link", name="Place", exact=True).click()
    expect(page.locator("main")).to_contain_text("Port of Mombasa")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for path in (
        "/observatory/compare/?what=modes",
        "/observatory/container_dwell_time/embed/",
        "/observatory/reports/",
    ):
        visitor.open(path)
        visitor.check()
