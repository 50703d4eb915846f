"""Parts of pages that follow from what they are given alone: drawn once for all who are shown the same."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from liaison.templatetags.times import this_year

register = template.Library()


@register.simple_tag
def drawn(name: str, **given: object) -> SafeString:
    """The template ``name`` with what is given, as hashable values, and nothing else: neither request nor reader.

    Nor does it know the hour: an age is given in words. Moments are said as the year has it.
    """
    return _drawn(name, get_language(), this_year(), **given)


# By type as well: what is marked as safe is no text that has yet to be escaped.
@lru_cache(maxsize=4000, typed=True)
def _drawn(name: str, _language: str | None, _year: int, **given: object) -> SafeString:
    return render_to_string(name, given)
