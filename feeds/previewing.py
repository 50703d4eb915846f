"""What would be read, without storing anything: a test pull and a test read, bounded in size and time."""

from __future__ import annotations

from collections import Counter
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import assert_never

from django.utils.translation import gettext as _

from feeds.facts import CallTiming, Condition, Fact, Fault, Moment, Movement, Place, Position, Ship
from feeds.mappings import reader_settings
from feeds.models import Source
from feeds.pull import first_items
from feeds.reading import read_bytes
from feeds.reasons import explain
from feeds.ways.contract import Item, PullFailed, Refused
from feeds.words import kind_words

MOST_SECONDS = 30.0
MOST_BYTES = 20 * 1024 * 1024
FEW_ITEMS = 5
MOST_FACTS = 50
MOST_FAULTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One fact as a row of a table; ``value`` is a moment with an offset, a local one or a day."""

    line: int
    kind: str
    classifier: str
    about: str
    place: str
    value: datetime | date | None
    words: str
    flags: list[str]

    @property
    def when(self) -> str:
        """The moment as the sender gave it; no zone is guessed here."""
        if isinstance(self.value, datetime):
            return self.value.isoformat(" ", "minutes")
        return self.value.isoformat() if self.value else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One part that could not be read."""

    line: int
    reason: str
    detail: str
    excerpt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What bytes would be read as. ``refusal`` is why there is nothing to read, in one sentence."""

    name: str = ""
    size: int = 0
    facts: int = 0
    faults: int = 0
    kinds: tuple[tuple[str, int], ...] = ()
    lines: tuple[Line, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    flags: tuple[str, ...] = ()
    refusal: str = ""
    is_too_large: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a source would give: its first items, whether more came behind them, and why it broke off where it did."""

    previews: tuple[Preview, ...] = ()
    has_more: bool = False
    failure: str = ""


def preview_pull(source: Source, at: datetime) -> Trial:
    """Fetch the first items, as if nothing had been fetched before, and read them; nothing is stored or put away."""
    asked = copy(source)
    asked.etag = asked.last_modified = asked.cursor = ""
    previews: list[Preview] = []
    try:
        for item in first_items(asked, at=at, within_s=MOST_SECONDS, most=FEW_ITEMS + 1):
            if len(previews) == FEW_ITEMS:
                return Trial(previews=tuple(previews), has_more=True)
            previews.append(_preview(source, item, at))
    except PullFailed as failure:
        return Trial(previews=tuple(previews), failure=str(failure))
    return Trial(previews=tuple(previews))


def preview_file(source: Source, name: str, raw: bytes, at: datetime) -> Trial:
    """What a file would be read as, had it come from ``source`` now."""
    return Trial(previews=(replace(preview_read(source, raw, at), name=name),))


def _preview(source: Source, item: Item | Refused, at: datetime) -> Preview:
    if isinstance(item, Refused):
        return Preview(name=item.name, refusal=item.words)
    return replace(preview_read(source, item.body, at), name=item.name)


def preview_read(source: Source, raw: bytes, at: datetime) -> Preview:
    """What ``raw`` would be read as, had it come from ``source`` now."""
    if len(raw) > MOST_BYTES:
        return Preview(size=len(raw), is_too_large=True)
    reading = read_bytes(source.format, raw, reader_settings(source, at))
    lines = [line_of(fact) for fact in reading.facts[:MOST_FACTS]]
    return Preview(
        size=len(raw),
        facts=len(reading.facts),
        faults=len(reading.faults) + reading.more_faults,
        kinds=tuple(Counter(kind_of(fact) for fact in reading.facts).most_common()),
        lines=tuple(lines),
        troubles=tuple(_trouble(fault) for fault in reading.faults[:MOST_FAULTS]),
        flags=tuple(explain(code) for code in reading.flags),
    )


def _trouble(fault: Fault) -> Trouble:
    return Trouble(
        line=fault.line, reason=explain(fault.code), detail=fault.detail[:300], excerpt=_printable(fault.excerpt[:300])
    )


def _printable(text: str) -> str:
    return text.replace("\x00", "\N{SYMBOL FOR NULL}")


def kind_of(fact: Fact) -> str:
    """The kind of a fact in words: a movement's own, else what sort of fact it is."""
    return _told(fact)[0]


def line_of(fact: Fact) -> Line:
    """The fact as a row."""
    kind, classifier, about, moment, place = _told(fact)
    return Line(
        line=fact.line,
        kind=kind,
        classifier=classifier,
        about=about,
        place=place.node or " ".join(filter(None, (place.unlocode, place.facility, place.name))),
        value=moment.value if moment else None,
        words=_printable(fact.words[:300]),
        flags=[explain(code) for code in fact.flags],
    )


def _told(fact: Fact) -> tuple[str, str, str, Moment | None, Place]:
    """(kind in words, classifier, what it is about, when, where)."""
    match fact:
        case Movement():
            return kind_words(fact.kind), fact.classifier, fact.goods_number, fact.when, fact.place
        case Position():
            at = Place(name=f"{fact.lat:.5f}, {fact.lon:.5f}")
            return _("Position"), "", fact.container or fact.plate or fact.device, fact.when, at
        case Ship():
            return _("Ship's name and numbers"), "", fact.name or fact.mmsi, fact.when, Place()
        case CallTiming():
            kind = _("Time of a ship's call: %(which)s") % {"which": fact.timing}
            return kind, fact.classifier, fact.vessel or fact.vessel_imo or fact.mmsi, fact.when, fact.place
        case Condition():
            kind = _("State of the corridor: %(what)s") % {"what": f"{fact.kind}, {fact.severity}"}
            return kind, "", fact.reference, fact.since, fact.place
        case _:
            assert_never(fact)
