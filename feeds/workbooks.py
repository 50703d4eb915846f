"""XLSX workbooks as tables of text, read as a stream within bounds: no bomb, no outside entity, no formula run."""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import PurePosixPath
from xml.parsers import expat

from feeds.facts import Unreadable
from feeds.grids import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Grid, clean, is_footnote

MOST_ENTRIES = 1000
MOST_BYTES = 64 * 1024 * 1024
MOST_RATIO = 100
MOST_SHEETS = 30
MOST_TEXTS = 200_000
MOST_TAGS = 6_000_000
# Below this a file may be packed as tightly as it likes: Excel's own empty sheets are.
_SMALL = 4 * 1024 * 1024
_CHUNK = 64 * 1024
_MAGIC = b"PK\x03\x04"
# The compound files of old Excel, and of any Excel with a password.
_OLD = b"\xd0\xcf\x11\xe0"
# ECMA-376 part 1, 18.8.30: the numbers of the built-in formats that show a date or a time.
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h|m|s)[^\]]*\]', re.IGNORECASE)
_RANGE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
_FIRST_SERIAL, _LAST_SERIAL = 1, 73_050  # to the end of 2099

# What an archive that was cut, bent or encrypted makes of its own reading.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, expat.ExpatError),
    *(RuntimeError, NotImplementedError, OSError, EOFError, ValueError, KeyError, struct.error),
)

Attributes = dict[str, str]
Start = Callable[[str, Attributes], None]
End = Callable[[str, str], None]


def is_workbook(raw: bytes) -> bool:
    """Whether ``raw`` begins as a zip archive, or as an Excel file that cannot be read."""
    return raw.startswith((_MAGIC, _OLD))


def read_workbook(raw: bytes) -> list[Grid]:
    """The visible sheets of a workbook in their order; raises Unreadable and nothing else."""
    if raw.startswith(_OLD):
        raise Unreadable("not_table", "XLS")
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            _check(archive, len(raw))
            return _Workbook(archive).read()
    except _BROKEN as error:
        raise Unreadable("not_table", f"XLSX: {error}"[:200]) from error


def _check(archive: zipfile.ZipFile, size: int) -> None:
    """Refuse by its directory what would burst; zipfile itself reads no more of an entry than its stated size."""
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or total > MOST_BYTES or (total > _SMALL and total > MOST_RATIO * size):
        raise Unreadable("too_large", f"XLSX: {len(entries)} entries, {total} bytes")


