"""What is sent to a browser: the services that take it, the browser's keys, and the words that it shows."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from typing import Self
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MOST_BYTES = 3000
LONGEST_TITLE = 120
URGENCIES = ("very-low", "low", "normal", "high")
_CURVE = ec.SECP256R1()
_KEY_BYTES = 32


def is_taken_by(url: str, services: Collection[str]) -> bool:
    """Whether an endpoint lies at one of the services: https, a host of theirs on its usual port, and no user."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    if not plain or parts.scheme != "https" or "@" in parts.netloc:
        return False
    host = parts.hostname or ""
    named = f"{host}:{port}" if port not in (None, 443) else host
    return any(
        named.endswith(service[1:]) and len(named) >= len(service) if service.startswith("*.") else named == service
        for service in services
    )


def browser_keys(p256dh: str, auth: str) -> tuple[str, str]:
    """A browser's two keys (RFC 8291) as they are kept, base64url without padding; ValueError where they are none."""
    point, secret = decoded(p256dh), decoded(auth)
    if len(point) != 65 or len(secret) != 16:
        raise ValueError("A key has not its length")
    ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
    return encoded(point), encoded(secret)


def public_key(private: str) -> str:
    """The public half of the portal's own key (RFC 8292), which a browser asks for; ValueError where it is no key."""
    number = decoded(private)
    if len(number) != _KEY_BYTES:
        raise ValueError("A key of this curve has 32 bytes")
    key = ec.derive_private_key(int.from_bytes(number, "big"), _CURVE).public_key()
    return encoded(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def decoded(text: str) -> bytes:
    """What base64url stands for; ValueError where it is none."""
    try:
        return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("This is no base64url") from error


def encoded(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """A browser as it can be reached: its endpoint and its two keys, as `browser_keys` gives them."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One notification and the keys of the browser that it is for.

    ``tag`` is 32 characters of base64url at most: of two with the same one the later takes the place of the former.
    ``why`` it came stands below it; ``change`` is the address where that is changed, and ``change_words`` its button.
    """

    p256dh: str
    auth: str
    title: str
    body: str
    url: str
    language: str
    tag: str
    urgency: str = "normal"
    why: str = ""
    change: str = ""
    change_words: str = ""

    def packed(self) -> str:
        """As a letter's body."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def unpacked(cls, text: str) -> Self:
        """From a letter's body; ValueError where it holds none."""
        said = json.loads(text)
        try:
            # What was written before there was a field has none.
            named = {field.name: str(said[field.name]) for field in fields(cls) if field.name in said}
            return cls(**named)
        except (KeyError, TypeError) as error:
            raise ValueError("No push") from error

    def payload(self) -> bytes:
        """What the browser's worker reads, in MOST_BYTES at most: the text is cut where it is longer."""
        said = {"title": _cut(self.title, LONGEST_TITLE), "url": self.url, "lang": self.language, "tag": self.tag}
        rest = {"why": self.why, "change": self.change, "change_words": self.change_words}
        said |= {name: words for name, words in rest.items() if words}
        room = MOST_BYTES - len(_json({**said, "body": ""}))
        body = self.body
        while len(_json(body)) - 2 > room:
            body = _cut(body, min(len(body) - 1, max(len(body) - (len(_json(body)) - 2 - room) // 4, 1)))
        return _json({**said, "body": body})


def _json(said: object) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
