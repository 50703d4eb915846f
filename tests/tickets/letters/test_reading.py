"""Reading mails: whatever the bytes are, a letter with its whole text, or a reason."""

from __future__ import annotations

import time
from base64 import b64encode
from dataclasses import fields
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.feeds.formats.test_samples import SAMPLES
from tests.feeds.ways.test_letters import HARD, LONG
from tests.tickets.letters.mails import HELP, HOST, letter, mail, raw
from tickets.letters import attachments, reading
from tickets.letters.attachments import MEGABYTE
from tickets.letters.letter import Attachment, Declined, Letter, Unread
from tickets.letters.reading import MOST_BYTES, MOST_PARTS, REASONS, read

PDF = b"%PDF-1.7\n%%EOF"


def check(body: bytes) -> Letter | Unread:
    """Read twice, and hold what was read to what may be stored and shown."""
    found = read(body, mailboxes=[HELP], trusted_host=HOST)
    assert found == read(body, mailboxes=[HELP], trusted_host=HOST)
    if isinstance(found, Unread):
        assert found.reason in REASONS
        return found
    values = [getattr(found, field.name) for field in fields(found)]
    texts = [text for value in values for text in (value if isinstance(value, tuple) else (value,))]
    texts += [file.name for file in found.attachments] + [file.name for file in found.declined]
    assert [text for text in texts if isinstance(text, str) and ("\0" in text or text.encode().decode() != text)] == []
    assert {file.reason for file in found.declined} <= attachments.REASONS
    assert bool(found.fresh.strip()) == bool(found.text.strip())
    assert all(file.content for file in found.attachments)
    return found


def test_a_whole_letter() -> None:
    message = mail(
        "The north gate.\n\nOn 26 Nov 2026, Office <help@liaison.example> wrote:\n> Which gate?\n",
        Subject="Re: [K7QFJ2] Box MSCU6639870",
        To="Help <HELP+X9ZZZZ@liaison.example>, kpa@kpa.example",
        Message_ID="<5@importer.example>",
        In_Reply_To="<4@liaison.example>",
        References="<3@liaison.example>  <4@liaison.example>",
        Date="Thu, 26 Nov 2026 09:14:00 +0200",
        Authentication_Results=f"{HOST}; dmarc=pass",
    )
    message.add_attachment(PDF, maintype="application", subtype="octet-stream", filename="bill.pdf")
    found = letter(message)
    assert (found.kind, found.sender, found.sender_name) == ("letter", "alice@importer.example", "Alice Uwase")
    assert found.recipients == ("help+x9zzzz@liaison.example", "kpa@kpa.example")
    assert (found.message_id, found.in_reply_to) == ("<5@importer.example>", ("<4@liaison.example>",))
    assert found.references == ("<3@liaison.example>", "<4@liaison.example>")
    assert found.tokens == ("X9ZZZZ", "K7QFJ2")
    assert (found.subject, found.topic) == ("Re: [K7QFJ2] Box MSCU6639870", "Box MSCU6639870")
    assert found.sent_at == datetime(2026, 11, 26, 7, 14, tzinfo=UTC)
    assert found.text.startswith("The north gate.\n\nOn 26 Nov 2026")
    assert (found.text.endswith("> Which gate?"), found.fresh) == (True, "The north gate.")
    assert found.attachments == (Attachment("bill.pdf", "application/pdf", PDF),)
    assert (found.declined, found.bounce, found.authentication.verdict) == ((), None, "pass")


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the captured mails are not at hand")
def test_the_whole_text_of_every_captured_mail_is_kept() -> None:
    for file in (SAMPLES / "email_replies").iterdir():
        text = file.read_text(encoding="utf-8")
        assert letter(mail(text)).text == text.strip("\n"), file.name


def test_of_two_views_the_plain_one_is_read_and_a_mail_of_html_alone_as_text() -> None:
    both = mail("Plain words.")
    both.add_alternative("<p>Other <b>words</b></p>", subtype="html")
    assert letter(both).text == "Plain words."
    hollow = mail("  \n")
    hollow.add_alternative("<p>Other <b>words</b></p>", subtype="html")
    assert (letter(hollow).text, letter(hollow).attachments) == ("Other words", ())
    page = raw("Content-Type: text/html; charset=utf-8", body="<p>Ikamyo</p><blockquote>ryari?</blockquote>")
    assert (letter(page).text, letter(page).fresh) == ("Ikamyo\n\n> ryari?", "Ikamyo")


