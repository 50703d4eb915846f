"""Deriving milestones and status of consignments from their events, and saying what moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from cargo.meaning import Spot
from cargo.milestones import HOLDERS, HOLDS, Happening, Standing, next_step, progress, rail_of, standing
from cargo.models import Consignment, EventMatch, Milestone, Status, Unit
from liaison.bulk import copy_rows, insert_rows

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
    """What one consignment's rows are derived from."""

    pk: int
    consignee: int
    cargo_kind: str
    registered_at: datetime
    direction: str = "import"
    merged_into: int | None = None
    units: dict[int | None, str] = field(default_factory=dict)
    sizes: dict[int, str] = field(default_factory=dict)
    happenings: list[Happening] = field(default_factory=list)

    def standings(self) -> dict[int | None, Standing]:
        """The standing of each unit, or of the whole where there is none; what names no unit counts for all."""
        units: list[int | None] = list(self.units) or [None]
        shared = [event for event in self.happenings if event.unit is None]
        return {
            unit: standing(shared + [event for event in self.happenings if unit is not None and event.unit == unit])
            for unit in units
        }

    def new_sizes(self) -> dict[int, str]:
        """The size and type of each unit of which more trusted sources say something else than is kept."""
        said: dict[int, Happening] = {}
        for event in self.happenings:
            if event.unit is not None and event.size_type and event.function != "cancel":
                before = said.get(event.unit, event)
                said[event.unit] = min(before, event, key=lambda found: (found.rank, found.key))
        return {unit: e.size_type for unit, e in said.items() if e.size_type != self.sizes.get(unit)}


@transaction.atomic
def derive(consignment_ids: Iterable[int], *, at: datetime) -> dict[int, list[Move]]:
    """Derive these consignments anew, of which there is something new, and write it; returns the moves by consignment.

    The consignments stay locked until the transaction ends, so two deliveries that touch one of them take turns.
    """
    moves: dict[int, list[Move]] = {}
    ids = sorted(set(consignment_ids))
    for start in range(0, len(ids), BATCH):
        moves |= _derive_batch(ids[start : start + BATCH], at)
    return moves


def note_change(*consignment_ids: int, at: datetime) -> None:
    """Have these be among what is new, where something else was changed than what is derived."""
    Status.objects.filter(pk__any=list(consignment_ids)).update(changed_at=at)


MilestoneKey = tuple[int, int | None, str]
MilestoneValues = tuple[datetime | None, datetime | None, bool, int, bool]
_KEY = {"consignment_id": "bigint", "unit_id": "bigint", "code": "text"}
_VALUES = {
    "actual_at": "timestamptz",
    "expected_at": "timestamptz",
    "is_day": "boolean",
    "event_id": "bigint",
    "is_contested": "boolean",
}
_STATUS = {
    "consignment_id": "bigint",
    "consignee_id": "bigint",
    "state": "text",
    "event_id": "bigint",
    "is_held": "boolean",
    "held_by": "text",
    "next_step": "text",
    "moved_at": "timestamptz",
    "changed_at": "timestamptz",
}


def _overwrite(key: str, columns: Iterable[str]) -> str:
    return f"ON CONFLICT ({key}) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in columns)


def _derive_batch(ids: Sequence[int], at: datetime) -> dict[int, list[Move]]:
    found = _lock(ids)
    for consignment_id, happening in _happenings(ids):
        found[consignment_id].happenings.append(happening)
    before: dict[MilestoneKey, MilestoneValues] = {
        row[:3]: row[3:] for row in Milestone.objects.filter(consignment__any=ids).values_list(*_KEY, *_VALUES)
    }
    after: dict[MilestoneKey, MilestoneValues] = {}
    was_held = set(Status.objects.filter(consignment__any=ids, is_held=True).values_list("pk", flat=True))
    statuses = []
    holds: dict[int, Move] = {}
    for derived in found.values():
        standings = derived.standings()
        after |= _milestones(derived, standings)
        statuses.append((*_status(derived, standings), at))
        if (move := _hold_move(derived, standings, was_held=derived.pk in was_held)) is not None:
            holds[derived.pk] = move
    _write_milestones(before, after)
    _write_sizes({unit: size for derived in found.values() for unit, size in derived.new_sizes().items()})
    insert_rows("cargo_status", _STATUS, statuses, _overwrite("consignment_id", list(_STATUS)[1:]))
    moves = _moves(found, before, after)
    for pk, move in holds.items():
        moves.setdefault(pk, []).append(move)
    return moves


