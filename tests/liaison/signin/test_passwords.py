"""Which passwords are taken and which are refused."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError

from liaison.models import Person
from liaison.signin.passwords import HELP


@pytest.mark.parametrize(
    "password",
    [
        "umuhanda-mwiza-cyane",
        "aaaaaaaaaaaz",
        "            ",
        "пароль из слов",
        "123456-654321-98",
        "Kigali rain on tin roofs",
        "🦩🦩🦩🦩🦩🦩🦩🦩🦩🦩🦩🦩",
        "x" * 64,
        "correct horse " * 60,
    ],
)
def test_any_characters_will_do(password: str) -> None:
    validate_password(password, Person(email="keza@firm.example", name="Keza Uwase"))


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "This password has fewer than 12 characters."),
        ("elevenchars", "This password has fewer than 12 characters."),
        ("qwertyuiop123456", "This password is one of the first that a guesser tries."),
        ("Password-2026!", "This password is one of the first that a guesser tries."),
        ("250788123456789", "This password is made of figures alone."),
        ("٠٧٨٨١٢٣٤٥٦٧٨٩", "This password is made of figures alone."),
        ("Kigali-Rwanda-2026", "This password is one of the first that a guesser tries."),
        ("KPA-Liaison-Office", "This password is one of the first that a guesser tries."),
        ("keza@firm.example", "This password is too much like your name or your e-mail address."),
        ("uwase-Keza-uwase", "This password is too much like your name or your e-mail address."),
    ],
)
def test_what_is_guessed_early_is_refused_with_the_reason(password: str, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password, Person(email="keza@firm.example", name="Uwase Keza Uwase"))
    assert refused.value.messages == [words]


def test_common_figures_are_told_both() -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password("1234567890123")
    assert refused.value.messages == [
        "This password is made of figures alone.",
        "This password is one of the first that a guesser tries.",
    ]


def test_the_help_says_how_long() -> None:
    assert "".join(password_validators_help_texts()) == str(HELP)
