"""From facts to rows of the event table: the source's key, the node, the time zone, and what cannot be taken."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from cargo.former_keys import former_keys
from cargo.meaning import Spot, settle_kind
from corridor.entries import Context, Timing, fault_of, key_of, node_of, place_words, timing_of
from corridor.models import Node
from feeds.facts import Fault, Movement

Row = tuple[object, ...]
COLUMNS = (
    "key source_id delivery_id line kind classifier node_id place zone occurred_at is_day issued_at received_at "
    "container bill_of_lading reference is_empty seals plate vessel voyage document function corrects words "
    "remark flags size_type declaration series document_type"
).split()


def spot_of(node: Node | None) -> Spot | None:
    """The node as far as meaning goes."""
    return Spot(node.slug, node.kind, node.country) if node else None


def to_rows(
    facts: Iterable[Movement], context: Context, former: Collection[UUID] = ()
) -> tuple[list[Row], list[Fault]]:
    """One row in the order of COLUMNS for each fact that can be taken, and one fault for each that cannot.

    ``former`` are the keys of ``cargo.former_keys`` that are still used.
    """
    rows: list[Row] = []
    faults: list[Fault] = []
    for fact in facts:
        taken = _to_row(fact, context, former)
        if isinstance(taken, Fault):
            faults.append(taken)
        else:
            rows.append(taken)
    return rows, faults


def _to_row(fact: Movement, context: Context, former: Collection[UUID]) -> Row | Fault:
    node = node_of(fact.place, context)
    if node is None and fact.place.node:
        return fault_of(fact, "unknown_node", fact.place.node)
    if not _number(fact.goods_number, 40):
        return fault_of(fact, "no_reference")
    timing = timing_of(fact.when, fact.issued, fact.place, node, context)
    if fact.classifier == "ACT" and timing.is_future(context.received_at):
        return fault_of(fact, "future", fact.when.words or str(fact.when.value))
    return _row(fact, node, timing, context, _keys(fact, timing, context, former))


def _row(fact: Movement, node: Node | None, timing: Timing, context: Context, keys: tuple[UUID, UUID | None]) -> Row:
    flags = {*fact.flags, *timing.flags}
    if node is None and fact.place.is_given:
        flags.add("unknown_location")
    key, corrects = keys
    kind = settle_kind(fact.kind, spot_of(node), is_empty=fact.is_empty)
    return (
        *(key, context.source_id, context.delivery_id, fact.line, kind, fact.classifier),
        *(node.pk if node else None, place_words(fact.place)[:120], timing.zone.key),
        *(timing.occurred_at, timing.is_day, _issued_at(fact, timing, context)),
        *(context.received_at, _number(fact.container, 17), _number(fact.bill_of_lading, 40)),
        *(_number(fact.reference or fact.booking, 40), fact.is_empty, _seals(fact), _number(fact.plate, 20)),
        *(fact.vessel[:60], fact.voyage[:30], fact.document[:60], fact.function, corrects),
        *(fact.words[:300], fact.remark[:300], sorted(flags), _number(fact.size_type, 4)),
        *(_number(fact.declaration, 40), _series(fact, context), fact.document_type[:30]),
    )


def _issued_at(fact: Movement, timing: Timing, context: Context) -> datetime | None:
    """When it was issued; an expectation that does not say so, when it came, line by line: the latest word counts."""
    if timing.issued_at or fact.classifier == "ACT":
        return timing.issued_at
    return context.received_at + timedelta(microseconds=fact.line)


def _number(text: str, most: int) -> str:
    """A number as consignments keep theirs: upper case, without blanks, no longer than its column."""
    return "".join(text.replace("\x00", "").upper().split())[:most]


def _seals(fact: Movement) -> str:
    return " ".join(_number(seal, 40) for seal in fact.seals)[:120]


def _keys(fact: Movement, timing: Timing, context: Context, former: Collection[UUID]) -> tuple[UUID, UUID | None]:
    """The fact's own key, and for a correction that of the original with the same details; as they are still used."""
    key, corrects = _own_keys(fact, timing, context)
    if not former:
        return key, corrects
    old_key, old_corrects = former_keys(fact, context)
    return old_key if old_key in former else key, old_corrects if old_corrects in former else corrects


def _own_keys(fact: Movement, timing: Timing, context: Context) -> tuple[UUID, UUID | None]:
    """Of what it says and when that was, however the sender spells the time.

    An expectation may return to what it was before, so when it was issued tells one from the other.
    """
    base = (*_details(fact, context), "day" if timing.is_day else "", timing.occurred_at.isoformat())
    issued = timing.issued_at.isoformat() if timing.issued_at else ""
    if fact.function == "original":
        is_restated = fact.classifier != "ACT" and issued
        return key_of(*base, issued) if is_restated else key_of(*base), None
    return key_of(*base, fact.function, fact.document, issued), key_of(*base)


def _details(fact: Movement, context: Context) -> tuple[object, ...]:
    """What a fact says but for when."""
    goods = (_number(fact.goods_number, 40), _number(fact.container and fact.bill_of_lading, 40))
    return (context.source_id, fact.kind, fact.classifier, *goods, place_words(fact.place))


def _series(fact: Movement, context: Context) -> UUID | None:
    """What a later issue of the same corrects; an expectation gives way to the latest anyway."""
    if not fact.series or (fact.classifier, fact.function) != ("ACT", "original"):
        return None
    return key_of(*_details(fact, context), fact.series)
