"""Stories of the corridor's network: an officer mends what is known of a place, and everybody reads it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from corridor.models import Leg
from tests.conftest import Cast
from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.slow


def test_an_officer_mends_a_place_and_a_distance_without_scripts(
    people: Cast, visitor_without_scripts: Visitor
) -> None:
    visitor = visitor_without_scripts
    visitor.come_as(people.officer.email)
    page = visitor.open("/corridor/nodes/xx-border-gatuna/")
    page.click("a[href$='/edit/']")
    page.fill("input[name=opening_hours]", "Mo-Su 06:00-22:00")
    page.click("main form button[type=submit]")
    expect(page.locator(".errorlist")).to_contain_text("Say where the opening hours are from.")
    page.fill("input[name=hours_source]", "The post, by telephone")
    page.click("main form button[type=submit]")
    expect(page.locator("main")).to_contain_text("06:00–22:00")
    expect(page.locator("main")).to_contain_text("Officer")
    leg = Leg.objects.get(origin__slug="tz-port-dar", km__isnull=False)
    visitor.open("/corridor/network/")
    page.click(f"a[href='/corridor/legs/{leg.pk}/edit/']")
    page.fill("input[name=km]", "1474")
    page.fill("input[name=source]", "A driver's log")
    page.select_option("select[name=confidence]", "measured")
    page.click("form[action$='/distances/new/'] button")
    page.check(f"input[name=distance][value='{leg.distances.get(km=1474).pk}']")
    page.fill("input[name=reason]", "Measured on the way")
    page.click("form:not([action]) button:has-text('Save')")
    expect(page.locator("main")).to_contain_text("1474 km: A driver's log")
    leg.refresh_from_db()
    assert leg.km == 1474


def test_the_network_and_the_map_can_be_read_by_everybody(people: Cast, visitor: Visitor) -> None:
    leg = Leg.objects.get(origin__slug="tz-port-dar", km__isnull=False)
    pages = ["network/", "map/", "nodes/xx-border-kagitumba/"]
    for path in pages:
        visitor.open(f"/corridor/{path}")
        visitor.check()
    visitor.come_as(people.officer.email)
    for path in (*pages, "nodes/xx-border-kagitumba/edit/", f"legs/{leg.pk}/edit/"):
        visitor.open(f"/corridor/{path}")
        visitor.check()
