"""Old backups go by days, weeks and months, and never the newest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.backup.keeping import moment_of, name_of, superseded

AT = datetime(2026, 11, 20, 0, 10, tzinfo=UTC)


def nightly(count: int) -> list[str]:
    return [name_of(AT - timedelta(days=days)) for days in range(count)]


def test_a_name_is_its_moment_and_other_names_are_nobodys() -> None:
    assert name_of(AT) == "portal-20261120T001000Z"
    assert moment_of("portal-20261120T001000Z") == AT
    for name in ("lost+found", "portal-", "portal-20261320T001000Z", ".part-portal-20261120T001000Z"):
        assert moment_of(name) is None


def test_a_year_of_nights_leaves_a_week_five_weeks_and_twelve_months() -> None:
    names = nightly(400)
    kept = sorted(set(names) - set(superseded([*names, "notes"], days=7, weeks=5, months=12)), reverse=True)
    days = [f"{moment_of(name):%m-%d}" for name in kept]
    assert days[:7] == ["11-20", "11-19", "11-18", "11-17", "11-16", "11-15", "11-14"]
    # The Sundays of the weeks before, then the last day of each month.
    assert days[7:] == [
        *("11-08", "11-01", "10-31", "10-25", "09-30", "08-31", "07-31", "06-30"),
        *("05-31", "04-30", "03-31", "02-28", "01-31", "12-31"),
    ]


@settings(max_examples=40)
@given(
    ages=st.lists(st.integers(0, 10_000), max_size=30, unique=True),
    kept=st.sampled_from([(0, 0, 0), (1, 0, 3), (3, 5, 0), (5, 2, 2)]),
)
def test_the_newest_stays_and_nothing_goes_twice_as_time_passes(ages: list[int], kept: tuple[int, int, int]) -> None:
    names = [name_of(AT - timedelta(hours=hours)) for hours in ages]
    days, weeks, months = kept
    gone = superseded(names, days=days, weeks=weeks, months=months)
    left = set(names) - set(gone)
    assert len(set(gone)) == len(gone)
    assert not names or max(names) in left
    # Letting go is settled at once: asking again takes no more away.
    assert superseded(left, days=days, weeks=weeks, months=months) == []


ZONES = st.sampled_from([ZoneInfo(name) for name in ("UTC", "Africa/Kigali", "Africa/Nairobi", "America/New_York")])


@settings(max_examples=40)
@given(
    st.integers(946_684_800, 3_786_912_000),
    ZONES,
    st.timedeltas(timedelta(), timedelta(400)),
)
def test_names_sort_by_their_moments_wherever_the_clock_stands(seconds: int, zone: ZoneInfo, later: timedelta) -> None:
    at = datetime.fromtimestamp(seconds, zone)
    moment = moment_of(name_of(at))
    assert moment is not None
    assert (moment, moment.tzinfo, name_of(moment)) == (at.astimezone(UTC), UTC, name_of(at))
    assert name_of(at) <= name_of(at.astimezone(UTC) + later)


@pytest.mark.parametrize(
    "name",
    [
        "portal-2026112T001000Z",
        "portal-20261120T00100Z",
        "portal-20261120T001000Z ",
        "portal-20261120T001000z",
        "PORTAL-20261120T001000Z",
        "portal-20261120T001000Z.old",
        "portal-20261120T001060Z",
        "portal-20261120T240000Z",
        "portal-20260229T001000Z",
        "portal-٢٠٢٦1120T001000Z",
        "",
    ],
)
def test_what_is_spelled_otherwise_is_no_backup_and_is_never_let_go(name: str) -> None:
    assert moment_of(name) is None
    assert superseded([name, name_of(AT)], days=0, weeks=0, months=0) == []


def test_a_day_ends_at_midnight_utc_and_a_week_on_sunday() -> None:
    saturday = datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC)
    names = [name_of(saturday + timedelta(seconds=seconds)) for seconds in (0, 1, 86_400, 86_401)]
    gone = {kept: superseded(names, **dict(zip(("days", "weeks", "months"), kept, strict=True))) for kept in KEPT}
    assert gone == {(3, 0, 0): [names[1]], (0, 2, 0): names[:2], (0, 0, 5): names[:3]}


KEPT = [(3, 0, 0), (0, 2, 0), (0, 0, 5)]


def test_the_last_days_of_a_year_are_of_the_week_that_they_are_in() -> None:
    """Thursday, 31 December 2026, and Friday, 1 January 2027, are in one week of two years and two months."""
    names = [name_of(datetime(2026, 12, 31, tzinfo=UTC)), name_of(datetime(2027, 1, 1, tzinfo=UTC))]
    assert superseded(names, days=0, weeks=9, months=0) == names[:1]
    assert superseded(names, days=0, weeks=0, months=2) == []


@settings(max_examples=40)
@given(
    st.lists(st.integers(0, 4000), max_size=40, unique=True), st.integers(0, 4), st.integers(0, 4), st.integers(0, 4)
)
def test_no_more_is_kept_than_was_asked_for_and_more_room_never_keeps_less(
    ages: list[int], days: int, weeks: int, months: int
) -> None:
    names = {name_of(AT - timedelta(hours=hours)) for hours in ages}
    gone = set(superseded(names, days=days, weeks=weeks, months=months))
    assert len(names - gone) <= max(1, days + weeks + months)
    assert set(superseded(names, days=days + 1, weeks=weeks, months=months + 1)) <= gone


def test_with_nothing_there_nothing_goes() -> None:
    assert superseded([], days=1, weeks=1, months=1) == []
    assert superseded(["lost+found"], days=0, weeks=0, months=0) == []
