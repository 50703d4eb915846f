"""How one call stands by what is said of it: its times in use and why, what contradicts, and what was changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise

from corridor.calling.grouping import group
from corridor.calling.said import AT_BERTH, IN_PORT, Said, revisions, standing_words

# A source whose word is so much older than the newest one is behind, whatever its rank.
BEHIND = timedelta(days=7)
# What differs by more is a contradiction: expectations, actual times, and days of which the hour is unknown.
EXPECTED_APART, ACTUAL_APART, DAYS_APART = timedelta(hours=12), timedelta(hours=6), timedelta(hours=36)
EXPECTED = ("berth_arrival", "port_arrival")


class State(StrEnum):
    """How far a call has come, as far as anybody said."""

    DUE = "due"
    ANCHORED = "anchored"
    AT_BERTH = "at_berth"
    SAILED = "sailed"
    OMITTED = "omitted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A word in use and why: ``only`` (no other speaks), ``rank``, ``latest``, ``fresh`` (a better one is behind)."""

    said: Said
    why: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Words of different sources that cannot all be so, of one ``timing``, or on "terminal" or "omitted"."""

    about: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a source said otherwise than before: of the "terminal", that the call is "omitted" or "resumed".

    Or that it comes "before" or "after" the call at another port (see ``corridor.calling.rotation``).
    """

    about: str
    was: str
    now: str
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a ship. ``first`` is the id of the time that was recorded first, by which the call is known.

    ``said`` is everything that was said, the earliest recorded first; ``words`` what of it stands; ``basis`` the word
    on which its state rests.
    """

    first: int
    port: str
    said: tuple[Said, ...]
    words: tuple[Said, ...]
    state: State
    basis: Said
    eta: Chosen | None
    arrived: Chosen | None
    berthed: Chosen | None
    first_lift: Chosen | None
    last_lift: Chosen | None
    departed: Chosen | None
    terminal: str
    berth: str
    voyage: str
    call: str
    discharge: str
    contradictions: tuple[Contradiction, ...]
    changes: tuple[Change, ...]


def calls_from(said: Iterable[Said]) -> list[Call]:
    """The calls of one ship; the same times in any order, any of them given twice, make the same calls."""
    return [derive(times) for times in group(said)]


def derive(said: Sequence[Said]) -> Call:
    """How the call of these times stands."""
    words = standing_words(said)
    eta = next(filter(None, (_expected(words, timing) for timing in EXPECTED)), None)
    berthed, departed = _berthed(words), _left(words)
    state, basis = _state(words, eta, departed)
    place = _place(words, eta)
    kept = [one for series in revisions(said).values() for one in series]
    best = sorted(kept, key=lambda one: (one.rank, *one.order))
    return Call(
        first=min(one.id for one in said),
        port=said[0].port,
        said=tuple(sorted(said, key=lambda one: one.id)),
        words=tuple(words),
        state=state,
        basis=basis or max(said, key=lambda one: one.order),
        eta=eta,
        arrived=_first_actual(words, IN_PORT),
        berthed=berthed,
        first_lift=_first_actual(words, ("work_start",)),
        last_lift=_last_actual(words, "work_end"),
        departed=departed,
        terminal=place.terminal if place else "",
        berth=place.berth if place and place.berth else _latest(best, "berth"),
        voyage=_latest(best, "voyage"),
        call=_latest(best, "call"),
        discharge=_latest(best, "discharge"),
        contradictions=tuple(_contradictions(words)),
        changes=tuple(_changes(said)),
    )


def choose(words: Sequence[Said]) -> Chosen | None:
    """The one in use of what sources say of one thing: of those not behind, the best ranked, then the latest."""
    if not words:
        return None
    fresh = _fresh(words)
    best = min(one.rank for one in fresh)
    ranked = [one for one in fresh if one.rank == best]
    return Chosen(max(ranked, key=lambda one: (not one.is_day, one.order)), _reason(words, ranked))


def _reason(words: Sequence[Said], ranked: Sequence[Said]) -> str:
    """Why one of ``ranked`` is in use of all the words."""
    if len({one.source for one in words}) == 1:
        return "only"
    if any(one.rank < ranked[0].rank for one in words):
        return "fresh"
    return "latest" if len({one.source for one in ranked}) > 1 else "rank"


def _of(words: Iterable[Said], timings: Iterable[str], *, is_actual: bool) -> list[Said]:
    return [one for one in words if one.timing in timings and (one.is_actual if is_actual else one.is_expected)]


def _expected(words: Sequence[Said], timing: str) -> Chosen | None:
    return choose(_of(words, (timing,), is_actual=False))


def _first_actual(words: Sequence[Said], timings: Sequence[str]) -> Chosen | None:
    """The actual time of the first of ``timings`` that bears one."""
    return next(filter(None, (choose(_of(words, (timing,), is_actual=True)) for timing in timings)), None)


def _berthed(words: Sequence[Said]) -> Chosen | None:
    """When she berthed: as she may shift to another terminal, when she came to the first."""
    came = sorted(_of(words, ("berth_arrival",), is_actual=True), key=lambda one: one.at, reverse=True)
    firsts = {one.source: one for one in came}.values()
    return choose([one for one in firsts if one.at - came[-1].at <= DAYS_APART])


def _last_actual(words: Sequence[Said], timing: str) -> Chosen | None:
    return choose(_of(words, (timing,), is_actual=True))


def _left(words: Sequence[Said]) -> Chosen | None:
    """When she left: the port, else the berth unless she came to another after that."""
    if left := _last_actual(words, "port_departure"):
        return left
    berths = sorted(_of(words, ("berth_departure",), is_actual=True), key=lambda one: one.at)
    if not berths or any(one.at > berths[-1].at for one in _of(words, AT_BERTH, is_actual=True)):
        return None
    lasts = {one.source: one for one in berths}.values()
    return choose([one for one in lasts if berths[-1].at - one.at <= DAYS_APART])


def _state(words: Sequence[Said], eta: Chosen | None, departed: Chosen | None) -> tuple[State, Said | None]:
    """The state and the word on which it rests."""
    happened = (
        (State.SAILED, departed),
        (State.AT_BERTH, _berthed(words) or _first_actual(words, AT_BERTH)),
        (State.ANCHORED, _first_actual(words, IN_PORT)),
    )
    for state, chosen in happened:
        if chosen:
            return state, chosen.said
    either = choose([one for one in words if one.timing in ("omitted", *EXPECTED) and one.classifier != "REQ"])
    if either and either.said.timing == "omitted":
        return State.OMITTED, either.said
    return (State.DUE, eta.said) if eta else (State.UNKNOWN, None)


def _actual_place(words: Sequence[Said]) -> Said | None:
    """The last terminal that she is said to have come to; of several words on one coming the one in use."""
    came = [one for one in _of(words, AT_BERTH, is_actual=True) if one.terminal]
    last = max((one.at for one in came), default=None)
    chosen = choose([one for one in came if last and last - one.at <= ACTUAL_APART])
    return chosen.said if chosen else None


def _place(words: Sequence[Said], eta: Chosen | None) -> Said | None:
    """The word that says at which terminal: what happened, else the expectation in use, else any."""
    if came := _actual_place(words):
        return came
    if eta and eta.said.terminal:
        return eta.said
    chosen = choose([one for one in words if one.terminal])
    return chosen.said if chosen else None


def _latest(best: Sequence[Said], name: str) -> str:
    """What the best ranked source that says it at all said last."""
    said = [one for one in best if getattr(one, name)]
    ranked = [one for one in said if one.rank == said[0].rank]
    return str(getattr(max(ranked, key=lambda one: one.order), name)) if ranked else ""


def _contradictions(words: Sequence[Said]) -> Iterator[Contradiction]:
    for timing in dict.fromkeys(one.timing for one in words if one.timing != "omitted"):
        actual = _of(words, (timing,), is_actual=True)
        said = actual or _fresh(_of(words, (timing,), is_actual=False))
        apart = ACTUAL_APART if actual else EXPECTED_APART
        if _differ(said, apart):
            yield Contradiction(timing, tuple(said))
    came = _of(words, ("berth_arrival",), is_actual=True)
    placed = [one for one in came or _fresh(_of(words, ("berth_arrival",), is_actual=False)) if one.terminal]
    if _are_at_two(placed):
        yield Contradiction("terminal", tuple(placed))
    yield from _on_omission(words)


def _on_omission(words: Sequence[Said]) -> Iterator[Contradiction]:
    omitted = [one for one in words if one.timing == "omitted" and one.function != "cancel"]
    coming = [one for one in words if one.timing in EXPECTED and (one.is_actual or one.is_expected)]
    others = [one for one in coming if one.source not in {each.source for each in omitted}]
    if omitted and others:
        yield Contradiction("omitted", (*omitted, *others))


def _fresh(said: Sequence[Said]) -> list[Said]:
    newest = max((one.said_at for one in said), default=None)
    return [one for one in said if newest and one.said_at >= newest - BEHIND]


def _differ(said: Sequence[Said], apart: timedelta) -> bool:
    """Whether two sources give times further apart than may be: a day alone says less, two terminals are two times."""
    return any(
        one.source < other.source
        and not (one.is_actual and one.terminal and other.terminal and one.terminal != other.terminal)
        and abs(one.at - other.at) > (DAYS_APART if one.is_day or other.is_day else apart)
        for one in said
        for other in said
    )


def _are_at_two(said: Sequence[Said]) -> bool:
    """Whether two sources have her at two terminals at about the same time."""
    return any(
        one.source != other.source and one.terminal != other.terminal and abs(one.at - other.at) <= EXPECTED_APART
        for one in said
        for other in said
    )


def _changes(said: Sequence[Said]) -> list[Change]:
    """The terminals that a source changed, and calls that it dropped and took up again, as they were said."""
    found = [change for series in revisions(said).values() for change in _moves(series)]
    for source in {one.source for one in said}:
        found += _drops([one for one in said if one.source == source and one.timing in ("omitted", *EXPECTED)])
    found.sort(key=lambda change: (change.said.order, change.about, change.was))
    # A row that moves a call says so of each of its times.
    return list({(one.said.source, one.said.received_at, one.about, one.was, one.now): one for one in found}.values())


def _moves(series: Iterable[Said]) -> Iterator[Change]:
    placed = [one for one in series if one.terminal and one.is_expected]
    for before, one in pairwise(placed):
        if before.terminal != one.terminal:
            yield Change("terminal", before.terminal, one.terminal, one)


def _drops(said: Iterable[Said]) -> Iterator[Change]:
    was_out = False
    for one in sorted(said, key=lambda each: each.order):
        is_out = one.timing == "omitted" and one.function != "cancel"
        if is_out != was_out:
            yield Change("omitted" if is_out else "resumed", "", "", one)
        was_out = is_out
