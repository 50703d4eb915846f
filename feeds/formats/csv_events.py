"""The documented CSV of events, for everybody who has no system that speaks a standard."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from feeds.equipment import compact, has_check_digit
from feeds.facts import (
    KINDS,
    MOST_PARTS,
    Classifier,
    Fault,
    Findings,
    Moment,
    Movement,
    Place,
    Reading,
    moment_of,
)

COLUMNS = ("reference", "container", "bill_of_lading", "kind", "classifier", "node", "occurred_at", "remark")
# When it was said, which may stand beside them: what is expected may return to what it was before.
ISSUED = "issued_at"
_NEEDED = {"kind", "occurred_at"}
_NAMING = {"reference", "container", "bill_of_lading"}
_WEB_PAGE = re.compile(r"\s*<(?:!doctype|html|head|body)", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
_LINE_END = re.compile(r"\r\n|\n|\r")
# A remark of more lines than these is a quotation mark that was never closed.
_MOST_LINES = 50
_MOST_LETTERS = 40


@dataclass(frozen=True, slots=True)
class _Row:
    """One row as it was written: the number of its first line, its text, and its values (none where it is torn)."""

    line: int
    text: str
    values: list[str]


def read(raw: bytes, settings: Mapping[str, str]) -> Reading:
    """One movement for each good row; each bad row is a fault of its own, with its number and its words.

    The setting ``code_<kind>`` names the kind that a sender's own word stands for, or, empty, that it is not followed.
    """
    if not raw.strip():
        return Reading(faults=(Fault(code="empty"),))
    # What is not UTF-8 becomes lone surrogates, so that it spoils its own row and no other.
    text = raw.decode("utf-8-sig", "surrogateescape")
    if _WEB_PAGE.match(text):
        return Reading(faults=(Fault(code="html", excerpt=_shown(text)[:200]),))
    return _read_table(_LINE_END.split(text, MOST_PARTS), settings)


def _shown(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _is_text(text: str) -> bool:
    if text.isascii():
        return "\x00" not in text
    return not any(character == "\x00" or "\ud800" <= character <= "\udfff" for character in text)


def _read_table(lines: list[str], settings: Mapping[str, str]) -> Reading:
    first = next(number for number, line in enumerate(lines) if line.strip() or number == len(lines) - 1)
    head = lines[first][:2000].strip()
    if not _is_text(head):
        return Reading(faults=(Fault(code="not_text", line=first + 1, excerpt=_shown(head)[:200]),))
    delimiter = max(",;\t", key=_QUOTED.sub("", head).count)
    # A quotation mark that was never closed is a letter of its name.
    cells = head.split(delimiter) if head.count('"') % 2 else _values(head, delimiter)
    names = [name.strip().strip('"').strip().lower().replace(" ", "_") for name in cells]
    if not set(names) >= _NEEDED or not _NAMING & set(names):
        missing = ", ".join(name for name in COLUMNS if name not in names)
        return Reading(faults=(Fault(code="bad_header", line=first + 1, excerpt=head[:200], detail=missing),))
    return _read_rows(lines, first, delimiter, names, settings)


def _read_rows(lines: list[str], first: int, delimiter: str, names: list[str], settings: Mapping[str, str]) -> Reading:
    found = Findings()
    rest = lines.pop() if len(lines) > MOST_PARTS else ""
    for row in _rows(lines, first + 1, delimiter, names):
        found.add(_read_row(row, names, settings))
    if rest:
        found.whole("too_large", line=MOST_PARTS + 1, excerpt=_shown(rest[:200]))
    return found.reading()


def _rows(lines: list[str], first: int, delimiter: str, names: list[str]) -> Iterator[_Row]:
    """The rows from the line at ``first`` on, without the empty ones; a torn quotation mark spoils its own line."""
    at = first
    while at < len(lines):
        count = _span(lines, at, delimiter, names) if lines[at].count('"') % 2 else 1
        text = "\n".join(lines[at : at + count])
        if text.strip(f" {delimiter}"):
            yield _Row(at + 1, text, _values(text, delimiter))
        at += count


def _span(lines: list[str], at: int, delimiter: str, names: list[str]) -> int:
    """Over how many lines the quoted text goes that the line at ``at`` opens: one, where none closes it.

    A line that is as long as a row and has a time in its place is a row of its own, whatever stands open before it;
    unless what it closes is the beginning of its own row.
    """
    for number in range(at + 1, min(at + _MOST_LINES, len(lines))):
        line = lines[number]
        is_odd = bool(line.count('"') % 2)
        is_closing = is_odd and line.partition('"')[2].lstrip()[:1] in ("", delimiter)
        if _is_row(line, delimiter, names) and not (is_closing and lines[at].count(delimiter) < len(names) - 1):
            return 1
        if is_odd:
            return number - at + 1
    return 1


def _is_row(line: str, delimiter: str, names: list[str]) -> bool:
    cells = line.split(delimiter)
    return len(cells) >= len(names) and _moment(cells[names.index("occurred_at")].strip(' "')) is not None


def _values(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except (csv.Error, StopIteration):
        return []


def _read_row(row: _Row, names: list[str], settings: Mapping[str, str]) -> Movement | Fault | str:
    words, line = _shown(row.text)[:300], row.line
    if not _is_text(row.text):
        return Fault(code="not_text", line=line, excerpt=words)
    said = {name: value.strip() for name, value in zip(names, row.values, strict=False)}
    if not said.keys() >= _NEEDED:
        return Fault(code="bad_row", line=line, excerpt=words)
    word = said["kind"]
    # A longer word is offered to staff, and stands in their table, as its beginning alone.
    own = settings.get(f"code_{word}", settings.get(f"code_{_shortened(word)}"))
    if own == "":
        return "not_followed"
    return _movement(said, line, words, word.lower() if own is None else own)


def _shortened(word: str) -> str:
    return word[:_MOST_LETTERS].rstrip()


def _movement(row: Mapping[str, str], line: int, words: str, kind: str) -> Movement | Fault:
    if kind not in KINDS:
        return Fault(code="unknown_kind", line=line, excerpt=words, detail=_shortened(row["kind"]))
    classifier = row.get("classifier", "").upper() or "ACT"
    if classifier not in ("ACT", "EST", "PLN"):
        return Fault(code="unknown_code", line=line, excerpt=words, detail=classifier[:40])
    when = _moment(row["occurred_at"])
    if when is None:
        return Fault(code="no_time", line=line, excerpt=words, detail=row["occurred_at"][:40])
    container = compact(row.get("container", ""))
    if not (container or row.get("bill_of_lading") or row.get("reference")):
        return Fault(code="no_reference", line=line, excerpt=words)
    return Movement(
        kind=kind,
        classifier=cast(Classifier, classifier),
        when=when,
        place=Place(node=row.get("node", "").lower()),
        container=container,
        bill_of_lading=row.get("bill_of_lading", ""),
        reference=row.get("reference", ""),
        words=words,
        remark=row.get("remark", ""),
        issued=_moment(row.get(ISSUED, "")),
        line=line,
        flags=("check_digit",) if container and not has_check_digit(container) else (),
    )


def _moment(text: str) -> Moment | None:
    """ISO 8601 with or without an offset, or a date alone."""
    try:
        value = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return moment_of(value if len(text) > len("2026-01-31") else value.date(), text)
