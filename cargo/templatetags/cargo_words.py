"""Filters that put cargo's words and times into templates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from django import template
from django.utils.translation import get_language

from cargo.charge_words import clock_label, lack_words, priced_in
from cargo.charges.amounts import Lack
from cargo.models import KIGALI, TariffRow
from cargo.words import holder_label, kind_label, step_label

register = template.Library()


@register.filter
def kind_words(code: str) -> str:
    """The words for a kind or milestone."""
    return kind_label(code)


@register.filter
def clock_words(name: str) -> str:
    """Which charge a clock is."""
    return clock_label(name)


@register.filter
def unknown_words(lack: Sequence[str]) -> str:
    """Why something of a charge is unknown: its code, whose it is, and detail, as a notice keeps them."""
    return lack_words(Lack(*lack))


@register.filter
def unit_words(row: TariffRow) -> str:
    """In what a row of the tariff is counted."""
    return priced_in(row.unit, row.rate)


@register.filter
def holder_words(code: str) -> str:
    """Who holds a consignment."""
    return holder_label(code)


@register.filter
def step_words(code: str) -> str:
    """What has to happen next."""
    return step_label(code)


@register.filter
def day_words(moment: str) -> str:
    """The day and hour in Kigali of an ISO 8601 moment."""
    at = datetime.fromisoformat(moment).astimezone(KIGALI)
    return f"{format_datetime(at, 'd MMM, HH:mm', locale=get_language() or 'en')} ({at:%Z})"


@register.filter
def date_words(day: str) -> str:
    """A day in ISO 8601 in words."""
    return format_date(date.fromisoformat(day), "d MMM y", locale=get_language() or "en")


@register.filter
def hours_words(hours: float) -> str:
    """A number of hours without its sign."""
    return f"{abs(hours):.0f}"


@register.filter
def moved_at(move: dict[str, object]) -> str:
    """When a move of a notice happened, at its place: {"at": ISO 8601, "zone": IANA name, "is_day": bool}."""
    zone = ZoneInfo(str(move["zone"]))
    at = datetime.fromisoformat(str(move["at"])).astimezone(zone)
    language = get_language() or "en"
    if move["is_day"]:
        return format_date(at, "d MMM y", locale=language)
    return f"{format_datetime(at, 'd MMM y, HH:mm', locale=language)} ({at:%Z})"
