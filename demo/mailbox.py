"""The demo's post: a local SMTP server that keeps each message as a file, and the reading of those files."""

from __future__ import annotations

import email
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

_NAME = re.compile(r"[0-9]{16}-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Letter:
    """One stored message. ``id`` names its file and begins with when it came, so that names sort by time."""

    id: str
    to: str
    subject: str
    at: datetime
    text: str


class _Keeper:
    """Stores what the server takes in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Answer only when the message is on the disk."""
        content = envelope.content or b""
        store(self.folder, content if isinstance(content, bytes) else content.encode())
        return "250 Message kept"


def serve(folder: Path, host: str, port: int) -> Controller:
    """A started SMTP server on a thread of its own that keeps its post in ``folder``. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    controller = Controller(_Keeper(folder), hostname=host, port=port)
    controller.start()
    return controller


def store(folder: Path, raw: bytes) -> str:
    """Keep one message in one piece; returns its id."""
    name = f"{time.time_ns() // 1000:016d}-{secrets.token_hex(4)}"
    unfinished = folder / f"{name}.part"
    unfinished.write_bytes(raw)
    unfinished.replace(folder / f"{name}.eml")
    return name


def newest(folder: Path, *, before: str = "", count: int = 30) -> tuple[list[Letter], bool]:
    """The newest messages, or those older than the one named ``before``; and whether there are more."""
    names = sorted((path.stem for path in folder.glob("*.eml") if _NAME.fullmatch(path.stem)), reverse=True)
    older = [name for name in names if name < before] if before else names
    found = [letter for name in older[:count] if (letter := read(folder, name))]
    return found, len(older) > count


def read(folder: Path, name: str) -> Letter | None:
    """The message of that id; None for an id that is none, or is not there."""
    if not _NAME.fullmatch(name):
        return None
    try:
        raw = (folder / f"{name}.eml").read_bytes()
    except OSError:
        return None
    message = email.message_from_bytes(raw, policy=policy.default)
    at = datetime.fromtimestamp(int(name.split("-")[0]) / 1_000_000, UTC)
    return Letter(name, _header(message, "To"), _header(message, "Subject"), at, _text(message))


def _header(message: EmailMessage, name: str) -> str:
    """A header as text; what cannot be decoded is shown as it came."""
    value: Any = message.get(name, "")
    return " ".join(str(value).split())


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError, ValueError):
        payload: Sequence[Any] | bytes | None = part.get_payload(decode=True)  # type: ignore[assignment]
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
