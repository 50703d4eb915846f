"""From a mailbox over IMAP: each attachment of a mail that was not seen yet."""

from __future__ import annotations

import imaplib
import io
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from feeds.credentials import Credentials
from feeds.models import Source
from feeds.ways.contract import Deadline, Item, PullFailed, Refused
from feeds.ways.letters import read_letter
from feeds.ways.wire import CONNECT_S, TimedReader

MOST_MAILS = 50
PORT, TLS_PORT = 143, 993
# An attachment grows by more than a third on its way through the mail.
MAIL_FACTOR = 1.5
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class Unwilling(PullFailed):
    """The server does not do what it was asked; it may do the next thing."""


def fetch(source: Source, *, credentials: Credentials, at: datetime, deadline: Deadline) -> Iterator[Item | Refused]:
    """What the unseen mails bring, the oldest first; a mail is marked and moved away when all of it is stored."""
    try:
        with _opened(source, credentials, deadline) as box:
            for uid in box.unseen()[: source.number("most", MOST_MAILS)]:
                try:
                    yield from _of_mail(box, uid, source)
                except Unwilling as error:
                    # Another mail may be given all the same.
                    yield Refused(f"mail {uid}", str(error))
    except (imaplib.IMAP4.error, OSError, EOFError) as error:
        raise PullFailed(f"{type(error).__name__}: {error}") from error


def _of_mail(box: Mailbox, uid: str, source: Source) -> Iterator[Item | Refused]:
    most = _most_of_mail()
    if box.size(uid) > most:
        yield Refused(
            f"mail {uid}", f"larger than {most} bytes; it is marked as seen", acknowledge=partial(box.mark, uid)
        )
        return
    found = read_letter(box.read(uid), source.settings, settings.DELIVERY_MAX_BYTES)
    # What is refused comes first: the mail is done with once its last part is.
    *others, last = sorted(found, key=lambda part: isinstance(part, Item))
    # A mail with nothing to take in it is only marked: whoever looks after the mailbox finds it where it was.
    away = partial(box.put_away, uid, source.setting("archive", "Archive"))
    yield from others
    yield replace(last, acknowledge=away if isinstance(last, Item) else partial(box.mark, uid))


@contextmanager
def _opened(source: Source, credentials: Credentials, deadline: Deadline) -> Iterator[Mailbox]:
    try:
        parts = urlsplit(source.url)
        port = parts.port
    except ValueError as error:
        raise PullFailed(f"The address cannot be read: {error}") from error
    if parts.scheme not in ("imap", "imaps") or not parts.hostname:
        raise PullFailed("The address is imaps://user@host/INBOX")
    line = _line_of(parts.scheme)(parts.hostname, port, deadline)
    try:
        try:
            line.login(unquote(parts.username or "") or source.setting("username"), credentials.get("password"))
        except imaplib.IMAP4.error as error:
            raise PullFailed(f"The mail server lets nobody in: {_words(*error.args)}") from error
        box = Mailbox(line)
        box.select(unquote(parts.path).strip("/") or "INBOX")
        yield box
    finally:
        with suppress(imaplib.IMAP4.error, OSError, PullFailed):
            line.logout()
        # Where the server does not let us go, imaplib leaves the connection open.
        with suppress(OSError):
            line.shutdown()


class _Line(imaplib.IMAP4):
    """An IMAP connection that keeps a deadline, and takes no literal that is larger than a mail may be."""

    def __init__(self, host: str, port: int | None, deadline: Deadline) -> None:
        self._deadline = deadline
        super().__init__(host, port or PORT, timeout=min(CONNECT_S, deadline.left()))

    def open(self, host: str = "", port: int = PORT, timeout: float | None = None) -> None:
        super().open(host, port, timeout)
        self.file = io.BufferedReader(TimedReader(self.sock, self._deadline))

    def read(self, size: int) -> bytes:
        return super().read(_bounded(size))


