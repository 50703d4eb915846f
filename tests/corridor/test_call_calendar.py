"""A call as a calendar's entry: when, where, how sure, and lines that every calendar reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from corridor.call_calendar import calendar_of
from corridor.models import Node, Vessel, VesselCall
from feeds.models import Source

AT = datetime(2026, 11, 24, 6, tzinfo=UTC)
ADDRESS = "https://portal.example/corridor/vessels/7/"


def call(**more: object) -> VesselCall:
    port = Node(name="Port of Mombasa", time_zone="Africa/Nairobi")
    values: dict[str, object] = {
        "id": 7,
        "vessel": Vessel(name="ABACUS, THE"),
        "port": port,
        "state": "due",
        "eta_at": AT,
        "eta_timing": "berth_arrival",
        "eta_source": Source(name="Port list"),
        "voyage": "411E",
        "discharge": "D.300F; \N{LATIN SMALL LETTER E WITH ACUTE}" * 20,
        "updated_at": AT - timedelta(days=1),
    }
    return VesselCall(**(values | more))


def said(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_an_expected_call_is_tentative_and_has_its_words() -> None:
    lines = said(calendar_of(call(), ADDRESS))
    for line in (
        "UID:vessel-call-7@portal.example",
        "DTSTAMP:20261123T060000Z",
        "DTSTART:20261124T060000Z",
        "DTEND:20261124T070000Z",
        "SUMMARY:ABACUS\\, THE: Due",
        "LOCATION:Port of Mombasa",
        "STATUS:TENTATIVE",
        f"URL:{ADDRESS}",
    ):
        assert line in lines
    assert any(
        line.startswith("DESCRIPTION:Voyage 411E\\nExpected at the berth: Port list\\nD.300F\\;") for line in lines
    )


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({"eta_is_day": True}, "DTSTART;VALUE=DATE:20261124"),
        ({"state": "omitted"}, "STATUS:CANCELLED"),
        ({"state": "at_berth", "berthed_at": AT}, "STATUS:CONFIRMED"),
        ({"state": "sailed", "berthed_at": AT, "departed_at": AT + timedelta(days=2)}, "DTEND:20261126T060000Z"),
    ],
)
def test_what_is_known_is_what_is_said(more: dict[str, object], line: str) -> None:
    assert line in said(calendar_of(call(**more), ADDRESS))


def test_no_line_is_longer_than_a_calendar_takes_and_no_letter_is_cut() -> None:
    text = calendar_of(call(), ADDRESS)
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert text.endswith("END:VCALENDAR\r\n")


def test_a_call_of_which_no_time_is_known_is_no_entry() -> None:
    with pytest.raises(ValueError, match="No time is known"):
        calendar_of(call(state="unknown", eta_at=None, eta_source=None, eta_timing=""), ADDRESS)
