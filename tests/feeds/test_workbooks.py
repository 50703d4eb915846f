"""Workbooks: what openpyxl writes is read, and what would burst, call out or never end is refused in time."""

from __future__ import annotations

import io
import time as clock
import tracemalloc
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font

from feeds.facts import Unreadable
from feeds.grids import MOST_CHARS, MOST_COLUMNS, MOST_ROWS, Grid
from feeds.workbooks import MOST_BYTES, read_workbook
from tests.feeds.formats.test_schedule import workbook

SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def cells(body: bytes) -> list[tuple[int, tuple[str, ...]]]:
    (grid,) = read_workbook(body)
    return [(row.line, row.cells) for row in grid.rows]


def bent(part: str, content: bytes | str, body: bytes | None = None) -> bytes:
    """A workbook with one of its parts put in place of what it was."""
    found = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(body or workbook(["VESSEL", "ETA"]))) as old,
        zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        new.writestr(part, content)
    return found.getvalue()


def sheet(rows: str, more: str = "") -> bytes:
    return bent(SHEET, f"<worksheet {NAMESPACE}><sheetData>{rows}</sheetData>{more}</worksheet>")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *(("MSC  KIGALI \n II", "MSC KIGALI II"), (600, "600"), (0, "0"), (12.5, "12.5"), (True, "1"), (1e20, "1e+20")),
        *((datetime(2026, 11, 24, 6), "2026-11-24 06:00"), (date(2026, 11, 24), "2026-11-24")),  # noqa: DTZ001
        *((datetime(2026, 11, 24), "2026-11-24"), (time(6, 30), "06:30"), (time(0), "00:00")),  # noqa: DTZ001
        *((datetime(2026, 11, 24, 23, 59, 59), "2026-11-25"), ("é\u0301 ٣", "é\u0301 ٣")),  # noqa: DTZ001
        *(("x" * 600, "x" * MOST_CHARS), ("=1+1", None), (None, None)),
    ],
)
def test_the_text_of_a_cell(value: object, text: str | None) -> None:
    assert cells(workbook(["A", value])) == [(1, ("A", text) if text else ("A",))]


def test_the_mark_of_a_footnote_is_no_part_of_a_cell() -> None:
    small = '<r><rPr><vertAlign val="superscript"/></rPr><t>{}</t></r>'
    texts = [
        f"<r><t>KAGERA</t></r>{small.format(1)}",
        f"<r><t>24</t></r>{small.format('th')}<r><t> Nov</t></r>",
        "<r><t>SEA STAR </t></r><r><rPr><b/></rPr><t>7</t></r>",
    ]
    inline = "".join(f'<c t="inlineStr"><is>{text}</is></c>' for text in texts)
    assert cells(sheet(f"<row>{inline}</row>")) == [(1, ("KAGERA", "24th Nov", "SEA STAR 7"))]
    strings = f"<sst {NAMESPACE}>{''.join(f'<si>{text}</si>' for text in texts)}</sst>"
    shared = "".join(f'<c t="s"><v>{n}</v></c>' for n in range(3))
    assert cells(bent("xl/sharedStrings.xml", strings, sheet(f"<row>{shared}</row>"))) == [
        (1, ("KAGERA", "24th Nov", "SEA STAR 7"))
    ]


def test_a_cell_that_is_struck_out_is_empty() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["KAGERA", datetime(2026, 11, 24), "NYANZA", "RUVU"])  # noqa: DTZ001
    for column, font in (("A", Font(strike=True)), ("B", Font(strike=True, bold=True)), ("C", Font(strike=False))):
        book.active[f"{column}1"].font = font
    body = io.BytesIO()
    book.save(body)
    assert cells(body.getvalue()) == [(1, ("", "", "NYANZA", "RUVU"))]


def test_dates_that_count_from_1904() -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904  # type: ignore[attr-defined]
    assert book.active is not None
    book.active.append([datetime(2026, 11, 24, 6)])  # noqa: DTZ001
    body = io.BytesIO()
    book.save(body)
    assert cells(body.getvalue()) == [(1, ("2026-11-24 06:00",))]


CELL = (
    st.none()
    | st.integers(-(10**9), 10**9)
    | st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), max_size=8)
)


@given(st.lists(st.lists(CELL, min_size=1, max_size=6), min_size=1, max_size=6))
def test_what_openpyxl_writes_is_read_as_it_reads_it(rows: list[list[Any]]) -> None:
    body = workbook(*rows)
    active = openpyxl.load_workbook(io.BytesIO(body)).active
    assert active is not None
    wanted = []
    for line, row in enumerate(active.iter_rows(values_only=True), 1):
        texts = ["" if value is None or str(value).startswith("=") else str(value) for value in row]
        while texts and not texts[-1]:
            texts.pop()
        wanted += [(line, tuple(texts))] if texts else []
    assert cells(body) == wanted


def test_hidden_sheets_are_left_out_and_the_others_keep_their_names() -> None:
    book = openpyxl.Workbook()
    for name, state in (("Lists", "hidden"), ("Tankers", "visible"), ("Deep", "veryHidden")):
        page = book.create_sheet(name)
        page.append([name])
        page.sheet_state = state
    body = io.BytesIO()
    book.save(body)
    assert [(grid.name, len(grid.rows)) for grid in read_workbook(body.getvalue())] == [("Sheet", 0), ("Tankers", 1)]