def test_a_footer_that_a_list_adds_does_not_hide_a_page() -> None:
    message = EmailMessage()
    message["From"] = "alice@importer.example"
    message.make_mixed()
    page, footer = EmailMessage(), EmailMessage()
    page.set_content("<p>The box</p>", subtype="html")
    footer.set_content("shippers mailing list")
    message.attach(page)
    message.attach(footer)
    assert letter(message).text == "The box\n\nshippers mailing list"


CHARSETS = [
    ("utf-8", "Ikamyo é", "Ikamyo é"),
    ("iso-8859-1", "gate é", "gate é"),
    ("windows-1252", "100 €", "100 €"),
    ("koi8-r", "груз", "груз"),
    ("shift_jis", "田中", "田中"),
]


@pytest.mark.parametrize(("charset", "text", "told"), CHARSETS)
def test_charsets_are_read_as_they_are_said(charset: str, text: str, told: str) -> None:
    body = f"From: a@b.example\nContent-Type: text/plain; charset={charset}\n\n".encode() + text.encode(charset)
    assert letter(body).text == told


@pytest.mark.parametrize(
    "charset", ["x-unknown", "us-ascii", "punycode", "idna", "zlib", "base64", "rot13", '"; x', "utf-16"]
)
def test_charsets_that_are_wrong_on_purpose_lose_no_letter(charset: str) -> None:
    head = f"From: a@b.example\nContent-Type: text/plain; charset={charset}\n\n".encode()
    assert letter(head + "Umuceri ni 25 000 €!".encode()).text.endswith("€!") or charset == "utf-16"
    assert letter(head + "caf\xe9 100 \x80!!".encode("latin-1")).text.endswith("!!") or charset == "utf-16"


def test_headers_in_bytes_and_broken_words_are_read_as_far_as_they_go() -> None:
    found = letter("From: a@b.example\nSubject: Kontena é\nDate: never\n\nx".encode())
    assert (found.subject, found.sent_at) == ("Kontena é", None)
    broken = letter(b"From: =?x-none?b?////?= <a@b.example>\nSubject: =?utf-8?b?w6k=?= =?punycode?q?a?=\n\nx")
    assert (broken.sender, broken.subject[:1]) == ("a@b.example", "é")
    assert letter(b"Subject: a\n\nx").sender_name == ""
    assert letter(raw("Date: Thu, 26 Nov 2026 09:14:00 -0000")).sent_at is None


def test_files_that_are_refused_are_named_and_the_rest_is_kept() -> None:
    message = mail("See below.")
    for name, content in (
        ("bill.pdf", PDF),
        ("film.bin", b"\0" * (30 * MEGABYTE)),
        ("run.exe", b"MZ"),
        ("a.docm", PDF),
    ):
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    found = letter(message)
    assert [file.name for file in found.attachments] == ["bill.pdf"]
    assert found.declined == (
        Declined("film.bin", 30 * MEGABYTE, "too_large"),
        Declined("run.exe", 2, "program"),
        Declined("a.docm", len(PDF), "macros"),
    )
    assert found.text == "See below."


def test_pictures_of_the_text_are_told_from_files_and_signatures_are_none() -> None:
    message = mail("Look.")
    png = b"\x89PNG\r\n\x1a\n" + b"\0" * 30
    message.add_attachment(png, maintype="image", subtype="png", filename="logo.png", disposition="inline", cid="<1>")
    message.add_attachment(png, maintype="image", subtype="png", filename="box.png")
    message.add_attachment(b"x", maintype="application", subtype="pgp-signature", filename="s.asc")
    message.add_attachment("box,gate\n", subtype="csv", filename="boxes.csv")
    assert [(file.name, file.content_type, file.is_inline) for file in letter(message).attachments] == [
        ("logo.png", "image/png", True),
        ("box.png", "image/png", False),
        ("boxes.csv", "text/plain", False),
    ]


def test_a_mail_within_a_mail_is_a_file_and_its_words_are_not_the_sender_s() -> None:
    inner = mail("Inner words.", Message_ID="<inner@x.example>", Subject="Inner")
    inner.add_attachment(PDF, maintype="application", subtype="pdf", filename="inner.pdf")
    outer = mail("Outer words.", Message_ID="<outer@x.example>")
    outer.add_attachment(inner)
    found = letter(outer)
    assert (found.text, found.message_id) == ("Outer words.", "<outer@x.example>")
    (file,) = found.attachments
    assert (file.name, file.content_type, b"Inner words." in file.content) == ("mail 1.eml", "text/plain", True)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"a" * (MOST_BYTES + 1), "too_large"),
        (b"From: a@b.example\n" + b"\n--b\n" * 2_001, "too_hard"),
        *((body, "unreadable") for body in HARD.values()),
    ],
    ids=["nothing", "blanks", "large", "rules", *HARD],
)
def test_what_cannot_be_read_has_a_reason(body: bytes, reason: str) -> None:
    found = check(body)
    assert isinstance(found, Unread)
    assert found.reason == reason


