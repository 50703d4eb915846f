"""Notices of system maintenance in plain words: which system, from when until when, how badly, and what is none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.facts import Condition, Fault, Unreadable
from feeds.notices import MOST_CHARS, SYSTEMS, read_notice, system_of

RECEIVED = {"received_at": "2026-11-20T08:00:00+03:00"}


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute)  # noqa: DTZ001 - local to whoever publishes


def conditions(text: str, **settings: str) -> list[Condition]:
    found = read_notice(text.encode(), RECEIVED | settings)
    assert found.faults == ()
    return list(found.of(Condition))


def spans(text: str, **settings: str) -> list[tuple[Any, Any]]:
    return [(one.since.value, one.until and one.until.value) for one in conditions(text, **settings)]


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("The Integrated Customs Management System is down", "iCMS"),
        ("KWATOS and iCMS", "KWATOS"),
        ("Rwanda Electronic Single Window", "ReSW"),
        ("regional electronic cargo tracking system", "RECTS"),
        ("pay on e-Citizen", "eCitizen"),
        ("the Kenya TradeNet system", "TradeNet"),
        ("ASYCUDA World", "ASYCUDA"),
        ("DiCMSX, correctsX, asycudas", ""),
        ("", ""),
    ],
)
def test_the_system_is_the_one_that_is_named_first_as_a_word(text: str, system: str) -> None:
    assert system_of(text) == system


@pytest.mark.parametrize(
    "period",
    [
        "from Saturday 21st November 2026 2200hrs to Sunday 22nd November 2026 0400hrs",
        "from 10 pm on 21/11/2026 to 4 am on 22/11/2026",
        "on 21 Nov 2026 between 22:00 and 04:00",
        "between 2200 hours and 0400 hours on 21 November",
        "from 21/11/2026 at 22h00 until 22/11/2026 at 04h00",
    ],
)
def test_a_period_is_read_in_each_order_of_its_dates_and_hours(period: str) -> None:
    assert spans(f"iCMS will not be available {period}.") == [(local(21, 22), local(22, 4))]


def test_a_condition_bears_the_notice_and_a_number_by_which_it_is_corrected() -> None:
    text = "KRA NOTICE\n\niCMS will be unavailable on 21/11/2026 from 22:00 to 23:30 EAT."
    (found,) = conditions(text, node="ke-city-nairobi")
    assert (found.reference, found.kind, found.system, found.severity) == (
        "iCMS-202611211900",
        "system",
        "iCMS",
        "shut",
    )
    assert (found.since.value, found.until and found.until.value) == (
        datetime(2026, 11, 21, 19, tzinfo=UTC),
        datetime(2026, 11, 21, 20, 30, tzinfo=UTC),
    )
    assert (found.place.node, found.line) == ("ke-city-nairobi", 1)
    assert found.text == "KRA NOTICE iCMS will be unavailable on 21/11/2026 from 22:00 to 23:30 EAT."


@pytest.mark.parametrize(
    ("words", "severity"),
    [
        ("will be down", "shut"),
        ("sera indisponible", "shut"),
        ("will be slow", "slow"),
        ("users may see intermittent delays", "slow"),
        ("maintenance is planned", "severe"),
    ],
)
def test_how_bad_it_is_follows_from_the_words(words: str, severity: str) -> None:
    (found,) = conditions(f"KWATOS {words} on 21/11/2026 from 2200hrs to 2300hrs")
    assert found.severity == severity


def test_two_periods_are_two_conditions() -> None:
    text = "RECTS is down on 21/11/2026 from 22:00 to 23:00. It is down again on 23/11/2026 from 01:00 to 02:00."
    assert spans(text) == [(local(21, 22), local(21, 23)), (local(23, 1), local(23, 2))]


def test_an_hour_of_another_sentence_is_no_part_of_a_period() -> None:
    found = read_notice(b"iCMS is down on 21/11/2026. Our office opens at 08:00. It shuts at 17:00.", RECEIVED)
    assert [(fault.code, fault.detail) for fault in found.faults] == [("no_time", "iCMS")]


def test_a_web_page_is_read_for_its_words() -> None:
    page = "<html><h1>NOTICE</h1><p>iCMS is down on <b>21/11/2026</b> from 22:00 to 23:00</p></html>"
    assert spans(page) == [(local(21, 22), local(21, 23))]


def test_the_month_stands_first_where_the_source_says_so() -> None:
    assert spans("iCMS is down on 11/21/2026 from 22:00 to 23:00", date_order="mdy") == [(local(21, 22), local(21, 23))]


@pytest.mark.parametrize(
    ("raw", "code", "detail"),
    [
        (b" \n", "empty", ""),
        (b"<html><p>Please sign in</p></html>", "html", ", ".join(SYSTEMS)),
        (b"The canteen is shut on 21/11/2026 from 12:00 to 13:00", "wrong_shape", ", ".join(SYSTEMS)),
        (b"iCMS" + b" " * MOST_CHARS, "too_large", str(MOST_CHARS + 4)),
    ],
)
def test_what_is_no_notice_says_what_was_looked_for(raw: bytes, code: str, detail: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_notice(raw, RECEIVED)
    assert [(fault.code, fault.detail) for fault in refusal.value.reading.faults] == [(code, detail)]


@given(st.text(max_size=200))
def test_a_notice_in_any_words_is_a_condition_or_a_fault_of_its_system(text: str) -> None:
    found = read_notice(f"iCMS {text}".encode("utf-8", "replace"), RECEIVED)
    assert found.facts or found.faults == (Fault(code="no_time", excerpt=found.faults[0].excerpt, detail="iCMS"),)
    assert all(one.until and one.since.value < one.until.value for one in found.of(Condition))
