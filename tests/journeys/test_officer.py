"""The officer's story: a file that cannot be read, and what to do about it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from feeds.models import Delivery, Source
from tests.conftest import Cast
from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.slow


def test_a_file_that_cannot_be_read_is_explained_and_read_again(
    people: Cast, clerk: Source, workers: None, visitor: Visitor
) -> None:
    visitor.page.set_viewport_size({"width": 1280, "height": 900})
    visitor.come_as(people.officer.email)
    page = visitor.open("/sources/")
    expect(page.locator("main")).to_contain_text("Clerk")
    visitor.check()
    page.click("a[href='/sources/clerk/']")
    page.set_input_files(
        "input[type=file]", {"name": "web.csv", "mimeType": "text/csv", "buffer": b"<html>Sign in</html>"}
    )
    page.click("main form[enctype] button[type=submit]")
    page.wait_for_url("**/deliveries/*/")
    for _attempt in range(50):
        if Delivery.objects.get().state != "stored":
            break
        page.wait_for_timeout(100)
    page.reload()
    expect(page.locator("main")).to_contain_text("This is a web page, not data")
    visitor.check()
    page.click("form[action$='/reread/'] button")
    expect(page.locator("body")).to_contain_text("Read again")
    pages = ("/sources/", "/sources/quarantine/", "/sources/clerk/mappings/", "/sources/phoned/")
    for path in (*pages, "/unmatched/", "/sources/clerk/", "/consignments/"):
        visitor.open(path)
        visitor.check()
