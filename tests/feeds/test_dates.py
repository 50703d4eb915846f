"""Dates and hours in the ways that clerks and spreadsheets write them, and what is none."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.dates import LOOKS_BACK, Calendar, Clock, clock_of, on
from feeds.facts import Moment

CALENDAR = Calendar(today=date(2026, 11, 23))
SIX = datetime(2026, 11, 24, 6)  # noqa: DTZ001
DAY = date(2026, 11, 24)


def value(text: str, hour: str = "", calendar: Calendar = CALENDAR) -> date | None:
    found = calendar.moment(text, hour)
    assert found is None or found.words == f"{text} {hour}".strip()
    return found.value if found else None


@pytest.mark.parametrize(
    "text",
    re.split(
        r";\s*",
        """24/11/2026 0600; 24/11/26 600HRS; 24-Nov-26 06:00; 24.11.2026 06:00; 24.11 06.00; 2026-11-24 06:00; 24 Nov 0600;
        2026-11-24T06:00:00; 2026/11/24 6:00; 46350.25; 24TH NOVEMBER 2026 AT 06:00 HRS; 24NOV26 0600; 24-NOV-2026/0600;
        24/11/2026-0600; 24/11/26/0600; Nov 24, 2026 6 am; 24 novembre 2026 06h00; Tue 24/11/2026 06:00; 24 nov. 06H00;
        24/11/2026 06:00 LT; 0600 24/11/2026; 24/11/2026 (0600 hrs); 24/11/2026  06:00:00; 24/11/0600""",
    ),
)
def test_a_date_with_its_hour(text: str) -> None:
    assert value(text.strip()) == SIX


@pytest.mark.parametrize(
    "text",
    [
        "24/11/2026",
        "24-Nov-26",
        "24.11.26",
        "2026-11-24",
        "46350",
        "24 Nov",
        "24/11",
        "Nov 24",
        "24th Nov.",
        "24/11/2026.",
    ],
)
def test_a_date_alone_is_a_day_and_takes_the_hour_beside_it(text: str) -> None:
    assert (value(text), value(text, "0600"), value(text, "06:00 hrs")) == (DAY, SIX, SIX)


@pytest.mark.parametrize(
    "text",
    """TBA;soon;;24;0600;24/0600;24/11/2026 soon;31/11/2026;11/24/2026;24/13/2026;24/11/2026 2460;24/11/2026 25:00;
    24/11/2026 0600-1200;24/11/1926;24/11/1930;24 Nov 2045;99999;12345.5;24/11/2026 13 pm;1.2.3.4;124/11/2026;24/11/20266;
    2026-13-01;29/02/2027;24 Nom 2026;24/11/2026 0600 0700""".split(";"),
)
def test_what_is_no_date_is_not_guessed(text: str) -> None:
    assert value(text.strip()) is None


@pytest.mark.parametrize("text", ["26/11/28", "26-12-01", "24/11/2028"])
def test_a_year_that_no_list_speaks_of_is_none(text: str) -> None:
    assert value(text) is None


def test_old_lists_are_read_and_further_back_where_they_write_the_year_in_full() -> None:
    assert (value("24/11/19"), value("24/11/2009")) == (date(2019, 11, 24), date(2009, 11, 24))
    assert value("24/11/19", calendar=Calendar()) == date(2019, 11, 24)


@pytest.mark.parametrize("text", ["24/11/2026*", "24/11/2026 †", "*24/11"])
def test_the_mark_of_a_footnote_spoils_no_date(text: str) -> None:
    assert (value(text), value(text, "0600*")) == (DAY, SIX.replace(hour=6))


def test_an_hour_that_cannot_be_read_spoils_the_date() -> None:
    assert value("24/11/2026", "am tide") is None


def test_the_month_may_come_first() -> None:
    assert value("11/24/2026 0600", calendar=Calendar(is_month_first=True)) == SIX
    assert value("24/11/2026", calendar=Calendar(is_month_first=True)) is None


def test_midnight_at_the_end_of_a_day_is_the_next() -> None:
    assert value("24/11/2026 2400") == datetime(2026, 11, 25)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("zone", "hours"), [("Z", 0), (" UTC", 0), (" GMT", 0), (" EAT", 3), (" CAT", 2), ("+03:00", 3), (" +0130", 1.5)]
)
def test_a_zone_that_is_told(zone: str, hours: float) -> None:
    assert value(f"24/11/2026 06:00{zone}") == SIX.replace(tzinfo=UTC) - timedelta(hours=hours)


@given(st.dates(date(2026, 1, 1), date(2028, 12, 31)), st.dates(date(2000, 1, 1), date(2098, 12, 31)))
def test_a_date_without_a_year_is_to_come_or_came_of_late(day: date, today: date) -> None:
    found = value(f"{day:%d/%m}", calendar=Calendar(today=today))
    assert Calendar().moment(f"{day:%d/%m}") is None
    if isinstance(found, date):
        assert (found.day, found.month) == (day.day, day.month)
        assert today - LOOKS_BACK <= found <= today + timedelta(days=366)
    else:
        assert (day.day, day.month) == (29, 2) or today.year in (2000, 2098)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)),  # noqa: DTZ001
    st.sampled_from(
        ["%d/%m/%Y %H%M", "%d-%b-%Y %H:%M", "%d.%m.%Y %H.%M", "%Y-%m-%dT%H:%M", "%d %B %Y %H%Mhrs", "%H:%M %d/%m/%Y"]
    ),
)
def test_what_is_written_in_full_is_read_back(when: datetime, form: str) -> None:
    assert value(when.strftime(form), calendar=Calendar()) == when.replace(second=0, microsecond=0)


@given(st.text("0123456789/-.: novTZ", max_size=20), st.text("0123456789:hrs ", max_size=8))
def test_no_text_makes_it_raise(text: str, hour: str) -> None:
    found = CALENDAR.moment(text, hour)
    assert found is None or isinstance(found, Moment)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        *(("0600", time(6)), ("600", time(6)), ("06:00", time(6)), ("6.30", time(6, 30)), ("06H30", time(6, 30))),
        *(
            ("1200 hrs", time(12)),
            ("12 am", time(0)),
            ("12:05 pm", time(12, 5)),
            ("6 p.m.", time(18)),
            ("@0600", time(6)),
        ),
        *(("0.25", time(6)), ("0.5", time(12)), (".75", time(18)), ("0.270833333333333", time(6, 30))),
        *(
            ("0.50", time(0, 50)),
            ("0.15", time(0, 15)),
            ("00.25", time(0, 25)),
            ("0.30", time(0, 30)),
            ("0.251", time(6, 1)),
        ),
        *(
            ("2560", None),
            ("0660", None),
            ("13 pm", None),
            ("6", None),
            ("", None),
            ("0 am", None),
            ("06:00 sharp", None),
        ),
    ],
)
def test_hours(text: str, at: time | None) -> None:
    assert clock_of(text) == (Clock(at) if at is not None else None)


def test_the_last_of_days_has_no_next() -> None:
    assert on(date.max, Clock(time(0), is_next_day=True)).date() == date.max


def test_the_dates_of_a_text_with_their_places() -> None:
    assert list(CALENDAR.days("from 3/11/2026 to 4 Nov 2026")) == [
        (date(2026, 11, 3), 5, 14),
        (date(2026, 11, 4), 18, 28),
    ]


@pytest.mark.parametrize("text", ["24/11/2026 AM", "PM 24/11/2026", "24 Nov 2026 p.m.", "24 Nov a.m", "20261124"])
def test_a_half_of_a_day_says_no_more_than_the_day(text: str) -> None:
    assert value(text) == DAY


@pytest.mark.parametrize(
    "text", ["20261124 0600", "202611240600", "20261124060030", "20261124T0600", "24 nov. 2026 à 06h00"]
)
def test_figures_alone_and_french_are_read_to_the_minute(text: str) -> None:
    assert value(text) == SIX


@pytest.mark.parametrize("text", ["20261324", "20261124 2560", "19991124", "2026112406", "201124", "5HAB7 20261124"])
def test_figures_that_are_no_date_are_none(text: str) -> None:
    assert value(text) is None
