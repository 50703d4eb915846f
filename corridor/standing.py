"""How each part of the corridor stands, from what its sources last said of it; pure.

The same reports in any order, with any duplicates, give the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

UNKNOWN = "unknown"
# From the best to the worst.
SEVERITIES = ("normal", "slow", "severe", "shut")
# So many sources that agree confirm each other.
AGREEING = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one source says of ``subject`` under one reference.

    ``id`` is the condition's, 0 for what the portal measured itself. The smaller ``rank``, the more the source is
    trusted. ``verdict`` is the staff's: confirmed, refuted or empty. ``stale_since`` is since when nobody has heard of
    the source although it should have spoken, or repeated itself.
    """

    id: int
    subject: str
    source: str
    rank: int
    severity: str
    since: datetime
    until: datetime | None
    received_at: datetime
    verdict: str = ""
    stale_since: datetime | None = None

    @property
    def is_measured(self) -> bool:
        """Whether it is counted from the portal's own events."""
        return not self.id

    def is_in_force(self, at: datetime) -> bool:
        """Whether it has begun and not ended."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a subject stands: its severity, or unknown, and the report in use.

    ``said`` holds the one report of each source that counts, the one in use first. ``is_contested`` where sources
    differ on whether it is normal, or on whether it is shut; ``is_confirmed`` where staff or a second source agree.
    ``stale_since`` where nothing fresher is known.
    """

    subject: str
    severity: str
    since: datetime | None = None
    until: datetime | None = None
    report: Report | None = None
    is_contested: bool = False
    is_confirmed: bool = False
    stale_since: datetime | None = None
    said: tuple[Report, ...] = ()


def standings(reports: Iterable[Report], at: datetime) -> dict[str, Standing]:
    """How every subject that a report names stands at ``at``; one whose reports are over is unknown again."""
    unique = {(report.source, report.id, report.subject): report for report in reports}
    ordered = sorted(unique.values(), key=lambda report: report.subject)
    return {subject: _standing(subject, list(group), at) for subject, group in groupby(ordered, _subject)}


def _subject(report: Report) -> str:
    return report.subject


def _standing(subject: str, reports: Sequence[Report], at: datetime) -> Standing:
    said = _said([report for report in reports if report.is_in_force(at) and report.verdict != "refuted"])
    fresh = [report for report in said if report.stale_since is None]
    known = fresh or said
    if not known:
        return Standing(subject=subject, severity=UNKNOWN)
    used = min(known, key=lambda report: _preference(report, known))
    agreeing = [report for report in known if not _differ(report, used)]
    return Standing(
        subject=subject,
        severity=used.severity,
        since=used.since,
        until=used.until,
        report=used,
        is_contested=len(agreeing) < len(known),
        is_confirmed=used.verdict == "confirmed" or len(agreeing) >= AGREEING,
        stale_since=used.stale_since,
        said=(used, *sorted((report for report in said if report is not used), key=_order)),
    )


def _said(reports: Iterable[Report]) -> list[Report]:
    """The one report of each source that counts: the worst of those that it has not taken back.

    A source that says "normal" takes back what it said before without an end.
    """
    by_source: dict[str, list[Report]] = {}
    for report in reports:
        by_source.setdefault(report.source, []).append(report)
    return [max(_kept(mine), key=_gravity) for mine in by_source.values()]


def _kept(mine: Sequence[Report]) -> list[Report]:
    cleared_at = max((report.received_at for report in mine if report.severity == "normal"), default=None)
    if cleared_at is None:
        return list(mine)
    return [
        report
        for report in mine
        if report.severity == "normal" or report.until is not None or report.received_at > cleared_at
    ]


def _gravity(report: Report) -> tuple[int, datetime, int]:
    return SEVERITIES.index(report.severity), report.received_at, report.id


def _preference(report: Report, known: Sequence[Report]) -> tuple[bool, int, int, int, float, int]:
    """The smallest is in use: what staff confirmed, what most agree on, the best source, the worst and latest word."""
    agreeing = sum(not _differ(report, other) for other in known)
    return (report.verdict != "confirmed", -agreeing, *_order(report))


def _order(report: Report) -> tuple[int, int, float, int]:
    return report.rank, -SEVERITIES.index(report.severity), -report.received_at.timestamp(), -report.id


def _differ(one: Report, other: Report) -> bool:
    """Whether two reports cannot both be true: one is normal and the other not, or one is shut and the other not."""
    sides = [(report.severity == "normal", report.severity == "shut") for report in (one, other)]
    return sides[0] != sides[1]