def _hold_move(derived: Derived, standings: Mapping[int | None, Standing], *, was_held: bool) -> Move | None:
    """That the consignment is held now, or let go, where it was not before; said by the latest event about holds."""
    is_held = any(stands.is_held for stands in standings.values())
    said = [event for event in derived.happenings if event.kind in HOLDS]
    if is_held == was_held or not said:
        return None
    words = [stands.hold for stands in standings.values() if stands.hold and stands.is_held == is_held]
    latest = max(words or said, key=lambda event: (event.occurred_at, event.key))
    kind = latest.kind if not words else "held" if is_held else "hold_released"
    return Move(kind, derived.units.get(latest.unit, ""), latest.id, is_withdrawn=not words)


_DERIVED = ("pk", "consignee", "cargo_kind", "registered_at", "direction", "merged_into")


def _lock(ids: Sequence[int]) -> dict[int, Derived]:
    rows = Consignment.objects.filter(pk__any=ids).order_by("pk").select_for_update(no_key=True)
    found = {row[0]: Derived(*row) for row in rows.values_list(*_DERIVED)}
    columns = ("consignment_id", "pk", "container", "size_type")
    for consignment, unit, container, size in (
        Unit.objects.filter(consignment__any=ids).order_by("pk").values_list(*columns)
    ):
        found[consignment].units[unit] = container
        found[consignment].sizes[unit] = size
    return found


def _happenings(ids: Sequence[int]) -> Iterator[tuple[int, Happening]]:
    return ((pk, happening) for pk, happening, _received_at in events_of(ids))


def events_of(ids: Sequence[int]) -> Iterator[tuple[int, Happening, datetime]]:
    """The events of these consignments as far as milestones go, each with its consignment and when it was received."""
    rows = EventMatch.objects.filter(consignment__any=ids).values_list(
        "consignment_id", "unit_id", "event_id", "event__key", "event__source_id", "event__source__rank", "event__kind",
        "event__classifier", "event__container", "event__bill_of_lading", "event__node__slug", "event__node__kind",
        "event__node__country", "event__place", "event__occurred_at", "event__is_day", "event__issued_at",
        "event__document", "event__function", "event__corrects", "event__flags", "event__size_type",
        "event__received_at", "consignment__direction", "event__restated_at", "event__restated_in",
        "event__series", "event__document_type",
    )  # fmt: skip
    spots: dict[str, Spot] = {}
    for row in rows.iterator(chunk_size=5000):
        slug = row[10]
        spot = spots.setdefault(slug, Spot(slug, row[11], row[12])) if slug else None
        yield (
            row[0],
            Happening(
                unit=row[1], id=row[2], key=row[3], source=row[4], rank=row[5], kind=row[6], classifier=row[7],
                goods=row[8] or row[9], spot=spot, occurred_at=row[14],
                is_elsewhere=spot is None and bool(row[13] or "unknown_location" in row[20]),
                is_day=row[15], issued_at=row[16], document=row[17], function=row[18], corrects=row[19],
                size_type=row[21], direction=row[23], restated_at=row[24], restated_in=row[25],
                series=row[26], document_type=row[27],
            ),
            row[22],
        )  # fmt: skip


