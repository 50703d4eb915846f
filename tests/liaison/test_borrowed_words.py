"""What the frameworks say of wrong values is said in the reader's language, and is still what they say."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django import forms
from django.core.validators import DecimalValidator, MaxLengthValidator, MinLengthValidator
from django.utils import translation
from rest_framework import serializers

from liaison.borrowed_words import COUNTED, WORDS

FIELDS = (
    forms.CharField, forms.IntegerField, forms.DecimalField, forms.ChoiceField, forms.MultipleChoiceField,
    forms.ModelChoiceField, forms.EmailField, forms.DateField, forms.TimeField, forms.DateTimeField, forms.URLField,
)  # fmt: skip
TAKEN = (serializers.CharField, serializers.IntegerField, serializers.EmailField, serializers.MultipleChoiceField)
# Said only where a serializer has other settings than ours.
UNUSED = {
    "Ensure this field has at least {min_length} characters.",
    "This selection may not be empty.",
}  # fmt: skip


def said() -> set[str]:
    """What the fields in use may say."""
    texts = {str(text) for field in FIELDS for text in field.default_error_messages.values()}
    classes = {base for field in TAKEN for base in field.__mro__}
    return texts | {str(text) for each in classes for text in vars(each).get("default_error_messages", {}).values()}


def test_what_fields_say_is_among_our_words() -> None:
    assert said() - {str(word) for word in WORDS} - UNUSED == set()


@pytest.mark.parametrize("language", ["fr", "rw", "sw"])
def test_each_is_said_in_every_language(language: str) -> None:
    english = [str(word) for word in WORDS]
    with translation.override(language):
        assert [word for word, same in zip(WORDS, english, strict=True) if str(word) == same] == []


@pytest.mark.parametrize("language", ["fr", "rw", "sw"])
def test_what_is_counted_is_said_in_every_language(language: str) -> None:
    checks = [
        (MinLengthValidator(3), "x"),
        (MaxLengthValidator(1), "xxx"),
        (DecimalValidator(2, 1), Decimal("123")),
        (DecimalValidator(2, 1), Decimal("0.12")),
        (DecimalValidator(3, 2), Decimal("12")),
    ]

    def refusals() -> list[str]:
        found = []
        for check, value in checks:
            with pytest.raises(forms.ValidationError) as refused:
                check(value)  # type: ignore[operator]
            found += refused.value.messages
        return found

    english = refusals()
    with translation.override(language):
        assert [one for one, other in zip(english, refusals(), strict=True) if one == other] == []
    assert len(english) == len(COUNTED)
