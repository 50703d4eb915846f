"""Which times of one ship belong to one call.

The rule, for each port apart (a terminal and a jetty are the port's):

1. Twenty-one days in which nothing at all was to happen part two calls, whatever they are called.
2. What bears the same call number is one call; without one, what bears the same voyage. What one row of one delivery
   says is one call.
3. Actual times without either make stays: an arrival after a departure opens the next. Expectations without either
   make chains: a source revises what it said as long as that has not passed.
4. Of those groups the nearest are put together: three days apart at most, seven where one of them lacks a number.
   Never two that a source tells apart by number or voyage, two stays, two actual arrivals that are further apart,
   or a call and what was expected only after it was over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from corridor.calling.said import ARRIVALS, AT_BERTH, IN_PORT, LEAVING, Said, standing_words

QUIET = timedelta(days=21)
NEAR = timedelta(days=3)
REACH = timedelta(days=7)
DAY = timedelta(days=1)
# A source that gives one actual time twice, so far apart, means two calls.
SECOND_TIME = timedelta(days=2)
# How long a call lasts of which nobody says when it ends.
STAY = timedelta(days=3)


@dataclass(slots=True)
class _Group:
    """Some times of one call, with the bounds by which it is compared; ``is_named`` where a number or voyage is.

    ``comings`` are the arrivals by which it is near to another: the actual one, else the last word on each that is due.
    """

    said: list[Said]
    is_stay: bool = False
    is_named: bool = False
    comings: set[datetime] = field(init=False)
    arrives: datetime = field(init=False)
    leaves: datetime = field(init=False)
    has_arrived: bool = field(init=False)
    tells_arrival: bool = field(init=False)
    first: int = field(init=False)
    rows: set[tuple[int, datetime, int]] = field(init=False)
    voyages: set[str] = field(init=False)
    names: dict[tuple[int, str], set[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._bound()
        self.tells_arrival = any(one.timing in ARRIVALS for one in self.said)
        self.first = min(one.id for one in self.said)
        self.rows = {(one.source, one.received_at, one.line) for one in self.said if one.line}
        self.voyages = {plain(one.voyage) for one in self.said if one.voyage}
        self.names = {}
        for one in self.said:
            for kind, name in (("call", one.call), ("voyage", one.voyage)):
                if name:
                    self.names.setdefault((one.source, kind), set()).add(plain(name))

    def _bound(self) -> None:
        words = standing_words(self.said) or sorted(self.said, key=lambda one: one.order)
        actual = [one for one in words if one.is_actual]
        expected = [one for one in words if one.is_expected]
        left = _times(actual, LEAVING)
        came = _times(actual, IN_PORT) or _times(actual, AT_BERTH)
        self.has_arrived = bool(came or left)
        # Of expectations the last word counts, of each timing.
        due = _last_of_each(expected, ARRIVALS)
        first = min(came, default=next(reversed(_times(expected, ARRIVALS)), min(one.at for one in words)))
        self.arrives = min([first, *left])
        self.comings = {self.arrives} if self.has_arrived else {first, *due}
        ends = left or _times(expected, LEAVING)
        self.leaves = max([first, *ends]) if ends else first + STAY

    def joined(self, other: _Group) -> _Group:
        """Both as one."""
        return _Group(self.said + other.said, self.is_stay or other.is_stay, is_named=self.is_named or other.is_named)


def _last_of_each(words: Iterable[Said], timings: Iterable[str]) -> list[datetime]:
    return list({one.timing: one.at for one in words if one.timing in timings}.values())


def _times(words: Iterable[Said], timings: Iterable[str]) -> list[datetime]:
    return [one.at for one in words if one.timing in timings]


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """A number or a voyage as it is compared: letters and digits alone."""
    return "".join(filter(str.isalnum, name.upper()))


def group(said: Iterable[Said]) -> list[list[Said]]:
    """The times of one ship as calls, by the time that was recorded first; what names no port of ours is left out."""
    ports: dict[str, list[Said]] = {}
    for one in {each.id: each for each in said}.values():
        if one.port:
            ports.setdefault(one.port, []).append(one)
    calls = [call.said for port in ports.values() for block in _blocks(port) for call in _calls(block)]
    return sorted((sorted(call, key=lambda one: one.id) for call in calls), key=lambda call: call[0].id)


def _blocks(said: list[Said]) -> Iterator[list[Said]]:
    """Parts with a quiet time between each and the next."""
    ordered = sorted(said, key=lambda one: (one.at, one.id))
    block = ordered[:1]
    for before, one in pairwise(ordered):
        if one.at - before.at > QUIET:
            yield block
            block = []
        block.append(one)
    yield block


def _calls(block: list[Said]) -> list[_Group]:
    taken_back = _taken_back(block)
    said = [one for one in block if one.id not in taken_back]
    groups = [*_named(said), *_stays(said), *_chains(said)]
    groups = _joined(groups, _is_same_row)
    groups = _joined(groups, _is_same_voyage)
    groups = _joined(groups, _is_near)
    for one in (each for each in block if each.id in taken_back):
        # What was seen and withdrawn opens no call; it is kept with the one that it stood beside.
        near = min(groups, key=lambda found: (abs(found.arrives - one.at), found.first), default=None)
        if near:
            near.said.append(one)
    return groups


def _taken_back(block: list[Said]) -> set[int]:
    """Actual times without a number that their source withdrew, and the withdrawals."""
    pairs: dict[tuple[object, ...], list[Said]] = {}
    for one in block:
        if one.is_actual and not (one.call or one.voyage):
            pairs.setdefault((one.source, one.timing, one.terminal, one.at), []).append(one)
    return {
        one.id for pair in pairs.values() if max(pair, key=lambda each: each.order).function == "cancel" for one in pair
    }


def _named(said: list[Said]) -> Iterator[_Group]:
    """What bears the same call number, and what bears the same voyage and no number."""
    by_name: dict[tuple[str, str], list[Said]] = {}
    for one in said:
        name = ("call", plain(one.call)) if one.call else ("voyage", plain(one.voyage))
        if one.call or one.voyage:
            by_name.setdefault(name, []).append(one)
    return (_Group(found, is_named=True) for found in by_name.values())


def _unnamed(said: list[Said], *, is_actual: bool) -> list[Said]:
    return [one for one in said if not (one.call or one.voyage) and one.is_actual == is_actual]


def _stays(said: list[Said]) -> Iterator[_Group]:
    """Stays by the actual times that bear neither number nor voyage."""
    steps = (*IN_PORT, *AT_BERTH, *LEAVING, "omitted")
    stay: list[Said] = []
    actual = sorted(_unnamed(said, is_actual=True), key=lambda one: (one.at, steps.index(one.timing), one.id))
    for one in actual:
        if stay and _opens(one, stay):
            yield _Group(stay, is_stay=True)
            stay = []
        stay.append(one)
    if stay:
        yield _Group(stay, is_stay=True)


def _opens(one: Said, stay: list[Said]) -> bool:
    """Whether an actual time can be none of the stay before it."""
    if one.timing not in ARRIVALS:
        return False
    done = {each.timing for each in stay}
    left_berth = [each.at for each in stay if each.timing == "berth_departure"]
    is_back = one.timing in IN_PORT and bool(left_berth) and one.at - max(left_berth) > DAY
    twice = [
        each for each in stay if (each.source, each.timing, each.terminal) == (one.source, one.timing, one.terminal)
    ]
    return "port_departure" in done or is_back or any(one.at - each.at > SECOND_TIME for each in twice)


def _chains(said: list[Said]) -> Iterator[_Group]:
    """Chains of expectations without number and voyage: each source's revisions of one timing."""
    chains: dict[tuple[int, str], list[list[Said]]] = {}
    for one in sorted(_unnamed(said, is_actual=False), key=lambda each: (*each.order[:2], each.at, each.id)):
        open_chains = chains.setdefault((one.source, one.timing), [])
        fit = [chain for chain in open_chains if _goes_on(one, chain[-1])]
        nearest = min(fit, key=lambda chain: (abs(chain[-1].at - one.at), chain[0].id), default=None)
        if nearest is None:
            open_chains.append([one])
        else:
            nearest.append(one)
    return (_Group(chain) for found in chains.values() for chain in found)