def happening_of(match: EventMatch, direction: str = "import") -> Happening:
    """One event of a consignment as far as milestones go; event, node and source must have been selected with it."""
    event = match.event
    node = event.node
    return Happening(
        unit=match.unit_id, id=event.pk, key=event.key, source=event.source_id, rank=event.source.rank,
        kind=event.kind, classifier=event.classifier, goods=event.container or event.bill_of_lading,
        spot=Spot(node.slug, node.kind, node.country) if node else None, occurred_at=event.occurred_at,
        is_elsewhere=node is None and bool(event.place or "unknown_location" in event.flags),
        is_day=event.is_day, issued_at=event.issued_at, document=event.document, function=event.function,
        corrects=event.corrects, size_type=event.size_type, direction=direction,
        restated_at=event.restated_at, restated_in=event.restated_in, series=event.series,
        document_type=event.document_type,
    )  # fmt: skip


def _milestones(derived: Derived, standings: Mapping[int | None, Standing]) -> dict[MilestoneKey, MilestoneValues]:
    return {
        (derived.pk, unit, code): (
            reached.event.occurred_at if reached.is_actual else None,
            None if reached.is_actual else reached.event.occurred_at,
            reached.event.is_day,
            reached.event.id,
            reached.is_contested,
        )
        for unit, stands in standings.items()
        for code, reached in stands.milestones.items()
    }


def _status(derived: Derived, standings: Mapping[int | None, Standing]) -> tuple[object, ...]:
    """One row in the order of _STATUS but for its last.

    The consignment stands where the slowest unit stands that was heard of.
    """
    heard = [stands for stands in standings.values() if stands.last] or list(standings.values())
    slowest = min(heard, key=lambda stands: progress(_done(stands))[0])
    done = _done(slowest)
    step = next_step(rail_of(derived.cargo_kind, derived.direction), done)
    actual = [event for event in derived.happenings if event.classifier == "ACT"]
    return (
        derived.pk,
        derived.consignee,
        # What was merged into another waits for nothing.
        Status.State.CLOSED if derived.merged_into else progress(done)[1],
        slowest.last.id if slowest.last else None,
        any(stands.is_held for stands in standings.values()),
        "" if derived.merged_into else HOLDERS.get(step, ""),
        "" if derived.merged_into else step,
        max((event.occurred_at for event in actual), default=derived.registered_at),
    )


def _done(stands: Standing) -> list[str]:
    return [code for code, reached in stands.milestones.items() if reached.is_actual]


def _write_milestones(
    before: Mapping[MilestoneKey, MilestoneValues], after: Mapping[MilestoneKey, MilestoneValues]
) -> None:
    copy_rows("cargo_milestone", list(_KEY | _VALUES), [(*key, *after[key]) for key in after.keys() - before.keys()])
    changed = [(*key, *values) for key, values in after.items() if before.get(key, values) != values]
    insert_rows("cargo_milestone", _KEY | _VALUES, changed, _overwrite("consignment_id, unit_id, code", _VALUES))
    for consignment, unit, code in before.keys() - after.keys():
        Milestone.objects.filter(consignment=consignment, unit=unit, code=code).delete()


def _write_sizes(sizes: Mapping[int, str]) -> None:
    if not sizes:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cargo_unit u SET size_type = said.size_type "
            "FROM unnest(%s::bigint[], %s::text[]) AS said (unit, size_type) WHERE u.id = said.unit",
            [list(sizes), list(sizes.values())],
        )


def _moves(
    found: Mapping[int, Derived],
    before: Mapping[MilestoneKey, MilestoneValues],
    after: Mapping[MilestoneKey, MilestoneValues],
) -> dict[int, list[Move]]:
    """What is actual now and was not, and what was and is no longer."""
    moves: dict[int, list[Move]] = {pk: [] for pk in found}
    done = {key for key, values in before.items() if values[0]}
    still = {key for key, values in after.items() if values[0]}
    for keys, rows, is_withdrawn in ((still - done, after, False), (done - still, before, True)):
        for key in sorted(keys, key=str):
            consignment, unit, code = key
            container = found[consignment].units.get(unit, "")
            moves[consignment].append(Move(code, container, rows[key][3], is_withdrawn))
    return moves
