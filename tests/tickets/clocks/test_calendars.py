"""Open time between two moments: several spans a day, holidays, night shifts, and zones that turn their clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tickets.clocks.given import LIBERATION, NAIROBI, OFFICE, PORT, at, hours
from tickets.clocks.calendars import NEVER, Calendar, closed_dates, due, holidays_of, round_the_clock, worked

QUARTER = timedelta(minutes=15)
ZONES = ("Africa/Kigali", "Africa/Nairobi", "Europe/Berlin", "America/New_York")


def days(first: int, last: int, *spans: tuple[time, time], zone: str = "Africa/Kampala") -> Calendar:
    return Calendar("test", zone, dict.fromkeys(range(first, last + 1), spans))


@pytest.mark.parametrize(
    ("start", "end", "open_hours"),
    [
        (at(1, 8), at(1, 17), 8),
        (at(1, 11), at(1, 14), 2),
        (at(1, 12), at(1, 13), 0),
        (at(1, 6), at(1, 9), 1),
        (at(1, 16), at(2, 9), 2),
        (at(5, 16), at(8, 9), 2),
        (at(6, 9), at(7, 20), 0),
        (at(1, 8), at(30, 24), 22 * 8),
        (at(1, 9), at(1, 9), 0),
        (at(1, 10), at(1, 9), 0),
        # The Monday after is kept as a holiday.
        (at(3, 16, month=7), at(7, 9, month=7), 2),
    ],
)
def test_only_open_time_of_the_office_counts(start: datetime, end: datetime, open_hours: float) -> None:
    assert worked(OFFICE, start, end) == hours(open_hours)


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        (at(1, 8), 4, at(1, 12)),
        (at(1, 8), 4.5, at(1, 13.5)),
        (at(1, 8), 8, at(1, 17)),
        (at(1, 17), 1, at(2, 9)),
        (at(5, 16), 2, at(8, 9)),
        (at(6, 10), 0, at(6, 10)),
        (at(6, 10), -3, at(6, 10)),
        (at(3, 16, month=7), 2, at(7, 9, month=7)),
        (at(31, 16, month=12), 1, at(31, 17, month=12)),
    ],
)
def test_the_first_moment_at_which_so_much_has_passed(start: datetime, span: float, end: datetime) -> None:
    assert due(OFFICE, start, hours(span)) == end


def test_it_goes_on_over_the_end_of_the_year() -> None:
    begin = at(31, 16, month=12)
    assert due(OFFICE, begin, hours(3)) == datetime(2027, 1, 1, 8, tzinfo=UTC)
    assert worked(OFFICE, begin, begin + timedelta(days=730)) == hours(1 + 521 * 8)


def test_the_zone_of_the_office_says_when_it_is_open() -> None:
    assert worked(NAIROBI, at(1, 0), at(1, 9)) == hours(1)
    assert [worked(days(0, 6, (time(0), time(1)), zone=zone), at(1, 0), at(1, 1)) / hours(1) for zone in ZONES] == [
        *(1, 0, 1, 0)
    ]


def test_a_port_never_closes() -> None:
    calendar = Calendar("port", "Africa/Nairobi", {}, frozenset({LIBERATION}), always=True)
    assert worked(calendar, at(5, 1, month=7), at(8, 1, month=7)) == hours(72)
    assert due(calendar, at(5, 1, month=7), hours(30)) == at(6, 7, month=7)
    assert round_the_clock("port", "Africa/Nairobi") == PORT


def test_a_night_shift_runs_over_midnight_and_belongs_to_the_day_of_its_beginning() -> None:
    nights = Calendar("gate", "Africa/Kigali", {0: ((time(22), time(6)),)}, frozenset({date(2026, 6, 8)}))
    assert worked(nights, at(1, 0), at(1, 24)) == hours(2)
    assert worked(nights, at(2, 0), at(2, 24)) == hours(6)
    assert worked(nights, at(7, 0), at(12, 0)) == hours(0)
    assert due(nights, at(1, 23), hours(8)) == at(15, 23)


def test_a_day_of_24_hours_is_open_from_midnight_to_midnight() -> None:
    whole = days(0, 6, (time(0), time(0)))
    assert (worked(whole, at(1, 5), at(4, 5)), due(whole, at(1, 5), hours(50))) == (hours(72), at(3, 7))


def test_spans_that_overlap_count_once() -> None:
    doubled = days(0, 6, (time(8), time(12)), (time(10), time(14)), (time(9), time(11)), zone="Africa/Kigali")
    assert worked(doubled, at(1, 0), at(1, 24)) == hours(6)
    overlong = days(0, 6, (time(20), time(4)), (time(2), time(5)), zone="Africa/Kigali")
    assert worked(overlong, at(2, 0), at(2, 24)) == hours(9)


def test_clocks_that_are_turned_take_and_give_an_hour() -> None:
    nights = days(0, 6, (time(0), time(6)), zone="Europe/Berlin")
    berlin = ZoneInfo("Europe/Berlin")
    found = [
        worked(nights, datetime(2026, *day, tzinfo=berlin), datetime(2026, *day, 12, tzinfo=berlin)) / hours(1)
        for day in ((3, 28), (3, 29), (10, 25))
    ]
    assert found == [6, 5, 7]


def test_a_span_within_the_hour_that_is_left_out_does_not_exist() -> None:
    calendar = days(0, 6, (time(2, 30), time(3)), zone="Europe/Berlin")
    assert worked(calendar, datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 29, 20, tzinfo=UTC)) == hours(0)


def test_a_zone_whose_midnight_is_left_out_loses_no_day() -> None:
    whole = days(0, 6, (time(0), time(0)), zone="Africa/Cairo")
    start = datetime(2026, 4, 20, tzinfo=UTC)
    assert worked(whole, start, start + timedelta(days=10)) == timedelta(days=10)


def test_a_calendar_that_is_never_open_is_none() -> None:
    for spans in ({}, {0: ()}, {9: ((time(8), time(9)),)}):
        with pytest.raises(ValueError, match="never open"):
            Calendar("empty", "Africa/Kigali", spans)


def test_what_is_due_in_more_than_a_lifetime_is_due_never() -> None:
    assert due(Calendar("one", "Africa/Kigali", {0: ((time(8), time(8, 1)),)}), at(1), hours(100)) == NEVER
    assert due(PORT, at(1), timedelta.max) == NEVER


def test_the_holidays_of_the_three_countries() -> None:
    assert holidays_of("RW", 2026)[date(2026, 4, 7)].startswith("Memorial Day")
    told = {
        "RW": [date(2026, 2, 1), date(2026, 7, 1), date(2026, 7, 4), LIBERATION, date(2026, 8, 7)],
        "KE": [date(2026, 6, 1), date(2026, 10, 20), date(2026, 12, 12)],
        "UG": [date(2026, 1, 26), date(2026, 6, 3), date(2026, 10, 9)],
    }
    for country, expected in told.items():
        assert set(expected) <= closed_dates(country, [2026])
        assert {day.year for day in closed_dates(country, [2026, 2027])} == {2026, 2027}
    assert "estimated" in holidays_of("RW", 2026)[date(2026, 5, 27)]
    assert (closed_dates("", [2026]), closed_dates("ZZ", [2026])) == (frozenset(), frozenset())


def test_staff_add_the_memorial_week_and_move_a_feast() -> None:
    week = [date(2026, 4, day) for day in range(8, 14)]
    feast, seen = date(2026, 5, 27), date(2026, 5, 28)
    usual = closed_dates("RW", [2026])
    edited = closed_dates("RW", [2026], added=[*week, seen], removed=[feast, date(2026, 3, 3)])
    assert (edited - usual, usual - edited) == (frozenset({*week, seen}), frozenset({feast}))


def test_a_day_announced_the_day_before_moves_what_is_due_then() -> None:
    before = due(OFFICE, at(1, 16), hours(4))
    told = Calendar(OFFICE.name, OFFICE.zone, OFFICE.spans, OFFICE.closed | {date(2026, 6, 2)})
    assert (before, due(told, at(1, 16), hours(4))) == (at(2, 11), at(3, 11))


def test_calendars_are_compared_by_what_they_say() -> None:
    worked(OFFICE, at(1), at(2))
    again = Calendar(OFFICE.name, OFFICE.zone, dict(OFFICE.spans), OFFICE.closed)
    assert (again == OFFICE, hash(again) == hash(OFFICE), again == NAIROBI) == (True, True, False)


times = st.integers(0, 95).map(lambda number: time(number // 4, number % 4 * 15))
spans = st.lists(st.tuples(times, times), min_size=1, max_size=3).map(tuple)
calendars = st.builds(
    Calendar,
    st.just("any"),
    st.sampled_from(["Africa/Kigali", "Africa/Nairobi", "Africa/Kampala", "Europe/London", "Asia/Kolkata"]),
    st.dictionaries(st.integers(0, 6), spans, min_size=1, max_size=7),
    st.frozensets(st.dates(date(2026, 3, 20), date(2026, 4, 10)), max_size=5),
)
moments = st.builds(
    lambda number, zone: (datetime(2026, 3, 20, tzinfo=UTC) + number * QUARTER).astimezone(ZoneInfo(zone)),
    st.integers(0, 20 * 96),
    st.sampled_from(ZONES),
)
lengths = st.integers(0, 60 * 24 * 20).map(lambda number: timedelta(minutes=number))


def is_open(calendar: Calendar, moment: datetime) -> bool:
    """By the wall alone, a quarter of an hour at a time."""
    wall = moment.astimezone(ZoneInfo(calendar.zone))
    clock, today, yesterday = wall.time(), wall.date(), wall.date() - timedelta(days=1)
    of_today = () if today in calendar.closed else calendar.spans.get(today.weekday(), ())
    of_before = () if yesterday in calendar.closed else calendar.spans.get(yesterday.weekday(), ())
    return any(begin <= clock and (clock < end or end <= begin) for begin, end in of_today) or any(
        clock < end <= begin for begin, end in of_before
    )


@settings(max_examples=60)
@given(calendars, moments, moments)
def test_open_time_is_that_on_the_wall(calendar: Calendar, one: datetime, other: datetime) -> None:
    start, end = sorted((one, other))
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    quarters = (start + number * QUARTER for number in range(int((end - start) / QUARTER)))
    assert worked(calendar, start, end) == sum(is_open(calendar, quarter) for quarter in quarters) * QUARTER


@given(calendars, moments, lengths)
def test_due_and_worked_are_inverse(calendar: Calendar, start: datetime, span: timedelta) -> None:
    end = due(calendar, start, span)
    assert worked(calendar, start, end) == span
    assert span == timedelta(0) or worked(calendar, start, end - timedelta(seconds=1)) == span - timedelta(seconds=1)


@given(calendars, moments, moments, moments)
def test_open_time_adds_up(calendar: Calendar, one: datetime, two: datetime, three: datetime) -> None:
    first, second, third = sorted((one, two, three))
    parts = worked(calendar, first, second) + worked(calendar, second, third)
    assert timedelta(0) <= parts == worked(calendar, first, third) <= third.astimezone(UTC) - first.astimezone(UTC)
