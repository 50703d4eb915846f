"""What has to be released before goods can go, authority by authority: a pure function of the events in any order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from cargo.milestones import Happening, hold_word, withdrawn

_START = datetime.min.replace(tzinfo=UTC)
HOLD = "held"


class Duty(NamedTuple):
    """One release: the milestone that tells of it, whose it is, and who has to act for it."""

    code: str
    authority: str
    resolver: str


_GENERAL = (
    Duty("do_issued", "line", "line"),
    Duty("rra_released", "RRA", "agent"),
    Duty("kra_cleared", "KRA", "KRA"),
    Duty("pickup_order", "KPA", "agent"),
    Duty("sealed", "RECTS", "KRA"),
)
_FUEL = (
    Duty("rra_released", "RRA", "agent"),
    Duty("kra_cleared", "KRA", "KRA"),
    Duty("loading_order", "KPC", "agent"),
    Duty("sealed", "RECTS", "KRA"),
)
_EXPORT = (
    Duty("export_released", "RRA", "agent"),
    Duty("sealed", "RECTS", "RRA"),
    Duty("export_border2_out", "RRA, URA", "RRA, URA"),
    Duty("export_border1_out", "URA, KRA", "URA, KRA"),
    Duty("kra_cleared", "KRA", "KRA"),
    Duty("export_at_port", "KPA", "transporter"),
)
_ASHORE = ("discharged", "discharged_kot")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """How one release stands: done, partly (some units), open, held, or withdrawn by a correction.

    ``event`` tells of it where it is done or held, and of the landing since when it is open; None where that is
    unknown. ``retraction`` is the latest correction that took such a release back, also where another came since.
    """

    code: str
    authority: str
    resolver: str
    state: str
    event: Happening | None
    retraction: Happening | None
    done: int
    units: int


def duties_of(cargo_kind: str, direction: str = "import") -> tuple[Duty, ...]:
    """The releases that goods of a kind need before they can leave the port or the depot, or as an export get there."""
    if direction == "export":
        return _EXPORT
    return _FUEL if cargo_kind == "liquid_bulk" else _GENERAL


def checklist(
    events: Iterable[Happening], units: Sequence[int], cargo_kind: str, direction: str = "import"
) -> list[Item]:
    """Every release of a consignment in its usual order, and the hold where there is or was one."""
    unique = {event.key: event for event in events}
    gone = withdrawn(unique.values())
    valid = _valid(unique, gone)
    parts: list[int | None] = [*units] or [None]
    landed = _first(event for event in valid if event.milestone in _ASHORE)
    duties = duties_of(cargo_kind, direction)
    items = [_item(duty, valid, parts, landed, _retraction(duty.code, unique, gone)) for duty in duties]
    return [*items, *_holds(valid, parts, _retraction(HOLD, unique, gone))]


def _valid(unique: Mapping[UUID, Happening], gone: Mapping[UUID, UUID]) -> list[Happening]:
    """What happened and was not taken back."""
    actual = [event for event in unique.values() if event.classifier == "ACT"]
    return [event for event in actual if event.key not in gone and event.function != "cancel"]


def _item(
    duty: Duty, valid: Sequence[Happening], parts: Sequence[int | None], landed: Happening | None,
    retraction: Happening | None,
) -> Item:  # fmt: skip
    told = [event for event in valid if _tells_of(event, duty.code)]
    used = [event for part in parts if (event := _best(event for event in told if event.unit in (None, part)))]
    state = "done" if len(used) == len(parts) else "partly" if used else "withdrawn" if retraction else "open"
    return Item(
        code=duty.code, authority=duty.authority, resolver=duty.resolver, state=state,
        event=max(used, key=_moment, default=landed), retraction=retraction, done=len(used), units=len(parts),
    )  # fmt: skip


def _tells_of(event: Happening, code: str) -> bool:
    """By its kind, or by the milestone that the kind reaches on the export's way."""
    return code in (event.kind, event.milestone)


def _best(events: Iterable[Happening]) -> Happening | None:
    """Of several that tell of one release that of the most trusted source, then the earliest; as for milestones."""
    return min(events, key=lambda event: (event.rank, event.occurred_at, event.key), default=None)


def _first(events: Iterable[Happening]) -> Happening | None:
    return min(events, key=_moment, default=None)


def _moment(event: Happening) -> tuple[datetime, UUID]:
    return event.occurred_at, event.key


def _retraction(code: str, unique: Mapping[UUID, Happening], gone: Mapping[UUID, UUID]) -> Happening | None:
    """The latest cancellation of an actual release; a replacement takes nothing back, it says it anew."""
    found = [
        unique[by]
        for key, by in gone.items()
        if _tells_of(unique[key], code) and unique[key].classifier == "ACT" and unique[by].function == "cancel"
    ]
    return max(found, key=lambda event: (event.issued_at or _START, event.key), default=None)


def _holds(valid: Sequence[Happening], parts: Sequence[int | None], retraction: Happening | None) -> list[Item]:
    """One item for what is held or was: by whom is not said by the kind of the event alone."""
    latest = [event for part in parts if (event := _last_word(valid, part))]
    held = [event for event in latest if event.kind == HOLD]
    if not latest and retraction is None:
        return []
    state = HOLD if held else "done" if latest else "withdrawn"
    event = _first(held) or max(latest, key=_moment, default=None)
    return [
        Item(
            code=HOLD, authority="", resolver="", state=state, event=event, retraction=retraction,
            done=len(parts) - len(held), units=len(parts),
        )
    ]  # fmt: skip


def _last_word(valid: Sequence[Happening], part: int | None) -> Happening | None:
    return hold_word(event for event in valid if event.unit in (None, part))
