"""Words on calls for the tests of their derivation: short to write, and any at all for hypothesis."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from corridor.calling.said import Said

T0 = datetime(2026, 11, 10, 6, tzinfo=UTC)
LIST, LINE, AIS = 1, 2, 3
RANKS = {LIST: 50, LINE: 100, AIS: 100}
_numbers = iter(range(1, 10**9))


def day(days: float) -> datetime:
    """So many days after the first."""
    return T0 + timedelta(days=days)


def said(timing: str, at: float, *, known: float = -5, source: int = LIST, **more: Any) -> Said:
    """An expectation of ``timing`` at day ``at``, received on day ``known``."""
    values: dict[str, Any] = {
        "id": next(_numbers),
        "source": source,
        "rank": RANKS[source],
        "timing": timing,
        "classifier": "EST",
        "at": day(at),
        "received_at": day(known),
        "port": "ke-port-mombasa",
    }
    return Said(**(values | more))


def came(timing: str, at: float, **more: Any) -> Said:
    """An actual time, received an hour after it."""
    values: dict[str, Any] = {"known": at + 1 / 24, "classifier": "ACT"}
    return said(timing, at, **(values | more))


_TIMINGS = (
    "port_arrival pilot_boarding anchorage_arrival berth_arrival work_start work_end berth_departure port_departure "
    "omitted"
).split()


@st.composite
def any_word(draw: st.DrawFn, number: int) -> Said:
    """Any word of any source, also one that no honest source would say."""
    at = day(draw(st.integers(0, 60)) + draw(st.sampled_from((0, 0.25, 0.5))))
    return Said(
        id=number,
        source=(source := draw(st.sampled_from((LIST, LINE, AIS)))),
        rank=RANKS[source],
        timing=draw(st.sampled_from(_TIMINGS)),
        classifier=draw(st.sampled_from(("ACT", "EST", "PLN", "REQ"))),
        at=at,
        received_at=at + timedelta(days=draw(st.integers(-20, 3))),
        issued_at=draw(st.sampled_from((None, at - timedelta(days=21)))),
        is_day=draw(st.booleans()),
        port=draw(st.sampled_from(("ke-port-mombasa", "tz-port-dar", ""))),
        terminal=draw(st.sampled_from(("", "ke-term-ct1", "ke-jetty-kot2"))),
        call=draw(st.sampled_from(("", "", "C1", "C2"))),
        voyage=draw(st.sampled_from(("", "", "411E", "412E"))),
        function=draw(st.sampled_from(("original", "original", "cancel"))),
        line=draw(st.sampled_from((0, 1, 2))),
    )


@st.composite
def many_words(draw: st.DrawFn) -> list[Said]:
    """Some words, each with a number of its own."""
    return [draw(any_word(number)) for number in range(1, draw(st.integers(1, 24)) + 1)]
