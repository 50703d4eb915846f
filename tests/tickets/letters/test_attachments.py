"""Files of mails: kept by their bytes, or refused with a reason."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.letters.attachments import (
    MEGABYTE,
    MOST_BYTES,
    MOST_FILES,
    MOST_TOGETHER,
    REASONS,
    Kept,
    clean_name,
    type_of,
)

PDF = b"%PDF-1.7\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 30
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
WORD, SHEET = "[Content_Types].xml word/document.xml", "[Content_Types].xml xl/workbook.xml"


def packed(names: str, *, mimetype: str = "", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name in names.split():
            # Of no day, so that each collection of the tests finds the same.
            archive.writestr(zipfile.ZipInfo(name), mimetype if name == "mimetype" else "x", compress_type=method)
    return file.getvalue()


def utf16(word: str) -> bytes:
    return COMPOUND + word.encode("utf-16-le")


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (PDF, "application/pdf"),
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 30, "image/jpeg"),
        (b"box,gate\r\nMSCU6639870,5\r\n", "text/plain"),
        ("Umunsi w'umuganura: é".encode("cp1252"), "text/plain"),
        (b"UNB+UNOA:1+A+B'", "text/plain"),
        (packed(WORD), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (packed(SHEET), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (
            packed("mimetype content.xml", mimetype="application/vnd.oasis.opendocument.text"),
            "application/vnd.oasis.opendocument.text",
        ),
        (utf16("WordDocument"), "application/msword"),
        (utf16("Workbook"), "application/vnd.ms-excel"),
    ],
)
def test_the_type_is_that_of_the_bytes(content: bytes, content_type: str) -> None:
    assert type_of("any.bin", content) == (content_type, "")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", PDF.ljust(MOST_BYTES + 1), "too_large"),
        ("film.mp4", b"\0" * (30 * MEGABYTE), "too_large"),
        ("invoice.pdf", b"MZ\x90\0", "program"),
        ("invoice.pdf.exe", PDF, "program"),
        ("run.js", b"alert(1)", "program"),
        ("bill.docm", packed(WORD), "macros"),
        ("bill.docx", packed(f"{WORD} word/vbaProject.bin"), "macros"),
        ("bill.xlsx", packed(f"{SHEET} xl/macrosheets/sheet1.xml"), "macros"),
        ("bill.xls", utf16("Workbook") + "_VBA_PROJECT".encode("utf-16-le"), "macros"),
        ("bill.odt", packed("mimetype Basic/a", mimetype="application/vnd.oasis.opendocument.text"), "macros"),
        ("a.zip", packed("a.pdf"), "archive"),
        ("a.pdf", packed("a.pdf"), "archive"),
        ("a.jar", packed("META-INF/MANIFEST.MF"), "program"),
        ("a.epub", packed("mimetype a", mimetype="application/epub+zip"), "archive"),
        ("a.7z", b"7z\xbc\xaf'\x1c\0", "archive"),
        ("a.docx", packed(WORD)[:60], "unreadable"),
        ("a.odt", packed("mimetype a", mimetype="x", method=zipfile.ZIP_LZMA), "unreadable"),
        ("a.docx", packed(f"{WORD} xl/a"), "unknown_type"),
        ("a.msg", COMPOUND, "unknown_type"),
        ("a.pdf", b"<html><script>", "page"),
        ("a.svg", b"<?xml version='1.0'?>\n<svg>", "page"),
        ("a.bin", bytes(range(256)), "unknown_type"),
        ("a.mp3", b"ID3\x03\0\0" + b"\0" * 40, "unknown_type"),
    ],
)
def test_what_is_refused_has_its_reason(name: str, content: bytes, reason: str) -> None:
    assert type_of(name, content) == ("", reason)


def test_an_office_file_of_very_many_parts_is_not_listed() -> None:
    assert type_of("a.docx", b"PK\x03\x04" + b"PK\x01\x02" * 5_001) == ("", "archive")


def test_files_are_kept_until_they_are_too_many_or_too_large_together() -> None:
    kept = Kept()
    for number in range(MOST_FILES + 1):
        kept.take(f"{number}.pdf", PDF)
    assert (len(kept.attachments), [file.reason for file in kept.declined]) == (MOST_FILES, ["too_many"])
    large = Kept()
    for number in range(4):
        large.take(f"{number}.pdf", PDF.ljust(MOST_TOGETHER // 3))
    assert [(file.name, file.size, file.reason) for file in large.declined] == [
        ("3.pdf", MOST_TOGETHER // 3, "too_large_together")
    ]


def test_of_very_many_refused_files_the_first_are_named() -> None:
    kept = Kept()
    for _number in range(1_000):
        kept.take("a.exe", b"MZ")
    assert len(kept.declined) == MOST_FILES


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\bill.pdf", "bill.pdf"),
        ("bi\0ll\u202efdp.exe", "billfdp.exe"),
        ("", "file"),
        (" . ", "file"),
        ("a" * 300 + ".pdf", "a" * 109 + ".pdf"),
        ("b" * 300, "b" * 120),
    ],
)
def test_names_are_harmless(name: str, clean: str) -> None:
    assert clean_name(name) == clean


heads = st.sampled_from([b"", b"PK\x03\x04", COMPOUND, b"%PDF", packed(WORD), packed("mimetype a")])


@given(st.text(max_size=12), heads, st.binary(max_size=60))
def test_no_bytes_are_kept_without_a_type_or_refused_without_a_reason(name: str, head: bytes, rest: bytes) -> None:
    content_type, reason = type_of(name, head + rest)
    assert (reason == "") == bool(content_type)
    assert reason in {"", *REASONS}
