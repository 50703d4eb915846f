"""Settling how the corridor stands: after every new word of a source, verdict or measurement, and as time passes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from corridor.advisories import BELL
from corridor.conditions import note_repetitions
from corridor.models import Condition, Node, Standing, Verdict, Wait
from corridor.standing import UNKNOWN, Report, standings
from corridor.standing import Standing as Stands
from feeds.models import Source
from feeds.silence import promise
from liaison.bell import ring
from liaison.journal import News, record_many

CHANGED = "corridor.condition_changed"
# The source of what the portal counts from its own events; and its rank: after the agencies', before hearsay.
MEASURED = "measured"
MEASURED_RANK = 50
# So long an open word holds of a source that owes no sign of life, and a measurement.
HOLDS = timedelta(hours=48)
MEASURED_HOLDS = timedelta(minutes=30)
# Two that settle at once take turns.
_LOCK = 7_310_453


@transaction.atomic
def settle_standings(*, at: datetime, is_history: bool = False) -> list[str]:
    """Bring every standing to what is known at ``at``; returns the subjects whose severity changed.

    Each change is an entry in the journal, unless it came to light by reading history.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    note_repetitions(at=at)
    before = Standing.objects.in_bulk()
    rows = _settled(before, at)
    fresh = [row for row in rows if row.subject not in before or _values(row) != _values(before[row.subject])]
    Standing.objects.bulk_create(fresh, update_conflicts=True, unique_fields=["subject"], update_fields=_FIELDS)
    was = {subject: row.severity for subject, row in before.items()}
    changed = [row for row in fresh if row.severity != was.get(row.subject, UNKNOWN)]
    if not is_history:
        record_many([_news(row, was.get(row.subject, "")) for row in changed], by=None, at=at)
        if changed:
            ring(BELL)
    return [row.subject for row in changed]


def stale_since(source: Source, condition: Condition, at: datetime) -> datetime | None:
    """Since when nobody answers for a condition: its source is overdue, or has not said an open word again."""
    allowed, heard = promise(source), source.last_success_at
    if allowed is not None and heard is not None:
        return heard + allowed if at - heard > allowed else None
    ends_at = (condition.repeated_at or condition.received_at) + HOLDS
    return ends_at if condition.until is None and at > ends_at else None


_FIELDS = [field.name for field in Standing._meta.concrete_fields if field.name != "subject"]
_STANDS = ("severity", "since", "until", "is_contested", "is_confirmed", "stale_since", "said")


def _values(row: Standing) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in _STANDS)


@dataclass(slots=True)
class _Evidence:
    """One report with what stands beside it on a page: where it is, and the words."""

    report: Report
    node: Node | None
    system: str = ""
    place: str = ""
    source_name: str = ""
    text: str = ""

    def as_json(self) -> dict[str, Any]:
        """What a standing keeps of it."""
        report = self.report
        return {
            "condition": report.id,
            "source": report.source,
            "source_name": self.source_name,
            "severity": report.severity,
            "since": report.since.isoformat(),
            "until": report.until.isoformat() if report.until else None,
            "received_at": report.received_at.isoformat(),
            "verdict": report.verdict,
            "stale_since": report.stale_since.isoformat() if report.stale_since else None,
            "text": self.text,
        }


def _settled(before: dict[str, Standing], at: datetime) -> list[Standing]:
    """Every subject as it stands; one that nobody speaks of any more is unknown."""
    evidence = {(item.report.subject, item.report.source, item.report.id): item for item in _evidence(at)}
    found = standings((item.report for item in evidence.values()), at)
    by_subject = {item.report.subject: item for item in evidence.values()}
    rows = []
    for subject, stands in found.items():
        said = [evidence[subject, report.source, report.id].as_json() for report in stands.said]
        rows.append(_row(by_subject[subject], stands, said, at))
    for subject, row in before.items():
        if subject not in found:
            gone = Stands(subject=subject, severity=UNKNOWN)
            rows.append(_row(_Evidence(_NOBODY, row.node, row.system, row.place), gone, [], at))
    return rows


_NOBODY = Report(
    id=0,
    subject="",
    source="",
    rank=0,
    severity=UNKNOWN,
    since=datetime.min,  # noqa: DTZ901 - never shown or compared
    until=None,
    received_at=datetime.min,  # noqa: DTZ901
)


def _row(where: _Evidence, stands: Stands, said: list[dict[str, Any]], at: datetime) -> Standing:
    return Standing(
        subject=stands.subject,
        kind=stands.subject.partition(":")[0],
        node=where.node,
        system=where.system,
        place=where.place,
        severity=stands.severity,
        since=stands.since,
        until=stands.until,
        is_contested=stands.is_contested,
        is_confirmed=stands.is_confirmed,
        stale_since=stands.stale_since,
        said=said,
        changed_at=at,
    )


def _evidence(at: datetime) -> list[_Evidence]:
    latest = Verdict.objects.order_by("condition", "-at", "-pk").distinct("condition")
    verdicts = dict(latest.filter(condition__in=Condition.objects.standing(at)).values_list("condition", "says"))
    conditions = Condition.objects.standing(at).select_related("node", "source").order_by("pk")
    waits = Wait.objects.exclude(severity=UNKNOWN).select_related("node").order_by("pk")
    said = [_reported(condition, verdicts.get(condition.pk, ""), at) for condition in conditions]
    return [*said, *(_measured(wait, at) for wait in waits)]


def _reported(condition: Condition, verdict: str, at: datetime) -> _Evidence:
    source = condition.source
    report = Report(
        id=condition.pk,
        subject=condition.subject,
        source=source.slug,
        rank=source.rank,
        severity=condition.severity,
        since=condition.since,
        until=condition.until,
        received_at=condition.received_at,
        verdict=verdict,
        stale_since=None if verdict == Verdict.Says.CONFIRMED else stale_since(source, condition, at),
    )
    return _Evidence(report, condition.node, condition.system, condition.place, source.name, condition.text)


def _measured(wait: Wait, at: datetime) -> _Evidence:
    ends_at = wait.measured_at + MEASURED_HOLDS
    report = Report(
        id=0,
        subject=f"{wait.kind}:{wait.node.slug}",
        source=MEASURED,
        rank=MEASURED_RANK,
        severity=wait.severity,
        since=wait.severity_since,
        until=None,
        # When it was measured is the wait's to tell: here it would change with every measurement.
        received_at=wait.severity_since,
        stale_since=ends_at if at > ends_at else None,
    )
    return _Evidence(report, wait.node)


def _news(row: Standing, was: str) -> News:
    used = row.said[0] if row.said else {}
    data = {
        "kind": row.kind,
        "node": row.node.slug if row.node else "",
        "place": row.node.name if row.node else row.place,
        "zone": row.node.time_zone if row.node else "",
        "system": row.system,
        "severity": row.severity,
        "was": was,
        "since": row.since.isoformat() if row.since else None,
        "until": row.until.isoformat() if row.until else None,
        "text": used.get("text", ""),
        "source": used.get("source_name", ""),
        "is_measured": used.get("source") == MEASURED,
        "is_contested": row.is_contested,
        "is_confirmed": row.is_confirmed,
    }
    return News(kind=CHANGED, subject="condition", key=row.subject[:80], data=data)


def rebuild(*, at: datetime) -> int:
    """Drop every standing and settle them anew, which tells nobody; returns how many there are."""
    with transaction.atomic():
        Standing.objects.all().delete()
        rows = _settled({}, at)
        Standing.objects.bulk_create(rows)
    return len(rows)
