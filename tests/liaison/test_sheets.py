"""Spreadsheets: no formula goes out, and whatever comes in is read within bounds or refused in words."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from liaison import sheets
from liaison.sheets import MOST_BYTES, MOST_PARTS, MOST_UNPACKED, Row, read_rows, write_book

UNREADABLE = "no XLSX workbook that can be read"


def book(*rows: Sequence[object]) -> bytes:
    """A workbook as a spreadsheet program writes it."""
    made = Workbook()
    assert made.active is not None
    for row in rows:
        made.active.append(list(row))
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def rezipped(content: bytes, change: Callable[[str, bytes], bytes], **more: bytes) -> bytes:
    """The same archive with its parts changed, and more parts."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, change(part.filename, old.read(part)))
        for name, data in more.items():
            new.writestr(name, data)
    return file.getvalue()


def refused(content: bytes, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        read_rows(content)


RISKY = ["=1+1", "+250788", "-1", "@SUM(A1)", "\tx", "\rx", "#N/A", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("text", RISKY)
def test_no_cell_is_a_formula_and_the_words_stay_what_they_are(text: str) -> None:
    with write_book([("Sheet", [["safe", text, 7]])]) as file:
        sheet = load_workbook(file).worksheets[0]
    plain, risky, number = sheet[1]
    assert (plain.data_type, risky.data_type, number.data_type) == ("s", "s", "n")
    assert (str(risky.value).strip(), risky.quotePrefix, plain.quotePrefix) == (text.strip(), True, False)


def test_what_no_workbook_can_hold_is_left_out_and_titles_are_short() -> None:
    with write_book([("x" * 40, [["a\x0bb\x00c", None, datetime(2026, 11, 20)]])]) as file:  # noqa: DTZ001
        sheet = load_workbook(file).worksheets[0]
    assert (sheet.title, [cell.value for cell in sheet[1]]) == ("x" * 31, ["abc", None, datetime(2026, 11, 20)])  # noqa: DTZ001


def test_rows_are_written_one_after_the_other() -> None:
    open_rows = []

    def rows() -> Iterator[list[int]]:
        for number in range(3):
            open_rows.append(number)
            yield [number]

    write_book([("Sheet", rows())]).close()
    assert open_rows == [0, 1, 2]


def test_cells_are_trimmed_text_and_empty_rows_are_left_out() -> None:
    content = book(
        ["Name ", None], [], ["  Umucyo\n Traders ", 101234567], [None, 101234567.0], [0.5, True], ["x" * 400]
    )
    assert read_rows(content) == [
        Row(1, ("Name",)),
        Row(3, ("Umucyo Traders", "101234567")),
        Row(4, ("", "101234567")),
        Row(5, ("0.5", "True")),
        Row(6, ("x" * 300,)),
    ]
    assert (Row(4, ("", "a")).cell(1), Row(4, ("", "a")).cell(2)) == ("a", "")


def test_what_a_formula_gave_is_read_and_never_the_formula() -> None:
    assert read_rows(book(["Name"], ["=1+1"])) == [Row(1, ("Name",))]


@pytest.mark.parametrize(
    "content",
    [b"", b"x", b"PK\x03\x04", b"Name;Kind\nA;B\n", b"<html>", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600],
    ids=range(6),
)
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    refused(content, UNREADABLE)


def test_an_archive_of_something_else_is_refused() -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    refused(file.getvalue(), UNREADABLE)
    whole = book(["Name"])
    refused(whole[: len(whole) // 2], UNREADABLE)
    refused(whole.replace(b"PK\x03\x04", b"PK\x03\x05"), UNREADABLE)


def test_a_bomb_is_seen_before_anything_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_arguments: object, **_more: object) -> bytes:
        raise AssertionError("unpacked")

    bomb = rezipped(book(["Name"]), lambda _name, data: data, **{"xl/worksheets/big.xml": b" " * (MOST_UNPACKED + 1)})
    many = rezipped(book(["Name"]), lambda _name, data: data, **{f"xl/{n}.xml": b"" for n in range(MOST_PARTS)})
    assert len(bomb) < 100_000
    monkeypatch.setattr(zipfile.ZipFile, "read", never)
    monkeypatch.setattr(sheets, "load_workbook", never)
    for content in (bomb, many):
        refused(content, "unpacks to more than can be read")
    refused(b"x" * (MOST_BYTES + 1), "larger than 5 MB")


def test_an_archive_that_lies_about_its_size_is_refused() -> None:
    content = rezipped(book(["Name"], ["A"]), lambda _name, data: data)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    refused(content.replace(size.to_bytes(4, "little"), (5).to_bytes(4, "little")), UNREADABLE)


DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'


@pytest.mark.parametrize(
    "hidden",
    [
        lambda xml: DOCTYPE + xml,
        lambda xml: b'<?xml version="1.0"?>' + DOCTYPE.lower() + xml,
        lambda xml: b"\xef\xbb\xbf\n" + DOCTYPE + xml,
        lambda xml: xml.decode().encode("utf-16"),
        lambda xml: b"<?xml version='1.0' encoding='cp037'?>" + DOCTYPE.decode().encode("cp037") + xml,
    ],
    ids=["plain", "lower case", "after a mark", "UTF-16", "EBCDIC"],
)
def test_no_part_may_declare_entities(hidden: Callable[[bytes], bytes]) -> None:
    def change(name: str, data: bytes) -> bytes:
        return hidden(data) if name == "xl/worksheets/sheet1.xml" else data

    refused(rezipped(book(["Name"], ["A"]), change), UNREADABLE)
    read_rows(
        rezipped(book(["Name"], ["A"]), lambda _name, data: data, **{"xl/media/logo.png": b"\x89PNG\x00<!DOCTYPE"})
    )


def test_there_are_only_so_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    assert len(read_rows(book(["Name"], ["A"], [], ["B"], ["C"]))) == 4
    refused(book(["Name"], ["A"], ["B"], ["C"], ["D"]), "more than 3 rows")


def test_a_sheet_that_reaches_far_down_or_wide_is_not_walked_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "LAST_ROW", 5)
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet["A1"], sheet["A3"], sheet["A1048576"], sheet["XFD2"] = "Name", "A", "far", "wide"
    file = BytesIO()
    made.save(file)
    assert read_rows(file.getvalue()) == [Row(1, ("Name",)), Row(3, ("A",))]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.binary(max_size=300), st.integers(0, 5000), st.binary(min_size=1, max_size=8))
def test_whatever_the_bytes_they_are_read_or_refused(raw: bytes, place: int, damage: bytes) -> None:
    whole = book(["Name", "Kind"], ["A", "importer"])
    at = place % len(whole)
    for content in (raw, whole[:at] + damage + whole[at + len(damage) :]):
        try:
            said = [cell for row in read_rows(content) for cell in row.cells]
        except ValidationError as refusal:
            said = refusal.messages
        assert all(isinstance(text, str) for text in said)
