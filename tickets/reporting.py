"""The figures of tickets for reports, the observatory and the public scoreboard: plain rows, each a query or two.

All but the age of what is open rest on ``Outcome`` rows, made from the logs every few minutes by
``tickets.outcomes.reckon_outcomes``. Durations are hours of open time, by the calendar of whoever promised. A promise
counts in the period in which it ended. A *breach* is a promise that ran out before it was kept; the *breach rate* is
breaches over promises that ended, in [0, 1]. Percentiles are those of what was kept, interpolated
(PostgreSQL's percentile_cont), and None where none was. ``since`` and ``until`` are aware; the latter is not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from tickets.models import Ticket

# Of fewer promises a figure would say more of single cases than of an agency: they are not published.
SMALLEST_CELL = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of one kind of promise: how many ended, how many of them were kept, how many broken, and how long.

    ``name`` is what the rows are told apart by: a category's code, an agency's name, or "".
    """

    name: str
    kind: str
    n: int
    met: int
    late: int
    p50_h: float | None
    p90_h: float | None

    @property
    def breach_rate(self) -> float | None:
        """Breaches over promises that ended; None where none did."""
        return self.late / self.n if self.n else None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAge:
    """Open tickets by how long ago they were opened: the number of those younger than ``days`` and not younger than
    the step before; None is all beyond. ``late`` of them have broken a promise that is not kept yet.
    """

    days: int | None
    n: int
    late: int


def open_ages(*, at: datetime) -> list[OpenAge]:
    """The open tickets by age, in days of 24 hours since their opening: under 1, 3, 7, 30, and beyond; one query."""
    counted = {row["step"]: row for row in _rows(_OPEN_AGES, {"at": at})}
    none = {"n": 0, "late": 0}
    found = [(days, counted.get(step, none)) for step, days in enumerate((1, 3, 7, 30, None))]
    return [OpenAge(days=days, n=row["n"], late=row["late"]) for days, row in found]


_OPEN_AGES = """
    SELECT width_bucket(extract(epoch FROM %(at)s - opened_at)::numeric / 86400, ARRAY[1, 3, 7, 30]::numeric[]) AS step,
        count(*) AS n, count(*) FILTER (WHERE next_breach_at <= %(at)s) AS late
    FROM tickets_ticket WHERE state IN ('new', 'open', 'paused') GROUP BY 1
"""


def office_promises(*, since: datetime, until: datetime) -> tuple[list[Kept], list[Kept]]:
    """The office's promises by kind (first_reply, next_reply, resolve) of all categories together; and those of the
    first reply and of the resolution by category (its code), the most breaches first; one query.
    """
    rows = _kept(_OF_CATEGORIES, "ours", since, until)
    by_category = [row for row in rows if row.name and row.kind != "next_reply"]
    return [row for row in rows if not row.name], _by_breaches(by_category)


def promises_by_agency(*, since: datetime, until: datetime) -> list[Kept]:
    """What agencies promise to the office, by the name that each has now: first_reply is the acknowledgement; one
    query.
    """
    return _by_breaches(_kept(_OF_HOLDERS, "agency", since, until))


def promises_by_outsiders(*, since: datetime, until: datetime) -> list[Kept]:
    """As ``promises_by_agency`` for lines, transporters and warehouses."""
    return _by_breaches(_kept(_OF_HOLDERS, "outside", since, until))


def _by_breaches(rows: list[Kept]) -> list[Kept]:
    return sorted(rows, key=lambda row: (-(row.breach_rate or 0), -row.n, row.name, row.kind))


def _kept(parted: Mapping[str, str], contract: str, since: datetime, until: datetime) -> list[Kept]:
    # The names of columns and tables are our own, never input.
    sql = _KEPT.format(**parted)
    return [Kept(**row) for row in _rows(sql, {"contract": contract, "since": since, "until": until})]