def test_merged_cells_say_the_same_over_their_range() -> None:
    rows: Sequence[Sequence[object]] = (["A", None, 1], [None, None, 2], ["B", "C", 3])
    assert cells(workbook(*rows, merged=["A1:B2", "XFA1:XFD1", "C9:D12"])) == [
        (1, ("A", "A", "1")),
        (2, ("A", "A", "2")),
        (3, ("B", "C", "3")),
    ]


ROW = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>X</t></is></c></row>'
WIDE = "".join(f'<c t="inlineStr"><is><t>{n}</t></is></c>' for n in range(200))


def bomb_of_noughts() -> bytes:
    return bent(SHEET, b" " * (MOST_BYTES - 10_000))


def bomb_of_parts() -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for number in range(5000):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", "")
    return body.getvalue()


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return bent(SHEET, f'<!DOCTYPE x [<!ENTITY l0 "lol">{entities}]><worksheet {NAMESPACE}>&l11;</worksheet>')


def merges() -> bytes:
    areas = '<mergeCell ref="A1:CV20000"/>' * 50
    rows = "".join(ROW.format(n) for n in range(1, 2001))
    return sheet(rows, f"<mergeCells>{areas}</mergeCells>")


BOMBS: list[tuple[Callable[[], bytes], str, str]] = [
    (bomb_of_noughts, "too_large", "XLSX"),
    (bomb_of_parts, "too_large", "XLSX"),
    (laughs, "not_table", "DOCTYPE"),
    (lambda: bent(SHEET, '<!DOCTYPE x SYSTEM "http://127.0.0.1/x"><x/>'), "not_table", "DOCTYPE"),
    (
        lambda: bent(SHEET, '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><x/>'.encode("utf-16")),
        "not_table",
        "DOCTYPE",
    ),
    (merges, "too_large", "mergeCells"),
    (lambda: bent("xl/sharedStrings.xml", f"<sst {NAMESPACE}>{'<si/>' * 200_002}</sst>"), "too_large", "sharedStrings"),
    (lambda: sheet("<row>" * 100_000), "not_table", "XLSX"),
    (lambda: bent(SHEET, b"\x00\xff"), "not_table", "XLSX"),
    (lambda: workbook(["A"])[:-40], "not_table", "XLSX"),
    (lambda: b"\xd0\xcf\x11\xe0" * 10, "not_table", "XLS"),
]


@pytest.mark.parametrize(("make", "code", "detail"), BOMBS)
def test_what_would_burst_is_refused_within_bounds(make: Callable[[], bytes], code: str, detail: str) -> None:
    body = make()
    tracemalloc.start()
    began = clock.monotonic()
    try:
        with pytest.raises(Unreadable) as refused:
            read_workbook(body)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (refused.value.code, refused.value.detail.startswith(detail)) == (code, True)
    assert (peak < 60_000_000, clock.monotonic() - began < 20) == (True, True)


def test_an_archive_that_is_no_workbook() -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("readme.txt", "VESSEL,ETA")
    with pytest.raises(Unreadable, match="not_table"):
        read_workbook(body.getvalue())


def test_a_sheet_that_claims_the_whole_space_is_read_for_what_it_holds() -> None:
    began = clock.monotonic()
    body = bent(
        SHEET,
        f'<worksheet {NAMESPACE}><dimension ref="A1:XFD1048576"/><sheetData>{ROW.format(1)}<row r="9"/>'
        f'{ROW.format(1048576)}<row r="99999999999"><c r="ZZZZ1"><v>1</v></c></row></sheetData></worksheet>',
    )
    assert cells(body) == [(1, ("X",)), (1048576, ("X",)), (1048577, ("1",))]
    assert clock.monotonic() - began < 5


def cut(body: bytes) -> tuple[int, int, int]:
    (grid,) = read_workbook(body)
    return len(grid.rows), max(len(row.cells) for row in grid.rows), grid.cut_at


def test_rows_and_columns_beyond_the_most_are_left_and_said() -> None:
    assert cut(sheet("".join(ROW.format(n) for n in range(1, MOST_ROWS + 11)))) == (MOST_ROWS, 1, MOST_ROWS + 1)
    assert cut(sheet(f"<row>{WIDE}</row><row>{WIDE}</row>")) == (2, MOST_COLUMNS, 1)


WHOLE = workbook(["VESSEL", "ETA"], ["X", 46350.25], merged=["A1:A2"])


def outcome(body: bytes) -> str:
    try:
        return "read" if all(isinstance(grid, Grid) for grid in read_workbook(body)) else ""
    except Unreadable as error:
        return error.code


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=5))
def test_no_damage_makes_it_raise_anything_else(changes: list[tuple[int, int]]) -> None:
    body = bytearray(WHOLE)
    for place, value in changes:
        body[place] = value
    assert outcome(bytes(body)) in ("read", "not_table", "too_large")


@given(rows=st.text("<>/rowc= '\"A1t&;", max_size=120))
def test_no_damage_to_a_sheet_makes_it_raise_anything_else(rows: str) -> None:
    assert outcome(sheet(f"{ROW.format(1)}{rows}")) in ("read", "not_table")