def _goes_on(one: Said, last: Said) -> bool:
    """Whether ``one`` revises ``last``: that had not passed, and was said in another delivery."""
    if one.at == last.at:
        return True
    return one.received_at != last.received_at and (last.at + DAY >= one.said_at or abs(one.at - last.at) <= NEAR)


Gap = Callable[[_Group, _Group], timedelta | None]


def _joined(groups: list[_Group], gap_of: Gap) -> list[_Group]:
    """The groups with the nearest put together again and again, until none may be by ``gap_of``."""
    live = dict(enumerate(groups))
    gaps: dict[tuple[int, int], tuple[timedelta, int, int]] = {}

    def compare(place: int) -> None:
        one = live[place]
        for beside, other in live.items():
            gap = gap_of(one, other) if beside != place else None
            if gap is not None and not _are_two(one, other):
                gaps[place, beside] = (gap, min(one.first, other.first), max(one.first, other.first))

    for place in live:
        compare(place)
    while gaps:
        pair = min(gaps, key=lambda places: gaps[places])
        one, other = live.pop(pair[0]), live.pop(pair[1])
        gaps = {places: gap for places, gap in gaps.items() if not set(pair) & set(places)}
        live[max(pair[0], pair[1], *live, len(groups)) + 1] = one.joined(other)
        compare(max(live))
    return list(live.values())


def _is_same_row(one: _Group, other: _Group) -> timedelta | None:
    return None if one.rows.isdisjoint(other.rows) else abs(one.arrives - other.arrives)


def _is_same_voyage(one: _Group, other: _Group) -> timedelta | None:
    return None if one.voyages.isdisjoint(other.voyages) else abs(one.arrives - other.arrives)


def _is_near(one: _Group, other: _Group) -> timedelta | None:
    gap = _between(one, other)
    return gap if gap <= (NEAR if one.is_named and other.is_named else REACH) else None


def _between(one: _Group, other: _Group) -> timedelta:
    if one.tells_arrival and other.tells_arrival:
        return min(abs(mine - theirs) for mine in one.comings for theirs in other.comings)
    return max(one.arrives - other.leaves, other.arrives - one.leaves, timedelta(0))


def _are_two(one: _Group, other: _Group) -> bool:
    """Whether two groups cannot be one call."""
    if one.is_stay and other.is_stay:
        return True
    if one.has_arrived and other.has_arrived and _between(one, other) > NEAR:
        return True
    return _is_told_apart(one, other) or _is_later(one, other) or _is_later(other, one)


def _is_told_apart(one: _Group, other: _Group) -> bool:
    for source in {source for source, _kind in one.names} & {source for source, _kind in other.names}:
        for kind in ("call", "voyage"):
            mine, theirs = one.names.get((source, kind)), other.names.get((source, kind))
            if mine and theirs:
                if mine.isdisjoint(theirs):
                    return True
                break
    return False


def _is_later(call: _Group, other: _Group) -> bool:
    """Whether ``other`` was expected only after ``call`` had begun, and for a time after its end."""
    if not call.has_arrived or other.has_arrived:
        return False
    since = min(one.said_at for one in other.said)
    return since > call.arrives + DAY and other.arrives > call.leaves + DAY
