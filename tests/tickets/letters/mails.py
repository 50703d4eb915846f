"""Mails that the tests write, in the ways in which mail programs do."""

from __future__ import annotations

from email.message import EmailMessage

from tickets.letters.letter import Letter
from tickets.letters.reading import read

HELP = "help@liaison.example"
HOST = "mx.liaison.example"


def mail(text: str = "The box is still in the yard.", **headers: str) -> EmailMessage:
    """A mail of an importer; underscores in the names of headers are dashes."""
    message = EmailMessage()
    told = {"From": "Alice Uwase <alice@importer.example>", "To": HELP, "Subject": "Box MSCU6639870", **headers}
    for name, value in told.items():
        if value:
            message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def letter(message: EmailMessage | bytes) -> Letter:
    raw = message if isinstance(message, bytes) else message.as_bytes()
    found = read(raw, mailboxes=[HELP], trusted_host=HOST)
    assert isinstance(found, Letter), found
    return found


def raw(*lines: str, body: str = "The box is still in the yard.") -> bytes:
    """A mail as it is on the wire, with a sender."""
    return "\r\n".join(["From: Alice <alice@importer.example>", *lines, "", body, ""]).encode()
