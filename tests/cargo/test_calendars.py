"""A consignment's days for a calendar: what is known, tentative, and nothing where nothing is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from cargo.calendars import calendar_of
from cargo.charge_lines import ClockLine
from cargo.models import Consignment
from cargo.tariffs import load_tariff
from feeds.models import Source
from liaison.models import Person
from tests.cargo.test_plain_words import window
from tests.cargo.test_reading import NOW, csv, row, take_in
from tests.conftest import AT, Cast

As = Callable[[Person | None], Client]
ADDRESS = "https://portal.example/consignments/RW26-000001/"
LAST = NOW.date() + timedelta(days=4)
FREE = ClockLine(label="KPA storage, free", state="free", last_free_on=LAST, days_left=4)


def test_the_binding_day_and_the_window_are_entries() -> None:
    written = calendar_of("RW26-000001", window(1, 3), FREE, address=ADDRESS, at=NOW)
    assert written
    lines = written.split("\r\n")
    assert [line for line in lines if line.startswith(("DTSTART", "DTEND", "UID"))] == [
        "UID:free-RW26-000001@portal.example",
        f"DTSTART;VALUE=DATE:{LAST:%Y%m%d}",
        f"DTEND;VALUE=DATE:{LAST + timedelta(days=1):%Y%m%d}",
        "UID:arrival-RW26-000001@portal.example",
        f"DTSTART;VALUE=DATE:{NOW + timedelta(days=1):%Y%m%d}",
        f"DTEND;VALUE=DATE:{NOW + timedelta(days=4):%Y%m%d}",
    ]
    assert r"SUMMARY:RW26-000001: last free day\, KPA storage\, free" in lines
    assert (lines.count("STATUS:TENTATIVE"), max(len(line.encode()) for line in lines) <= 75) == (2, True)


@pytest.mark.parametrize(
    ("to", "language", "said"),
    [
        ("kigali", "en", "R: reaches Kigali (estimate)"),
        ("port", "en", "R: reaches Mombasa (estimate)"),
        ("ship", "en", "R: goes aboard a ship (estimate)"),
        ("port", "fr", "R : atteint Mombasa (estimation)"),
    ],
)
def test_an_entry_says_whither(to: str, language: str, said: str) -> None:
    with translation.override(language):
        written = calendar_of("R", replace(window(1, 3), to=to), None, address=ADDRESS, at=NOW)
    assert [line for line in (written or "").split("\r\n") if line.startswith("SUMMARY")] == [f"SUMMARY:{said}"]


def test_what_is_unknown_or_over_is_no_entry() -> None:
    def entries(*given: object) -> int:
        found = calendar_of("R", *given, address=ADDRESS, at=NOW)  # type: ignore[arg-type]
        return (found or "").count("BEGIN:VEVENT")

    assert entries(None, None) == 0
    assert entries(window(1, 3, is_old=True), replace(FREE, last_free_on=None)) == 0
    assert (entries(window(1, 3), None), entries(None, FREE)) == (1, 1)


def test_only_who_may_see_money_is_given_its_day(
    cast: Cast, clerk: Source, consignment: Consignment, as_person: As
) -> None:
    load_tariff(at=AT)
    take_in(clerk, csv(row("discharged", 30)))
    url = f"/consignments/{consignment.ref}/calendar.ics"
    answer = as_person(cast.importer).get(url)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.content.decode().count("UID:free-") == 1
    # The agent does not see money, and nothing is forecast: there is no day for her.
    people = [cast.agent, cast.officer, cast.stranger, cast.desk]
    assert [as_person(person).get(url).status_code for person in people] == [404, 200, 404, 403]


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
def test_it_is_a_calendar_in_every_language(language: str) -> None:
    with translation.override(language):
        written = calendar_of("RW26-000001", window(0, 30), FREE, address=ADDRESS, at=NOW)
    assert written
    lines = written.split("\r\n")
    assert (lines[0], lines[-2], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR", "")
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 2
    assert [line for line in lines if len(line.encode()) > 75] == []
    assert len({line for line in lines if line.startswith("UID:")}) == 2
    summaries = [line for line in lines if line.startswith("SUMMARY:")]
    assert all("RW26-000001" in line for line in summaries)
    assert ("last free day" in str(summaries)) == (language == "en")


@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=200))
def test_no_word_breaks_out_of_its_line(label: str) -> None:
    written = calendar_of("R", None, replace(FREE, label=label), address=ADDRESS, at=NOW)
    assert written
    unfolded = written.replace("\r\n ", "")
    assert unfolded.count("BEGIN:VEVENT") == 1 + label.count("BEGIN:VEVENT")
    names = [line.partition(":")[0].partition(";")[0] for line in unfolded.split("\r\n") if line]
    assert names == [
        "BEGIN", "VERSION", "PRODID", "BEGIN", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "TRANSP",
        "URL", "END", "END",
    ]  # fmt: skip
