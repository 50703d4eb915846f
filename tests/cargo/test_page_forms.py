"""The forms of a consignment's page: what they take, and what they say where they do not."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from cargo.models import Paper
from cargo.page_forms import NoteForm, PaperForm, ShareForm
from cargo.papers import Audience
from liaison.documents import MOST_BYTES
from tests.liaison.papers import EXE, HTML, PDF, PNG

# A model's rules are asked of the database itself.
pytestmark = pytest.mark.django_db


def paper_form(content: bytes, name: str = "i.pdf", **said: str) -> PaperForm:
    files: MultiValueDict[str, Any] = MultiValueDict({"file": [SimpleUploadedFile(name, content)]})
    return PaperForm({"kind": "invoice", **said}, files)


def test_a_paper_with_its_audience() -> None:
    form = paper_form(PDF, for_importer="on", for_office="on")
    assert form.is_valid(), form.errors
    assert form.audience() == Audience(importer=True, agent=False, office=True)
    assert (form.cleaned_data["file"], form.cleaned_data["file_name"]) == (PDF, "i.pdf")
    assert list(form.fields) == ["kind", "file", "for_importer", "for_agent", "for_office"]
    assert paper_form(PDF).is_valid() is True


def test_who_sends_it_decides_and_everybody_is_meant_unless_she_says_so() -> None:
    fresh = PaperForm()
    assert [fresh.initial.get(name, fresh[name].initial) for name in ("for_importer", "for_agent", "for_office")] == [
        True
    ] * 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (EXE, "Only PDF, PNG and JPEG can be taken."),
        (HTML, "Only PDF, PNG and JPEG can be taken."),
        (PDF[:20], "This file is cut short."),
        (PDF + b"<script>", "This file holds something else beside the paper."),
        (PDF.replace(b"/Type", b"/JavaScript (x) /Type"), "This file holds a macro or another file."),
        (PNG + b"x" * MOST_BYTES, "This file is larger than 5 MB."),
    ],
)
def test_what_is_not_taken_says_why(content: bytes, words: str) -> None:
    form = paper_form(content)
    assert form.is_valid() is False
    assert list(form.errors) == ["file"]
    assert words in str(form.errors["file"])


@pytest.mark.parametrize("kind", ["", "recipe", "x" * 40])
def test_a_kind_that_is_none_is_not_taken(kind: str) -> None:
    form = paper_form(PDF, kind=kind)
    assert list(form.errors) == ["kind"]
    assert set(Paper.Kind.values) == {key for key, _label in form.fields["kind"].choices if key}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("said", "errors"),
    [
        ({"text": "Call the driver"}, []),
        ({"text": "Call the driver", "is_shared": "on"}, []),
        ({"text": ""}, ["text"]),
        ({"text": " \n "}, ["text"]),
        ({"text": "x" * 1001}, ["text"]),
        ({"text": "x\x00"}, ["text"]),
    ],
)
def test_a_note_says_something(said: dict[str, Any], errors: list[str]) -> None:
    assert list(NoteForm(said).errors) == errors


@pytest.mark.parametrize(
    ("said", "errors"),
    [
        ({"purpose": "driver", "days": "7"}, []),
        ({"purpose": "", "days": "90"}, []),
        ({"purpose": "driver"}, ["days"]),
        ({"purpose": "driver", "days": "0"}, ["days"]),
        ({"purpose": "driver", "days": "36500"}, ["days"]),
        ({"purpose": "x" * 61, "days": "7"}, ["purpose"]),
    ],
)
def test_a_link_says_for_how_long(said: dict[str, Any], errors: list[str]) -> None:
    form = ShareForm(said)
    assert list(form.errors) == errors
    if not errors:
        assert form.cleaned_data["days"] == int(said["days"])
