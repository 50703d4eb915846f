"""The trust board: how every source stands, the most troubled first, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django_stubs_ext import StrPromise

from feeds.days import EVERY_DAY, Habit, habits, working_days
from feeds.figures import Figure, figures
from feeds.models import Delivery, Quarantine, Source, SourceShare
from feeds.silence import CALM_FROM, has_little, is_late, last_days, promise
from liaison.models import Viewer

# The standings, the most troubled first; what is paused or off is nobody's trouble.
TROUBLES = ("quiet", "failing", "late", "silent", "fresh", "paused", "off")
MANY_ERRORS = 0.05


@dataclass(frozen=True, slots=True)
class Ratio:
    """So many of so many, with a name where it has one."""

    part: int
    whole: int
    label: StrPromise | str = ""

    @property
    def percent(self) -> float | None:
        """The share in hundredths; None of nothing."""
        return 100 * self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One source on the board. ``usual`` is deliveries a day, None where it is not known yet.

    ``is_low`` is whether far less came than usual, ``rests`` whether it has days on which it need not speak.
    """

    source: Source
    state: str
    lag: timedelta | None
    promised: timedelta | None
    last_day: int
    usual: float | None
    errors: Ratio
    open_parts: int
    waiting: int
    ratios: list[Ratio]
    next_at: datetime | None
    is_open: bool
    is_low: bool
    rests: bool

    @property
    def has_many_errors(self) -> bool:
        """Whether more was quarantined than passes by itself."""
        return self.errors.part > self.errors.whole * MANY_ERRORS

    @property
    def trouble(self) -> tuple[int, bool, int, str]:
        """The smaller, the earlier on the board."""
        return TROUBLES.index(self.state), not (self.is_low or self.has_many_errors), -self.open_parts, self.source.slug


def standing(source: Source, at: datetime) -> str:
    """How ``source`` stands: one of TROUBLES.

    A pulled source is late when it has not answered for longer than it may, a pushed one when it promised and broke it.
    """
    if not source.is_active or source.paused_at:
        return "paused" if source.is_active else "off"
    if source.silent_at or source.failures:
        return "quiet" if source.silent_at else "failing"
    if source.last_success_at is None:
        return "late" if source.fetch else "silent"
    return "late" if is_late(source, at) else "fresh"


def board(viewer: Viewer, at: datetime) -> list[Row]:
    """Every source that ``viewer`` may see, the most troubled first."""
    return sorted(rows_of(list(Source.objects.visible_to(viewer)), at), key=lambda row: row.trouble)


def rows_of(sources: Sequence[Source], at: datetime) -> list[Row]:
    """The sources as they stand on the board; five queries, however many there are."""
    ids = [source.pk for source in sources]
    known, shares, last_day = habits(at, sources), _shares(ids), last_days(at, ids)
    open_parts = Quarantine.objects.open().filter(source__in=ids).order_by().values("source_id")
    parts = dict(open_parts.annotate(n=Count("pk")).values_list("source_id", "n"))
    stored = Delivery.objects.filter(source__in=ids, state=Delivery.State.STORED).order_by().values("source_id")
    waiting = dict(stored.annotate(n=Count("pk")).values_list("source_id", "n"))
    return [
        _row(
            source,
            known.get(source.pk, Habit()),
            at,
            last_day=last_day.get(source.pk, 0),
            open_parts=parts.get(source.pk, 0),
            waiting=waiting.get(source.pk, 0),
            ratios=shares[source.pk],
        )
        for source in sources
    ]


def _row(
    source: Source,
    habit: Habit,
    at: datetime,
    *,
    last_day: int,
    open_parts: int,
    waiting: int,
    ratios: list[Ratio],
) -> Row:
    is_pulled = bool(source.fetch) and source.is_active and source.paused_at is None
    is_open = source.opened_until is not None and source.opened_until > at
    return Row(
        source=source,
        state=standing(source, at),
        lag=at - source.last_success_at if source.last_success_at else None,
        promised=promise(source),
        last_day=last_day,
        usual=habit.usual,
        errors=Ratio(habit.failed, habit.deliveries),
        open_parts=open_parts,
        waiting=waiting,
        ratios=ratios,
        next_at=max(filter(None, (source.due_at, source.opened_until))) if is_pulled else None,
        is_open=is_open,
        is_low=has_little(source, last_day, habit.usual, at, share=CALM_FROM),
        rests=working_days(source) != EVERY_DAY,
    )


def _shares(sources: Collection[int]) -> dict[int, list[Ratio]]:
    """Every figure for each source; one that has not been counted yet is a share of nothing."""
    kept = {
        (share.source_id, share.name): share
        for share in SourceShare.objects.filter(source__in=sources, name__in=[figure.name for figure in figures()])
    }
    return {source: [_ratio(kept.get((source, figure.name)), figure) for figure in figures()] for source in sources}


def _ratio(share: SourceShare | None, figure: Figure) -> Ratio:
    return Ratio(share.part, share.whole, figure.label) if share else Ratio(0, 0, figure.label)
