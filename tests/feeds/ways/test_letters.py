"""Mails that are made to be hard to read cost no time and hold up nobody."""

from __future__ import annotations

import io
import struct
import time
import zipfile

import pytest

from feeds import mails
from feeds.mails import LONGEST_HEADER, MOST_RULES
from feeds.ways import letters
from feeds.ways.contract import Item, Refused
from feeds.ways.letters import read_letter
from tests.feeds.ways.test_mailbox import MOST, mail, read

NESTED = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1500))
HARD = {
    "parts within parts": NESTED,
    "mails within mails": b"Content-Type: message/rfc822\n\n" * 1500,
    "brackets": b"From: " + b"(" * 900 + b"\n\nx",
}


@pytest.mark.parametrize("raw", HARD.values(), ids=HARD)
def test_a_mail_that_python_cannot_read_is_refused_and_told_of(raw: bytes) -> None:
    assert [(part.name, part.words) for part in read_letter(raw, {}, MOST) if isinstance(part, Refused)] == [
        ("mail", "it cannot be read: RecursionError")
    ]


LONG = {
    "senders": b"From: " + b"a@b.example," * 20_000,
    "parameters": b"From: a@b.example\nContent-Type: text/plain; " + b"a=b;" * 20_000,
    "encoded words": b"From: a@b.example\nSubject: " + b"=?utf-8?q?a?= " * 20_000,
}


@pytest.mark.parametrize("head", LONG.values(), ids=LONG)
def test_a_header_without_end_is_read_at_its_beginning(head: bytes) -> None:
    began = time.monotonic()
    (found,) = read_letter(head + b"\n\nx", {}, MOST)
    assert isinstance(found, Refused)
    assert (len(found.name) <= LONGEST_HEADER, time.monotonic() - began < 5) == (True, True)


def test_a_mail_of_very_many_parts_or_lines_is_not_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    head = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n"
    refused = [Refused("mail", "it has more lines or parts than are read")]
    assert read_letter(head + b"\n--b\n" * (MOST_RULES + 1), {}, MOST) == refused
    assert read_letter(head + b"\n--b\n" * (MOST_RULES - 1), {}, MOST) != refused
    monkeypatch.setattr(mails, "MOST_LINES", 10)
    assert read_letter(head + b"\n" * 9, {}, MOST) == refused


def archive(method: int, *bodies: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as file:
        for number, body in enumerate(bodies):
            file.writestr(f"{number}.edi", body)
    return packed.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_what_takes_little_memory_to_unpack_is_unpacked(method: int) -> None:
    assert read(mail(("a.zip", archive(method, b"x")))) == [("a.zip: 0.edi", "it is packed in a way that is not read")]


def test_what_is_unpacked_in_vain_counts_too() -> None:
    bombs = archive(zipfile.ZIP_DEFLATED, *[b"0" * 5000] * 5)
    found = read(mail(("a.zip", bombs), ("b.zip", archive(zipfile.ZIP_DEFLATED, b"x"))))
    assert [words for _name, words in found] == [
        *["larger than a mail's files may be together"] * 3,
        *["too much was unpacked for this mail already"] * 3,
    ]


def test_a_list_of_very_many_files_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "MOST_LISTED", 3)
    assert read(mail(("a.zip", archive(zipfile.ZIP_STORED, *[b""] * 4)))) == [("a.zip", "it holds more than 100 files")]
    assert len(read(mail(("a.zip", archive(zipfile.ZIP_STORED, *[b""] * 3))))) == 3


def test_an_archive_that_lies_about_its_sizes_is_believed_no_further_than_its_bytes() -> None:
    packed = archive(zipfile.ZIP_STORED, b"x" * 50)
    at = packed.index(b"PK\x01\x02") + 20
    lying = packed[:at] + struct.pack("<II", 2**31, 2**31) + packed[at + 8 :]
    (found,) = read_letter(mail(("a.zip", lying)).as_bytes(), {}, MOST)
    assert isinstance(found, Refused)


def test_a_good_mail_is_read_as_before() -> None:
    (found,) = read_letter(mail(("gate.edi", b"--b\n" * 100)).as_bytes(), {"from": "@kpa.example"}, MOST)
    assert isinstance(found, Item)
    assert (found.name, found.body) == ("gate.edi", b"--b\n" * 100)
