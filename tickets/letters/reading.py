"""Reading a mail: its bytes become a letter, or a reason why they do not; it never raises."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import datetime
from email.message import EmailMessage, Message

from feeds.mails import TooHard, file_name_of, open_mail, payload_of, sender_of
from tickets.letters.attachments import MEGABYTE, Kept
from tickets.letters.authentication import authentication_of
from tickets.letters.automatic import bounce_of, kind_of
from tickets.letters.letter import Letter, Unread
from tickets.letters.pages import text_of
from tickets.letters.quotes import fresh_of
from tickets.letters.subjects import tokens_in, topic_of

# A file of 30 MB is more than 40 on its way; it is refused by itself, and not the words that came with it.
MOST_BYTES = 64 * MEGABYTE
MOST_PARTS, MOST_DEPTH = 200, 20
LONGEST_TEXT, LONGEST_SUBJECT, LONGEST_HEADER = 1_000_000, 500, 20_000
# What all texts of a mail, its other views too, may be made of.
MOST_READ = 2 * MEGABYTE
MOST_IDS, MOST_ADDRESSES, LONGEST_SENDER = 50, 100, 254
REASONS = frozenset({"empty", "too_large", "too_hard", "unreadable"})
_ID = re.compile(r"<[^<>\s]{1,250}>")
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]{1,100}@[^\s<>,;:\"()\[\]]{1,200}")
_TO_US = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "Resent-To")
# Others are no encodings of letters, or cost more time the longer the text is.
_CHARSETS = re.compile(
    r"utf-?(?:8|16|16le|16be|32)|us-?ascii|ascii|iso-?8859-?\d{1,2}|latin-?1|windows-?12\d\d|cp\d{3,4}|koi8-?[ru]|"
    r"gb2312|gbk|gb18030|big5|shift[_-]jis|euc-?(?:jp|kr)|iso-2022-(?:jp|kr)|mac-?roman",
    re.IGNORECASE,
)
_SIGNATURES = {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}


def read(raw: bytes, *, mailboxes: Collection[str] = (), trusted_host: str = "") -> Letter | Unread:
    """The mail as a letter.

    ``mailboxes`` are our own addresses, in lower case: what stands after a plus in one is a token, and a mail from one
    is a loop. ``trusted_host`` is the name under which our mail server writes what it found of the sender.
    """
    if not raw.strip():
        return Unread("empty")
    if len(raw) > MOST_BYTES:
        return Unread("too_large", f"{len(raw) // MEGABYTE} MB")
    try:
        return _letter(open_mail(raw), mailboxes, trusted_host)
    except TooHard as error:
        return Unread("too_hard", str(error))
    except Exception as error:
        # Python's own reader fails on some mails; whoever wrote one must not hold up those behind it.
        return Unread("unreadable", type(error).__name__)


def _letter(message: EmailMessage, mailboxes: Collection[str], trusted_host: str) -> Letter:
    claimed = _clean(sender_of(message))
    # One that is longer than any address can be is nobody's.
    sender = claimed if len(claimed) <= LONGEST_SENDER else ""
    subject = " ".join(_header(message, "Subject").split())[:LONGEST_SUBJECT]
    recipients = _recipients(message)
    kind = kind_of(message, lambda name: _header(message, name), sender=sender, subject=subject, ours=mailboxes)
    text, kept = _content(message)
    ids = _ids(message, "Message-ID")
    return Letter(
        kind=kind,
        sender=sender,
        sender_name=_sender_name(message),
        recipients=tuple(recipients),
        message_id=ids[0] if ids else "",
        in_reply_to=tuple(_ids(message, "In-Reply-To")),
        references=tuple(_ids(message, "References")),
        tokens=tuple(dict.fromkeys([*_plus(recipients, mailboxes), *tokens_in(subject)])),
        subject=subject,
        topic=topic_of(subject),
        sent_at=_sent_at(message),
        text=text,
        fresh=fresh_of(text),
        attachments=tuple(kept.attachments),
        declined=tuple(kept.declined),
        bounce=bounce_of(message, lambda name: _header(message, name)) if kind == "bounce" else None,
        authentication=authentication_of(_raw(message), trusted_host=trusted_host, sender=sender),
    )


def _clean(text: str) -> str:
    """What can be stored and shown: no half of a character, no zero byte."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


def _header(message: Message, name: str) -> str:
    """A header in words; as it came where Python cannot read it."""
    try:
        return _clean(str(message.get(name) or ""))
    except Exception:
        return next((value[:1_000] for key, value in _raw(message) if key.lower() == name.lower()), "")


def _raw(message: Message) -> Iterator[tuple[str, str]]:
    """The headers as they came, each at its beginning."""
    for name, value in message.raw_items():
        yield name, _clean(str(value)[:LONGEST_HEADER])


