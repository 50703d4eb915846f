"""Filters that put cargo's words and times into templates."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from django import template
from django.utils.translation import get_language

from cargo.words import kind_label

register = template.Library()


@register.filter
def kind_words(code: str) -> str:
    """The words for a kind or milestone."""
    return kind_label(code)


@register.filter
def moved_at(move: dict[str, object]) -> str:
    """When a move of a notice happened, at its place: {"at": ISO 8601, "zone": IANA name, "is_day": bool}."""
    zone = ZoneInfo(str(move["zone"]))
    at = datetime.fromisoformat(str(move["at"])).astimezone(zone)
    language = get_language() or "en"
    if move["is_day"]:
        return format_date(at, "d MMM y", locale=language)
    return f"{format_datetime(at, 'd MMM y, HH:mm', locale=language)} ({at:%Z})"
