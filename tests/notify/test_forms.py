"""The forms of what one is told, and of the outbox board: what they take, and as what."""

from __future__ import annotations

from datetime import time

import pytest
from django.http import QueryDict
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from notify.forms import THRESHOLDS_H, CodeForm, DeadForm, HoursForm, PhoneForm, SentForm, table_from
from notify.kinds import KINDS, SENT_BY, TOPICS
from notify.models import Preference
from notify.preferences import Hours

USUAL = {"digest": "none", "digest_hour": "7", "digest_weekday": "0", "threshold_h": "12"}
cells = st.tuples(st.sampled_from(TOPICS), st.sampled_from(SENT_BY))


def hours(**changed: str) -> HoursForm:
    return HoursForm(USUAL | changed, instance=Preference())


def test_what_nobody_changed_is_what_is_usual(db: None) -> None:
    form = hours()
    assert (form.is_valid(), form.hours()) == (True, Hours())


def test_everything_that_can_be_chosen_is_taken_as_it_is_kept(db: None) -> None:
    form = hours(
        quiet_from="23:30", quiet_until="04:15", holds_email="on", digest="weekly", digest_hour="23", digest_weekday="6"
    )
    assert form.is_valid()
    assert form.hours() == Hours(
        quiet_from=time(23, 30),
        quiet_until=time(4, 15),
        holds_email=True,
        digest="weekly",
        digest_hour=23,
        digest_weekday=6,
    )


def test_thresholds_are_offered_in_the_language_of_the_reader() -> None:
    with translation.override("fr"):
        assert dict(HoursForm().fields["threshold_h"].choices)[12] == "12 heures"  # type: ignore[attr-defined]


@pytest.mark.parametrize("threshold", THRESHOLDS_H)
def test_every_threshold_on_offer_can_be_kept(db: None, threshold: int) -> None:
    form = hours(threshold_h=str(threshold))
    assert (form.is_valid(), form.hours().threshold_h) == (True, threshold)


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"quiet_from": "22:00"}, {"quiet_until"}),
        ({"quiet_until": "22:00"}, {"quiet_until"}),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, {"quiet_until"}),
        ({"quiet_from": "00:00", "quiet_until": "00:00"}, {"quiet_until"}),
        ({"quiet_from": "25:00", "quiet_until": "22:00"}, {"quiet_from"}),
        ({"quiet_from": "22:00", "quiet_until": "noon"}, {"quiet_until"}),
        ({"digest": ""}, {"digest"}),
        ({"digest_hour": "-1"}, {"digest_hour"}),
        ({"digest_weekday": "7"}, {"digest_weekday"}),
        ({"threshold_h": "0"}, {"threshold_h"}),
        ({"threshold_h": "x"}, {"threshold_h"}),
    ],
)
def test_what_means_nothing_is_said_where_it_stands(db: None, changed: dict[str, str], fields: set[str]) -> None:
    form = hours(**changed)
    assert (form.is_valid(), set(form.errors)) == (False, fields)
    assert all(len(said) == 1 for said in form.errors.values())


@pytest.mark.parametrize("begin", ["00:00", "12:00", "23:59"])
def test_quiet_hours_may_begin_at_midnight(db: None, begin: str) -> None:
    form = hours(quiet_from=begin, quiet_until="06:00")
    assert (form.is_valid(), form.hours().quiet_from) == (True, time.fromisoformat(begin))


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
def test_a_time_is_shown_as_a_browser_reads_it_in_every_language(language: str) -> None:
    with translation.override(language):
        shown = str(HoursForm(instance=Preference(quiet_from=time(21, 5), quiet_until=time(6)))["quiet_from"])
    assert 'value="21:05"' in shown


@settings(max_examples=40, deadline=None)
@given(ticked=st.sets(cells), channels=st.lists(st.sampled_from(SENT_BY), unique=True))
def test_a_table_has_a_word_on_all_that_was_offered_and_on_nothing_else(
    ticked: set[tuple[str, str]], channels: list[str]
) -> None:
    data = QueryDict(mutable=True)
    data.setlist("told", [f"{topic}:{channel}" for topic, channel in ticked])
    table = table_from(data, channels)
    assert set(table) == {(topic, channel) for topic in TOPICS for channel in channels}
    assert {cell for cell, is_on in table.items() if is_on} == {cell for cell in ticked if cell[1] in channels}


@pytest.mark.parametrize(
    "told", [[], ["weather:email"], ["movement"], ["movement:email:x", ":", "\x00", "MOVEMENT:EMAIL"]]
)
def test_boxes_that_were_never_there_tick_nothing(told: list[str]) -> None:
    data = QueryDict(mutable=True)
    data.setlist("told", told)
    assert not any(table_from(data, ["email"]).values())


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0788 123 456", "+250788123456"),
        ("+250 788 123 456", "+250788123456"),
        ("+254 (700) 000-001", "+254700000001"),
        ("12", None),
        ("", None),
        ("+", None),
        ("not a number", None),
        ("+250788123456" * 3, None),
        ("+250788123456\x00", None),
    ],
)
def test_a_number_is_kept_in_one_spelling(typed: str, kept: str | None) -> None:
    form = PhoneForm({"number": typed})
    assert (form.is_valid(), form.cleaned_data.get("number")) == (kept is not None, kept)


@pytest.mark.parametrize(
    ("typed", "code"), [("123456", "123456"), (" 123 456 ", "123456"), ("12\u00a034\t56", "123456")]
)
def test_a_code_may_be_typed_with_blanks(typed: str, code: str) -> None:
    form = CodeForm({"code": typed})
    assert (form.is_valid(), form.cleaned_data["code"]) == (True, code)


@pytest.mark.parametrize("typed", ["", "   ", "1" * 13, "1\x002"])
def test_no_code_and_a_long_one_are_none(typed: str) -> None:
    assert not CodeForm({"code": typed}).is_valid()


@pytest.mark.parametrize(
    ("asked", "is_valid"),
    [
        ({}, True),
        ({"kind": next(iter(KINDS)), "channel": "sms"}, True),
        ({"kind": "no.such"}, False),
        ({"channel": "inbox"}, False),
        ({"channel": "pigeon"}, False),
    ],
)
def test_dead_letters_are_asked_for_by_what_there_is(asked: dict[str, str], is_valid: bool) -> None:
    assert DeadForm(asked).is_valid() is is_valid


def test_a_search_is_without_blanks_around_it_and_not_endless() -> None:
    form = SentForm({"who": "  Keza ", "about": " rw26-000042"})
    assert (form.is_valid(), form.cleaned_data) == (True, {"who": "Keza", "about": "rw26-000042"})
    assert [SentForm(asked).is_valid() for asked in ({"who": "x" * 121}, {"about": "x" * 81}, {"who": "\x00"})] == [
        False
    ] * 3
