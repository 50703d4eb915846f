"""What is locked comes back byte for byte with its key, and in no other way."""

from __future__ import annotations

import base64
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.backup import vault
from liaison.backup.vault import Damaged, lock, read_key, signature, unlock

KEY, OTHER = bytes(range(32)), bytes(32)


def locked(plain: bytes, key: bytes = KEY) -> bytes:
    out = io.BytesIO()
    lock(key, io.BytesIO(plain), out)
    return out.getvalue()


def opened(content: bytes, key: bytes = KEY) -> bytes:
    out = io.BytesIO()
    unlock(key, io.BytesIO(content), out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few bytes are several pieces."""
    monkeypatch.setattr(vault, "PIECE", 16)


class Trickle(io.BytesIO):
    """A pipe that never gives more than three bytes at once."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 0, 3))


@settings(max_examples=40)
@given(plain=st.binary(max_size=70))
def test_it_comes_back_whatever_its_length_and_its_bytes(plain: bytes) -> None:
    out = io.BytesIO()
    lock(KEY, Trickle(plain), out)
    assert opened(out.getvalue()) == plain
    # Its first bytes are the same of every locked file, and might be of the plain one.
    assert len(plain) < 8 or plain not in out.getvalue()[vault.HEADER_BYTES :]


@settings(max_examples=40)
@given(plain=st.binary(max_size=70), data=st.data())
def test_no_byte_is_altered_and_none_cut_off_or_added_unnoticed(plain: bytes, data: st.DataObject) -> None:
    content = locked(plain)
    place = data.draw(st.integers(0, len(content) - 1))
    altered = bytearray(content)
    altered[place] ^= data.draw(st.integers(1, 255))
    for wrong in (bytes(altered), content[:place], content + b"\0", content + content[-16:]):
        with pytest.raises(Damaged):
            opened(wrong)


def test_pieces_cannot_change_places_or_files() -> None:
    one, other = locked(b"a" * 48), locked(b"a" * 48)
    begin, size = vault.HEADER_BYTES, 32
    first, second = one[begin : begin + size], one[begin + size : begin + 2 * size]
    for wrong in (
        one[:begin] + second + first + one[begin + 2 * size :],
        one[:begin] + other[begin:],
        # The whole last piece taken away leaves pieces that are whole.
        one[: begin + 2 * size],
    ):
        with pytest.raises(Damaged, match="altered or cut off"):
            opened(wrong)


def test_the_words_tell_a_wrong_key_from_damage() -> None:
    with pytest.raises(Damaged, match="locked with another key"):
        opened(locked(b"words"), OTHER)
    with pytest.raises(Damaged, match="not a locked file"):
        opened(b"PGDMP something else entirely, and long enough")
    with pytest.raises(Damaged, match="altered or cut off at or before byte 20"):
        opened(locked(b"words")[:-1])


def test_the_same_bytes_are_never_locked_the_same_way() -> None:
    assert locked(b"words") != locked(b"words")
    assert signature(KEY, b"words") != signature(OTHER, b"words")


def test_a_key_is_read_in_both_alphabets_and_refused_when_it_is_none() -> None:
    key = b"\xfb\xff" * 16
    for text in (base64.b64encode(key).decode(), base64.urlsafe_b64encode(key).decode().rstrip("=")):
        assert read_key(f" {text}\n") == key
    for wrong in ("", "abc", "x" * 43 + "!", base64.b64encode(key[:31]).decode()):
        with pytest.raises(ValueError, match="The key must"):
            read_key(wrong)


@pytest.mark.parametrize("plain", [b"", b"x" * 15, b"x" * 16, b"x" * 17, b"x" * 32, vault.MAGIC])
def test_a_locked_file_is_longer_by_its_header_and_a_tag_for_each_piece(plain: bytes) -> None:
    pieces = max(1, -(-len(plain) // 16))
    assert len(locked(plain)) == vault.HEADER_BYTES + len(plain) + pieces * vault.TAG_BYTES
    assert opened(locked(plain)) == plain
