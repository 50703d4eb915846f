"""What tables a file holds: workbooks, web pages, and text with separators in whatever character set it came."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter

from feeds.facts import Unreadable
from feeds.grids import MOST_COLUMNS, UNREADABLE, Grid, clean
from feeds.webpages import is_page, read_page
from feeds.workbooks import is_workbook, read_workbook

_LINE_END = re.compile(r"\r\n|\n|\r")
_QUOTED = re.compile(r'"[^"]*"')
_DELIMITERS = "\t;|,"
# A cell of more lines than these is a quotation mark that was never closed.
_MOST_LINES = 20
# Of a longer row the rest is left, which spoils it.
_LONGEST_ROW = 100_000
MOST_TEXT = 32 * 1024 * 1024


def read_tables(raw: bytes) -> list[Grid]:
    """The tables of a file in their order; raises Unreadable, and nothing else, for what holds none."""
    if not raw.strip():
        raise Unreadable("empty")
    if is_workbook(raw):
        return read_workbook(raw)
    if raw.lstrip()[:5] == b"%PDF-":
        raise Unreadable("not_table", "PDF")
    if len(raw) > MOST_TEXT:
        raise Unreadable("too_large", f"{len(raw)}")
    text = decode(raw)
    if not is_page(text):
        return [_read_text(text)]
    if grids := read_page(text):
        return grids
    raise Unreadable("html")


def decode(raw: bytes) -> str:
    """The text of a file by its byte order mark, else as UTF-8, else as Windows wrote it in the West."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    head = raw[:2000]
    # Text of the West in UTF-16 without its mark has a zero in every second byte.
    if head.count(0) * 3 > len(head):
        return raw.decode("utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _read_text(text: str) -> Grid:
    lines = _LINE_END.split(text)
    delimiter, most = _delimiter(lines)
    found, at = Grid(), 0
    while at < len(lines):
        count = _span(lines, at, delimiter, most) if lines[at].count('"') % 2 else 1
        cells = _cells("\n".join(lines[at : at + count]), delimiter)
        if not found.add(at + 1, [clean(cell) for cell in cells]):
            break
        at += count
    return found


def _delimiter(lines: list[str]) -> tuple[str, int]:
    """The character that stands equally often in most of the first lines, by how often it does, and how often."""
    head = [_QUOTED.sub("", line[:4000]) for line in lines[:200] if line.strip()]
    weights = [(0, 0, "\t")]
    for delimiter in _DELIMITERS:
        counts = Counter(count for line in head if (count := line.count(delimiter)))
        weights += [(count * times, count, delimiter) for count, times in counts.items()]
    _weight, most, delimiter = max(weights, key=lambda weight: weight[0])
    return delimiter, most


def _span(lines: list[str], at: int, delimiter: str, most: int) -> int:
    """Over how many lines the quoted text goes that the line at ``at`` opens: one, where none closes it.

    A line that has all the delimiters of a row, and does not begin by closing what stands open, is a row of its own.
    """
    for number in range(at + 1, min(at + _MOST_LINES, len(lines))):
        line = lines[number]
        is_odd = bool(line.count('"') % 2)
        is_closing = is_odd and line.partition('"')[2].lstrip()[:1] in ("", delimiter)
        if most and line.count(delimiter) >= most and not is_closing:
            return 1
        if is_odd:
            return number - at + 1
    return 1


def _cells(text: str, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader(io.StringIO(text[:_LONGEST_ROW], newline=""), delimiter=delimiter), [])
    except csv.Error:
        return [*text[:_LONGEST_ROW].split(delimiter, MOST_COLUMNS)[:MOST_COLUMNS], UNREADABLE]
    return [*cells, UNREADABLE] if len(text) > _LONGEST_ROW else cells