BOMBS = {
    **{f"long {name}": head + b"\n\nx" for name, head in LONG.items()},
    "references": b"From: a@b.example\nReferences: " + b"<a@b> " * 100_000 + b"\n\nx",
    "recipients": b"From: a@b.example\nTo: " + b"help+1@liaison.example, " * 50_000 + b"\n\nx",
    "results": b"From: a@b.example\n" + f"Authentication-Results: {HOST}; dkim=pass\n".encode() * 5_000 + b"\nx",
    "page": b"From: a@b.example\nContent-Type: text/html\n\n" + b"<blockquote><p>a" * 300_000,
    "lines": b"From: a@b.example\n\n" + b"> a\n\n" * 400_000,
    "one line": b"From: a@b.example\n\n" + b"On 1 wrote " * 400_000,
    "views": b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n"
    + (b"--b\nContent-Type: text/html\n\n" + b"<p>a" * 5_000 + b"\n") * 300,
}


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS)
def test_no_mail_takes_long(body: bytes) -> None:
    began = time.perf_counter()
    found = read(body, mailboxes=[HELP], trusted_host=HOST)
    assert isinstance(found, Letter)
    assert (len(found.text) <= reading.LONGEST_TEXT, time.perf_counter() - began < 10) == (True, True)


def test_of_very_many_parts_the_first_are_taken() -> None:
    part = (
        b"--b\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n"
        + b64encode(PDF)
        + b"\n"
    )
    found = letter(
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n" + part * (MOST_PARTS + 5) + b"--b--"
    )
    assert (len(found.attachments), len(found.declined)) == (attachments.MOST_FILES, attachments.MOST_FILES)
    assert {file.reason for file in found.declined} == {"too_many"}


HEADERS = [
    b"From: a@b.example",
    b"To: help+1@liaison.example",
    b"Subject: Re: [K7QFJ2] =?utf-8?q?=C3=A9?=",
    b"Message-ID: <1@b.example>",
    b"References: <2@liaison.example>",
    b"Date: Thu, 26 Nov 2026 09:14:00 +0200",
]
PIECES = [
    *HEADERS,
    *(b"", b"--b", b"--b--", b"--c", b"text", b"> text", b"\xff\xfe", b"JVBERi0xLjc="),
    b"Content-Type: multipart/mixed; boundary=b",
    b"Content-Type: multipart/alternative; boundary=c",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b",
    b"Content-Type: message/rfc822",
    b"Content-Type: message/delivery-status",
    b"Content-Type: text/html; charset=utf-16",
    b"Content-Type: text/plain; charset*=x''%ff; name*=utf-8''%00a",
    b"Content-Transfer-Encoding: base64",
    b"Content-Transfer-Encoding: quoted-printable",
    b"Content-Disposition: attachment; filename==?x?q?=FF?=",
    b"Authentication-Results: mx.liaison.example; spf=fail",
    b"Final-Recipient: rfc822; x@y.example",
]


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=12), max_size=25).map(b"\n".join))
@example(b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n--b--")
def test_no_bytes_make_it_raise(body: bytes) -> None:
    check(body)


# A mail with something of everything, from which the fuzzer begins.
WHOLE = b"\n".join(
    [
        *HEADERS,
        b"Authentication-Results: mx.liaison.example; spf=pass smtp.mailfrom=a@b.example; dkim=fail header.d=b.example",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b",
        b"Content-Type: multipart/alternative; boundary=c\n\n--c",
        b"Content-Type: text/plain; charset=utf-8\n\nGate.\n\nOn 1 Nov, A <a@b.example> wrote:\n> Which?\n-- \nA\n--c",
        b"Content-Type: text/html\n\n<p>Gate <a href='https://kpa.example/'>5</a><blockquote>Which?</blockquote>\n--c--\n--b",
        b"Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; x@y.example\nAction: failed\nStatus: 5.1.1\n--b",
        b"Content-Type: message/rfc822\n\nMessage-ID: <2@liaison.example>\n\nWhich?\n--b",
        b"Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjcKJSVFT0Y=\n--b--\n",
    ]
)


def test_the_mail_of_the_fuzzer_is_whole() -> None:
    found = check(WHOLE)
    assert isinstance(found, Letter)
    assert (found.kind, found.fresh, found.tokens) == ("bounce", "Gate.", ("1", "K7QFJ2"))
    assert (len(found.attachments), found.bounce and found.bounce.message_id) == (2, "<2@liaison.example>")
