"""The providers' callbacks taken apart: numbers as forms carry them, texts without a number, signatures."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.talk.callbacks import LONGEST_ADDRESS, LONGEST_VALUE, MOST_VALUES, is_signed, phone_of, read_text


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("+250788123456", "+250788123456"),
        (" 250788123456", "+250788123456"),
        ("+250 788-123-456", "+250788123456"),
        ("MTN Rwanda", "MTN Rwanda"),
        ("7272", "7272"),
        ("0788123456", "0788123456"),
        ("\x00", ""),
        ("", ""),
    ],
)
def test_a_number_is_kept_in_one_form(said: str, kept: str) -> None:
    assert phone_of(said) == kept


def test_a_text_without_a_number_of_its_own_is_known_by_what_it_says() -> None:
    form = {"from": "+250788123456", "text": "HELP", "date": "2026-11-26 10:00:00"}
    first, again, later = read_text(form), read_text(form), read_text({**form, "date": "2026-11-26 10:00:01"})
    assert first is not None
    assert later is not None
    assert (first == again, first.provider_id == later.provider_id, len(first.provider_id)) == (True, False, 64)
    assert read_text({"from": "+250788123456"}) is None
    assert read_text({"text": "HELP"}) is None


@settings(max_examples=40)
@given(st.dictionaries(st.text(max_size=60), st.text(max_size=3000), max_size=30), st.text(max_size=200), st.text())
def test_whatever_a_form_says_it_fits_into_the_database(form: dict[str, str], sender: str, words: str) -> None:
    found = read_text({**form, "from": sender, "text": words})
    if found is not None:
        assert 0 < len(found.address) <= LONGEST_ADDRESS
        assert 0 < len(found.provider_id) <= 160
        assert "\x00" not in found.provider_id + found.address + "".join([*found.raw, *found.raw.values()])
        assert len(found.raw) <= MOST_VALUES
        assert all(len(value) <= LONGEST_VALUE for value in found.raw.values())
        assert found.is_silent == (not found.address.startswith("+"))


def test_a_signature_is_over_the_raw_bytes_and_never_without_a_secret() -> None:
    body = '{"a": "é"}'.encode()
    right = "sha256=" + hmac.new(b"secret", body, hashlib.sha256).hexdigest()
    assert is_signed(body, right, "secret")
    wrong = [("secret", body + b" ", right), ("secrets", body, right), ("secret", body, ""), ("secret", body, "é")]
    assert [is_signed(raw, signature, secret) for secret, raw, signature in wrong] == [False] * 4
    assert not is_signed(body, "sha256=" + hmac.new(b"", body, hashlib.sha256).hexdigest(), "")
