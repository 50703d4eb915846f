"""The importer's story: a gate-out message of the port reaches her page and her mailbox."""

from __future__ import annotations

import time
from datetime import timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cargo.models import Consignment, Event
from feeds.models import Source
from tests.conftest import Cast
from tests.journeys.conftest import Letterbox, Visitor

pytestmark = pytest.mark.slow
BOX = "TGHU3054380"


def gate_out(box: str) -> bytes:
    at = (timezone.now() - timedelta(minutes=20)).astimezone(ZoneInfo("Africa/Nairobi"))
    segments = [
        f"UNB+UNOA:2+KEMBAKPA+PORTAL+{at:%y%m%d:%H%M}+77",
        "UNH+1+CODECO:D:95B:UN:SMDG16",
        "BGM+36+G77+9",
        f"EQD+CN+{box}+22G1:102:5++3+5",
        "RFF+BM:UMUC2611001",
        f"DTM+7:{at:%Y%m%d%H%M}:203",
        "LOC+165+KEMBA:139:6+KCT:TER:ZZZ",
        "SEL+KE123456+CU",
        "TDT+1++3++NCT:172::INZIRA TRUCKS+++RAD 417 K",
        "CNT+16:1",
        "UNT+10+1",
        "UNZ+1+77",
    ]
    return "".join(f"{segment}'\r\n" for segment in segments).encode()


def push(visitor: Visitor, source: Source, body: bytes) -> httpx.Response:
    return httpx.post(
        f"{visitor.server.url}/api/v1/sources/{source.slug}/deliveries/",
        content=body,
        headers={"Authorization": f"Bearer {source.slug}-token"},
    )


def test_a_gate_out_reaches_the_page_within_2_s_and_the_mailbox_within_5_s(
    people: Cast,
    consignment: Consignment,
    gate: Source,
    workers: None,
    letterbox: tuple[Letterbox, int],
    visitor: Visitor,
) -> None:
    visitor.come_as(people.importer.email)
    page = visitor.open(f"/consignments/{consignment.ref}/")
    expect(page.locator("main")).not_to_contain_text("Out of the gate · ", timeout=1000)
    body = gate_out(BOX)
    assert push(visitor, gate, body).json()["state"] == "stored"
    pushed = time.monotonic()
    while not Event.objects.exists() and time.monotonic() - pushed < 10:
        time.sleep(0.02)
    text = str(page.request.get(page.url).text())
    on_page = time.monotonic() - pushed
    while not letterbox[0].to(people.importer.email) and time.monotonic() - pushed < 10:
        time.sleep(0.02)
    in_mailbox = time.monotonic() - pushed
    expect(page.locator("#live")).to_contain_text("Mombasa Container Terminal 2", timeout=5_000)
    on_open_page = time.monotonic() - pushed
    print(f"push to the open page {on_open_page:.2f} s (it asks every 1.5 s);")
    print(f"push to page {on_page:.2f} s, to mailbox {in_mailbox:.2f} s")
    assert "Mombasa Container Terminal 2" in text
    assert on_page <= 2
    assert in_mailbox <= 5
    mail = letterbox[0].to(people.importer.email)[0]
    assert consignment.ref in str(mail["Subject"])
    assert BOX in mail.get_content()
    assert [str(found["To"]) for found in letterbox[0].mails if "stranger" in str(found["To"])] == []
    assert push(visitor, gate, body).json()["state"] == "duplicate"
    assert Event.objects.count() == 1
    visitor.check()


def test_her_day_on_a_phone(people: Cast, consignment: Consignment, visitor: Visitor) -> None:
    visitor.come_as(people.importer.email)
    page = visitor.open("/")
    expect(page.locator("main")).to_contain_text(consignment.ref)
    visitor.check()
    page.fill("input[name=q]", "csqu305")
    page.press("input[name=q]", "Enter")
    expect(page.locator("#rows")).to_contain_text(consignment.ref)
    visitor.open("/consignments/new/")
    visitor.check()
    page.fill("textarea[name=containers]", "MSCU1234567")
    page.click("main form button[type=submit]")
    expect(page.locator("main")).to_contain_text("Did you mean MSCU1234566?")
    visitor.check()
    page.fill("textarea[name=containers]", "MSCU1234566")
    page.click("main form button[type=submit]")
    expect(page.locator("main")).to_contain_text("Registered as RW")
    visitor.check()
    for path in ("/inbox/", "/me/", "/corridor/"):
        visitor.open(path)
        visitor.check()


def test_everything_works_without_scripts_and_in_kinyarwanda(
    people: Cast, consignment: Consignment, visitor_without_scripts: Visitor
) -> None:
    visitor = visitor_without_scripts
    visitor.sign_in(people.importer.email)
    page = visitor.page
    page.click("button[name=language][value=rw]")
    assert page.locator("html").get_attribute("lang") == "rw"
    page.fill("input[name=q]", "UMUC2611001")
    page.press("input[name=q]", "Enter")
    page.click(f"a[href='/consignments/{consignment.ref}/']")
    expect(page.locator("h1")).to_contain_text(consignment.ref)
    page.click("form[action='/accounts/logout/'] button")
    expect(page.locator("main")).not_to_contain_text(consignment.ref)
