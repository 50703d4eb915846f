"""Filters that put the words of notices and conditions into templates, in the active language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings
from django.utils import translation

from corridor import wording
from corridor.facts import facts_from, facts_of
from corridor.models import Advisory
from corridor.wording import Worded, worded

register = template.Library()


@register.filter
def words_of(advisory: Advisory) -> Worded:
    """The words of a version whose nodes were fetched before."""
    return worded(facts_of(advisory))


@register.filter
def advisory_title(data: Mapping[str, Any]) -> str:
    """The title of the notice whose facts a journal entry carries."""
    return worded(facts_from(data)).title


@register.filter
def advisory_text(data: Mapping[str, Any]) -> str:
    """All of its words as plain text, the office's own after a blank line."""
    words = worded(facts_from(data))
    text = f"[{endonym(words.text_language)}]\n{words.text}" if words.is_other_language else words.text
    return "\n".join(words.lines) + (f"\n\n{text}" if text else "")


@register.filter
def condition_title(data: Mapping[str, Any]) -> str:
    """A changed condition in one line."""
    return wording.condition_title(data)


@register.filter
def condition_text(data: Mapping[str, Any]) -> str:
    """What else is known of it."""
    return "\n".join(wording.condition_lines(data))


@register.filter
def endonym(code: str) -> str:
    """A language by its own name."""
    return dict(settings.LANGUAGES).get(code, code)


@register.filter
def in_language(advisory: Advisory, language: str) -> Worded:
    """The words in a language other than the active one."""
    with translation.override(language):
        return words_of(advisory)
