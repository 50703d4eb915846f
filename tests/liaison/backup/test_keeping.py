"""Old backups go by days, weeks and months, and never the newest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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
