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
    address_secrets,
    seal_secrets,
    shown_address,
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


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Illegal header value b'Bearer s3cr\\u00e9t\\n'", "Illegal header value b'Bearer s3cr\\u00e9t\\n'"),
        ("Illegal header value b'Bearer word/1\\n'", "Illegal header value b'Bearer …'"),
        ("GET /?k=word%2F1%0A", "GET /?k=…"),
        ("word/1 is wrong", "… is wrong"),
        ("word/2", "word/2"),
    ],
)
def test_a_secret_is_known_however_it_is_spelled(said: str, shown: str) -> None:
    assert Credentials({"bearer": "word/1\n"}).mask(said) == shown


def test_headers_that_bear_secrets_are_told_from_those_that_do_not() -> None:
    plain = {"header:API-Version": "2", "header:Accept": "x", "api_key_header": "X-Key", "secret_header": "X-Gate"}
    names = ("Authorization", "X-Api-Key", "Cookie", "Consumer-Secret", "X-AUTH-TOKEN", "x-password")
    hidden = {f"header:{name}": "x" for name in names}
    assert split_settings({**plain, **hidden}) == (plain, hidden)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://h/x?api_key=abcdef%2F1&limit=9", "https://h/x?api_key=…&limit=9"),
        ("https://kpa:word@h/?access_token=abcdef", "https://kpa@h/?access_token=…"),
        ("https://h/?key=abc", "https://h/?key=abc"),
        ("https://h/?UNLocationCode=KEMBA1&design=abcdef", "https://h/?UNLocationCode=KEMBA1&design=abcdef"),
        ("https://h/?sig=abcdef&SIG=ghijkl", "https://h/?sig=…&SIG=…"),
        ("http://[::1?token=abcdef", "http://[::1?token=abcdef"),
        ("/srv/in", "/srv/in"),
    ],
)
def test_an_address_is_shown_without_the_secrets_among_its_parameters(url: str, shown: str) -> None:
    assert shown_address(url) == shown
    assert Credentials(address_secrets("https://h/?token=a%2Bb%2Bc")).mask("a+b+c, a%2Bb%2Bc") == "…, …"


@given(st.text(max_size=200))
def test_any_address_can_be_shown(url: str) -> None:
    assert isinstance(shown_address(url), str)
