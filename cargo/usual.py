"""What is usual for like cargo: how long trips of late spent on each part of their way, and waited for each step."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from cargo.delays import APART, by_part, spans
from cargo.models import UsualDelay
from cargo.remembered import forgotten, remembered
from cargo.waits import usual_of_exports
from corridor.models import Wait
from corridor.waits import FEWEST_USUAL, USUAL

LATELY = timedelta(days=90)
# Of very many trips the latest say what is usual.
MOST_TRIPS = 10_000
SERVES = timedelta(minutes=2)
_KEY = "cargo.usual.figures"


@dataclass(frozen=True, slots=True)
class Usual:
    """The median and the ninth decile of ``n`` trips."""

    median: timedelta
    p90: timedelta
    n: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What is usual: parts and steps by cargo kind and name, and stays by the kind of the wait and the node's slug."""

    parts: Mapping[tuple[str, str], Usual]
    steps: Mapping[tuple[str, str], Usual]
    stays: Mapping[tuple[str, str], Usual]

    def overdue(self, cargo_kind: str, step: str, waited: timedelta) -> bool:
        """Whether one has waited for a step longer than nine in ten of enough trips did."""
        usual = self.steps.get((cargo_kind, step))
        return usual is not None and usual.n >= FEWEST_USUAL and waited > usual.p90


NOTHING = Figures({}, {}, {})


def figures() -> Figures:
    """The figures of these minutes; two queries where nobody asked lately."""
    return remembered(_KEY, SERVES, _figures)


def _figures() -> Figures:
    found: dict[str, dict[tuple[str, str], Usual]] = {"part": {}, "step": {}, "stay": {}}
    for row in UsualDelay.objects.all():
        found[row.basis][row.cargo_kind, row.name] = _usual(row.median_s, row.p90_s, row.n)
    of_exports = {name.partition(" ")[::2]: usual for (_cargo, name), usual in found["stay"].items()}
    stays = Wait.objects.filter(usual_n__gte=FEWEST_USUAL).values_list(
        "kind", "node__slug", "usual_s", "usual_p90_s", "usual_n"
    )
    return Figures(
        parts=found["part"],
        steps=found["step"],
        stays=of_exports | {(kind, slug): _usual(median or 0, p90 or 0, n) for kind, slug, median, p90, n in stays},
    )


def part_name(part: str, direction: str) -> str:
    """The name under which a part is kept: exports pass the same parts the other way."""
    return part if direction == "import" else f"{direction}_{part}"


def _usual(median_s: int, p90_s: int, n: int) -> Usual:
    return Usual(timedelta(seconds=median_s), timedelta(seconds=p90_s), n)


Measure = tuple[str, str, str]
_ARRIVED = {"arrived_kigali", "delivered", "export_departed"}


@transaction.atomic
def measure_usual(*, at: datetime) -> int:
    """Count what is usual from the trips that lately left the last border or sailed; returns how many figures."""
    lengths: dict[Measure, list[float]] = {}
    for measure, seconds in _measured(at):
        lengths.setdefault(measure, []).append(seconds)
    rows = [
        UsualDelay(
            cargo_kind=kind, basis=basis, name=name, median_s=decile(found, 5), p90_s=decile(found, 9),
            n=len(found), since=at - LATELY, measured_at=at,
        )
        for (kind, basis, name), found in sorted(lengths.items())
    ]  # fmt: skip
    rows += [
        UsualDelay(basis="stay", name=name, median_s=median, p90_s=p90, n=n, since=at - USUAL, measured_at=at)
        for name, median, p90, n in usual_of_exports(at=at)
        if n >= FEWEST_USUAL
    ]
    UsualDelay.objects.all().delete()
    UsualDelay.objects.bulk_create(rows)
    forgotten(_KEY)
    return len(rows)


def decile(lengths: list[float], tenths: int) -> int:
    """The length that so many tenths do not exceed: one of those measured, never one between."""
    return round(sorted(lengths)[max(math.ceil(len(lengths) * tenths / 10) - 1, 0)])


def _measured(at: datetime) -> Iterator[tuple[Measure, float]]:
    """Every part of a trip that can be told apart from the others, and every wait for a step; in seconds."""
    with connection.cursor() as cursor:
        cursor.execute(_TRIPS, {"since": at - LATELY, "at": at, "most": MOST_TRIPS})
        trips = cursor.fetchall()
    for kind, direction, codes, times in trips:
        told = dict(zip(codes, times, strict=True))
        ended = [span for span in spans(told, kind, direction, at=at) if not span.is_open]
        parts = by_part(ended)
        # Of a trip that has not arrived some parts have not ended, and in Kigali those of one that is not delivered.
        if APART not in parts and _ARRIVED & told.keys():
            for part, lasted in parts.items():
                if part != "kigali" or direction == "export" or "delivered" in told:
                    yield (kind, "part", part_name(part, direction)), lasted.total_seconds()
        for span in ended:
            if span.part != APART:
                yield (kind, "step", span.until), span.lasted.total_seconds()


# A time of which only the day is known measures nothing.
_TRIPS = """
    WITH ended AS (
        (SELECT consignment_id, unit_id FROM cargo_milestone
        WHERE code = 'border2_out' AND actual_at > %(since)s AND actual_at <= %(at)s
        ORDER BY actual_at DESC LIMIT %(most)s)
        UNION ALL
        (SELECT consignment_id, unit_id FROM cargo_milestone
        WHERE code = 'export_departed' AND actual_at > %(since)s AND actual_at <= %(at)s
        ORDER BY actual_at DESC LIMIT %(most)s)
    )
    SELECT c.cargo_kind, c.direction, array_agg(m.code), array_agg(m.actual_at)
    FROM ended JOIN cargo_consignment c ON c.id = ended.consignment_id
    JOIN cargo_milestone m ON m.consignment_id = ended.consignment_id AND m.unit_id IS NOT DISTINCT FROM ended.unit_id
    WHERE m.actual_at IS NOT NULL AND NOT m.is_day
    GROUP BY c.id, ended.unit_id, c.cargo_kind, c.direction
"""
