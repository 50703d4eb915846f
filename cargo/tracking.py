"""What the passages of trackers mean for goods: a truck that leaves the port's area is out of the gate, and so on."""

from __future__ import annotations

from collections.abc import Iterable

from cargo.entries import spot_of
from cargo.meaning import settle_kind
from corridor.entries import Context
from corridor.models import Node
from corridor.positions import Passage
from feeds.facts import Moment, Movement, Place

RIDES_ON = "rides_on"
_PORT = {"reached": "truck_in", "left": "gate_out"}


def movements_of(passages: Iterable[Passage], context: Context) -> list[Movement]:
    """One movement for each passage of a truck or a seal; ships' passages are no movements of goods.

    It is issued when its positions came, so that what is taken back and found again is told apart.
    """
    nodes = {node.pk: node for node in context.gazetteer.by_slug.values()}
    issued = Moment(value=context.received_at)
    trucks = (passage for passage in passages if passage.tracker.carrier == "truck")
    return [
        _movement(passage, nodes[passage.crossing.node], issued) for passage in trucks if passage.crossing.node in nodes
    ]


def _movement(passage: Passage, node: Node, issued: Moment) -> Movement:
    crossing, passed = passage.crossing, passage.passed
    number = "".join(passage.tracker.number.upper().split())
    rides_on = bool(passed.container) and not passed.is_named
    called = passed.plate or passage.tracker.number
    return Movement(
        kind=kind_of(crossing.kind, node),
        classifier="ACT",
        when=Moment(value=crossing.at, words=crossing.at.isoformat()),
        place=Place(node=node.slug),
        container=passed.container,
        reference="" if passed.container else passed.plate or number,
        # Only what was named together belongs together (see ``cargo.matching``).
        seals=() if rides_on else (number,),
        plate="" if rides_on else passed.plate,
        words=f"{called}: {crossing.kind} {node.slug} at {crossing.lat:.5f} {crossing.lon:.5f}",
        issued=issued,
        function="cancel" if passage.is_withdrawn else "original",
        flags=("by_position", RIDES_ON) if rides_on else ("by_position",),
    )


def kind_of(crossing: str, node: Node) -> str:
    """Our kind for reaching or leaving a node's area; where that alone proves no more it stays ``reached`` or ``left``.

    Standing at a weighbridge is no weighing, and leaving Kigali no release.
    """
    if node.kind == "port" and node.country == "KE":
        return _PORT[crossing]
    if node.kind == "icd" and crossing == "left":
        return "gate_out"
    return settle_kind(crossing, spot_of(node), is_empty=None)