class _SecretLine(imaplib.IMAP4_SSL):
    """The same within TLS."""

    def __init__(self, host: str, port: int | None, deadline: Deadline) -> None:
        self._deadline = deadline
        super().__init__(
            host,
            port or TLS_PORT,
            ssl_context=ssl.create_default_context(),
            timeout=min(CONNECT_S, deadline.left()),
        )

    def open(self, host: str = "", port: int | None = TLS_PORT, timeout: float | None = None) -> None:
        super().open(host, port, timeout)
        self.file = io.BufferedReader(TimedReader(self.sock, self._deadline))

    def read(self, size: int) -> bytes:
        return super().read(_bounded(size))


def _bounded(size: int) -> int:
    """The length of a literal, as the server announces it; raises where nothing so long was asked for."""
    if size > _most_of_mail():
        raise imaplib.IMAP4.abort(f"a literal of {size} bytes, which nobody asked for")
    return size


def _most_of_mail() -> int:
    return round(settings.DELIVERY_MAX_BYTES * MAIL_FACTOR)


def _line_of(scheme: str) -> type[_Line] | type[_SecretLine]:
    return _SecretLine if scheme == "imaps" else _Line


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox that is open; every method raises PullFailed where the server refuses."""

    line: _Line | _SecretLine

    def select(self, name: str) -> None:
        """Open the folder ``name`` for reading and moving."""
        _fine(self.line.select(_quoted(name)), f"There is no folder {name} in the mailbox")

    def unseen(self) -> list[str]:
        """The numbers of the mails that were not seen, the oldest first."""
        found = _fine(self.line.uid("SEARCH", "UNSEEN"), "The mailbox cannot be searched")
        numbers = b" ".join(part for part in found if isinstance(part, bytes)).split()
        return [str(number) for number in sorted(int(number) for number in numbers if number.isdigit())]

    def size(self, uid: str) -> int:
        """The mail's size in bytes; 0 where the server does not say."""
        found = _fine(self.line.uid("FETCH", uid, "(RFC822.SIZE)"), "The mail's size cannot be asked")
        match = _SIZE.search(b" ".join(part for part in found if isinstance(part, bytes)))
        return int(match[1]) if match else 0

    def read(self, uid: str) -> bytes:
        """The mail as it came, without marking it."""
        found = _fine(self.line.uid("FETCH", uid, "(BODY.PEEK[])"), "The mail cannot be fetched")
        return b"".join(part[1] for part in found if isinstance(part, tuple))

    def mark(self, uid: str) -> None:
        """Mark the mail as seen."""
        _fine(self.line.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"), "The mail cannot be marked as seen")

    def put_away(self, uid: str, folder: str) -> None:
        """Mark the mail as seen and move it to ``folder``, which is made where it is missing."""
        self.mark(uid)
        if not folder:
            return
        verb = "MOVE" if "MOVE" in self.line.capabilities else "COPY"
        if self.line.uid(verb, uid, _quoted(folder))[0] != "OK":
            self.line.create(_quoted(folder))
            _fine(self.line.uid(verb, uid, _quoted(folder)), f"The mail cannot be moved to {folder}")
        if verb == "COPY":
            _fine(self.line.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)"), "The mail cannot be moved away")
            if "UIDPLUS" in self.line.capabilities:
                # Without it an EXPUNGE would also take away what others have marked.
                _fine(self.line.uid("EXPUNGE", uid), "The mail cannot be moved away")


def _fine(answer: tuple[str, Sequence[Any]], words: str) -> Sequence[Any]:
    status, data = answer
    if status != "OK":
        raise Unwilling(f"{words}: {_words(*data)}")
    return data


def _words(*said: object) -> str:
    """What a server says, which imaplib gives as bytes."""
    return " ".join(part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part) for part in said if part)


def _quoted(name: str) -> str:
    """The name of a mailbox as IMAP wants it: quoted, and what is not ASCII in modified UTF-7 (RFC 3501, 5.1.3)."""
    ascii_only = name.isascii() and "&" not in name
    encoded = name if ascii_only else _utf7(name)
    return '"' + encoded.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _utf7(name: str) -> str:
    parts = re.split(r"([^\x20-\x7e]+)", name)
    found = []
    for number, part in enumerate(parts):
        if number % 2:
            found.append("&" + part.encode("utf-7").decode().strip("+-").replace("/", ",") + "-")
        else:
            found.append(part.replace("&", "&-"))
    return "".join(found)
