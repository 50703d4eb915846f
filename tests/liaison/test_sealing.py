"""Secrets at rest."""

from __future__ import annotations

import pytest
from cryptography.fernet import InvalidToken
from pytest_django import Settings

from liaison.sealing import seal, unseal


def test_what_is_sealed_cannot_be_read_and_comes_back() -> None:
    sealed = seal("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert unseal(sealed) == "JBSWY3DPEHPK3PXP"
    assert seal("JBSWY3DPEHPK3PXP") != sealed


def test_an_older_key_still_opens_and_a_foreign_one_does_not(settings: Settings) -> None:
    settings.SECRET_KEY = "old"
    sealed = seal("secret")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", ["old"]
    assert unseal(sealed) == "secret"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        unseal(sealed)


def test_one_changed_letter_is_noticed() -> None:
    sealed = seal("secret")
    changed = sealed[:30] + ("A" if sealed[30] != "A" else "B") + sealed[31:]
    with pytest.raises(InvalidToken):
        unseal(changed)