# By what promises are parted: numbers are sorted sooner than names, which are asked for once the rows are few.
_OF_CATEGORIES = {
    "whose": "t.category_id",
    "joined": "JOIN tickets_ticket t ON t.id = o.ticket_id",
    "sets": "(whose, kind), (kind)",
    "name": "c.code",
    "named": "LEFT JOIN tickets_category c ON c.id = whose",
}
_OF_HOLDERS = {
    "whose": "o.agency_id",
    "joined": "",
    "sets": "(whose, kind)",
    "name": "a.name",
    "named": "JOIN liaison_organization a ON a.id = whose",
}
# date_part is a double, where extract would be a numeric, which takes five times as long.
_KEPT = """
    SELECT coalesce({name}, '') AS name, kept.kind, n, met, late, p50_h, p90_h FROM (
        SELECT whose, kind, count(*) AS n,
            count(*) FILTER (WHERE is_met) AS met, count(*) FILTER (WHERE is_late) AS late,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY hours) FILTER (WHERE is_met) AS p50_h,
            percentile_cont(0.9) WITHIN GROUP (ORDER BY hours) FILTER (WHERE is_met) AS p90_h
        FROM (
            SELECT {whose} AS whose, o.kind, o.is_met, o.is_late, date_part('epoch', o.worked) / 3600 AS hours
            FROM tickets_outcome o {joined}
            WHERE o.contract = %(contract)s AND o.ended_at >= %(since)s AND o.ended_at < %(until)s
        ) AS promised GROUP BY GROUPING SETS ({sets})
    ) AS kept {named} ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """Of the resolutions of a period, how many were followed by an opening again, at any time since."""

    resolved: int
    reopened: int

    @property
    def rate(self) -> float | None:
        """Reopened over resolved; None where nothing was resolved."""
        return self.reopened / self.resolved if self.resolved else None


def reopenings(*, since: datetime, until: datetime) -> Reopened:
    """Counted in the log: every resolution, and whether the same ticket was opened again after it; one query."""
    return Reopened(**_rows(_REOPENED, {"since": since, "until": until})[0])


_REOPENED = """
    SELECT count(*) AS resolved, count(*) FILTER (WHERE later.number > e.number) AS reopened FROM tickets_entry e
    LEFT JOIN (
        SELECT ticket_id, max(number) AS number FROM tickets_entry WHERE kind = 'reopened' GROUP BY 1
    ) AS later ON later.ticket_id = e.ticket_id
    WHERE e.kind = 'resolved' AND e.at >= %(since)s AND e.at < %(until)s
"""


def causes(*, since: datetime, until: datetime) -> list[tuple[str, str, int]]:
    """Of the tickets resolved in the period and still so: code, label and number of each cause, the most first."""
    labels = dict(Ticket.Cause.choices)
    rows = _rows(_CAUSES, {"since": since, "until": until})
    return [(row["cause"], str(labels.get(row["cause"], row["cause"])), row["n"]) for row in rows]


_CAUSES = """
    SELECT cause, count(*) AS n FROM tickets_ticket
    WHERE state IN ('resolved', 'closed') AND resolved_at >= %(since)s AND resolved_at < %(until)s
    GROUP BY 1 ORDER BY 2 DESC, 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A line of the public scoreboard: an agency's acknowledgements and answers, and what it says beside them.

    ``n`` counts the promises to answer that ended. Where there are fewer than SMALLEST_CELL of a kind its figures are
    None: hidden, which is not the same as none.
    """

    agency: str
    n: int
    answered_p50_h: float | None
    answered_p90_h: float | None
    answer_breach_rate: float | None
    acknowledged_n: int
    acknowledge_breach_rate: float | None
    comment: str
    commented_at: datetime | None


def scoreboard(*, since: datetime, until: datetime) -> list[Scored]:
    """The public scoreboard: agencies that had anything to answer, the most reliable first; two queries."""
    rows: dict[str, dict[str, Kept]] = {}
    for kept in promises_by_agency(since=since, until=until):
        rows.setdefault(kept.name, {})[kept.kind] = kept
    comments = {row["name"]: row for row in _rows(_COMMENTS, {"names": list(rows)})}
    found = [_scored(name, kinds, comments.get(name, {})) for name, kinds in rows.items()]
    return sorted(found, key=lambda row: (row.answer_breach_rate is None, row.answer_breach_rate or 0, row.agency))


_COMMENTS = """
    SELECT DISTINCT ON (a.name) a.name, c.text, c.at FROM tickets_agencycomment c
    JOIN liaison_organization a ON a.id = c.organization_id WHERE a.name = ANY(%(names)s) ORDER BY a.name, c.id DESC
"""


def _scored(name: str, kinds: Mapping[str, Kept], comment: Mapping[str, Any]) -> Scored:
    answers, receipts = (_published(kinds.get(kind)) for kind in ("resolve", "first_reply"))
    return Scored(
        agency=name,
        n=_n(kinds, "resolve"),
        answered_p50_h=answers.p50_h if answers else None,
        answered_p90_h=answers.p90_h if answers else None,
        answer_breach_rate=answers.breach_rate if answers else None,
        acknowledged_n=_n(kinds, "first_reply"),
        acknowledge_breach_rate=receipts.breach_rate if receipts else None,
        comment=comment.get("text", ""),
        commented_at=comment.get("at"),
    )


def _n(kinds: Mapping[str, Kept], kind: str) -> int:
    return kinds[kind].n if kind in kinds else 0


def _published(kept: Kept | None) -> Kept | None:
    return kept if kept and kept.n >= SMALLEST_CELL else None


def _rows(sql: str, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
