"""The documented CSV of events, for everybody who has no system that speaks a standard."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import cast

from feeds.equipment import compact, has_check_digit
from feeds.facts import KINDS, Classifier, Fault, Moment, Movement, Place, Reading

COLUMNS = ("reference", "container", "bill_of_lading", "kind", "classifier", "node", "occurred_at", "remark")
_NEEDED = {"kind", "occurred_at"}
_NAMING = {"reference", "container", "bill_of_lading"}
_WEB_PAGE = re.compile(r"\s*<(?:!doctype|html|head|body)", re.IGNORECASE)


def read(raw: bytes, settings: Mapping[str, str]) -> Reading:
    """One movement for each good row; each bad row is a fault of its own, with its number and its words."""
    if not raw.strip():
        return Reading(faults=(Fault(code="empty"),))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Reading(faults=(Fault(code="not_text", detail=str(error.reason)),))
    if _WEB_PAGE.match(text):
        return Reading(faults=(Fault(code="html", excerpt=text[:200]),))
    if "\x00" in text[:1000]:
        return Reading(faults=(Fault(code="not_text", detail="NUL"),))
    return _read_table(text)


def _read_table(text: str) -> Reading:
    head = text.lstrip("\r\n ").split("\n", 1)[0][:2000]
    delimiter = max(",;\t", key=head.count)
    names = [name.strip().strip('"').strip().lower().replace(" ", "_") for name in head.strip().split(delimiter)]
    if not set(names) >= _NEEDED or not _NAMING & set(names):
        missing = ", ".join(name for name in COLUMNS if name not in names)
        return Reading(faults=(Fault(code="bad_header", line=1, excerpt=head[:200], detail=missing),))
    facts: list[Movement] = []
    faults: list[Fault] = []
    for line, values in _rows(text, delimiter):
        found = _read_row(line, values, names, delimiter)
        if isinstance(found, Movement):
            facts.append(found)
        else:
            faults.append(found)
    return Reading(facts=tuple(facts), faults=tuple(faults))


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows after the header with their line numbers, without the empty ones; a torn quote spoils its own line."""
    lines = text.lstrip("\r\n ").splitlines()
    for number, line in enumerate(lines[1:], 2):
        if not line.strip(f" {delimiter}"):
            continue
        try:
            yield number, next(csv.reader(io.StringIO(line), delimiter=delimiter))
        except (csv.Error, StopIteration):
            yield number, []


def _read_row(line: int, values: list[str], names: list[str], delimiter: str) -> Movement | Fault:
    words = delimiter.join(values)[:300]
    row = {name: value.strip() for name, value in zip(names, values, strict=False)}
    if not values or not row.keys() >= _NEEDED:
        return Fault(code="bad_row", line=line, excerpt=words)
    kind = row["kind"].lower()
    if kind not in KINDS:
        return Fault(code="unknown_kind", line=line, excerpt=words, detail=row["kind"][:40])
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
        line=line,
        flags=("check_digit",) if container and not has_check_digit(container) else (),
    )


def _moment(text: str) -> Moment | None:
    """ISO 8601 with or without an offset, or a date alone."""
    try:
        if len(text) == len("2026-01-31"):
            return Moment(value=date.fromisoformat(text), words=text)
        return Moment(value=datetime.fromisoformat(text), words=text)
    except ValueError:
        return None
