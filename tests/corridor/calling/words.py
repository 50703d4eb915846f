"""Words on calls for the tests of their derivation: short to write, and any at all for hypothesis."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import prod
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


# What each word says out of a few things, and when.
_SAID: dict[str, tuple[Any, ...]] = {
    "source": (LIST, LINE, AIS),
    "timing": tuple(_TIMINGS),
    "classifier": ("ACT", "EST", "PLN", "REQ"),
    "is_day": (False, True),
    "port": ("ke-port-mombasa", "tz-port-dar", ""),
    "terminal": ("", "ke-term-ct1", "ke-jetty-kot2"),
    "call": ("", "", "C1", "C2"),
    "voyage": ("", "", "411E", "412E"),
    "function": ("original", "original", "cancel"),
    "line": (0, 1, 2),
}
_TIMES: dict[str, tuple[Any, ...]] = {
    "day": tuple(range(61)),
    "later": (0, 0.25, 0.5),
    "received": (*range(4), *range(-1, -21, -1)),
    "is_issued": (False, True),
}


# Hypothesis likes small numbers best: a prime takes neighbours far apart.
_PRIME = 1_000_003


def _any_of(choices: dict[str, tuple[Any, ...]]) -> st.SearchStrategy[int]:
    """One number that says which of each: drawing a number for each takes seven times as long."""
    return st.integers(0, _many(choices) - 1)


def _many(choices: dict[str, tuple[Any, ...]]) -> int:
    return prod(map(len, choices.values()))


def _which(choices: dict[str, tuple[Any, ...]], number: int) -> dict[str, Any]:
    found, number = {}, number * _PRIME % _many(choices)
    for name, several in choices.items():
        number, place = divmod(number, len(several))
        found[name] = several[place]
    return found


_ANY_SAID, _ANY_TIMES, _HOW_MANY = _any_of(_SAID), _any_of(_TIMES), st.integers(1, 24)


def _word(number: int, what: int, when: int) -> Said:
    values, times = _which(_SAID, what), _which(_TIMES, when)
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
