"""Routes side by side: their lengths, borders and modes, worked out from their legs; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Way:
    """One leg of a route as it is told of: its mode, its kilometres where known, and whether it ends at a border."""

    mode: str
    km: int | None
    to_border: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """Kilometres added up; not complete where a leg's length is unknown, and None where none is known."""

    km: int | None
    is_complete: bool


def total_of(ways: Iterable[Way]) -> Total:
    """The length of a route; an unknown length makes it a least one, and never counts as nothing."""
    lengths = [way.km for way in ways]
    known = [km for km in lengths if km is not None]
    return Total(sum(known) if known else None, len(known) == len(lengths) > 0)


def borders_of(ways: Iterable[Way]) -> int:
    """How many borders it crosses: border posts at which a leg ends that is not the last one."""
    return sum(way.to_border for way in list(ways)[:-1])


def modes_of(ways: Iterable[Way]) -> list[str]:
    """The modes in their order, each named once for legs in a row."""
    modes: list[str] = []
    for way in ways:
        if not modes or modes[-1] != way.mode:
            modes.append(way.mode)
    return modes


def spread_of(lengths: Sequence[int]) -> tuple[int, int] | None:
    """The least and the greatest of contradicting lengths; None where there are not two that differ."""
    return (min(lengths), max(lengths)) if len(set(lengths)) > 1 else None
