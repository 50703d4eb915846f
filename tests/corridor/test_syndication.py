"""The feed and the calendar: valid for other programs, and true to corrections and withdrawals."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from corridor.advisories import correct_advisory, publish_advisory, withdraw_advisory
from corridor.models import Advisory, Condition
from corridor.syndication import Item, atom, ics
from feeds.models import Source
from tests.conftest import AT, Cast
from tests.corridor.notices import DAY, HOUR, changed, draft, published
from tests.corridor.test_calls import Sender
from tests.corridor.test_conditions import queue, say

ATOM = "{http://www.w3.org/2005/Atom}"
MALABA = "xx-border-malaba"


def entries(query: str = "") -> list[dict[str, str]]:
    answer = Client().get(f"/corridor/feed.atom{query}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    root = ET.fromstring(answer.content)
    assert all(root.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
    names = ("id", "title", "published", "updated", "content")
    return [{name: str(entry.findtext(f"{ATOM}{name}")) for name in names} for entry in root.findall(f"{ATOM}entry")]


def unfolded(body: bytes) -> list[str]:
    """The calendar's lines as RFC 5545 puts them together again."""
    assert body.endswith(b"\r\n")
    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in body.replace(b"\r\n", b"")
    return body.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]


def events(query: str = "") -> list[dict[str, str]]:
    answer = Client().get(f"/corridor/calendar.ics{query}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    lines = unfolded(answer.content)
    assert (lines[0], lines[1], lines[-1]) == ("BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR")
    found: list[dict[str, str]] = []
    for line in lines:
        name, _colon, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and value != "VEVENT":
            found[-1][name] = value
    return found


def test_they_are_empty_and_valid_before_anything_is_told(network: None) -> None:
    assert (entries(), events()) == ([], [])


def test_a_notice_is_in_both_and_a_draft_in_neither(cast: Cast) -> None:
    advisory = published(cast.officer, MALABA)
    draft(cast.officer, MALABA)
    (entry,), (event,) = entries(), events()
    assert entry["title"] == "Queue at a border: Malaba one-stop border post (severe delays)"
    assert entry["id"].endswith(f":advisory-{advisory.reference}")
    assert "Bring water." in entry["content"]
    assert (event["DTSTART"], event["DTEND"]) == ("20261121T060000Z", "20261122T060000Z")
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", "0")
    assert event["UID"].startswith(f"advisory-{advisory.reference}@")


def test_a_correction_and_a_withdrawal_keep_the_name_and_raise_the_number(cast: Cast) -> None:
    advisory = published(cast.officer, MALABA)
    first, before = events()[0], entries()[0]
    correction = correct_advisory(advisory=advisory, by=cast.officer, at=AT + HOUR)
    assert events() == [first]
    Advisory.objects.filter(pk=correction.pk).update(until=AT + 3 * DAY)
    publish_advisory(advisory=correction, by=cast.officer, at=AT + HOUR)
    (second,) = events()
    assert (second["UID"], second["SEQUENCE"], second["STATUS"]) == (first["UID"], "1", "CONFIRMED")
    assert (second["DTEND"], second["CREATED"]) == ("20261123T060000Z", first["CREATED"])
    withdraw_advisory(advisory=correction, reason="Wrong", by=cast.officer, at=AT + 2 * HOUR)
    (third,), (after,) = events(), entries()
    assert (third["UID"], third["SEQUENCE"], third["STATUS"]) == (first["UID"], "2", "CANCELLED")
    assert (after["id"], after["published"]) == (before["id"], before["published"])
    assert after["updated"] > before["updated"]
    assert after["title"].startswith("Withdrawn: ")
    assert after["content"].startswith("Wrong")


def test_changed_conditions_are_news(network: None) -> None:
    changed(at=AT)
    changed("", system="iCMS", kind="system", place="", severity="shut", at=AT + HOUR)
    assert [entry["title"] for entry in entries()] == ["System: iCMS (shut)", "Border post: Malaba (slow)"]


def test_what_has_become_unknown_is_news_from_when_it_did(network: None) -> None:
    changed(at=AT, severity="unknown", was="shut", since=None, source="", text="")
    (entry,) = entries()
    assert (entry["title"], entry["content"]) == ("Border post: Malaba (unknown)", "Before: shut.\nSource: unknown")
    assert entry["updated"] == "2026-11-20T06:00:00Z"


def test_what_was_announced_is_in_the_calendar_as_its_source_last_said(gate: Source) -> None:
    sender = Sender(gate)
    day = timezone.now() + 3 * DAY
    say(sender, queue(reference="PLAN", since=_moment(day), until=_moment(day + DAY)), queue(reference="NOW"))
    (event,) = events()
    assert (event["SEQUENCE"], event["STATUS"]) == ("0", "CONFIRMED")
    assert event["UID"].startswith(f"scheduled-{gate.pk}-PLAN@")
    say(sender, queue(reference="PLAN", since=_moment(day), until=_moment(day + DAY), function="cancel"))
    (later,) = events()
    assert (later["UID"], later["SEQUENCE"], later["STATUS"]) == (event["UID"], "1", "CANCELLED")
    assert Condition.objects.count() == 3


def _moment(at: datetime) -> object:
    return type(queue().since)(value=at, words="")


@pytest.mark.parametrize(
    ("query", "accepted", "language", "word"),
    [
        ("", "fr", "fr", "File à une frontière"),
        ("?lang=sw", "fr", "sw", "Foleni mpakani"),
        ("?lang=rw", "", "rw", "Umurongo ku mupaka"),
        ("?lang=xx", "", "en", "Queue at a border"),
    ],
)
def test_they_speak_the_language_asked_for(cast: Cast, query: str, accepted: str, language: str, word: str) -> None:
    published(cast.officer, MALABA)
    for name in ("feed.atom", "calendar.ics"):
        answer = Client(headers={"accept-language": accepted}).get(f"/corridor/{name}{query}")
        assert answer.headers["Content-Language"] == language
        text = answer.content.decode() if name == "feed.atom" else "\n".join(unfolded(answer.content))
        assert word in text


def test_they_cost_the_same_for_one_and_for_many(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(5):
        published(cast.officer, MALABA, at=AT + number * HOUR)
        changed(at=AT + number * HOUR)
    with django_assert_num_queries(4):
        Client().get("/corridor/feed.atom")
    with django_assert_num_queries(4):
        Client().get("/corridor/calendar.ics")


def item(title: str, text: str) -> Item:
    return Item(
        id="x-1",
        title=title,
        text=text,
        url="http://portal.example/",
        published_at=AT,
        updated_at=AT,
        starts_at=AT,
        ends_at=AT + timedelta(hours=1),
        sequence=0,
    )


@given(st.text(alphabet=st.characters(codec="utf-8")), st.text(alphabet=st.characters(codec="utf-8")))
def test_no_text_breaks_the_feed_or_the_calendar(title: str, text: str) -> None:
    body = ics([item(title, text)])
    lines = unfolded(body)
    assert [line.partition(":")[0] for line in lines].count("SUMMARY") == 1
    assert [line for line in lines if line.startswith("END:")] == ["END:VEVENT", "END:VCALENDAR"]
    summary = next(line for line in lines if line.startswith("SUMMARY:"))
    assert not re.search(r"(?<!\\)(\\\\)*[;,]", summary.removeprefix("SUMMARY:"))
    root = ET.fromstring(atom([item(title, text)], language="en", at=AT))
    assert len(root.findall(f"{ATOM}entry")) == 1
