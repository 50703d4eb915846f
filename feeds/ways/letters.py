"""What a mail brings: its attachments, also those of mails within it and of ZIP archives, bounded; or its text."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from fnmatch import fnmatchcase

from feeds.mails import TooHard, file_name_of, open_mail, payload_of, sender_of
from feeds.ways.contract import Item, Refused

MOST_PARTS = 200
MOST_MEMBERS = 100
# Archives may list so many files, also in the archives within them, before their list is read.
MOST_LISTED = 10_000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ZIP_TYPES = {"application/zip", "application/x-zip-compressed"}
UNPACKED_FACTOR = 3


@dataclass(slots=True)
class _Allowance:
    """How many bytes one mail may still bring, and how many may still be unpacked for it, those in vain too."""

    left: int
    unpacked: int


def read_letter(raw: bytes, settings: Mapping[str, str], most: int) -> list[Item | Refused]:
    """What the mail brings, together no more than ``most`` bytes; nothing of a sender who is not on the list.

    Settings: ``from`` names who is listened to, addresses and ``@domains`` with commas between them; ``pattern`` which
    attachments; with ``body`` = 1 a mail without any is taken by its text. A mail that is made to be hard to read is
    refused whole.
    """
    try:
        return _brought(raw, settings, most)
    except TooHard as error:
        return [Refused("mail", str(error))]
    except Exception as error:
        # Python's own reader fails on some mails; whoever wrote one must not hold up those behind it.
        return [Refused("mail", f"it cannot be read: {type(error).__name__}")]


def _brought(raw: bytes, settings: Mapping[str, str], most: int) -> list[Item | Refused]:
    message = open_mail(raw)
    name = _subject(message)
    if not is_listened_to(sender_of(message), settings.get("from", "")):
        return [Refused(name, f"{sender_of(message) or 'nobody'} is not one of the senders that are listened to")]
    fitting = _fitting(message, (settings.get("pattern") or "*").lower(), most)
    if not fitting and settings.get("body") == "1":
        fitting = _text(message, name)
    return fitting or [Refused(name, "there is no attachment that fits")]


def _fitting(message: EmailMessage, pattern: str, most: int) -> list[Item | Refused]:
    allowance = _Allowance(most, unpacked=UNPACKED_FACTOR * most)
    found = [part for attachment in _attachments(message) for part in _unpacked(attachment, allowance)]
    return [part for part in found if isinstance(part, Refused) or fnmatchcase(part.name.lower(), pattern)]


def is_listened_to(sender: str, allowed: str) -> bool:
    """Whether the list of addresses and ``@domains`` has the sender; an empty list has everybody."""
    listed = [part.strip().lower() for part in allowed.replace(";", ",").split(",") if part.strip()]
    return not listed or any(
        sender == part or (part.startswith("@") and sender.endswith(part)) for part in listed if sender
    )


def _subject(message: EmailMessage) -> str:
    try:
        return str(message["Subject"] or "mail")[:200]
    except (ValueError, IndexError, LookupError):
        return "mail"


def _attachments(message: EmailMessage) -> Iterator[Item]:
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            return
        if part.is_multipart() or part.get_content_maintype() == "image":
            continue
        name = file_name_of(part)
        if name or part.get_content_disposition() == "attachment":
            yield Item(payload_of(part), name or f"attachment {number}", part.get_content_type())


def _text(message: EmailMessage, name: str) -> list[Item | Refused]:
    body = message.get_body(("plain", "html"))
    payload = payload_of(body) if isinstance(body, EmailMessage) else b""
    return [Item(payload, name, body.get_content_type())] if body is not None and payload.strip() else []


def _unpacked(attachment: Item, allowance: _Allowance) -> Iterator[Item | Refused]:
    if not (attachment.name.lower().endswith(".zip") or attachment.content_type in _ZIP_TYPES):
        yield _allowed(attachment, allowance)
        return
    if attachment.body.count(b"PK\x01\x02") > MOST_LISTED:
        yield Refused(attachment.name, f"it holds more than {MOST_MEMBERS} files")
        return
    try:
        with zipfile.ZipFile(io.BytesIO(attachment.body)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) > MOST_MEMBERS:
                yield Refused(attachment.name, f"it holds more than {MOST_MEMBERS} files")
                return
            for member in members:
                yield _member(archive, member, attachment.name, allowance)
    except (zipfile.BadZipFile, ValueError, OSError, EOFError) as error:
        yield Refused(attachment.name, f"the archive cannot be opened: {error}")


def _allowed(item: Item, allowance: _Allowance) -> Item | Refused:
    if len(item.body) > allowance.left:
        return Refused(item.name, "larger than a mail's files may be together")
    allowance.left -= len(item.body)
    return item


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, of: str, allowance: _Allowance) -> Item | Refused:
    name = member.filename.rpartition("/")[2]
    if member.compress_type not in _METHODS:
        # The others may ask for gigabytes before they give a byte.
        return Refused(f"{of}: {name}", "it is packed in a way that is not read")
    if allowance.unpacked <= 0:
        return Refused(f"{of}: {name}", "too much was unpacked for this mail already")
    try:
        with archive.open(member) as file:
            # What the archive says of its sizes may be a lie: it is unpacked no further than is allowed.
            body = file.read(allowance.left + 1)
            allowance.unpacked -= len(body)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        return Refused(f"{of}: {name}", f"it cannot be unpacked: {error}")
    return _allowed(Item(body, name), allowance)
