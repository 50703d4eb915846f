"""In which order a ship was to call at her ports, and where a source changed that order between calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby, pairwise

from corridor.calling.said import Said
from corridor.calling.standing import EXPECTED, Call, Change


def swaps(call: Call, others: Iterable[Call]) -> list[Change]:
    """Where a source put ``call`` "before" or "after" another port's, otherwise than it had said; ``now`` is that port.

    Only what one source says in one timing is compared, and all that came in one delivery at once. The change is that
    of the last word on either call.
    """
    found = [
        change
        for other in others
        if other.port != call.port
        for source, timing in sorted(_both(call, other))
        for change in _turns(_expected(call, source, timing), _expected(other, source, timing), other.port)
    ]
    return sorted(found, key=lambda change: (change.said.order, change.now))


def _both(call: Call, other: Call) -> set[tuple[int, str]]:
    return _tellers(call) & _tellers(other)


def _tellers(call: Call) -> set[tuple[int, str]]:
    return {(one.source, one.timing) for one in call.said if _is_expected(one)}


def _expected(call: Call, source: int, timing: str) -> list[Said]:
    return [one for one in call.said if (one.source, one.timing) == (source, timing) and _is_expected(one)]


def _is_expected(one: Said) -> bool:
    return one.is_expected and one.timing in EXPECTED and one.function != "cancel"


def _turns(mine: list[Said], theirs: list[Said], port: str) -> Iterator[Change]:
    """The changes of order between the two expectations, each with the word of ``mine`` that stood then."""
    orders = [(is_first, word) for is_first, word in _orders(mine, theirs) if is_first is not None]
    for (before, _word), (is_first, word) in pairwise(orders):
        if is_first != before:
            yield Change("before" if is_first else "after", "", port, word)


def _orders(mine: list[Said], theirs: list[Said]) -> Iterator[tuple[bool | None, Said]]:
    """After each delivery, whether ``mine`` was to come first (None for the same time), and the last word of mine."""
    here: Said | None = None
    there: datetime | None = None
    own = {one.id for one in mine}
    for _moment, said in groupby(sorted([*mine, *theirs], key=_delivery), key=lambda one: _delivery(one)[:2]):
        for one in said:
            here, there = (one, there) if one.id in own else (here, one.at)
        if here is not None and there is not None:
            yield (here.at < there if here.at != there else None), here


def _delivery(one: Said) -> tuple[datetime, datetime, int]:
    return one.order
