"""How long goods wait at a node, now against usual: whoever counts it from events keeps it here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from corridor.models import Node, Wait
from corridor.settling import settle_standings
from corridor.standing import UNKNOWN

# "Now" are those that left within so long, ships being few; usual is told from those of so long before.
NOW = timedelta(hours=6)
NOW_OF_SHIPS = timedelta(hours=48)
USUAL = timedelta(days=56)
# Fewer than so many say nothing of now, or of what is usual.
FEWEST_NOW, FEWEST_USUAL = 3, 30
# From so many times the usual median on, a wait is slow, or severe.
SLOW, SEVERE = 1.5, 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was counted of one kind of wait at one node; times in seconds, None where there was nothing to count."""

    kind: str
    node: str
    now_s: int | None
    now_n: int
    usual_s: int | None
    usual_p90_s: int | None
    usual_n: int
    waiting_n: int = 0
    waiting_s: int | None = None
    longest_s: int | None = None

    @classmethod
    def of(cls, kind: str, node: str, *, left: Sequence[Any], usual: Sequence[Any], there: Sequence[Any]) -> Measured:
        """From what was counted of those that left of late (n, median), that left before (n, median, ninth decile) and
        that are there still (n, median, longest)."""
        (now_n, now_s), (usual_n, usual_s, usual_p90_s), (waiting_n, waiting_s, longest_s) = left, usual, there
        return cls(
            kind=kind, node=node, now_s=now_s, now_n=now_n, usual_s=usual_s, usual_p90_s=usual_p90_s, usual_n=usual_n,
            waiting_n=waiting_n, waiting_s=waiting_s, longest_s=longest_s,
        )  # fmt: skip


def now_of(kind: str) -> timedelta:
    """How far back "now" reaches for a kind of wait."""
    return NOW_OF_SHIPS if kind == "berth" else NOW


def severity_of(measured: Measured) -> str:
    """Normal, slow or severe by the median of now over the usual one; unknown where either is of too few.

    Where too few have left, those that are there still tell how long it takes at least: enough for slow or severe,
    never for normal. The thresholds are the office's own: half as long again is what an importer notices, three times
    what she loses money by. A wait is never called shut: nothing that was counted can tell.
    """
    if measured.usual_s is None or measured.usual_n < FEWEST_USUAL:
        return UNKNOWN
    if measured.now_s is not None and measured.now_n >= FEWEST_NOW:
        return _severity(measured.now_s, measured.usual_s)
    if measured.waiting_s is not None and measured.waiting_n >= FEWEST_NOW:
        at_least = _severity(measured.waiting_s, measured.usual_s)
        return UNKNOWN if at_least == "normal" else at_least
    return UNKNOWN


def _severity(now_s: int, usual_s: int) -> str:
    times = now_s / max(usual_s, 1)
    return "severe" if times >= SEVERE else "slow" if times >= SLOW else "normal"


@transaction.atomic
def keep_waits(found: Sequence[Measured], *, at: datetime) -> int:
    """Keep what was measured at ``at`` and settle what follows from it; returns how many severities changed."""
    nodes = dict(Node.objects.values_list("slug", "pk"))
    before = {(wait.node_id, wait.kind): wait for wait in Wait.objects.select_for_update().order_by("pk")}
    rows, changed = [], 0
    for measured in found:
        severity, held = severity_of(measured), before.get((nodes[measured.node], measured.kind))
        is_same = held is not None and held.severity == severity
        changed += not is_same
        rows.append(
            Wait(
                kind=measured.kind,
                node_id=nodes[measured.node],
                severity=severity,
                severity_since=held.severity_since if held and is_same else at,
                usual_since=at - USUAL,
                measured_at=at,
                **{name: getattr(measured, name) for name in _COUNTED},
            )
        )
    fields = [*_COUNTED, "severity", "severity_since", "usual_since", "measured_at"]
    Wait.objects.bulk_create(rows, update_conflicts=True, unique_fields=["node", "kind"], update_fields=fields)
    settle_standings(at=at)
    return changed


_COUNTED = ["now_s", "now_n", "usual_s", "usual_p90_s", "usual_n", "waiting_n", "waiting_s", "longest_s"]
