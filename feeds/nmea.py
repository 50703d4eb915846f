"""AIS sentences (NMEA 0183 AIVDM and AIVDO) with what receivers put around them, put together into reports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from operator import xor
from typing import Any

from pyais.exceptions import AISBaseException
from pyais.messages import AISSentence, NMEASentenceFactory

from feeds.facts import Fault, Moment, moment_of
from feeds.ships import POSITIONS, STATICS, Report

# A tag block of NMEA 4.10, the sentence up to its checksum, and the tail that receivers put behind it (USCG).
_SENTENCE = re.compile(rb"(?:\\([^\\]*)\\)?([!$][A-Za-z]{2}VD[MOmo],[^*!\\]*\*[0-9A-Fa-f]{2})([^!\\]*)")
_AIS = re.compile(rb"[!$][A-Z]{2}VD[MO],", re.IGNORECASE)
_OTHER = re.compile(rb"[!$][A-Z]{4,6},", re.IGNORECASE)
# When a logger heard a line, before its first sentence: seconds since 1970, or ISO 8601 with its offset.
_LED = re.compile(
    rb"\[?(\d{10}(?:\d{3})?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:?\d\d))\]?[ \t,;:]+(?=[!$\\])"
)
_SECONDS, _MILLISECONDS = 10, 13
# The bits that a type needs for all that is read of it; shorter ones were cut on the way.
_BITS = {1: 128, 2: 128, 3: 128, 18: 124, 19: 263, 27: 94, 5: 232, 24: 160}
_BITS_OF_VOYAGE = 420
# A part that stands more than so many sentences from the first belongs to another message.
_FAR = 100
_UNREADABLE = (AISBaseException, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)

Key = tuple[int, int | None, str]


@dataclass(slots=True)
class _Parts:
    """The sentences so far of one message, or one that came early; the first one's line and place in the stream."""

    line: int
    at: int
    when: Moment | None
    sentences: list[AISSentence]
    # Those of the sentences, the first of which is given all of them when they are put together.
    payloads: list[bytes]

    @property
    def is_whole(self) -> bool:
        """Whether no part is missing."""
        return len(self.sentences) == self.sentences[0].frag_cnt

    def awaits(self, part: _Parts) -> bool:
        """Whether this is the next part."""
        is_next = len(self.sentences) == part.sentences[0].frag_num - 1
        return not self.is_whole and is_next and self.distance(part) <= _FAR

    def distance(self, part: _Parts) -> int:
        """How many sentences lie between the first of this message and a part."""
        return abs(part.at - self.at)

    def says(self, part: _Parts) -> bool:
        """Whether a part is one of this message, as a second receiver heard it or the ship said it again."""
        return part.payloads[0] in self.payloads

    def take(self, part: _Parts) -> None:
        """Put the next part to those that are there."""
        self.sentences += part.sentences
        self.payloads += part.payloads
        self.when = self.when or part.when

    def complete(self, early: dict[int, _Parts]) -> None:
        """Take the missing parts from those that came early, where all are there."""
        missing = range(len(self.sentences) + 1, self.sentences[0].frag_cnt + 1)
        found = [early[number] for number in missing if number in early and self.distance(early[number]) <= _FAR]
        for part in found if len(found) == len(missing) else ():
            self.take(part)

    def told(self) -> Report | Fault | str:
        """What this message says; set aside where a part is missing."""
        if not self.is_whole:
            return Fault(code="missing_part", line=self.line, excerpt=_shown(self.sentences[0].raw))
        return _decoded(AISSentence.assemble_from_iterable(self.sentences), self.line, self.when)


