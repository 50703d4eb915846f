"""Answers of machines, bounces, receipts, lists and our own mail are told from what somebody wrote."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from tests.tickets.letters.mails import HELP, letter, mail, raw
from tickets.letters.automatic import MOST_HOPS
from tickets.letters.letter import Bounce


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({}, "letter"),
        ({"Auto_Submitted": "no"}, "letter"),
        ({"Precedence": "first-class"}, "letter"),
        ({"Auto_Submitted": "auto-replied"}, "auto_reply"),
        ({"Auto_Submitted": "auto-generated; owner=x"}, "auto_reply"),
        ({"Precedence": "auto_reply"}, "auto_reply"),
        ({"X_Autoreply": "yes"}, "auto_reply"),
        ({"Return_Path": "<>"}, "auto_reply"),
        ({"Subject": "Automatic reply: Your box"}, "auto_reply"),
        ({"Precedence": "bulk"}, "list"),
        ({"List_Id": "<shippers.list.example>"}, "list"),
        ({"List_Unsubscribe": "<https://news.example/x>", "Auto_Submitted": "auto-generated"}, "list"),
        ({"From": "Mail Delivery System <MAILER-DAEMON@mx.example>"}, "bounce"),
        ({"X_Failed_Recipients": "bob@other.example"}, "bounce"),
        ({"From": f"Help <{HELP}>"}, "loop"),
        ({"X_Liaison_Portal": "1", "List_Id": "<x>"}, "loop"),
    ],
)
def test_the_headers_say_what_it_is(headers: dict[str, str], kind: str) -> None:
    found = letter(mail(**headers))
    assert (found.kind, found.is_answerable) == (kind, kind == "letter")
    assert found.text == "The box is still in the yard."


def test_a_mail_that_goes_round_is_a_loop() -> None:
    hops = ["Received: from a by b"] * MOST_HOPS
    assert [letter(raw(*hops)).kind, letter(raw(*hops, "Received: from b by a")).kind] == ["letter", "loop"]


def test_nobody_is_answered_who_is_not_named() -> None:
    assert [letter(mail(From=sender)).is_answerable for sender in ("", "a@x.example, b@x.example")] == [False, False]


def report(kind: str, *parts: str) -> bytes:
    head = f"From: <MAILER-DAEMON@mx.example>\nContent-Type: multipart/report; report-type={kind}; boundary=b\n\n"
    return (
        head + "".join(f"--b\n{part}\n" for part in ("Content-Type: text/plain\n\nSorry.", *parts)) + "--b--\n"
    ).encode()


STATUS = (
    "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
    "Final-Recipient: rfc822; Bob@other.example\nAction: failed\nStatus: 5.1.1\n\n"
    "Final-Recipient: rfc822; eve@other.example\nAction: failed\nStatus: 5.1.1\n"
)


@pytest.mark.parametrize(
    "back",
    [
        "Content-Type: message/rfc822\n\nMessage-ID: <notice-7@liaison.example>\nFrom: a@b.example\n\nHello",
        "Content-Type: text/rfc822-headers\n\nFrom: a@b.example\nMessage-ID: <notice-7@liaison.example>\n",
    ],
)
def test_a_report_names_the_recipients_the_status_and_the_mail_that_came_back(back: str) -> None:
    found = letter(report("delivery-status", STATUS, back))
    expected = Bounce(("bob@other.example", "eve@other.example"), "failed", "5.1.1", "<notice-7@liaison.example>")
    assert (found.kind, found.bounce, found.bounce and found.bounce.is_lasting) == ("bounce", expected, True)
    assert found.text == "Sorry."


def test_a_delay_does_not_last() -> None:
    late = letter(report("delivery-status", STATUS.replace("failed", "delayed").replace("5.1.1", "4.4.1")))
    assert (late.bounce and late.bounce.is_lasting, late.kind) == (False, "bounce")
    assert [Bounce(status=status).is_lasting for status in ("4.2.2", "2.1.5", "5.0.0", "")] == [
        False,
        False,
        True,
        True,
    ]


def test_a_bounce_in_words_alone_is_read_as_far_as_it_goes() -> None:
    message = mail("I could not deliver.\n\nMessage-ID: <notice-7@liaison.example>\n", From="postmaster@mx.example")
    message["X-Failed-Recipients"] = "bob@other.example"
    assert letter(message).bounce == Bounce(("bob@other.example",), "", "", "<notice-7@liaison.example>")


def test_a_receipt_is_no_letter() -> None:
    found = letter(report("disposition-notification", "Content-Type: message/disposition-notification\n\nx: y"))
    assert (found.kind, found.bounce) == ("receipt", None)


def test_the_words_of_a_report_without_its_parts_are_kept() -> None:
    message = EmailMessage()
    message["From"] = "MAILER-DAEMON@mx.example"
    message["Content-Type"] = "multipart/report; report-type=delivery-status"
    assert letter(message).bounce == Bounce()
