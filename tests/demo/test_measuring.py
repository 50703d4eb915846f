"""What a benchmark says: plain JSON, and seconds that have really passed."""

from __future__ import annotations

import json
from time import perf_counter

import pytest

from demo.measuring import Result, timed


def test_a_result_is_one_line_of_json() -> None:
    result = Result("list_p95_8", 12.5, "ms", 60, 0.2083)
    assert json.loads(json.dumps(result.as_dict())) == {
        "name": "list_p95_8",
        "value": 12.5,
        "unit": "ms",
        "baseline": 60,
        "ratio": 0.2083,
    }


def test_work_is_done_once_and_its_time_lies_within_that_around_it() -> None:
    done: list[int] = []
    before = perf_counter()
    taken = timed(lambda: done.append(sum(range(10_000))))
    around = perf_counter() - before
    assert (len(done), 0 < taken <= around) == (1, True)


def test_work_that_fails_is_not_measured() -> None:
    def fail() -> None:
        raise RuntimeError("failed")

    with pytest.raises(RuntimeError, match="failed"):
        timed(fail)
