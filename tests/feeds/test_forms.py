"""The forms of the staff's pages on sources: what is chosen, what a code means, which zone there is."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from pytest_django import Settings

from feeds.forms import (
    AS_FORMAT,
    MOST_CHOSEN,
    NOT_FOLLOWED,
    IgnoreForm,
    MappingForm,
    PartsForm,
    QuarantineForm,
    ReadingForm,
    UploadForm,
)
from feeds.models import Source
from feeds.reasons import FAULTS
from feeds.words import KINDS


def ticked(*numbers: str, more: str = "") -> QueryDict:
    return QueryDict("&".join([*(f"parts={number}" for number in numbers), more]))


@pytest.mark.parametrize(
    ("numbers", "chosen", "words"),
    [
        (["3", "1", "3"], [3, 1, 3], []),
        ([], None, ["Tick at least one part."]),
        (["x"], None, ["Tick fewer parts."]),
        (["-1"], None, ["Tick fewer parts."]),
        (["1" * 19], None, ["Tick fewer parts."]),
        ([str(n) for n in range(MOST_CHOSEN)], list(range(MOST_CHOSEN)), []),
        ([str(n) for n in range(MOST_CHOSEN + 1)], None, ["Tick fewer parts."]),
    ],
    ids=["some", "none", "a word", "negative", "huge", "many", "too many"],
)
def test_ticked_parts_are_numbers_and_not_too_many(
    numbers: list[str], chosen: list[int] | None, words: list[str]
) -> None:
    form = PartsForm(ticked(*numbers))
    assert (form.is_valid(), form.errors.get("parts", [])) == (chosen is not None, words)
    assert form.cleaned_data.get("parts") == chosen


def test_without_a_body_nothing_is_ticked() -> None:
    assert PartsForm({}).errors == {"parts": ["Tick at least one part."]}


@pytest.mark.parametrize(
    ("reason", "is_fine"), [("a test", True), ("   ", False), ("x" * 200, True), ("x" * 201, False)]
)
def test_putting_aside_needs_a_short_reason(reason: str, is_fine: bool) -> None:
    data = ticked("1").copy()
    data["reason"] = reason
    assert IgnoreForm(data).is_valid() is is_fine


@pytest.mark.parametrize(
    ("meaning", "kind"), [("sealed", "sealed"), (NOT_FOLLOWED, ""), (AS_FORMAT, None)], ids=["kind", "none", "format"]
)
def test_a_meaning_is_a_kind_nothing_or_the_format_s(meaning: str, kind: str | None) -> None:
    form = MappingForm({"code": " 98 ", "meaning": meaning})
    assert form.is_valid()
    assert (form.cleaned_data["code"], form.kind) == ("98", kind)


@pytest.mark.parametrize("meaning", ["", "teleported", "-x"])
def test_no_other_meaning_is_taken(meaning: str) -> None:
    form = MappingForm({"code": "98", "meaning": meaning})
    assert (form.is_valid(), list(form.errors)) == (False, ["meaning"])


def test_every_kind_can_be_chosen_by_its_words_or_code_in_order() -> None:
    choices = [str(label) for value, label in MappingForm().fields["meaning"].choices if value in KINDS]  # type: ignore[attr-defined]
    assert len(choices) == len(KINDS)
    assert choices == sorted(choices, key=str.lower)
    assert "Electronic seal armed (sealed)" in choices


@pytest.mark.parametrize(
    ("zone", "kept"),
    [
        (" Africa/Kigali ", "Africa/Kigali"),
        ("", ""),
        ("Africa/Atlantis", None),
        ("../../etc/passwd", None),
        ("/etc/localtime", None),
        ("Africa", None),
    ],
)
def test_a_time_zone_is_one_that_there_is(zone: str, kept: str | None) -> None:
    form = ReadingForm({"time_zone": zone})
    assert form.is_valid() is (kept is not None)
    assert form.errors.get("time_zone", []) == ([] if kept is not None else ["There is no such time zone."])
    assert form.cleaned_data == {"has_false_z": False} | ({} if kept is None else {"time_zone": kept})


def test_the_list_is_narrowed_by_what_there_is() -> None:
    sources = [Source(slug="clerk", name="Clerk")]
    assert QuarantineForm({"source": "clerk", "code": next(iter(FAULTS))}, sources=sources).is_valid()
    form = QuarantineForm({"source": "gate", "code": "nonsense", "q": "x" * 101}, sources=sources)
    assert sorted(form.errors) == ["code", "q", "source"]


@pytest.mark.parametrize(("size", "is_fine"), [(10, True), (11, False), (0, False)])
def test_a_file_is_no_larger_than_a_delivery(settings: Settings, size: int, is_fine: bool) -> None:
    settings.DELIVERY_MAX_BYTES = 10
    assert UploadForm({}, MultiValueDict({"file": [SimpleUploadedFile("f", b"x" * size)]})).is_valid() is is_fine
