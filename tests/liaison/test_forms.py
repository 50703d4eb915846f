"""The forms on one's own page: consent by the words of a version, an erasure that is no slip, the journal's conditions."""

from __future__ import annotations

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.test import SimpleTestCase
from django.utils import translation
from django.utils.translation import gettext_lazy

from liaison.consents import PURPOSES
from liaison.forms import ConsentForm, ConsentsField, ErasureForm, FixedSelect, WordsInput
from liaison.models import Person
from liaison.templatetags.narrowing import parts

NAME = next(iter(PURPOSES))
VERSION = PURPOSES[NAME].version


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, []),
        ({"answer": "no"}, []),
        ({"purpose": "everything"}, ["purpose"]),
        ({"answer": "perhaps"}, ["answer"]),
        ({"version": "0"}, ["version"]),
        ({"version": "one"}, ["version"]),
        ({"version": ""}, ["version"]),
    ],
)
def test_an_answer_is_a_yes_or_a_no_to_words_that_there_are(changes: dict[str, str], wrong: list[str]) -> None:
    said = {"purpose": NAME, "answer": "yes", "version": str(VERSION)}
    assert list(ConsentForm(said | changes).errors) == wrong


def test_who_is_new_agrees_to_nothing_to_some_or_to_all() -> None:
    field = ConsentsField()
    every = [f"{name}:{words.version}" for name, words in PURPOSES.items()]
    assert field.clean([]) == {}
    assert field.clean([f"{NAME}:{VERSION}"]) == {NAME: VERSION}
    assert field.clean(every) == {name: words.version for name, words in PURPOSES.items()}


@pytest.mark.parametrize("choice", [f"{NAME}:{VERSION + 1}", NAME, "everything:1", f"{NAME}:{VERSION}:9"])
def test_a_yes_to_other_words_is_none(choice: str) -> None:
    with pytest.raises(ValidationError, match="The words have changed meanwhile"):
        ConsentsField().clean([choice])


@pytest.mark.parametrize(
    ("typed", "is_right"),
    [("keza@firm.example", True), (" KEZA@Firm.example ", True), ("kezia@firm.example", False), ("", False)],
)
def test_an_erasure_needs_ones_own_address(typed: str, is_right: bool) -> None:
    form = ErasureForm({"email": typed}, person=Person(email="keza@firm.example"))
    assert (form.is_valid(), list(form.errors)) == (is_right, [] if is_right else ["email"])


class Choosing(forms.Form):
    """One choice of two, with words that are translated."""

    way = forms.ChoiceField(widget=FixedSelect, required=False, choices=[("", gettext_lazy("Every state")), ("a", "A")])


@pytest.mark.parametrize("chosen", ["", "a"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_fixed_choice_looks_as_django_draws_it_each_time(language: str, chosen: str) -> None:
    with translation.override(language):
        choices = Choosing.base_fields["way"].choices  # type: ignore[attr-defined]
        as_django = forms.Select(choices=choices).render("way", chosen, {"id": "id_way"})
        assert [str(Choosing({"way": chosen})["way"]) for _again in range(2)] == [as_django] * 2


def test_wrong_choices_are_not_kept_and_take_no_room_from_right_ones() -> None:
    kept = Choosing({"way": ""})["way"].field.widget.kept
    kept.clear()
    assert len({str(Choosing({"way": str(number)})["way"]) for number in range(300)}) == 1
    assert not kept
    for way in ("", "a"):
        assert str(Choosing({"way": way})["way"]) in kept.values()


@pytest.mark.parametrize("typed", [None, "", "MSCU1234566", '"><script>', "a & b"])
def test_the_box_for_words_says_what_djangos_says(typed: str | None) -> None:
    attrs = {"id": "id_q", "maxlength": "80"}
    SimpleTestCase().assertHTMLEqual(
        WordsInput().render("q", typed, attrs), forms.TextInput().render("q", typed, attrs)
    )


class Box(forms.Form):
    q = forms.CharField(required=False)
    size = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, widget=FixedSelect, choices=[("", "every"), ("s", "small")]
    )
    firm = forms.IntegerField(required=False, widget=forms.HiddenInput)


def test_a_filter_that_only_links_fill_in_stands_in_the_form_when_it_is_filled_in() -> None:
    assert [field.name for field in parts(Box({"q": "x", "firm": ""})).hidden] == []
    assert [field.name for field in parts(Box({"firm": "7"})).hidden] == ["firm"]


def test_filters_that_nobody_has_used_are_those_of_ones_language_and_of_nobodys_choice() -> None:
    chosen = parts(Box({"size": "s"}))
    assert (chosen.is_narrowed, 'value="s" selected' in chosen.rest) == (True, True)
    unused = parts(Box({"q": "x"}))
    assert (unused.first.name, unused.is_narrowed, 'value="s" selected' in unused.rest) == ("q", False, False)
    assert unused.rest == parts(Box({})).rest
    with translation.override("fr"):
        assert parts(Box({})).rest not in (unused.rest, "")