class Receiver:
    """Takes line after line, and yields reports, faults, and the flag of what is not followed."""

    def __init__(self) -> None:
        self._held: dict[Key, _Parts] = {}
        # By its number the last part that came before it was awaited.
        self._early: dict[Key, dict[int, _Parts]] = {}
        self._count = 0

    def take(self, line: bytes, number: int) -> Iterator[Report | Fault | str]:
        """What the sentences of this line say, or complete."""
        found = _SENTENCE.findall(line)
        led = _led(line) if found else None
        for tag, sentence, tail in found:
            self._count += 1
            yield from self._sentence(sentence, number, _heard(tag, tail) or led)
        if found:
            return
        if _AIS.match(line):
            yield Fault(code="bad_checksum", line=number, excerpt=_shown(line))
        elif _OTHER.search(line[:80]):
            yield "not_followed"
        else:
            yield Fault(code="wrong_shape", line=number, excerpt=_shown(line))

    def close(self) -> Iterator[Report | Fault | str]:
        """The messages that were completed in another order, or never."""
        for key in self._held:
            yield from self._settled(key)
        for early in self._early.values():
            yield from (part.told() for part in early.values())

    def _sentence(self, raw: bytes, line: int, when: Moment | None) -> Iterator[Report | Fault | str]:
        if not _is_sound(raw):
            yield Fault(code="bad_checksum", line=line, excerpt=_shown(raw))
            return
        try:
            sentence = NMEASentenceFactory.produce(raw)
        except _UNREADABLE as error:
            yield Fault(code="wrong_shape", line=line, excerpt=_shown(raw), detail=str(error)[:80])
            return
        if not isinstance(sentence, AISSentence):
            yield "not_followed"
        elif sentence.frag_cnt == 1:
            yield _decoded(sentence, line, when)
        else:
            yield from self._part(sentence, line, when)

    def _part(self, sentence: AISSentence, line: int, when: Moment | None) -> Iterator[Report | Fault | str]:
        key = (sentence.frag_cnt, sentence.seq_id, sentence.channel[:1])
        held, early = self._held.get(key), self._early.setdefault(key, {})
        number, part = sentence.frag_num, _Parts(line, self._count, when, [sentence], [sentence.payload])
        if number == 1:
            if held and not held.says(part):
                yield from self._settled(key)
            self._held[key] = part
        elif held and held.awaits(part):
            before = early.get(number)
            if before and held.distance(before) < held.distance(part):
                early[number], part = part, before
            held.take(part)
            if held.is_whole:
                yield held.told()
        elif not (held and held.says(part)):
            if number in early and not early[number].says(part):
                yield early[number].told()
            early[number] = part

    def _settled(self, key: Key) -> Iterator[Report | Fault | str]:
        """What a message says that gets no other part; of the early ones those are left that it does not say."""
        held, early = self._held[key], self._early[key]
        if not held.is_whole:
            held.complete(early)
            yield held.told()
        self._early[key] = {number: part for number, part in early.items() if not held.says(part)}


def _is_sound(raw: bytes) -> bool:
    body, _, checksum = raw[1:].partition(b"*")
    return int(checksum, 16) == reduce(xor, body, 0)


def _decoded(sentence: AISSentence, line: int, when: Moment | None) -> Report | Fault | str:
    if sentence.payload and sentence.ais_id not in POSITIONS | STATICS:
        return "not_followed"
    try:
        if not sentence.payload or len(sentence.bv) < _BITS[sentence.ais_id]:
            return Fault(code="missing_part", line=line, excerpt=_shown(sentence.raw))
        return _report(sentence.decode(), sentence, line, when)
    except _UNREADABLE as error:
        return Fault(code="wrong_shape", line=line, excerpt=_shown(sentence.raw), detail=str(error)[:80])


def _report(message: Any, sentence: AISSentence, line: int, when: Moment | None) -> Report:
    has_voyage = sentence.ais_id == 5 and len(sentence.bv) >= _BITS_OF_VOYAGE
    return Report(
        type=sentence.ais_id,
        mmsi=message.mmsi,
        line=line,
        when=when,
        lat=getattr(message, "lat", None),
        lon=getattr(message, "lon", None),
        speed=getattr(message, "speed", None),
        course=getattr(message, "course", None),
        name=words_of(getattr(message, "shipname", "")),
        imo=getattr(message, "imo", 0),
        call_sign=words_of(getattr(message, "callsign", "")),
        destination=words_of(message.destination) if has_voyage else "",
        eta=(message.month, message.day, message.hour, message.minute) if has_voyage else (0, 0, 24, 60),
        words=_shown(sentence.raw),
    )


def words_of(text: str) -> str:
    """A text of six-bit letters, which an at sign ends."""
    return " ".join(text.split("@")[0].split())


def _heard(tag: bytes, tail: bytes) -> Moment | None:
    """When a receiver heard the sentence, by its tag block where that is sound, else by its tail."""
    body, _, checksum = tag.partition(b"*")
    if tag and checksum.strip().upper() == b"%02X" % reduce(xor, body, 0):
        for part in body.split(b","):
            if part.startswith(b"c:") and (found := _since_1970(part[2:])):
                return found
    # A tail may bear a second time, of whoever passed it on.
    return next((found for part in tail.split(b",") if (found := _since_1970(part.strip()))), None) if tail else None


def _led(line: bytes) -> Moment | None:
    """When a logger wrote that it heard what stands on its line."""
    found = _LED.match(line)
    if not found:
        return None
    said = found[1].decode()
    if found[1].isdigit():
        return _since_1970(found[1])
    try:
        return moment_of(datetime.fromisoformat(said), said)
    except ValueError:
        return None


def _since_1970(digits: bytes) -> Moment | None:
    if not digits.isdigit() or len(digits) not in (_SECONDS, _MILLISECONDS):
        return None
    seconds = int(digits) / (1000 if len(digits) == _MILLISECONDS else 1)
    return moment_of(datetime.fromtimestamp(seconds, UTC), digits.decode())


def _shown(raw: bytes) -> str:
    return raw[:200].decode("ascii", "replace").replace("\x00", "").replace("\n", " ")
