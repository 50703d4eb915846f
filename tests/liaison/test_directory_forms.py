"""The directory's forms: what may be asked, whom to call and how, and which file is read."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from liaison.concerns import Concern
from liaison.directory_forms import CallForm, ConcernsForm, DirectoryForm, FocalPointForm, SheetForm
from liaison.focal_points import Entry
from liaison.sheets import MOST_BYTES

pytestmark = pytest.mark.django_db
POINT = {"name": "Peter", "duty": "Gate", "phone": "0722 000 112", "email": "", "rank": "2", "concerns": ["INFO"]}


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({}, []),
        ({"q": "Umucyo", "kind": "importer", "standing": "verified"}, []),
        ({"kind": "nonsense"}, ["kind"]),
        ({"standing": "nonsense"}, ["standing"]),
        ({"q": "x" * 81}, ["q"]),
        ({"q": "a\x00"}, ["q"]),
    ],
)
def test_the_box_takes_what_can_be_asked(asked: dict[str, str], wrong: list[str]) -> None:
    assert list(DirectoryForm(asked).errors) == wrong


def test_a_focal_point_is_read_with_a_national_number_of_its_country() -> None:
    form = FocalPointForm(POINT, country="KE")
    assert form.is_valid()
    assert form.entry() == Entry(name="Peter", duty="Gate", phone="+254722000112", rank=2, concerns=["INFO"])


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"phone": ""}, "phone", "Give a telephone number or an e-mail address."),
        ({"phone": "12"}, "phone", "Write the telephone number with its country code, for example +250 788 123 456."),
        ({"email": "peter@"}, "email", "Enter a valid email address."),
        ({"name": ""}, "name", "This field is required."),
        ({"rank": "4"}, "rank", "Select a valid choice. 4 is not one of the available choices."),
        ({"concerns": ["LUNCH"]}, "concerns", "Select a valid choice. LUNCH is not one of the available choices."),
    ],
)
def test_each_slip_is_said_beside_its_field_and_only_there(changes: dict[str, object], field: str, words: str) -> None:
    form = FocalPointForm(POINT | changes, country="KE")
    assert form.errors == {field: [words]}


def test_every_concern_can_be_ticked_and_none_too() -> None:
    every = ConcernsForm({"concerns": list(Concern)})
    assert (every.is_valid(), every.cleaned_data["concerns"]) == (True, [str(concern) for concern in Concern])
    assert ConcernsForm({}).is_valid()


@pytest.mark.parametrize("missing", ["spoken_to", "about", "text", "called_at"])
def test_a_call_says_who_what_and_when(missing: str) -> None:
    said = {"spoken_to": "Keza", "about": "Seals", "text": "None.", "called_at": "2026-11-20T08:00"}
    assert CallForm(said).is_valid()
    assert list(CallForm(said | {missing: " "}).errors) == [missing]


@pytest.mark.parametrize(("size", "is_fine"), [(1, True), (MOST_BYTES, True), (MOST_BYTES + 1, False)])
def test_a_spreadsheet_is_bounded_and_its_name_cut(size: int, is_fine: bool) -> None:
    form = SheetForm({}, MultiValueDict({"file": [SimpleUploadedFile("n" * 200 + ".xlsx", b"x" * size)]}))
    assert form.is_valid() is is_fine
    if is_fine:
        assert (len(form.cleaned_data["file"]), len(form.cleaned_data["file_name"])) == (size, 120)
    else:
        assert form.errors == {"file": ["This file is larger than 5 MB."]}
