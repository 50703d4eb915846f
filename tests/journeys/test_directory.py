"""The office's story with its directory: whom to call, a call noted, gaps closed, firms taken in from a spreadsheet."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from liaison.focal_points import Entry, add_focal_point
from liaison.models import CallNote, FocalPoint, Organization
from liaison.people import add_person
from tests.conftest import AT, Cast
from tests.journeys.conftest import PASSWORD, Visitor
from tests.liaison.test_sheets import book

pytestmark = pytest.mark.slow
POINT = Entry(name="Mwanaidi Salim", duty="Yard", phone="+254722000111", email="m@kpa.example", concerns=["PORT_DELAY"])


def press(visitor: Visitor, words: str) -> None:
    visitor.page.get_by_role("button", name=words).click()


def follow(visitor: Visitor, words: str) -> None:
    visitor.page.locator("main").get_by_role("link", name=words).first.click()


def test_an_officer_finds_whom_to_call_and_notes_the_call(people: Cast, visitor: Visitor) -> None:
    kpa = Organization.objects.get(name="KPA")
    add_focal_point(organization=kpa, entry=POINT, by=None, at=AT)
    visitor.come_as(people.officer.email)
    page = visitor.open("/directory/")
    visitor.check()
    follow(visitor, "Who to call")
    expect(page.locator("main")).to_contain_text("22 lines have nobody to be called first.")
    visitor.check()
    follow(visitor, "Directory")
    page.get_by_label("Name, number, telephone or e-mail").fill("0722 000 111")
    press(visitor, "Find")
    visitor.check()
    follow(visitor, "KPA")
    page.locator("summary", has_text="Note a call").click()
    visitor.check()
    page.get_by_label("Spoken to").fill("Mwanaidi Salim")
    page.get_by_label("About").fill("Boxes not loaded")
    press(visitor, "Keep the note")
    expect(page.locator("main")).to_contain_text("This field is required.")
    visitor.check()
    page.get_by_label("What was said").fill("On the plan for tonight.")
    press(visitor, "Keep the note")
    expect(page.locator("main")).to_contain_text("The call is noted.")
    visitor.check()
    follow(visitor, "Called for")
    visitor.check()
    page.get_by_label("Queue at a border").check()
    press(visitor, "Save")
    expect(page.locator("main")).to_contain_text("Queue at a border")
    assert CallNote.objects.get().about == "Boxes not loaded"


def test_a_supervisor_takes_firms_in_and_names_who_is_called(people: Cast, visitor_without_scripts: Visitor) -> None:
    visitor = visitor_without_scripts
    email = "super@portal.example"
    add_person(email=email, role="supervisor", name="Super", password=PASSWORD, by=None, at=AT)
    visitor.come_as(email)
    page = visitor.open("/directory/import/")
    rows: list[list[object]] = [["Name", "Kind", "Country"], ["Keza Ltd", "importer", "RW"], ["", "agent", "RW"]]
    page.set_input_files("input[type=file]", {"name": "f.xlsx", "mimeType": "", "buffer": book(*rows)})
    press(visitor, "Send and look")
    expect(page.locator("main")).to_contain_text("Give the name of the organisation.")
    press(visitor, "Import 1 row")
    expect(page.locator("main")).to_contain_text("1 organisation is kept.")
    follow(visitor, "Keza Ltd")
    follow(visitor, "Add a focal point")
    page.get_by_label("Name").fill("Keza Uwera")
    press(visitor, "Save")
    expect(page.locator("main")).to_contain_text("Give a telephone number or an e-mail address.")
    page.get_by_label("Telephone").fill("0788 123 456")
    press(visitor, "Save")
    expect(page.locator("main")).to_contain_text("Keza Uwera")
    assert FocalPoint.objects.get().phone == "+250788123456"


def test_the_supervisors_pages_can_be_used_by_everybody(people: Cast, visitor: Visitor) -> None:
    email = "super@portal.example"
    add_person(email=email, role="supervisor", name="Super", password=PASSWORD, by=None, at=AT)
    point = add_focal_point(organization=people.agent_firm, entry=POINT, by=None, at=AT)
    visitor.come_as(email)
    firm = f"/directory/{people.agent_firm.pk}"
    paths = ["/directory/import/", f"{firm}/", f"{firm}/focal-points/"]
    for path in [*paths, f"/focal-points/{point.pk}/", f"/focal-points/{point.pk}/remove/"]:
        visitor.open(path)
        visitor.check()
    page = visitor.open("/directory/import/")
    rows: list[list[object]] = [["Name", "Kind", "Country"], ["Keza Ltd", "importer", "RW"], ["", "agent", "RW"]]
    page.set_input_files("input[type=file]", {"name": "f.xlsx", "mimeType": "", "buffer": book(*rows)})
    press(visitor, "Send and look")
    visitor.check()
    visitor.open(f"/people/{people.importer.pk}/second-factor/")
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    expect(page.locator("main")).to_contain_text("This person has no second factor.")
    visitor.check()
