"""Deriving milestones and status of consignments from their events, and saying what moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db import transaction

from cargo.meaning import Spot
from cargo.milestones import HOLDERS, Happening, Reached, Standing, next_step, progress, rail_of, standing
from cargo.models import Consignment, EventMatch, Milestone, Status

BATCH = 500


@dataclass(frozen=True, slots=True)
class Move:
    """A milestone that a unit has newly reached, or lost again because what said so was withdrawn."""

    code: str
    container: str
    event_id: int
    is_withdrawn: bool = False


@dataclass(slots=True)
class Derived:
    """One consignment's derived rows, before they are written."""

    consignment: Consignment
    units: dict[int | None, str]
    happenings: list[Happening] = field(default_factory=list)

    def standings(self) -> dict[int | None, Standing]:
        """The standing of each unit; what names no unit counts for all."""
        shared = [event for event in self.happenings if event.unit not in self.units]
        return {
            unit: standing([event for event in self.happenings if event.unit == unit] + (shared if unit else []))
            if unit is not None
            else standing(shared)
            for unit in self.units
        }


@transaction.atomic
def derive(consignment_ids: Iterable[int]) -> dict[int, list[Move]]:
    """Derive these consignments anew and write what differs; returns the moves by consignment id.

    The consignments stay locked until the transaction ends, so two deliveries that touch one of them take turns.
    """
    moves: dict[int, list[Move]] = {}
    ids = sorted(set(consignment_ids))
    for start in range(0, len(ids), BATCH):
        moves |= _derive_batch(ids[start : start + BATCH])
    return moves


def _derive_batch(ids: Sequence[int]) -> dict[int, list[Move]]:
    locked = Consignment.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    found = {
        consignment.pk: Derived(
            consignment, {unit.pk: unit.container for unit in consignment.units.all()} or {None: ""}
        )
        for consignment in locked.prefetch_related("units")
    }
    for consignment_id, happening in _happenings(ids):
        found[consignment_id].happenings.append(happening)
    before = _milestones_before(ids)
    moves: dict[int, list[Move]] = {}
    milestones: list[Milestone] = []
    statuses: list[Status] = []
    for pk, derived in found.items():
        standings = derived.standings()
        rows = _milestone_rows(derived, standings)
        moves[pk] = _compare(before.get(pk, {}), rows, derived.units)
        milestones += rows
        statuses.append(_status_row(derived, standings))
    _write(ids, milestones, statuses, before)
    return moves


def happenings_of(consignment_id: int) -> list[Happening]:
    """The events of one consignment as far as milestones go."""
    return [happening for _pk, happening in _happenings([consignment_id])]


def _happenings(ids: Sequence[int]) -> Iterator[tuple[int, Happening]]:
    rows = EventMatch.objects.filter(consignment__in=ids).values_list(
        "consignment_id", "unit_id", "event_id", "event__key", "event__source_id", "event__source__rank", "event__kind",
        "event__classifier", "event__container", "event__bill_of_lading", "event__node__slug", "event__node__kind",
        "event__node__country", "event__place", "event__occurred_at", "event__is_day", "event__issued_at",
        "event__document", "event__function", "event__corrects",
    )  # fmt: skip
    spots: dict[str, Spot] = {}
    for row in rows.iterator(chunk_size=5000):
        slug = row[10]
        spot = spots.setdefault(slug, Spot(slug, row[11], row[12])) if slug else None
        yield (
            row[0],
            Happening(
                unit=row[1], id=row[2], key=row[3], source=row[4], rank=row[5], kind=row[6], classifier=row[7],
                goods=row[8] or row[9], spot=spot, is_elsewhere=bool(row[13]) and spot is None, occurred_at=row[14],
                is_day=row[15], issued_at=row[16], document=row[17], function=row[18], corrects=row[19],
            ),
        )  # fmt: skip


MilestoneKey = tuple[int | None, str]


