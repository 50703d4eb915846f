"""A choice among places, in the reader's language and in the order of the names that she reads."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator

from corridor.models import Node
from corridor.place_words import place_words


def _order(words: str) -> str:
    """By which a name is sorted: without capitals and accents."""
    return "".join(each for each in unicodedata.normalize("NFKD", words.casefold()) if not unicodedata.combining(each))


def places_by_name(nodes: Iterable[Node]) -> list[tuple[str, str]]:
    """The slugs of places and their names in the reader's language, in the order of these."""
    return sorted(((node.slug, place_words(node.name)) for node in nodes), key=lambda each: _order(each[1]))


class _ByName(ModelChoiceIterator[Node]):
    """The choices as they are read; the empty one first."""

    def __iter__(self) -> Iterator[Any]:
        return iter(sorted(super().__iter__(), key=lambda choice: (choice[0] != "", _order(str(choice[1])))))


class InReadersWords:
    """A field of places, which are named in the reader's language."""

    def label_from_instance(self, obj: Node) -> str:
        """Its name in the reader's language."""
        return place_words(obj.name)


class PlaceField(InReadersWords, forms.ModelChoiceField[Node]):
    """One place, by its slug."""

    iterator = _ByName

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"queryset": Node.objects.all(), "to_field_name": "slug", **more})
