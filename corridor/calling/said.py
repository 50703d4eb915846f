"""One time of a call as one source gave it, and which of a source's words still stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

# Before the berth, at it, and from it; "omitted" has the time that the call would have had.
IN_PORT = ("port_arrival", "pilot_boarding", "anchorage_arrival")
AT_BERTH = ("berth_arrival", "work_start", "work_end")
LEAVING = ("berth_departure", "port_departure")
ARRIVALS = ("port_arrival", "berth_arrival", "pilot_boarding", "anchorage_arrival", "work_start")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A time of a call: where (``port`` and ``terminal`` are slugs of nodes), of which call, and who said so when.

    ``rank`` is that of its source, lower is trusted more. ``is_day`` marks a time of which only the day is known.
    """

    id: int
    source: int
    rank: int
    timing: str
    classifier: str
    at: datetime
    received_at: datetime
    issued_at: datetime | None = None
    is_day: bool = False
    port: str = ""
    terminal: str = ""
    berth: str = ""
    call: str = ""
    voyage: str = ""
    discharge: str = ""
    function: str = "original"
    line: int = 0

    @property
    def said_at(self) -> datetime:
        """When the source said so: as it tells itself, at the latest when it was received."""
        return min(self.issued_at or self.received_at, self.received_at)

    @property
    def order(self) -> tuple[datetime, datetime, int]:
        """By which one source's words follow each other, whatever the order in which they came."""
        return self.said_at, self.received_at, self.id

    @property
    def is_actual(self) -> bool:
        """Whether it is said to have happened."""
        return self.classifier == "ACT"

    @property
    def is_expected(self) -> bool:
        """Whether somebody expects it; what was only requested nobody does."""
        return self.classifier in ("EST", "PLN")


Series = tuple[int, str, str, str]


def series_of(said: Said) -> Series:
    """What takes the place of what: a source's words on one timing; ships may berth at one terminal after another."""
    kind = "EXP" if said.is_expected else said.classifier
    place = said.terminal if said.is_actual and said.timing in ("berth_arrival", "berth_departure") else ""
    return said.source, said.timing, kind, place


def revisions(said: Iterable[Said]) -> dict[Series, list[Said]]:
    """The words of each series in their order, without what its source has withdrawn.

    A withdrawal takes back what gave the same time, else everything that its series said before.
    """
    found: dict[Series, list[Said]] = {}
    for one in sorted(said, key=lambda each: each.order):
        series = found.setdefault(series_of(one), [])
        if one.function == "cancel":
            kept = [each for each in series if each.at != one.at]
            series[:] = kept if len(kept) < len(series) else []
        else:
            series.append(one)
    return {key: series for key, series in found.items() if series}


def standing_words(said: Iterable[Said]) -> list[Said]:
    """The last word of each series that still stands, in the order in which they were said.

    Who says that a call is omitted expects nothing of it that was said before, and the other way round.
    """
    last = [series[-1] for series in revisions(said).values()]
    kept = [one for one in last if not _is_overtaken(one, last)]
    return sorted(kept, key=lambda each: each.order)


def _is_overtaken(one: Said, last: list[Said]) -> bool:
    if one.is_actual:
        return False
    is_omission = one.timing == "omitted"
    return any(
        other.source == one.source
        and (other.timing == "omitted") != is_omission
        and (other.is_expected or other.is_actual)
        and other.order > one.order
        and other.received_at != one.received_at
        for other in last
    )
