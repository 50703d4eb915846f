"""What takes long rests long; what is short, and what failed, does not."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from django.core.cache import cache

from liaison import pacing
from liaison.pacing import counted_seldom, paced


def test_a_task_rests_for_its_share_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "SHORT_S", 0.02)
    monkeypatch.setattr(pacing, "SHARE", 0.1)
    began: list[float] = []

    @paced
    def slow() -> None:
        began.append(time.monotonic())
        time.sleep(0.15)

    until = time.monotonic() + 20
    while len(began) < 3 and time.monotonic() < until:
        slow()
    # Ten times what it took, in whole seconds of rest.
    assert [round(after - before, 1) >= 1.1 for before, after in pairwise(began)] == [True, True]


def test_what_is_short_never_rests() -> None:
    runs: list[int] = []

    @paced
    def short() -> None:
        runs.append(1)

    for _ in range(5):
        short()
    assert len(runs) == 5


def test_what_failed_is_tried_again_at_the_next_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "SHORT_S", 0)
    runs: list[int] = []

    @paced
    def failing() -> None:
        runs.append(1)
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            failing()
    assert len(runs) == 2


def test_one_task_does_not_rest_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "SHORT_S", 0)
    runs: list[str] = []

    @paced
    def first() -> None:
        runs.append("first")
        time.sleep(0.1)

    @paced
    def second() -> None:
        runs.append("second")
        time.sleep(0.1)

    for task in (first, second, first, second):
        task()
    assert runs == ["first", "second"]


def test_what_takes_long_to_count_is_kept_and_what_is_short_is_counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = iter([{"a": 1}, {"a": 2}, {"a": 3}])
    assert [counted_seldom("short", lambda: next(counts)) for _time in range(2)] == [{"a": 1}, {"a": 2}]
    monkeypatch.setattr(pacing, "SHORT_S", 0)
    assert [counted_seldom("long", lambda: next(counts)) for _time in range(2)] == [{"a": 3}, {"a": 3}]
    cache.delete("long")
    with pytest.raises(StopIteration):
        counted_seldom("long", lambda: next(counts))