def _milestones_before(ids: Sequence[int]) -> dict[int, dict[MilestoneKey, Milestone]]:
    rows = Milestone.objects.filter(consignment__in=ids).order_by("consignment_id")
    return {
        pk: {(row.unit_id, row.code): row for row in group} for pk, group in groupby(rows, lambda m: m.consignment_id)
    }


def _milestone_rows(derived: Derived, standings: dict[int | None, Standing]) -> list[Milestone]:
    return [
        _milestone_row(derived.consignment, unit, reached)
        for unit, stands in standings.items()
        for reached in stands.milestones.values()
    ]


def _milestone_row(consignment: Consignment, unit: int | None, reached: Reached) -> Milestone:
    event = reached.event
    return Milestone(
        consignment=consignment,
        unit_id=unit,
        code=reached.code,
        actual_at=event.occurred_at if reached.is_actual else None,
        expected_at=None if reached.is_actual else event.occurred_at,
        is_day=event.is_day,
        event_id=event.id,
        is_contested=reached.is_contested,
    )


def _compare(
    before: dict[MilestoneKey, Milestone], after: Iterable[Milestone], units: dict[int | None, str]
) -> list[Move]:
    moves: list[Move] = []
    done = {key for key, row in before.items() if row.actual_at}
    still = set()
    for row in after:
        if row.actual_at:
            still.add((row.unit_id, row.code))
            if (row.unit_id, row.code) not in done:
                moves.append(Move(row.code, units.get(row.unit_id, ""), row.event_id))
    for unit, code in sorted(done - still, key=str):
        moves.append(Move(code, units.get(unit, ""), before[unit, code].event_id, is_withdrawn=True))
    return moves


def _status_row(derived: Derived, standings: dict[int | None, Standing]) -> Status:
    consignment = derived.consignment
    rail = rail_of(consignment.cargo_kind)
    slowest = min(standings.values(), key=lambda stands: progress(_done(stands))[0])
    done = _done(slowest)
    step = next_step(rail, done)
    last = slowest.last or max((s.last for s in standings.values() if s.last), default=None, key=_occurred)
    return Status(
        consignment=consignment,
        state=progress(done)[1],
        event_id=last.id if last else None,
        is_held=any(stands.is_held for stands in standings.values()),
        held_by=HOLDERS.get(step, ""),
        next_step=step,
        moved_at=max((e.occurred_at for e in derived.happenings if e.classifier == "ACT"), default=None)
        or consignment.registered_at,
    )


def _done(stands: Standing) -> list[str]:
    return [code for code, reached in stands.milestones.items() if reached.is_actual]


def _occurred(event: Happening) -> datetime:
    return event.occurred_at


def _write(
    ids: Sequence[int],
    milestones: list[Milestone],
    statuses: list[Status],
    before: dict[int, dict[MilestoneKey, Milestone]],
) -> None:
    keep = {(row.consignment_id, row.unit_id, row.code) for row in milestones}
    gone = [row.pk for pk, rows in before.items() for (unit, code), row in rows.items() if (pk, unit, code) not in keep]
    if gone:
        Milestone.objects.filter(pk__in=gone).delete()
    changed = [
        row for row in milestones if _differs(row, before.get(row.consignment_id, {}).get((row.unit_id, row.code)))
    ]
    Milestone.objects.bulk_create(
        changed,
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["consignment", "unit", "code"],
        update_fields=["actual_at", "expected_at", "is_day", "event", "is_contested"],
    )
    Status.objects.bulk_create(
        statuses,
        update_conflicts=True,
        unique_fields=["consignment"],
        update_fields=["state", "event", "is_held", "held_by", "next_step", "moved_at"],
    )


def _differs(row: Milestone, old: Milestone | None) -> bool:
    names = ("actual_at", "expected_at", "is_day", "event_id", "is_contested")
    return old is None or any(getattr(row, name) != getattr(old, name) for name in names)
