"""Recording the times of ships' calls, as each source gives them: every revision is kept, a repetition is not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from corridor.entries import Context, Timing, fault_of, key_of, node_of, place_words, timing_of
from corridor.models import CallTiming, Node, Vessel
from corridor.noted import Noted
from corridor.places import Gazetteer
from corridor.port_calls import refresh
from corridor.positions import Passage
from corridor.vessels import Fleet, lock_vessels
from feeds.facts import CallTiming as Fact
from feeds.facts import Moment, Place, Ship
from feeds.facts import Timing as Timings


def record_calls(facts: Sequence[Fact], ships: Sequence[Ship], context: Context) -> Noted:
    """Keep what differs from what the same source said before; call it inside a transaction."""
    noted = Noted()
    if not (facts or ships):
        return noted
    lock_vessels()
    named = [(_imo(fact), _mmsi(fact), fact.vessel) for fact in facts] + [(_imo(s), _mmsi(s), s.name) for s in ships]
    fleet = Fleet(named)
    for ship in ships:
        at = timing_of(ship.when, None, Place(), None, context).occurred_at if ship.when else context.received_at
        fleet.get(imo=_imo(ship), mmsi=_mmsi(ship), name=ship.name, call_sign=ship.call_sign, at=at)
        noted.accepted += 1
    rows = [row for fact in facts if (row := _row(fact, fleet, context, noted))]
    noted.accepted += len(rows)
    new = _append(rows, context)
    refresh(timings=[row.pk for row in new], vessels=fleet.joined)
    noted.new = len(new)
    return noted


_TIMINGS: dict[tuple[str, str], Timings] = {
    ("port", "reached"): "port_arrival",
    ("port", "left"): "port_departure",
    **{(kind, "reached"): "berth_arrival" for kind in ("terminal", "oil_jetty")},
    **{(kind, "left"): "berth_departure" for kind in ("terminal", "oil_jetty")},
}


def calls_of(passages: Iterable[Passage], gazetteer: Gazetteer) -> list[Fact]:
    """What the passages of ships mean for their calls: in and out of the port's area, to a quay and from it."""
    nodes = {node.pk: node for node in gazetteer.by_slug.values()}
    found = []
    for passage in passages:
        tracker, crossing = passage.tracker, passage.crossing
        node = nodes.get(crossing.node)
        timing = _TIMINGS.get((node.kind, crossing.kind)) if node and tracker.carrier == "vessel" else None
        if node and timing:
            fact = Fact(
                timing=timing,
                classifier="ACT",
                when=Moment(value=crossing.at, words=crossing.at.isoformat()),
                place=Place(node=node.slug),
                mmsi=tracker.number,
                vessel=tracker.name,
                words=f"{tracker}: {crossing.kind} {node.slug} at {crossing.lat:.5f} {crossing.lon:.5f}",
                function="cancel" if passage.is_withdrawn else "original",
                flags=("by_position",),
            )
            found.append(fact)
    return found


def _imo(said: Fact | Ship) -> str:
    number = said.vessel_imo if isinstance(said, Fact) else said.imo
    return number if number.isdigit() and len(number) == 7 and "imo_check_digit" not in said.flags else ""


def _mmsi(said: Fact | Ship) -> str:
    """The MMSI where it has the form of one: what else stands in its place names no ship."""
    return said.mmsi if len(said.mmsi) == 9 and said.mmsi.isascii() and said.mmsi.isdigit() else ""


def _row(fact: Fact, fleet: Fleet, context: Context, noted: Noted) -> CallTiming | None:
    if not (fact.vessel or _mmsi(fact) or _imo(fact)):
        noted.faults.append(fault_of(fact, "no_vessel"))
        return None
    node = node_of(fact.place, context)
    if node is None and fact.place.node:
        noted.faults.append(fault_of(fact, "unknown_node", fact.place.node))
        return None
    timing = timing_of(fact.when, fact.issued, fact.place, node, context)
    if fact.classifier == "ACT" and timing.is_future(context.received_at):
        noted.faults.append(fault_of(fact, "future", fact.when.words))
        return None
    vessel = fleet.get(imo=_imo(fact), mmsi=_mmsi(fact), name=fact.vessel, call_sign=fact.call_sign)
    return _timing_row(fact, vessel, node, timing, context)


