"""Subtraction: whatever is taken from whatever that the public is told, nothing or at least five readings remain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from observatory.disclosure import Borders, Count, borders_of, is_enough, parts_told, together
from observatory.rolling import month_of, week_of

LEAST = 5
FIRST = date(2026, 8, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(122)]
MONTHS = sorted({month_of(day) for day in DAYS})
END = date(2026, 12, 1)


def borders(counts: Mapping[date, int], least: int = LEAST) -> Borders:
    months: Counter[date] = Counter()
    for day, count in counts.items():
        months[month_of(day)] += count
    return borders_of(months, dict(counts), least=least)


def between(counts: Mapping[date, int], since: date, end: date) -> int:
    return sum(count for day, count in counts.items() if since <= day < end)


# Months of nothing, of a few, and of many, and days of one or two among them.
COUNTS = st.lists(st.sampled_from([0, 0, 0, 1, 1, 2, 4, 6]), min_size=122, max_size=122).flatmap(
    lambda days: st.lists(st.sampled_from([0, 0.1, 1]), min_size=4, max_size=4).map(
        lambda thin: {
            day: count
            for place, (day, count) in enumerate(zip(DAYS, days, strict=True))
            if place % 10 < 10 * thin[MONTHS.index(month_of(day))]
        }
    )
)


@settings(max_examples=40, deadline=None)
@given(COUNTS)
def test_between_two_kept_borders_is_nothing_or_enough(counts: dict[date, int]) -> None:
    found = borders(counts)
    kept = [day for day in [*DAYS, END] if found.is_kept(day)]
    for since, end in combinations(kept, 2):
        n = between(counts, since, end)
        assert n == 0 or n >= LEAST, (since, end)
    span = found.between(DAYS[3], DAYS[-3])
    assert span is None or (DAYS[3] <= span[0] < span[1] <= DAYS[-3] and {*span} <= {*kept})


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(LEAST, 9), min_size=122, max_size=122))
def test_where_every_day_has_enough_nothing_is_held_back(counts: list[int]) -> None:
    found = borders(dict(zip(DAYS, counts, strict=True)))
    assert all(found.is_kept(day) for day in [*DAYS, END])


def test_a_month_of_too_few_is_told_with_the_next_and_the_last_one_not_at_all() -> None:
    found = borders({date(2026, 8, 9): 9, date(2026, 9, 9): 3, date(2026, 10, 9): 3, date(2026, 11, 9): 6})
    assert [found.is_kept(month) for month in [*MONTHS, END]] == [True, True, False, False, True]
    assert found.between(date(2026, 9, 1), END) == (date(2026, 9, 1), END)
    # What is cut away is a month of three; what is left is nothing.
    assert found.between(date(2026, 9, 1), date(2026, 11, 1)) == (date(2026, 9, 1), date(2026, 9, 9))
    few = borders({date(2026, 8, 9): 9, date(2026, 11, 9): 4})
    assert few.between(FIRST, END) == (FIRST, date(2026, 11, 9))
    assert not few.is_kept(END)
    assert borders({}).between(FIRST, END) == (FIRST, END)


def test_one_day_more_is_not_told_before_it_has_enough() -> None:
    counts = {date(2026, 11, day): 2 for day in range(2, 20)}
    found = borders(counts)
    kept = [day.day for day in DAYS if day.month == 11 and found.is_kept(day)]
    # Mondays come first; between them there is no room for more borders but after three days of two.
    assert kept == [1, 2, 5, 9, 12, 16, *range(20, 31)][: len(kept)]
    assert found.is_kept(END)


@pytest.mark.parametrize(
    ("counts", "without", "told"),
    [
        ({"a": 9, "b": 6}, 0, "ab"),
        ({"a": 9, "b": 6, "c": 3}, 0, "a"),
        ({"a": 9, "b": 6, "c": 3, "d": 2}, 0, "ab"),
        ({"a": 9, "c": 3}, 0, ""),
        ({"a": 9}, 2, ""),
        ({"a": 9}, 5, "a"),
        ({}, 3, ""),
    ],
)
def test_the_smallest_part_goes_with_what_is_too_few(counts: dict[str, int], without: int, told: str) -> None:
    assert parts_told(counts, without, least=LEAST) == set(told)


SIX = dict.fromkeys(range(6), 10.0)


@pytest.mark.parametrize(
    ("firms", "is_told"),
    [
        (SIX, True),
        (dict.fromkeys(range(4), 10.0), False),
        # One has three quarters of it, one a little more; and one all of it however many consignments there were.
        ({0: 150.0, **dict.fromkeys(range(1, 6), 10.0)}, True),
        ({0: 151.0, **dict.fromkeys(range(1, 6), 10.0)}, False),
        ({7: 9000.0}, False),
    ],
)
def test_a_sum_is_told_of_enough_firms_of_which_none_has_nearly_all(firms: dict[int, float], is_told: bool) -> None:
    assert is_enough(firms, LEAST) is is_told
    found = borders_of({date(2026, 9, 1): firms}, {}, least=LEAST)
    assert found.is_kept(date(2026, 10, 1)) is is_told
    assert parts_told({"a": firms}, least=LEAST) == ({"a"} if is_told else set())


def test_one_firm_on_five_days_is_no_five_firms_and_one_months_giant_does_not_hide_in_the_next() -> None:
    days: dict[date, Count] = {date(2026, 10, day): {3: 10.0} for day in range(5, 10)}
    days |= {date(2026, 10, day): SIX for day in (1, 13, 20, 27)}
    found = borders_of({date(2026, 10, 1): together(days.values())}, days, least=LEAST)
    kept = [day.day for day in DAYS if day.month == 10 and found.is_kept(day)]
    assert found.is_kept(date(2026, 11, 1))
    # Five days of the one firm lie between the second day and the Monday after: they are told with others or not at all.
    assert not {6, 7, 8, 9, 10, 11} & {*kept}
    months = {date(2026, 8, 1): SIX, date(2026, 9, 1): {9: 900.0}, date(2026, 10, 1): SIX, date(2026, 11, 1): SIX}
    found = borders_of(months, {}, least=LEAST)
    assert [found.is_kept(month) for month in [*MONTHS, END]] == [True, True, False, False, False]


LOADS = st.dictionaries(st.integers(1, 9), st.sampled_from([1.0, 20.0, 400.0]), max_size=7)


@settings(max_examples=40)
@given(st.lists(st.dictionaries(st.sampled_from("abcd"), LOADS, max_size=4), min_size=3, max_size=3))
def test_no_firms_tonnes_can_be_had_from_months_and_parts_together(counts: list[dict[str, dict[int, float]]]) -> None:
    """What is told is enough, and so is what remains of a month that is told when all its parts that are are taken."""
    months = {month: together(parts.values()) for month, parts in zip(MONTHS[:3], counts, strict=True)}
    found = borders_of(months, {}, least=LEAST)
    kept = [place for place, month in enumerate(MONTHS) if found.is_kept(month)]
    for first, end in combinations(kept, 2):
        lies_between = together(months[month] for month in MONTHS[first:end])
        assert not lies_between or is_enough(lies_between, LEAST), (first, end)
    for parts in counts:
        told = parts_told(parts, least=LEAST)
        rest = together(load for part, load in parts.items() if part not in told)
        assert all(is_enough(parts[part], LEAST) for part in told)
        assert not told or not rest or is_enough(rest, LEAST), parts


def told_rows(counts: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """All that the public is told of months (the rows) and parts (the columns), as sums of their cells."""
    months = {month: sum(row) for month, row in zip(MONTHS, counts, strict=True)}
    found = borders_of(months, {}, least=LEAST)
    size = len(counts[0])
    kept = [place for place, month in enumerate([*MONTHS, END]) if found.is_kept(month)]
    for first, end in pairwise(kept):
        yield [int(first <= place < end) for place in range(len(MONTHS)) for _part in range(size)]
        if end == first + 1:
            parts: dict[str, Count] = {str(part): n for part, n in enumerate(counts[first][:-1])}
            for part in parts_told(parts, counts[first][-1], least=LEAST):
                yield [int((place, str(at)) == (first, part)) for place in range(len(MONTHS)) for at in range(size)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.sampled_from([0, 0, 1, 3, 5, 8, 20]), min_size=4, max_size=4), min_size=4, max_size=4))
def test_no_few_readings_can_be_had_from_all_that_is_told(counts: list[list[int]]) -> None:
    """The last column is what belongs to no part. Cells without readings are known to be nothing."""
    sizes = np.array([n for row in counts for n in row])
    told = np.array([*told_rows(counts), [0] * 16])[:, sizes > 0]
    rank = np.linalg.matrix_rank(told)
    cells = np.flatnonzero(sizes)
    for many in (1, 2, 3):
        for chosen in combinations(range(len(cells)), many):
            if 0 < sizes[cells[list(chosen)]].sum() < LEAST:
                wanted = np.zeros(len(cells))
                wanted[list(chosen)] = 1
                assert np.linalg.matrix_rank(np.vstack([told, wanted])) > rank, (counts, chosen)


def test_weeks_begin_where_they_begin() -> None:
    counts = dict.fromkeys(DAYS, 3)
    found = borders(counts)
    mondays = [day for day in DAYS if week_of(day) == day]
    near_its_month = {day for day in mondays if min(day.day - 1, 31 - day.day) < 2}
    assert {day for day in mondays if not found.is_kept(day)} <= near_its_month


@settings(max_examples=40, deadline=None)
@given(COUNTS, st.integers(0, 3), st.integers(0, 3))
def test_what_is_told_does_not_hang_on_which_months_were_asked_for(
    counts: dict[date, int], first: int, last: int
) -> None:
    """Two questions about the same days have one answer: else the one could be taken from the other."""
    asked = MONTHS[min(first, last) : max(first, last) + 1]
    months: Counter[date] = Counter()
    for day, count in counts.items():
        months[month_of(day)] += count
    narrow = borders_of(months, {day: n for day, n in counts.items() if month_of(day) in asked}, least=LEAST)
    wide = borders(counts)
    for day in DAYS:
        if month_of(day) in asked:
            # After the last reading of all there is nothing to tell apart: either is the end of all.
            assert narrow.is_kept(day) == wide.is_kept(day), day


@settings(max_examples=40, deadline=None)
@given(COUNTS, st.integers(0, 121), st.integers(0, 121))
def test_a_range_is_cut_no_further_than_to_the_nearest_kept_borders(
    counts: dict[date, int], one: int, other: int
) -> None:
    since, end = DAYS[min(one, other)], DAYS[max(one, other)]
    found = borders(counts)
    kept = [day for day in DAYS if since <= day <= end and found.is_kept(day)]
    assert found.between(since, end) == ((kept[0], kept[-1]) if len(kept) > 1 else None)


@settings(max_examples=40, deadline=None)
@given(COUNTS, st.integers(1, 12))
def test_with_every_least_what_lies_between_is_nothing_or_as_many(counts: dict[date, int], least: int) -> None:
    found = borders(counts, least)
    kept = [day for day in [*DAYS, END] if found.is_kept(day)]
    sums = [between(counts, since, end) for since, end in pairwise(kept)]
    assert [n for n in sums if 0 < n < least] == []
    if least == 1:
        # Of each single reading may be told: every border is kept but those beside days that are empty.
        assert {day for day in [*DAYS, END] if not found.is_kept(day)} == set()


@pytest.mark.parametrize(("n", "is_told"), [(LEAST - 1, False), (LEAST, True)])
def test_all_that_there_ever_was_is_told_from_least_on(n: int, is_told: bool) -> None:
    found = borders({date(2026, 9, 9): n})
    assert found.is_kept(END) is is_told
    span = found.between(date(2026, 9, 1), date(2026, 10, 1))
    assert (span == (date(2026, 9, 1), date(2026, 10, 1))) is is_told


def test_the_turn_of_the_year_and_a_leap_day_are_borders_like_others() -> None:
    counts = {date(2027, 12, 31): 5, date(2028, 1, 1): 5, date(2028, 2, 28): 5, date(2028, 2, 29): 5}
    found = borders(counts)
    ends = [date(2028, 1, 1), date(2028, 1, 2), date(2028, 2, 29), date(2028, 3, 1)]
    assert [found.is_kept(day) for day in ends] == [True] * 4
    assert found.between(date(2028, 2, 28), date(2028, 3, 1)) == (date(2028, 2, 28), date(2028, 3, 1))
    few = borders(counts | {date(2028, 2, 29): 4})
    assert [few.is_kept(day) for day in ends] == [True, True, False, True]


PARTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12), max_size=6)


@settings(max_examples=40)
@given(PARTS, st.integers(0, 9))
def test_of_parts_the_rest_is_nothing_or_enough_and_no_more_is_held_back_than_must_be(
    counts: dict[str, int], without: int
) -> None:
    told = parts_told(counts, without, least=LEAST)
    rest = sum(counts.values()) + without - sum(counts[part] for part in told)
    assert (all(counts[part] >= LEAST for part in told), rest == 0 or rest >= LEAST or not told) == (True, True)
    held = sorted(counts[part] for part in counts if part not in told and counts[part] >= LEAST)
    assert not held or (held[-1] <= min((counts[part] for part in told), default=held[-1]))
    assert not held or 0 < rest - held[-1] < LEAST
    assert parts_told(dict(reversed(counts.items())), without, least=LEAST) == told