def _all(message: Message, *names: str) -> str:
    wanted = {name.lower() for name in names}
    return " ".join(value for name, value in _raw(message) if name.lower() in wanted)[:LONGEST_HEADER]


def _ids(message: Message, name: str) -> list[str]:
    return list(dict.fromkeys(_ID.findall(_all(message, name))))[-MOST_IDS:]


def _recipients(message: Message) -> list[str]:
    found = (address.lower().strip("'.") for address in _ADDRESS.findall(_all(message, *_TO_US)))
    return list(dict.fromkeys(found))[:MOST_ADDRESSES]


def _plus(recipients: Collection[str], mailboxes: Collection[str]) -> Iterator[str]:
    """What stands after the plus of one of our addresses, in upper case."""
    for address in recipients:
        local, _at, domain = address.partition("@")
        name, plus, token = local.partition("+")
        if plus and token and f"{name}@{domain}" in mailboxes:
            yield token.upper()


def _sender_name(message: EmailMessage) -> str:
    try:
        addresses = message["From"].addresses
        return " ".join(_clean(str(addresses[0].display_name)).split())[:200]
    except (AttributeError, ValueError, IndexError, LookupError, TypeError):
        return ""


def _sent_at(message: EmailMessage) -> datetime | None:
    """When it says that it was sent, where it says so with its zone."""
    try:
        found = message["Date"].datetime
    except (AttributeError, ValueError, IndexError, LookupError, TypeError, OverflowError):
        return None
    return found if isinstance(found, datetime) and found.tzinfo is not None else None


def _content(message: EmailMessage) -> tuple[str, Kept]:
    """The text of the mail, and its files."""
    texts = _Texts()
    words = _words(message, texts, 0)
    kept = Kept()
    for number, part in enumerate(_leaves(message)):
        if number >= MOST_PARTS:
            kept.decline("", 0, "too_many")
            break
        if part.get_content_type() not in _SIGNATURES and not _is_view(part):
            _take(kept, part, number)
    said = (texts.of(part) for part in words)
    return "\n\n".join(text for text in said if text.strip())[:LONGEST_TEXT].strip("\n"), kept


class _Texts:
    """The texts of one mail's parts, each read once, and no more of them than can be shown."""

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}
        self._left = MOST_READ

    def of(self, part: EmailMessage) -> str:
        if id(part) not in self._texts:
            content = payload_of(part)[: self._left]
            self._left -= len(content)
            self._texts[id(part)] = _text(part, content)
        return self._texts[id(part)]


def _words(part: EmailMessage, texts: _Texts, depth: int) -> list[EmailMessage]:
    """The parts that are the mail's own text; of several that say the same the plainest that says anything."""
    if part.get_content_maintype() != "multipart":
        return [part] if _is_view(part) else []
    options = [_words(child, texts, depth + 1) for child in _children(part)] if depth < MOST_DEPTH else []
    if part.get_content_subtype() == "alternative":
        return next((words for words in options if any(texts.of(word).strip() for word in words)), [])
    return [word for words in options for word in words]


def _is_view(part: EmailMessage) -> bool:
    """Whether the part is a text of the mail, or another view of it, and not a file."""
    is_shown = part.get_content_type() in ("text/plain", "text/html") and not file_name_of(part)
    return is_shown and part.get_content_disposition() != "attachment"


def _children(part: EmailMessage) -> list[EmailMessage]:
    found = part.get_payload()
    return [child for child in found if isinstance(child, EmailMessage)] if isinstance(found, list) else []


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    """The parts that hold something: files, texts, and mails within it as one piece each."""
    due = [message]
    while due:
        part = due.pop()
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            due += reversed(_children(part))
        elif part.get_content_type() != "message/delivery-status":
            yield part


def _take(kept: Kept, part: EmailMessage, number: int) -> None:
    is_mail = part.get_content_maintype() == "message"
    is_inline = part.get_content_disposition() != "attachment" and bool(part["Content-ID"])
    name = _clean(file_name_of(part)) or (f"mail {number}.eml" if is_mail else f"file {number}")
    kept.take(name, _mail_within(part) if is_mail else payload_of(part), is_inline=is_inline)


def _mail_within(part: EmailMessage) -> bytes:
    try:
        return b"\n".join(child.as_bytes() for child in _children(part)) or payload_of(part)
    except Exception:
        # Python cannot write again all that it can read.
        return b""


def _text(part: EmailMessage, content: bytes) -> str:
    text = _clean(_decoded(content, part.get_content_charset("") or ""))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text_of(text) if part.get_content_subtype() == "html" else text


def _decoded(content: bytes, charset: str) -> str:
    """The letters of the bytes: as is said, else UTF-8, else one byte a letter."""
    said = [charset] if _CHARSETS.fullmatch(charset) else []
    for name in (*said, "utf-8"):
        try:
            return content.decode(name)
        except (UnicodeError, LookupError):
            continue
    return content.decode("cp1252", "replace")