class _Workbook:
    """One reading of one archive, with what its sheets share."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.lstrip("/").lower(): name for name in archive.namelist()}
        self._tags = 0
        self._texts: list[str] = []
        self._dates: list[bool] = []
        self._struck: list[bool] = []
        self._is_1904 = False

    def read(self) -> list[Grid]:
        sheets = self._sheets()
        if not sheets:
            raise Unreadable("not_table", "ZIP")
        self._read_texts()
        self._read_styles()
        return [self._read_sheet(name, part) for name, part in sheets[:MOST_SHEETS]]

    def _parse(self, part: str, start: Start, end: End) -> None:
        """Call ``start`` and ``end`` for each tag by its local name; ``end`` with the text since the last tag."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        said: list[str] = []

        def started(name: str, attributes: Attributes) -> None:
            self._tags += 1
            if self._tags > MOST_TAGS:
                raise Unreadable("too_large", part)
            said.clear()
            start(name.rpartition(" ")[2], attributes)

        def ended(name: str) -> None:
            end(name.rpartition(" ")[2], "".join(said))
            said.clear()

        def refused(*_declaration: object) -> None:
            raise Unreadable("not_table", "DOCTYPE")

        parser.StartElementHandler, parser.EndElementHandler = started, ended
        parser.CharacterDataHandler = said.append
        parser.StartDoctypeDeclHandler = refused
        with self._archive.open(self._names[part.lower()]) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def _sheets(self) -> list[tuple[str, str]]:
        """Name and part of each sheet that is shown, in the workbook's order."""
        shown: list[tuple[str, str]] = []
        targets: dict[str, str] = {}

        def sheet(tag: str, attributes: Attributes) -> None:
            if tag == "sheet" and attributes.get("state", "visible") == "visible":
                number = next((value for name, value in attributes.items() if name.endswith(" id")), "")
                shown.append((clean(attributes.get("name", "")), number))
            elif tag == "workbookPr":
                self._is_1904 = attributes.get("date1904", "0") in ("1", "true")

        def relation(tag: str, attributes: Attributes) -> None:
            if tag == "Relationship":
                targets[attributes.get("Id", "")] = attributes.get("Target", "")

        self._parse_if_there("xl/workbook.xml", sheet, _ignore)
        self._parse_if_there("xl/_rels/workbook.xml.rels", relation, _ignore)
        found = [(name, _part(targets.get(number, ""))) for name, number in shown]
        known = [(name, part) for name, part in found if part.lower() in self._names]
        return known or [("", name) for name in sorted(self._names) if name.startswith("xl/worksheets/sheet")]

    def _parse_if_there(self, part: str, start: Start, end: End) -> None:
        if part.lower() in self._names:
            self._parse(part, start, end)

    def _read_texts(self) -> None:
        runs: list[str] = []
        aloud = [0]
        is_small = [False]

        def start(tag: str, attributes: Attributes) -> None:
            if tag == "si":
                runs.clear()
            aloud[0] += tag == "rPh"
            is_small[0] = _is_small(tag, attributes, before=is_small[0])

        def end(tag: str, text: str) -> None:
            if tag == "t" and not aloud[0]:
                _add_run(runs, text, is_small=is_small[0])
            elif tag == "si":
                self._texts.append(clean("".join(runs)))
            if len(self._texts) > MOST_TEXTS:
                raise Unreadable("too_large", "sharedStrings")
            aloud[0] -= tag == "rPh"

        self._parse_if_there("xl/sharedStrings.xml", start, end)

    def _read_styles(self) -> None:
        own: dict[str, bool] = {}
        struck: dict[str, bool] = {}
        within: list[str] = []

        def start(tag: str, attributes: Attributes) -> None:
            if tag == "numFmt":
                own[attributes.get("numFmtId", "")] = _shows_date(attributes.get("formatCode", ""))
            elif tag == "xf" and within == ["cellXfs"]:
                number = attributes.get("numFmtId", "0")
                self._dates.append(own.get(number, number.isdigit() and int(number) in _DATE_FORMATS))
                self._struck.append(struck.get(attributes.get("fontId", "0"), False))
            elif within == ["fonts"]:
                _note_font(struck, tag, attributes)
            elif tag in ("cellXfs", "fonts"):
                within.append(tag)

        def end(tag: str, _text: str) -> None:
            if tag in ("cellXfs", "fonts"):
                within.clear()

        self._parse_if_there("xl/styles.xml", start, end)

    def _read_sheet(self, name: str, part: str) -> Grid:
        sheet = _Sheet(self._value)
        self._parse(part, sheet.start, sheet.end)
        return sheet.grid(name)

    def _value(self, kind: str, style: str, text: str) -> str:
        """The text that a cell shows, as far as it can be told, unless it is struck out; a date or time in ISO 8601."""
        if style.isdigit() and int(style) < len(self._struck) and self._struck[int(style)]:
            return ""
        if kind == "s":
            return self._texts[int(text)] if text.isdigit() and int(text) < len(self._texts) else ""
        if kind not in ("", "n"):
            return clean(text)
        is_date = style.isdigit() and int(style) < len(self._dates) and self._dates[int(style)]
        return _number(text, is_date=is_date, is_1904=self._is_1904)


