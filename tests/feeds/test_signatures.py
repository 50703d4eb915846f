"""Signatures over raw bytes, as DCSA's senders make them."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.signatures import is_signed, keys_of, sign

KEY = bytes(range(32))
SECRET = base64.b64encode(KEY).decode()
BODY = b'[{"eventType": "EQUIPMENT"}]'


def test_the_key_is_what_the_secret_says_in_base64() -> None:
    expected = "sha256=" + hmac.new(KEY, BODY, hashlib.sha256).hexdigest()
    assert sign(BODY, KEY) == expected
    assert [is_signed(BODY, said, SECRET) for said in (expected, expected.upper(), f" {expected} ")] == [True] * 3


def test_the_secret_s_own_characters_are_a_key_too() -> None:
    assert is_signed(BODY, sign(BODY, SECRET.encode()), SECRET)
    assert is_signed(BODY, sign(BODY, b"no base64!"), "no base64!")
    assert keys_of("no base64!") == [b"no base64!"]


def test_base64_of_addresses_and_without_its_end_is_understood() -> None:
    key = b"\xfb\xff" * 16
    assert keys_of(base64.urlsafe_b64encode(key).decode().rstrip("="))[0] == key


@pytest.mark.parametrize("said", ["", "sha256=", "sha256=00", sign(BODY, KEY)[7:], sign(b"", KEY), "sha1=aa", "\udce9"])
def test_anything_else_is_no_signature(said: str) -> None:
    assert not is_signed(BODY, said, SECRET)


@pytest.mark.parametrize("secret", ["", "=", "\n"])
def test_no_secret_signs_nothing_with_an_empty_key(secret: str) -> None:
    assert not is_signed(BODY, sign(BODY, b""), secret)


@given(st.binary(max_size=64), st.binary(max_size=64), st.text(min_size=1, max_size=40))
def test_only_the_same_bytes_are_signed(body: bytes, other: bytes, secret: str) -> None:
    for key in keys_of(secret):
        assert is_signed(body, sign(body, key), secret)
        assert is_signed(other, sign(body, key), secret) == (other == body)
