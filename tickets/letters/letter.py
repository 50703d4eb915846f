"""What a mail is once it has been read: a letter with its text, its files and what is known of its sender."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# A loop is our own mail that came back; a receipt tells that something was opened or delivered.
Kind = Literal["letter", "auto_reply", "receipt", "bounce", "list", "loop"]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that may be kept; its type is that of its bytes and not of its name."""

    name: str
    content_type: str
    content: bytes
    is_inline: bool = False


@dataclass(frozen=True, slots=True)
class Declined:
    """A file that is not kept, and the code of the reason why."""

    name: str
    size: int
    reason: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a mail server says of a mail that did not arrive (RFC 3464), and the Message-ID of that mail."""

    recipients: tuple[str, ...] = ()
    action: str = ""
    status: str = ""
    message_id: str = ""

    @property
    def is_lasting(self) -> bool:
        """Whether it will not arrive at all; a delay is told as well."""
        return self.action != "delayed" and not self.status.startswith(("4", "2"))


@dataclass(frozen=True, slots=True)
class Authentication:
    """What the trusted host found of the sender (RFC 8601), in its words; empty where it says nothing."""

    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    verdict: Literal["", "pass", "fail"] = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that was read.

    ``sender`` is in lower case, empty where the mail names none or several. ``tokens`` are what may name a ticket:
    after the plus of our address first, then in brackets in the subject. ``topic`` is the subject without prefixes and
    brackets. ``text`` is the whole; ``fresh`` what is new in it.
    """

    kind: Kind
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    tokens: tuple[str, ...]
    subject: str
    topic: str
    sent_at: datetime | None
    text: str
    fresh: str
    attachments: tuple[Attachment, ...]
    declined: tuple[Declined, ...]
    bounce: Bounce | None
    authentication: Authentication

    @property
    def is_answerable(self) -> bool:
        """Whether a machine may answer it: somebody wrote it to us himself."""
        return self.kind == "letter" and bool(self.sender)


@dataclass(frozen=True, slots=True)
class Unread:
    """A mail that was not read, and the code of the reason why; its bytes are kept by who received them."""

    reason: str
    detail: str = ""
