"""Stories of sharing: an importer gives her driver a link; a paper is seen by those for whom it is; what is new is marked."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cargo.models import Consignment, Look, Note, Paper, ShareLink
from feeds.models import Source
from liaison.models import JournalEntry
from tests.cargo.test_reading import BOX, OTHER_BOX, csv, row, take_in
from tests.conftest import Cast
from tests.journeys.conftest import Visitor
from tests.liaison.papers import PDF

pytestmark = pytest.mark.slow
MALABA = "xx-border-malaba"


@pytest.fixture
def at_malaba(people: Cast, clerk: Source, consignment: Consignment) -> Consignment:
    """Two boxes that came to Malaba nine hours ago."""
    take_in(clerk, csv(*(row("border_in", 9, box=box, node=MALABA) for box in (BOX, OTHER_BOX))))
    return consignment


def test_a_driver_follows_a_link_that_his_importer_made_and_later_revoked(
    people: Cast, at_malaba: Consignment, visitor: Visitor
) -> None:
    visitor.come_as(people.importer.email)
    page = visitor.open(f"/consignments/{at_malaba.ref}/")
    expect(page.locator("main")).to_contain_text("At Malaba since")
    page.get_by_role("link", name="Share without a login").click()
    page.get_by_label("for whom").fill("driver")
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_role("heading", name="Sheet for the driver")).to_be_visible()
    expect(page.get_by_role("img", name="The link as a picture for a telephone's camera")).to_be_visible()
    visitor.check()
    address = page.locator("p.key").inner_text()
    path = re.sub(r"^https?://[^/]+", "", address)
    sheet = page.url
    page.context.clear_cookies()
    page = visitor.open(path)
    expect(page.locator("main")).to_contain_text("At Malaba since")
    expect(page.locator("main")).to_contain_text("TGHU****380")
    expect(page.locator("body")).not_to_contain_text("Umucyo")
    expect(page.locator("body")).not_to_contain_text(BOX)
    visitor.check()
    visitor.come_as(people.importer.email)
    page.goto(sheet)
    page.get_by_role("link", name="All links").click()
    page.get_by_role("button", name="Revoke").click()
    expect(page.locator("main")).to_contain_text("The link leads nowhere any more.")
    visitor.check()
    assert page.goto(visitor.server.url + path).status == 404  # type: ignore[union-attr]
    assert ShareLink.objects.get().revoked_by == people.importer


def test_a_permit_is_sent_seen_among_the_releases_and_its_download_noted(
    people: Cast, at_malaba: Consignment, visitor: Visitor, tmp_path: Path
) -> None:
    file = tmp_path / "permit of RSB.pdf"
    file.write_bytes(PDF)
    visitor.come_as(people.importer.email)
    page = visitor.open(f"/consignments/{at_malaba.ref}/papers/")
    page.get_by_label("Kind of paper").select_option("permit")
    page.get_by_label("File").set_input_files(file)
    page.get_by_label("Those whom the importer nominated may see it").uncheck()
    visitor.check()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("main")).to_contain_text("Kept as version 1.")
    paper = Paper.objects.get()
    assert (paper.for_importer, paper.for_agent, paper.for_office) == (True, False, True)
    page = visitor.open(f"/consignments/{at_malaba.ref}/")
    releases = page.get_by_role("region", name="Releases")
    with page.expect_download() as download:
        releases.get_by_role("link", name="permit_of_RSB.pdf").click()
    assert Path(download.value.path()).read_bytes() == PDF
    assert JournalEntry.objects.filter(kind="cargo.paper_handed_out", by=people.importer).count() == 1


def test_what_came_since_she_last_looked_is_marked_and_a_note_is_kept(
    people: Cast, clerk: Source, at_malaba: Consignment, visitor: Visitor
) -> None:
    visitor.come_as(people.importer.email)
    page = visitor.open(f"/consignments/{at_malaba.ref}/notes/")
    page.get_by_label("Note").fill("Emmanuel drives")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("main")).to_contain_text("only for this organisation")
    assert Note.objects.get().written_by == people.importer
    page = visitor.open(f"/consignments/{at_malaba.ref}/")
    expect(page.locator("main")).to_contain_text("Emmanuel drives")
    expect(page.locator("main")).not_to_contain_text("since you last looked")
    Look.objects.update(seen_at=timezone.now() - timedelta(hours=2))
    take_in(clerk, csv(*(row("border_out", 0.5, box=box, node=MALABA) for box in (BOX, OTHER_BOX))))
    page = visitor.open(f"/consignments/{at_malaba.ref}/")
    expect(page.locator("main")).to_contain_text("reports have come since you last looked")
    expect(page.locator("main")).to_contain_text("On the road since")
    visitor.check()
