"""A tracker that changes its load is on another journey, on which nothing is known of where it was before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from corridor.fences import Fences, Fix, Seen, area_of
from corridor.journeys import Followed, Named, Start, follow

START = datetime(2026, 11, 1, tzinfo=UTC)
NODE, IN, OUT = 7, (0.0, 34.0), (0.0, 33.0)
FENCES = Fences([area_of(NODE, [(33.9, -0.1), (34.1, -0.1), (34.1, 0.1), (33.9, 0.1)])])
A, B = "CSQU3054383", "TGHU3054380"
Step = tuple[tuple[float, float], str]


def followed(*steps: Step, start: Start | None = None, begin: int = 0) -> Followed:
    named = [
        Named(Fix(START + timedelta(hours=begin + number), *place), container)
        for number, (place, container) in enumerate(steps)
    ]
    return follow(FENCES, named, FENCES.nodes_at([each.fix for each in named]), start or Start())


def passed(found: Followed) -> list[tuple[str, int, str, bool]]:
    """What was crossed, in which hour, with which container, and whether that fix named it."""
    return [
        (one.crossing.kind, (one.crossing.at - START) // timedelta(hours=1), one.container, one.is_named)
        for one in found.passed
    ]


IN_AND_OUT = [("reached", 0, A, True), ("left", 2, A, True)]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([(IN, A), (IN, A), (OUT, A), (OUT, A)], IN_AND_OUT),
        ([(IN, A), (IN, ""), (OUT, ""), (OUT, "")], [("reached", 0, A, True), ("left", 2, A, False)]),
        ([(IN, A), (IN, A), (OUT, B), (OUT, B)], [("reached", 0, A, True)]),
        ([(IN, A), (IN, B), (OUT, B), (OUT, B)], []),
        ([(IN, A), (IN, A), (OUT, A), (OUT, B)], [("reached", 0, A, True)]),
        ([(IN, A), (IN, A), (IN, B), (IN, ""), (OUT, ""), (OUT, "")], [
            ("reached", 0, A, True), ("reached", 2, B, True), ("left", 4, B, False),
        ]),
        ([(IN, ""), (IN, ""), (OUT, A), (OUT, A)], [("reached", 0, "", False), ("left", 2, A, True)]),
    ],
)  # fmt: skip
def test_a_node_is_reached_and_left_with_one_load(
    steps: list[Step], expected: list[tuple[str, int, str, bool]]
) -> None:
    whole = followed(*steps)
    assert passed(whole) == expected
    # The same where each fix comes by itself.
    start, nodes, parts = Start(), [], []
    for number, step in enumerate(steps):
        part = followed(step, start=start, begin=number)
        fix = Fix(START + timedelta(hours=number), *step[0])
        start = Start(part.nodes[-1], Seen(fix, FENCES.nodes_at([fix])[0]), part.loads[-1])
        nodes += part.nodes
        parts += part.passed
    assert (nodes, parts) == (whole.nodes, whole.passed)
