"""What nobody has written: answers of machines (RFC 3834), bounces (RFC 3464), receipts, lists, and our own mail."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from email.message import EmailMessage, Message

from feeds.mails import payload_of
from tickets.letters.letter import Bounce, Kind
from tickets.letters.subjects import is_automatic

# Our own mails carry this header, and what comes back with it is not read as anybody's word.
OWN_HEADER = "X-Liaison-Portal"
MOST_HOPS = 50
MOST_RECIPIENTS = 20
LISTS = ("List-Id", "List-Post", "List-Help", "List-Subscribe", "List-Unsubscribe", "Mailing-List")
MACHINES = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-Mail-Autoreply")
_DAEMON = re.compile(r"(?:mailer-daemon|mail-daemon|postmaster|bounces?[+-].*)@", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>,;\"()]{1,100}@[^\s<>,;\"()]{1,200}")
_MESSAGE_ID = re.compile(r"^Message-ID:\s*(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE)
Header = Callable[[str], str]


def kind_of(message: EmailMessage, header: Header, *, sender: str, subject: str, ours: Collection[str]) -> Kind:
    """What the mail is, by its headers; ``header`` gives the text of one."""
    report = _report_type(message)
    if header(OWN_HEADER) or sender in ours or len(message.get_all("Received", [])) > MOST_HOPS:
        return "loop"
    if report == "disposition-notification":
        return "receipt"
    if report == "delivery-status" or header("X-Failed-Recipients") or _DAEMON.match(sender):
        return "bounce"
    if _is_list(header):
        return "list"
    return "auto_reply" if _is_machine(header, subject) else "letter"


def _is_list(header: Header) -> bool:
    return header("Precedence").lower() in ("list", "bulk", "junk") or any(header(name) for name in LISTS)


def _is_machine(header: Header, subject: str) -> bool:
    submitted = header("Auto-Submitted").lower().partition(";")[0].strip()
    return (
        submitted not in ("", "no")
        or header("Precedence").lower() == "auto_reply"
        or any(header(name) for name in MACHINES)
        or header("Return-Path").strip() == "<>"
        or is_automatic(subject)
    )


def bounce_of(message: EmailMessage, header: Header) -> Bounce:
    """What the report says: for whom, whether it is only late, and of which mail of ours."""
    recipients = _ADDRESS.findall(header("X-Failed-Recipients")[:2_000])
    action = status = message_id = ""
    for part in _below(message):
        message_id = message_id or _returned(part)
        for block in _blocks(part) if part.get_content_type() == "message/delivery-status" else []:
            recipients += _ADDRESS.findall(_said(block, "Final-Recipient"))
            action = action or _said(block, "Action").strip().lower()
            status = status or _said(block, "Status").strip()
    unique = tuple(dict.fromkeys(address.lower() for address in recipients))
    return Bounce(unique[:MOST_RECIPIENTS], action[:20], status[:20], message_id)


def _returned(part: EmailMessage) -> str:
    """The Message-ID of the mail that came back, where this part of the report has it."""
    if part.get_content_type() == "message/rfc822":
        return next((_first_id(f"Message-ID: {_said(block, 'Message-ID')}".encode()) for block in _blocks(part)), "")
    return _first_id(payload_of(part)) if part.get_content_maintype() == "text" else ""


def _report_type(message: EmailMessage) -> str:
    if message.get_content_type() != "multipart/report":
        return ""
    said = message.get_param("report-type", "")
    return said.lower() if isinstance(said, str) else ""


def _below(message: EmailMessage) -> list[EmailMessage]:
    """The message's own parts, and not those of what is sent back."""
    if message.get_content_maintype() != "multipart" or not message.is_multipart():
        return [message]
    return [part for part in _blocks(message) if isinstance(part, EmailMessage)]


def _blocks(part: EmailMessage) -> list[Message]:
    found = part.get_payload()
    return [block for block in found if isinstance(block, Message)][:100] if isinstance(found, list) else []


def _said(block: Message, name: str) -> str:
    return str(block.get(name, ""))[:1_000]


def _first_id(text: bytes) -> str:
    found = _MESSAGE_ID.search(text[:100_000].decode("utf-8", "replace"))
    return found[1] if found else ""