class _Sheet:
    """Takes in one sheet's cells and merged ranges tag by tag."""

    def __init__(self, value: Callable[[str, str, str], str]) -> None:
        self._value = value
        self._rows: dict[int, dict[int, str]] = {}
        self._merges: list[tuple[int, int, int, int]] = []
        self._row = self._column = self._cut_at = 0
        self._kind = self._style = ""
        self._is_small = False
        self._said: list[str] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "c":
            place = _RANGE.fullmatch(attributes.get("r", ""))
            self._column = _column(place[1]) if place else self._column + 1
            self._kind, self._style = attributes.get("t", ""), attributes.get("s", "")
            self._said.clear()
        elif tag == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdigit() and len(number) < 8 else self._row + 1
            self._column = -1
        elif tag == "mergeCell" and (place := _RANGE.fullmatch(attributes.get("ref", ""))):
            last_row, last_column = place[4] or place[2], place[3] or place[1]
            self._merges.append((int(place[2]), int(last_row), _column(place[1]), _column(last_column)))
        self._is_small = _is_small(tag, attributes, before=self._is_small)

    def end(self, tag: str, text: str) -> None:
        if tag in ("v", "t"):
            _add_run(self._said, text, is_small=self._is_small)
        elif tag == "c":
            shown = self._value(self._kind, self._style, "".join(self._said))
            if shown:
                self._keep(shown)

    def _keep(self, shown: str) -> None:
        is_beyond = self._column >= MOST_COLUMNS or (self._row not in self._rows and len(self._rows) >= MOST_ROWS)
        if is_beyond:
            self._cut_at = self._cut_at or self._row
        else:
            self._rows.setdefault(self._row, {})[self._column] = shown

    def grid(self, name: str) -> Grid:
        found = Grid(name=name)
        self._spread(sorted(self._rows))
        for line in sorted(self._rows):
            cells = self._rows[line]
            found.add(line, [cells.get(column, "") for column in range(max(cells) + 1)])
        found.cut_at = self._cut_at
        return found

    def _spread(self, lines: list[int]) -> None:
        """Repeat the value of each merged range over those of its rows that say something."""
        left = MOST_CELLS
        for first, last, left_column, right_column in self._merges:
            value = self._rows.get(first, {}).get(left_column, "")
            columns = range(left_column, min(right_column, MOST_COLUMNS - 1) + 1)
            covered = lines[bisect_left(lines, first) : bisect_right(lines, last)] if value else []
            left -= len(covered) * len(columns)
            if left < 0:
                raise Unreadable("too_large", "mergeCells")
            for line in covered:
                self._rows[line].update(dict.fromkeys(columns, value))


def _is_small(tag: str, attributes: Attributes, *, before: bool) -> bool:
    """Whether the text to come stands above the line; it does until its run ends."""
    return attributes.get("val") == "superscript" if tag in ("c", "si", "r", "vertAlign") else before


def _note_font(struck: dict[str, bool], tag: str, attributes: Attributes) -> None:
    """Count the fonts of a workbook, and note of each whether it strikes out."""
    if tag == "font":
        struck[str(len(struck))] = False
    elif tag == "strike" and struck:
        struck[str(len(struck) - 1)] = attributes.get("val", "1") not in ("0", "false")


def _add_run(runs: list[str], text: str, *, is_small: bool) -> None:
    """Add a part of a cell's text unless it is the mark of a footnote."""
    if not (is_small and is_footnote(text, "".join(runs[-1:]))):
        runs.append(text)


def _ignore(_tag: str, _text: str) -> None:
    """For a part of which only the tags' attributes matter."""


def _part(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _shows_date(code: str) -> bool:
    return any(letter in "dmyhs" for letter in _LITERALS.sub("", code.split(";")[0][:200]).lower())


def _number(text: str, *, is_date: bool, is_1904: bool) -> str:
    try:
        value = float(text)
    except ValueError:
        return clean(text)
    if is_date and 0 <= value < _LAST_SERIAL:
        return _date(value, is_1904=is_1904)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else clean(text)


def _date(serial: float, *, is_1904: bool) -> str:
    """Days since the last of 1899 (or the first of 1904) as a date, a date and time, or a time alone."""
    minutes = round(serial * 24 * 60)
    if serial < _FIRST_SERIAL:
        return f"{minutes // 60 % 24:02}:{minutes % 60:02}"
    # Plain arithmetic on a date that is local to a place which the sheet does not name.
    start = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
    when = start + timedelta(minutes=minutes)
    return f"{when:%Y-%m-%d %H:%M}" if minutes % (24 * 60) else f"{when:%Y-%m-%d}"


def serial_date(serial: float) -> str:
    """What a bare number says that is a date of Excel's, as in a sheet whose cells lost their format."""
    return _date(serial, is_1904=False)
