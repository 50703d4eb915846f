"""Words on calls for the tests of their derivation: short to write, and any at all for hypothesis."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from corridor.calling.said import Said
from tests.choices import any_of

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


_ANY_SAID = any_of(
    source=(LIST, LINE, AIS),
    timing=_TIMINGS,
    classifier=("ACT", "EST", "PLN", "REQ"),
    is_day=(False, True),
    port=("ke-port-mombasa", "tz-port-dar", ""),
    terminal=("", "ke-term-ct1", "ke-jetty-kot2"),
    call=("", "", "C1", "C2"),
    voyage=("", "", "411E", "412E"),
    function=("original", "original", "cancel"),
    line=(0, 1, 2),
)
_ANY_TIMES = any_of(
    day=range(61), later=(0, 0.25, 0.5), received=(*range(4), *range(-1, -21, -1)), is_issued=(False, True)
)
_HOW_MANY = st.integers(1, 24)


def _word(number: int, values: dict[str, Any], times: dict[str, Any]) -> Said:
    at = day(times["day"] + times["later"])
    return Said(
        id=number,
        rank=RANKS[values["source"]],
        at=at,
        received_at=at + timedelta(days=times["received"]),
        issued_at=at - timedelta(days=21) if times["is_issued"] else None,
        **values,
    )


@st.composite
def many_words(draw: st.DrawFn) -> list[Said]:
    """Some words of any source, also such as no honest source would say, each with a number of its own."""
    return [_word(number, draw(_ANY_SAID), draw(_ANY_TIMES)) for number in range(1, draw(_HOW_MANY) + 1)]
