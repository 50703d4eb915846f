"""What is said of places in the reader's language: their names, and the days of their week by CLDR."""

from __future__ import annotations

from babel.dates import get_day_names
from django import template

from corridor.place_words import place_words
from liaison.templatetags.times import locale_now

register = template.Library()
register.filter("place", place_words)


@register.simple_tag
def days(first: int, last: int) -> str:
    """The days from ``first`` to ``last``, Monday being 0."""
    names = get_day_names("wide", locale=locale_now())
    return names[first] if first == last else f"{names[first]} – {names[last]}"