def _timing_row(fact: Fact, vessel: Vessel, node: Node | None, timing: Timing, context: Context) -> CallTiming:
    flags = {*fact.flags, *timing.flags}
    if node is None and fact.place.is_given:
        flags.add("unknown_location")
    return CallTiming(
        key=key_of(
            *(context.delivery_id, fact.line, fact.timing, fact.classifier, timing.occurred_at, fact.function),
            *(fact.vessel_imo, fact.mmsi, fact.vessel),
        ),
        vessel=vessel,
        node=node,
        place=place_words(fact.place)[:120],
        zone=timing.zone.key,
        timing=fact.timing,
        classifier=fact.classifier,
        occurs_at=timing.occurred_at,
        is_day=timing.is_day,
        issued_at=timing.issued_at,
        received_at=context.received_at,
        source_id=context.source_id,
        delivery_id=context.delivery_id,
        line=fact.line,
        voyage=fact.voyage[:30],
        voyage_out=fact.voyage_out[:30],
        call=fact.call[:40],
        berth=fact.berth[:40],
        trade=fact.trade[:40],
        agent=fact.agent[:60],
        discharge=fact.discharge[:60],
        load=fact.load[:60],
        function=fact.function,
        words=fact.words[:300],
        remark=fact.remark[:300],
        flags=sorted(flags),
    )


Line = tuple[int, str, str, str, str, int | None]
_LINE = ("vessel_id", "timing", "classifier", "voyage", "call", "node_id")
_SAID = ("occurs_at", "is_day", "voyage_out", "berth", "discharge", "load", "remark", "function")
_COMING = ("port_arrival", "berth_arrival")


@dataclass(slots=True)
class _Told:
    """What a source last said of each line of its calls, and when it last said that a call comes or is omitted."""

    lines: dict[Line, tuple[object, ...]] = field(default_factory=dict)
    turns: dict[tuple[object, ...], datetime] = field(default_factory=dict)

    def take(self, line: Line, said: tuple[object, ...], at: datetime) -> None:
        """Note one word."""
        self.lines[line] = said
        if line[1] in ("omitted", *_COMING):
            self.turns[self._turn(line, is_omission=line[1] == "omitted")] = at

    def has(self, line: Line, said: tuple[object, ...]) -> bool:
        """Whether ``said`` repeats the word before; not where the call was omitted or taken up again since."""
        own = self.turns.get(self._turn(line, is_omission=line[1] == "omitted"))
        other = self.turns.get(self._turn(line, is_omission=line[1] != "omitted"))
        is_turned = line[1] in ("omitted", *_COMING) and own is not None and other is not None and other > own
        return self.lines.get(line) == said and not is_turned

    @staticmethod
    def _turn(line: Line, *, is_omission: bool) -> tuple[object, ...]:
        vessel, _timing, _classifier, voyage, call, _node = line
        return vessel, voyage, call, is_omission


def _append(rows: Iterable[CallTiming], context: Context) -> list[CallTiming]:
    """Add the rows that say something else than the row before them of the same source, ship and call."""
    rows = list(rows)
    told = _told({row.vessel_id for row in rows}, context)
    known = set(CallTiming.objects.filter(key__in=[row.key for row in rows]).values_list("key", flat=True))
    new: dict[UUID, CallTiming] = {}
    for row in rows:
        line: Line = tuple(getattr(row, name) for name in _LINE)
        said = tuple(getattr(row, name) for name in _SAID)
        if row.key not in known and not told.has(line, said):
            new.setdefault(row.key, row)
        told.take(line, said, row.received_at)
    return CallTiming.objects.bulk_create(new.values(), batch_size=500)


def _told(vessels: set[int], context: Context) -> _Told:
    """What this source last said, up to this delivery, of each line of its calls."""
    rows = CallTiming.objects.filter(source=context.source_id, vessel__any=list(vessels))
    rows = rows.filter(received_at__lte=context.received_at).order_by("received_at", "pk")
    told = _Told()
    for row in rows.values_list(*_LINE, *_SAID, "received_at"):
        told.take(row[: len(_LINE)], row[len(_LINE) : -1], row[-1])
    return told
