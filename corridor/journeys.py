"""Following a tracker's fixes: what it rides with after each, and the nodes that it reached and left with it.

With another load it is on another journey, as another tracker would be: that it was at a node with the load before says
nothing of this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from corridor.fences import Crossing, Fences, Fix, Seen, settle
from corridor.loads import NOTHING, Load


class Named(NamedTuple):
    """A fix and the container and plate that it names, empty where it names none."""

    fix: Fix
    container: str = ""
    plate: str = ""


class Start(NamedTuple):
    """Where fixes are followed from: the node and the load after the last fix before them, and that fix."""

    node: int | None = None
    before: Seen | None = None
    load: Load = NOTHING


class Passed(NamedTuple):
    """A crossing and what was ridden with; ``is_named`` where the fix that made it named the container itself.

    The plate is the fix's own where there is a container: what else was named with it is not said of it here.
    """

    crossing: Crossing
    container: str = ""
    plate: str = ""
    is_named: bool = False


@dataclass(slots=True)
class Followed:
    """The node and the load after each fix, and what was passed on the way."""

    nodes: list[int | None]
    loads: list[Load]
    passed: list[Passed]


def follow(fences: Fences, named: Sequence[Named], places: Sequence[int | None], start: Start) -> Followed:
    """Follow fixes (ascending, with what ``nodes_at`` says of each), journey by journey."""
    loads, turns = ridden(named, start.load)
    fixes = [each.fix for each in named]
    found = Followed([], loads, [])
    node, before = start.node, start.before
    for since, until in pairwise([0, *turns, len(fixes)]):
        settled = settle(fences, fixes[since:until], places[since:until], node=node, before=before)
        found.nodes += settled.nodes
        if settled.crossings:
            found.passed += _passed(settled.crossings, named[since:until], loads[since:until], start.load)
        node = before = None
    return found


def ridden(named: Iterable[Named], load: Load) -> tuple[list[Load], list[int]]:
    """The load after each fix, and which fixes begin with another than that before them."""
    loads: list[Load] = []
    turns: list[int] = []
    for number, (fix, container, plate) in enumerate(named):
        if load.is_other(container, plate):
            turns.append(number)
        load = load.after(container, plate, fix.at)
        loads.append(load)
    return loads, turns


def _passed(
    crossings: Iterable[Crossing], named: Sequence[Named], loads: Sequence[Load], before: Load
) -> Iterable[Passed]:
    """The first of two fixes that say so may be the one before these: then what was ridden with after it counts."""
    by_time = {each.fix.at: load for each, load in zip(named, loads, strict=True)}
    for crossing in crossings:
        load = by_time.get(crossing.at, before)
        container, plate = load.named_at(crossing.at)
        yield Passed(crossing, load.container, plate if load.container else load.plate, bool(container))
