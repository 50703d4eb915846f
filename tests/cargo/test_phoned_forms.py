"""The form for what was told by telephone: numbers as they are kept, the place's own clock, and no word of the future."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.utils import translation

from cargo.phoned_forms import PhonedForm
from tests.cargo.test_phoned import CALL

NOW = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)


def form(**changes: str) -> PhonedForm:
    asked = PhonedForm(CALL | changes)
    asked.is_valid()
    return asked


def errors(**changes: str) -> dict[str, list[str]]:
    return {name: list(map(str, words)) for name, words in form(**changes).errors.items()}


@pytest.mark.parametrize(
    ("goods", "kept"),
    [(" tghu 305438 0 ", "TGHU3054380"), ("rw26-000123", "RW26-000123"), ("umuc 2611001", "UMUC2611001")],
)
def test_a_number_is_kept_in_upper_case_without_blanks(network: None, goods: str, kept: str) -> None:
    assert form(goods=goods).told().goods == kept


def test_a_time_is_the_place_s_own_and_a_day_is_a_day(network: None) -> None:
    assert form().told().when == datetime(2026, 11, 20, 9, 30)  # noqa: DTZ001
    assert form(hour="09:30:59").told().when == datetime(2026, 11, 20, 9, 30)  # noqa: DTZ001
    day: Any = form(hour="").told().when
    assert (day, type(day)) == (date(2026, 11, 20), date)


# In Malaba it is half past midnight of the 21st, in Kigali half past eleven of the 20th.
@pytest.mark.parametrize(
    ("node", "day", "hour", "is_future"),
    [
        ("xx-border-malaba", "2026-11-21", "", False),
        ("rw-city-kigali", "2026-11-21", "", True),
        ("xx-border-malaba", "2026-11-21", "02:29", False),
        ("xx-border-malaba", "2026-11-21", "02:31", True),
        ("rw-city-kigali", "2026-11-21", "01:29", False),
        ("rw-city-kigali", "2026-11-21", "01:31", True),
        ("rw-city-kigali", "9999-12-31", "23:59", True),
        ("rw-city-kigali", "2025-01-01", "", False),
    ],
)
def test_what_has_happened_is_not_ahead_by_that_place_s_clock(
    network: None, node: str, day: str, hour: str, is_future: bool
) -> None:
    with time_machine.travel(NOW, tick=False):
        said = errors(node=node, day=day, hour=hour)
        assert errors(node=node, day=day, hour=hour, classifier="EST") == {}
    words = ["This lies in the future. Choose “expected”, or correct the day and the time."]
    assert said == ({"day": words} if is_future else {})


def test_places_are_chosen_by_name_with_a_word_for_no_choice_in_the_reader_s_language(network: None) -> None:
    for language, word in (("en", "Choose"), ("rw", "Hitamo")):
        with translation.override(language):
            choices = list(PhonedForm().fields["node"].choices)  # type: ignore[attr-defined]
            assert (str(choices[0][0]), str(choices[0][1])) == ("", word)
    names = [str(label) for _value, label in choices[1:]]
    assert names == sorted(names, key=str.casefold)
