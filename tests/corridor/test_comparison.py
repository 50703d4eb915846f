"""Both corridors side by side: each figure with who published it, and none of our own."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from corridor.comparison import PUBLISHED
from corridor.facts import LANGUAGES


def test_each_figure_has_both_sides_and_its_source() -> None:
    assert [figure for figure in PUBLISHED if not (str(figure.northern) and str(figure.central))] == []
    assert [figure for figure in PUBLISHED if not figure.source.strip()] == []


def test_no_figure_is_told_twice() -> None:
    labels = [str(figure.label) for figure in PUBLISHED]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_each_is_named_in_the_reader_s_language(language: str) -> None:
    english = [str(figure.label) for figure in PUBLISHED]
    with translation.override(language):
        assert [label for label, figure in zip(english, PUBLISHED, strict=True) if str(figure.label) == label] == []


def test_what_was_true_of_one_year_names_it() -> None:
    money_or_days = [figure for figure in PUBLISHED if re.search("USD|days", str(figure.label))]
    undated = [str(figure.label) for figure in money_or_days if not re.search("20[0-9]{2}|before", str(figure.label))]
    assert (len(money_or_days), undated) == (4, [])
