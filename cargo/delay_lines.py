"""Shaping where the days went for the page: each part so far beside what is usual for like cargo."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrPromise

from cargo.delays import APART, PARTS, by_part, spans
from cargo.models import Milestone
from cargo.plain_words import length_words
from cargo.trips import slowest, times_of
from cargo.usual import Figures, Usual, part_name
from corridor.waits import FEWEST_USUAL, SLOW

LABELS: dict[str, StrPromise] = {
    "ship": gettext_lazy("Ship"),
    "port": gettext_lazy("Port and depot handling"),
    "papers": gettext_lazy("Papers"),
    "customs": gettext_lazy("Customs"),
    "seal": gettext_lazy("Seal"),
    "road": gettext_lazy("Road, rail or pipeline"),
    "border": gettext_lazy("Borders"),
    "kigali": gettext_lazy("Kigali"),
    APART: gettext_lazy("Not told apart"),
}
# The longest bar, in units of the drawing.
FULL = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayLine:
    """One part: how long it took, or has so far, and the usual median of ``n`` trips; bars of at most ``FULL``."""

    part: str
    label: str
    lasted: str
    usual: str
    n: int
    is_open: bool
    verdict: str
    bar: int
    usual_bar: int


def delay_lines(
    milestones: Iterable[Milestone], cargo_kind: str, figures: Figures, direction: str = "import", *, at: datetime
) -> list[DelayLine]:
    """The parts that the slowest unit has passed, and those that like cargo usually has to; empty before the first."""
    found = spans(times_of(slowest(milestones)), cargo_kind, direction, at=at)
    lasted = by_part(found)
    if not lasted:
        return []
    usual = {part: figures.parts.get((cargo_kind, part_name(part, direction))) for part in PARTS}
    longest = max([*lasted.values(), *(each.median for each in usual.values() if each)])
    now = found[-1].part if found[-1].is_open else ""
    return [
        _line(part, lasted.get(part), usual.get(part), longest, is_open=part == now)
        for part in (*PARTS, APART)
        if part in lasted or usual.get(part)
    ]


def _line(part: str, lasted: timedelta | None, usual: Usual | None, longest: timedelta, *, is_open: bool) -> DelayLine:
    return DelayLine(
        part=part,
        label=str(LABELS[part]),
        lasted=length_words(lasted) if lasted is not None else "",
        usual=length_words(usual.median) if usual else "",
        n=usual.n if usual else 0,
        is_open=is_open,
        verdict=_verdict(lasted, usual),
        bar=_bar(lasted, longest),
        usual_bar=_bar(usual.median if usual else None, longest),
    )


def _verdict(lasted: timedelta | None, usual: Usual | None) -> str:
    """Only what is longer by half than the median of enough trips is worth a word."""
    if lasted is None or usual is None or usual.n < FEWEST_USUAL or lasted < SLOW * usual.median:
        return ""
    return _("%(length)s more than usual") % {"length": length_words(lasted - usual.median)}


def _bar(length: timedelta | None, longest: timedelta) -> int:
    return max(round(FULL * (length / longest)), 1) if length and longest else 0
