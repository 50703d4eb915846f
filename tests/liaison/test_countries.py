"""Countries in the reader's language."""

from __future__ import annotations

import pytest
from django.utils import translation

from liaison.countries import country_choices, country_name


@pytest.mark.parametrize(
    ("language", "code", "name"),
    [
        ("en", "DK", "Denmark"),
        ("fr", "DK", "Danemark"),
        ("sw", "DK", "Denmaki"),
        ("rw", "RW", "U Rwanda"),
        ("rw", "DK", "Denmark"),
        ("en-gb", "KE", "Kenya"),
        ("en", "??", "??"),
    ],
)
def test_a_country_has_a_name_in_every_language(language: str, code: str, name: str) -> None:
    with translation.override(language):
        assert country_name(code) == name


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
def test_the_corridors_countries_come_first_and_each_once(language: str) -> None:
    with translation.override(language):
        choices = country_choices()
    codes = [code for code, _name in choices]
    assert codes[:7] == ["RW", "KE", "UG", "TZ", "BI", "CD", "SS"]
    assert len(codes) == len(set(codes)) > 240
    assert {"EU", "UN", "ZZ", "QO", "XA"} & set(codes) == set()
    names = [name for _code, name in choices[7:]]
    assert names == sorted(names)
