"""Secrets of sources: taken out of what is shown, kept sealed, masked in what is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from feeds.credentials import (
    SECRETS,
    Credentials,
    Unreadable,
    seal_secrets,
    split_address,
    split_settings,
    unseal_secrets,
    without_user,
)


def test_settings_that_are_secrets_are_told_from_the_others() -> None:
    plain = {"username": "kpa", "node": "ke-port-mombasa", "secret_header": "X-Gate"}
    hidden = dict.fromkeys(SECRETS, "x")
    assert split_settings({**plain, **hidden}) == (plain, hidden)


@pytest.mark.parametrize(
    ("url", "without", "password"),
    [
        ("sftp://kpa:p%40ss@h:22/in", "sftp://kpa@h:22/in", "p@ss"),
        ("https://:word@h/", "https://h/", "word"),
        ("https://kpa@h/?a=b", "https://kpa@h/?a=b", ""),
        ("https://h/?mail=a:b@c", "https://h/?mail=a:b@c", ""),
        ("https://kpa:a:b@h/", "https://kpa@h/", "a:b"),
        ("/srv/in", "/srv/in", ""),
        ("http://[::1", "http://[::1", ""),
        ("imaps://kpa:p@[::1]:993/INBOX", "imaps://kpa@[::1]:993/INBOX", "p"),
    ],
)
def test_a_password_is_taken_out_of_an_address(url: str, without: str, password: str) -> None:
    assert split_address(url) == (without, password)


def test_a_user_is_taken_out_of_an_address() -> None:
    assert without_user("https://k%40pa:p@h:8/x") == ("https://h:8/x", "k@pa")
    assert without_user("https://h/x") == ("https://h/x", "")


@given(st.dictionaries(st.sampled_from(sorted(SECRETS)), st.text(min_size=1, max_size=50), max_size=4))
def test_what_is_sealed_comes_back(secrets: dict[str, str]) -> None:
    sealed = seal_secrets(secrets)
    assert unseal_secrets(sealed).values == secrets
    assert (sealed == "") == (secrets == {})


def test_another_key_opens_nothing_and_says_what_to_do(settings: Settings) -> None:
    sealed = seal_secrets({"password": "p"})
    settings.SECRET_KEY = "another"
    with pytest.raises(Unreadable, match="give them again with source_add"):
        unseal_secrets(sealed)


def test_secrets_are_neither_printed_nor_left_in_words() -> None:
    known = Credentials({"password": "word", "bearer": "word-and-more", "api_key": ""})
    assert repr(known) == "Credentials()"
    assert known.mask("word-and-more, word; w") == "…, …; w"
    assert (known.get("password"), known.get("private_key")) == ("word", "")
