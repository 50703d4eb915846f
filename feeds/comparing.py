"""What another table of codes would make of a source's past deliveries, before it holds."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate

from feeds.facts import Movement, Reading
from feeds.mappings import reader_settings
from feeds.models import Delivery, Source
from feeds.reading import read_bytes

MOST_DELIVERIES, MOST_BYTES, MOST_SECONDS = 50, 20 * 1024 * 1024, 10.0
MOST_EXAMPLES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One fact that another table reads otherwise; None is no fact at all."""

    line: int
    words: str
    before: str | None
    after: str | None


@dataclass(slots=True)
class Comparison:
    """What another table would make of past deliveries: how many facts change from what to what, and examples."""

    deliveries: int = 0
    facts: int = 0
    faults_before: int = 0
    faults_after: int = 0
    changes: Counter[tuple[str | None, str | None]] = field(default_factory=Counter)
    examples: list[tuple[int, Change]] = field(default_factory=list)

    @property
    def rows(self) -> list[tuple[str | None, str | None, int]]:
        """(before, after, how many), the most frequent first."""
        return [(before, after, n) for (before, after), n in self.changes.most_common()]


def compare_past(source: Source, codes: Mapping[str, str | None]) -> Comparison:
    """The last deliveries of ``source`` read with its table and with ``codes`` instead of what it says of them.

    Bounded in number, bytes and time; nothing is stored.
    """
    ends = time.monotonic() + MOST_SECONDS
    found = Comparison()
    for pk in _latest(source):
        delivery = Delivery.objects.get(pk=pk)
        now = reader_settings(source, delivery.received_at)
        then = reader_settings(source, delivery.received_at, instead=codes)
        raw = bytes(delivery.raw)
        _count(found, pk, read_bytes(source.format, raw, now), read_bytes(source.format, raw, then))
        if time.monotonic() > ends:
            break
    return found


def _latest(source: Source) -> list[int]:
    rows = Delivery.objects.filter(source=source).order_by("-received_at", "-id").values_list("pk", "size")
    latest = list(rows[:MOST_DELIVERIES])
    sums = accumulate(size for _pk, size in latest)
    return [pk for (pk, _size), total in zip(latest, sums, strict=True) if total <= MOST_BYTES]


def _count(found: Comparison, delivery: int, before: Reading, after: Reading) -> None:
    changes = differences(before, after)
    found.deliveries += 1
    found.facts += len(before.facts)
    found.faults_before += len(before.faults) + before.more_faults
    found.faults_after += len(after.faults) + after.more_faults
    found.changes.update((change.before, change.after) for change in changes)
    room = MOST_EXAMPLES - len(found.examples)
    found.examples.extend((delivery, change) for change in changes[:room])


def differences(before: Reading, after: Reading) -> list[Change]:
    """The movements whose kind differs, those that came and those that went, in the order of their lines."""
    old, new = _by_identity(before), _by_identity(after)
    changes = [
        Change(line=fact.line, words=fact.words, before=old.get((fact, n)), after=new.get((fact, n)))
        for fact, n in dict.fromkeys([*old, *new])
    ]
    return sorted((change for change in changes if change.before != change.after), key=lambda change: change.line)


def _by_identity(reading: Reading) -> dict[tuple[Movement, int], str]:
    """The kinds of the movements by all that they say beside it, and by their number among those alike."""
    seen: Counter[Movement] = Counter()
    kinds: dict[tuple[Movement, int], str] = {}
    for fact in reading.movements:
        bare = replace(fact, kind="", flags=())
        kinds[bare, seen[bare]] = fact.kind
        seen[bare] += 1
    return kinds
