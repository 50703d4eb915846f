"""Mails taken apart, and what their parts say of themselves."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from feeds.mails import LONGEST_HEADER, MOST_RULES, TooHard, file_name_of, open_mail, payload_of, sender_of


def part(head: str, body: str = "") -> EmailMessage:
    return open_mail(f"{head}\n\n{body}".encode())


@pytest.mark.parametrize(
    ("head", "sender"),
    [
        ("From: a@b.example", "a@b.example"),
        ("From: Alice <A@B.Example>", "a@b.example"),
        ("From: a@b.example, c@d.example", ""),
        ("From: nobody", "nobody"),
        ("From:", ""),
        ("Subject: x", ""),
    ],
)
def test_the_sender_is_one_address_or_none(head: str, sender: str) -> None:
    assert sender_of(part(head)) == sender


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("Content-Disposition: attachment; filename=bill.pdf", "bill.pdf"),
        ("Content-Type: application/pdf; name=bill.pdf", "bill.pdf"),
        ('Content-Disposition: attachment; filename="../a/bill.pdf"', "bill.pdf"),
        ('Content-Disposition: attachment; filename="C:\\\\a\\\\bill.pdf"', "bill.pdf"),
        ("Content-Disposition: attachment; filename*=utf-8''%C3%A9.pdf", "é.pdf"),
        ("Content-Disposition: attachment", ""),
    ],
)
def test_a_file_has_the_last_part_of_its_name(head: str, name: str) -> None:
    assert file_name_of(part(head)) == name


def test_the_bytes_of_a_part_are_unwrapped() -> None:
    assert payload_of(part("Content-Transfer-Encoding: base64", "aGk=")) == b"hi"
    assert payload_of(part("Content-Transfer-Encoding: quoted-printable", "h=69")) == b"hi"
    assert payload_of(part("Content-Type: multipart/mixed; boundary=b", "--b\n\nx\n--b--")) == b""


def test_what_is_too_long_is_read_at_its_beginning_or_not_at_all() -> None:
    assert len(str(part(f"Subject: {'a' * 5_000}")["Subject"])) == LONGEST_HEADER
    with pytest.raises(TooHard, match="more lines or parts"):
        open_mail(b"\n--b" * (MOST_RULES + 1))
