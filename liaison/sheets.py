"""Spreadsheets (XLSX, CSV): written without formulas, and read within bounds whatever the file holds."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES = 5 * 1024 * 1024
# What the parts of the archive may be together once unpacked, and how many there may be.
MOST_UNPACKED = 40 * 1024 * 1024
MOST_PARTS = 500
MOST_ROWS = 5000
# Rows below this one are not looked at; an empty table that was only formatted reaches further.
LAST_ROW = 20_000
MOST_COLUMNS = 60
LONGEST = 300
# What a spreadsheet program takes for more than words: formulas, and in a workbook the names of errors.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_RISKY = (*_FORMULA, "#")
# An XLSX has no document type, and is written in UTF-8; whoever declares one, or hides it in another encoding, means to
# have entities expanded.
_BEGIN = re.compile(rb"(?:\xef\xbb\xbf)?\s*<|\xff\xfe|\xfe\xff")
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)|\x00|<\?xml[^>]{0,99}encoding\s*=\s*.(?!utf-8[\"'])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not empty: its number in the sheet, and its cells as trimmed text up to the last that has some."""

    number: int
    cells: tuple[str, ...]

    def cell(self, place: int) -> str:
        """The text at a place; none beyond the last."""
        return self.cells[place] if place < len(self.cells) else ""


def write_book(sheets: Iterable[tuple[str, Iterable[Sequence[object]]]]) -> IO[bytes]:
    """An XLSX file, to be read from its start, of (title, rows) for each sheet; rows are never held all at once."""
    book = Workbook(write_only=True)
    for title, rows in sheets:
        sheet = book.create_sheet(title[:31])
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    # Handed to the answer, which closes it.
    file = TemporaryFile()  # noqa: SIM115
    book.save(file)
    file.seek(0)
    return file


def _cell(sheet: Any, value: object) -> object:
    """A number as it is; text as text, marked so where a program could take it for a formula."""
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    if not text.startswith(_RISKY):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def csv_lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Rows as CSV, line by line; no text in it is taken for a formula."""
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow([_harmless(value) for value in row])


class _Echo:
    """What csv writes into: hands each line back."""

    def write(self, line: str) -> str:
        return line


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def read_rows(content: bytes) -> list[Row]:
    """The rows of the first sheet that are not empty. Where it cannot be read, a ValidationError says what to do."""
    _check_archive(content)
    try:
        rows = list(islice(_rows(content), MOST_ROWS + 2))
    except Exception as error:  # openpyxl lets through whatever a broken part makes Python raise
        raise _unreadable() from error
    if len(rows) > MOST_ROWS + 1:
        raise _too_many()
    return rows


def _too_many() -> ValidationError:
    words = _("There are more than %(most)s rows. Divide the table and send one part after the other.")
    return ValidationError(words, "rows", {"most": MOST_ROWS})


def read_table(content: bytes) -> list[Row]:
    """The rows of a workbook's first sheet, or of a CSV in whatever encoding and with whatever delimiter it has."""
    if content.startswith(b"PK"):
        return read_rows(content)
    if len(content) > MOST_BYTES:
        raise ValidationError(_("This file is larger than 5 MB."), code="size")
    text = _decoded(content)
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    try:
        rows = list(islice(_lines(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)), MOST_ROWS + 2))
    except csv.Error as error:
        raise _unreadable_table() from error
    if len(rows) > MOST_ROWS + 1:
        raise _too_many()
    return rows


def _decoded(content: bytes) -> str:
    """Spreadsheet programs write UTF-8, UTF-16 with its mark, or the code page of their Windows."""
    if b"\x00" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _unreadable_table()
    for encoding in ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable_table()


def _lines(rows: Iterable[list[str]]) -> Iterator[Row]:
    for number, values in enumerate(rows, 1):
        cells = [_text(value) for value in values[:MOST_COLUMNS]]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield Row(number, tuple(cells))


def _unreadable_table() -> ValidationError:
    return ValidationError(_("This is no XLSX workbook or CSV that can be read. Save it anew as one of them."))


def _check_archive(content: bytes) -> None:
    """Look at what the archive says of itself before anything is unpacked, then for declarations in its parts."""
    if len(content) > MOST_BYTES:
        raise ValidationError(_("This file is larger than 5 MB."), code="size")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                words = _("This file unpacks to more than can be read. Copy the table alone into a new workbook.")
                raise ValidationError(words, code="bomb")
            if any(_declares(archive.read(part)) for part in parts):
                raise _unreadable()
    except ValidationError:
        raise
    except Exception as error:  # zipfile and its decompressors do likewise
        raise _unreadable() from error


def _declares(part: bytes) -> bool:
    """Whether a part that is XML says something that no workbook has to say; pictures may hold any bytes."""
    return bool(_BEGIN.match(part) and _DECLARATION.search(part))


def _unreadable() -> ValidationError:
    return ValidationError(_("This is no XLSX workbook that can be read. Save it anew as XLSX and send it again."))


def _rows(content: bytes) -> Iterator[Row]:
    book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        found = sheet.iter_rows(max_row=LAST_ROW, max_col=MOST_COLUMNS, values_only=True)
        for number, values in enumerate(found, 1):
            cells = [_text(value) for value in values] if any(value is not None for value in values) else []
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                yield Row(number, tuple(cells))
    finally:
        book.close()


def _text(value: object) -> str:
    """A cell as text: whole numbers without a point, and longer text cut where it is too long for anything anyway."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).replace("\x00", "").split())[:LONGEST]
