"""The feed and the calendar: valid for other programs, and true to corrections and withdrawals."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from corridor.advisories import correct_advisory, publish_advisory, withdraw_advisory
from corridor.models import Advisory, Condition
from corridor.syndication import KEPT, MOST, Item, atom, ics
from feeds.facts import Moment
from feeds.models import Source
from tests.conftest import AT, Cast
from tests.corridor.notices import DAY, HOUR, changed, draft, published
from tests.corridor.test_calls import NOW, Sender
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


def test_what_was_announced_stays_when_it_is_prolonged_and_goes_when_another_begins(gate: Source) -> None:
    sender, begins = Sender(gate), NOW + timedelta(minutes=90)
    planned = queue(reference="PLAN", since=_moment(begins), until=_moment(begins + HOUR))
    with time_machine.travel(NOW, tick=False):
        say(sender, planned)
        say(sender, replace(planned, until=_moment(begins + 5 * HOUR)))
        (event,) = events()
        assert (event["SEQUENCE"], event["DTEND"]) == ("1", f"{begins + 5 * HOUR:%Y%m%dT%H%M%SZ}")
        say(sender, replace(planned, severity="normal", since=_moment(begins + HOUR), until=None))
        assert events() == []


def test_what_is_announced_is_in_the_calendar_however_much_else_was_said(gate: Source) -> None:
    said = [queue(reference=f"A{number}", line=number) for number in range(4 * MOST)]
    say(Sender(gate), *said, queue(reference="PLAN", line=999, since=_moment(NOW + DAY)))
    with time_machine.travel(NOW, tick=False):
        assert [event["UID"].partition("@")[0] for event in events()] == [f"scheduled-{gate.pk}-PLAN"]


def _moment(at: datetime) -> Moment:
    return Moment(value=at, words="")


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


def unescaped(text: str) -> str:
    """A calendar's text as RFC 5545 reads it."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text)


def value_of(body: bytes, name: str) -> str:
    (line,) = [line for line in unfolded(body) if line.startswith(f"{name}:")]
    return line.partition(":")[2]


plain_text = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=120)
any_text = st.lists(plain_text, max_size=3).map("\n".join).filter(lambda text: not set(text) & {"\ufffe", "\uffff"})


@given(any_text, any_text)
def test_a_text_comes_back_from_the_calendar_and_from_the_feed_as_it_was(title: str, text: str) -> None:
    body = ics([item(title, text)])
    assert (unescaped(value_of(body, "SUMMARY")), unescaped(value_of(body, "DESCRIPTION"))) == (title, text)
    (entry,) = ET.fromstring(atom([item(title, text)], language="en", at=AT)).findall(f"{ATOM}entry")
    assert (entry.findtext(f"{ATOM}title"), entry.findtext(f"{ATOM}content")) == (title, text)


moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.timezones())  # noqa: DTZ001


@given(moments, moments)
def test_times_are_told_in_utc_to_the_second_wherever_they_are_from(start: datetime, told_at: datetime) -> None:
    said = replace(item("a", "b"), starts_at=start, updated_at=told_at, ends_at=None)
    in_utc = [moment.astimezone(UTC).replace(microsecond=0) for moment in (start, told_at)]
    body = ics([said])
    told = [value_of(body, name) for name in ("DTSTART", "DTSTAMP", "LAST-MODIFIED")]
    assert [datetime.strptime(text, "%Y%m%dT%H%M%S%z") for text in told] == [in_utc[0], in_utc[1], in_utc[1]]
    root = ET.fromstring(atom([said], language="en", at=AT))
    assert datetime.fromisoformat(str(root.findtext(f"{ATOM}updated"))) == in_utc[1]


@pytest.mark.parametrize(
    ("ends", "line"),
    [(None, []), (-1, []), (0, []), (1, ["DTEND:20261120T060001Z"])],
)
def test_what_ends_no_later_than_it_begins_has_no_end(ends: int | None, line: list[str]) -> None:
    ends_at = None if ends is None else AT + timedelta(seconds=ends)
    lines = unfolded(ics([replace(item("a", "b"), ends_at=ends_at)]))
    assert [each for each in lines if each.startswith("DTEND")] == line


def test_the_feed_is_of_the_newest_fifty_and_as_old_as_the_newest() -> None:
    items = [replace(item(f"n{n}", ""), id=f"x-{n}", updated_at=AT + n * HOUR) for n in range(MOST + 5)]
    root = ET.fromstring(atom(items, language="fr", at=AT))
    titles = [entry.findtext(f"{ATOM}title") for entry in root.findall(f"{ATOM}entry")]
    assert titles == [f"n{n}" for n in range(MOST + 4, 4, -1)]
    assert root.findtext(f"{ATOM}updated") == f"{AT + (MOST + 4) * HOUR:%Y-%m-%dT%H:%M:%SZ}"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
    ids = [entry.findtext(f"{ATOM}id") for entry in root.findall(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    assert [name for name in ids if not re.fullmatch(r"tag:[^,/]+,2026:x-[0-9]+", str(name))] == []


def test_an_empty_feed_is_of_now_and_says_where_it_is_and_who_writes_it() -> None:
    root = ET.fromstring(atom([], language="en", at=AT))
    assert (root.findtext(f"{ATOM}updated"), root.findall(f"{ATOM}entry")) == ("2026-11-20T06:00:00Z", [])
    links = {link.get("rel"): str(link.get("href")) for link in root.findall(f"{ATOM}link")}
    assert {rel: href.partition("/corridor/")[2] for rel, href in links.items()} == {
        "self": "feed.atom?lang=en",
        "alternate": "",
    }
    assert root.findtext(f"{ATOM}author/{ATOM}name") != ""


def test_the_calendar_is_in_the_order_in_which_things_begin_and_each_event_is_whole() -> None:
    items = [replace(item("a", "b"), id=f"x-{n}", starts_at=AT + (n * 7 % 5) * DAY) for n in range(5)]
    lines = unfolded(ics(items))
    starts = [line for line in lines if line.startswith("DTSTART:")]
    assert starts == sorted(starts)
    needed = ("UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE", "STATUS")
    for event in "\n".join(lines).split("BEGIN:VEVENT")[1:]:
        names = [line.partition(":")[0] for line in event.splitlines()]
        assert [names.count(name) for name in needed] == [1] * len(needed)
        assert "END:VEVENT" in event
    uids = [line for line in lines if line.startswith("UID:")]
    assert len(set(uids)) == 5


@pytest.mark.parametrize(("is_cancelled", "status"), [(True, "CANCELLED"), (False, "CONFIRMED")])
def test_what_is_called_off_says_so(is_cancelled: bool, status: str) -> None:
    body = ics([replace(item("a", "b"), is_cancelled=is_cancelled, sequence=3)])
    assert (value_of(body, "STATUS"), value_of(body, "SEQUENCE")) == (status, "3")


def test_a_condition_that_ended_its_announcement_long_ago_is_in_no_calendar(gate: Source) -> None:
    sender, now = Sender(gate), timezone.now()
    say(sender, queue(reference="OLD", since=_moment(now - KEPT - DAY), until=_moment(now - KEPT)))
    say(sender, queue(reference="BEGUN", since=_moment(AT - DAY)))
    assert events() == []
