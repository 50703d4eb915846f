"""A stream of bytes, locked with a key in pieces of a mebibyte: nothing altered, cut off or foreign is ever given out.

AES-256-GCM by the construction STREAM (Hoang, Reyhanitabar, Rogaway, Vizár, 2015): each file has a key of its own,
derived from ours and a random salt; a piece's nonce is its number and whether it is the last.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Iterator
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"KPAVLT1\n"
PIECE = 1 << 20
KEY_BYTES = 32
SALT_BYTES = 16
TAG_BYTES = 16
HEADER_BYTES = len(MAGIC) + SALT_BYTES + 8


class Damaged(Exception):
    """What was locked cannot be opened; its words say why."""


class Readable(Protocol):
    """What bytes come from."""

    def read(self, size: int, /) -> bytes:
        """At most so many of the next bytes; none at the end."""


class Writable(Protocol):
    """Where bytes go."""

    def write(self, part: bytes, /) -> object:
        """Take them."""


def read_key(text: str) -> bytes:
    """The key of 32 bytes that is written in base64, in either alphabet. Raises ValueError."""
    try:
        plain = text.strip().rstrip("=").replace("-", "+").replace("_", "/")
        key = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("The key must be written in base64") from error
    if len(key) != KEY_BYTES:
        raise ValueError(f"The key must have {KEY_BYTES} bytes; this one has {len(key)}")
    return key


def lock(key: bytes, plain: Readable, locked: Writable) -> None:
    """Write ``plain`` to ``locked``."""
    salt = os.urandom(SALT_BYTES)
    header = MAGIC + salt + _mark(key, salt)
    box = AESGCM(_own_key(key, salt))
    locked.write(header)
    for number, (piece, is_last) in enumerate(_pieces(plain, PIECE)):
        locked.write(box.encrypt(_nonce(number, is_last), piece, header))


def unlock(key: bytes, locked: Readable, plain: Writable) -> None:
    """Write what is in ``locked`` to ``plain``; whoever is told of damage keeps nothing of it. Raises Damaged."""
    header = _whole(locked, HEADER_BYTES)
    if len(header) < HEADER_BYTES or not header.startswith(MAGIC):
        raise Damaged("it is not a locked file, or cut off at its beginning")
    salt = header[len(MAGIC) : len(MAGIC) + SALT_BYTES]
    if not hmac.compare_digest(header[-8:], _mark(key, salt)):
        raise Damaged("it was locked with another key")
    box = AESGCM(_own_key(key, salt))
    for number, (piece, is_last) in enumerate(_pieces(locked, PIECE + TAG_BYTES)):
        try:
            plain.write(box.decrypt(_nonce(number, is_last), piece, header))
        except InvalidTag:
            raise Damaged(f"it was altered or cut off at or before byte {number * PIECE + len(piece)}") from None


def signature(key: bytes, content: bytes) -> str:
    """By which whoever has the key knows that ``content`` is ours, in hexadecimal digits."""
    return hmac.new(_derived(key, b"", b"signature"), content, hashlib.sha256).hexdigest()


def _own_key(key: bytes, salt: bytes) -> bytes:
    return _derived(key, salt, b"file")


def _mark(key: bytes, salt: bytes) -> bytes:
    """What tells a wrong key from damage."""
    return _derived(key, salt, b"mark")[:8]


def _derived(key: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=b"portal backup " + purpose).derive(key)


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _pieces(stream: Readable, size: int) -> Iterator[tuple[bytes, bool]]:
    """Pieces of ``size``, each with whether it is the last; an empty stream has one, which is empty."""
    piece = _whole(stream, size)
    while True:
        after = _whole(stream, size) if len(piece) == size else b""
        yield piece, not after
        if not after:
            return
        piece = after


def _whole(stream: Readable, size: int) -> bytes:
    """So many bytes, fewer only at the end: a pipe gives what it has just now."""
    parts, left = [], size
    while left and (part := stream.read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
