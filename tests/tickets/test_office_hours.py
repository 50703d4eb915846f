"""The hours of offices in each country, with holidays and what staff changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.conftest import AT
from tickets.clocks.calendars import worked
from tickets.models import DayOff
from tickets.office_hours import ALWAYS, Days, days_off, hours_of

YEARS = (2026, 2027)
HOUR = timedelta(hours=1)


def open_on(country: str, day: date, days: Days | None = None) -> timedelta:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return worked(hours_of(country, days or Days(), YEARS), start, start + timedelta(days=1))


@pytest.mark.parametrize("country", ["RW", "KE", "UG"])
def test_a_working_day_has_eight_hours_and_a_sunday_none(country: str) -> None:
    assert (open_on(country, date(2026, 11, 17)), open_on(country, date(2026, 11, 15))) == (8 * HOUR, 0 * HOUR)


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("RW", date(2026, 4, 7)),
        ("RW", date(2026, 7, 1)),
        ("KE", date(2026, 6, 1)),
        ("KE", date(2026, 10, 20)),
        ("UG", date(2026, 6, 3)),
    ],
)
def test_the_holidays_of_one_country_are_not_those_of_another(country: str, day: date) -> None:
    found = {each for each in ("RW", "KE", "UG") if not open_on(each, day)}
    assert found == {country}


def test_a_country_that_nobody_knows_keeps_kigalis_hours() -> None:
    assert hours_of("XX", Days(), YEARS) is hours_of("RW", Days(), YEARS)
    assert worked(ALWAYS, AT, AT + 30 * HOUR) == 30 * HOUR


def test_staff_close_a_day_and_strike_one_out(db: None) -> None:
    closed, struck = date(2026, 4, 8), date(2026, 7, 1)
    DayOff.objects.create(country="RW", on=closed, reason="Memorial week", at=AT)
    DayOff.objects.create(country="RW", on=struck, is_closed=False, reason="Moved", at=AT)
    days = days_off()
    assert days == {"RW": Days(frozenset({closed}), frozenset({struck}))}
    assert (open_on("RW", closed, days["RW"]), open_on("RW", struck, days["RW"])) == (0 * HOUR, 8 * HOUR)


def test_a_day_is_said_once_a_country_with_a_reason(db: None) -> None:
    kept = DayOff.objects.create(country="KE", on=AT.date(), reason="x", at=AT)
    assert str(kept) == "KE 2026-11-20"
    for values in ({"country": "KE"}, {"country": "TZ"}, {"country": "UG", "reason": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DayOff.objects.create(**{"on": AT.date(), "reason": "x", "at": AT, **values})
