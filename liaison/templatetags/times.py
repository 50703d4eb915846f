"""Times at the place where things happened, and ages, in the reader's language by CLDR."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import TIMEDELTA_UNITS, format_date, format_skeleton, format_timedelta
from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, npgettext
from django.utils.translation import gettext as _

register = template.Library()

_HERE = ZoneInfo(settings.TIME_ZONE)
_NAMES = {"EAT": "UTC+3", "CAT": "UTC+2"}
# A length is told by a unit once there is so much of it.
_THRESHOLD = 1.2


def locale_now() -> Locale:
    """CLDR's locale for the active language; English is British."""
    return _locale(get_language() or "en")


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse("en_GB" if language == "en" else language)


@register.simple_tag
def moment(value: datetime | date | None, zone: str = "Africa/Kigali") -> SafeString:
    """A <time> at its place: day, month, hour and the zone's name; a bare date without an hour; "unknown" for None."""
    if value is None:
        return format_html('<span class="unknown">{}</span>', _("unknown"))
    if not isinstance(value, datetime):
        return _date_words(value, this_year(), get_language() or "en")
    return _moment_words(value, zone, this_year(), get_language() or "en")


def this_year() -> int:
    """The year in which moments are shown without it."""
    return timezone.now().astimezone(_HERE).year


@lru_cache(maxsize=4000)
def _moment_words(value: datetime, zone: str, this_year: int, language: str) -> SafeString:
    """A page says many moments, and the next page says them again."""
    local = value.astimezone(ZoneInfo(zone))
    name = local.strftime("%Z")
    return format_html(
        '<time datetime="{}">{}, {} <abbr title="{}">{}</abbr></time>',
        local.isoformat(timespec="minutes"),
        _day_words(local.date(), local.year != this_year, language),
        local.strftime("%H:%M"),
        _NAMES.get(name, local.strftime("UTC%z")),
        name,
    )


@lru_cache(maxsize=2000)
def _date_words(day: date, this_year: int, language: str) -> SafeString:
    # A shortened name at its end goes without its full stop: where a sentence ends with it, there is one.
    words = _day_words(day, day.year != this_year, language).removesuffix(".")
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), words)


@lru_cache(maxsize=2000)
def _day_words(day: date, is_of_another_year: bool, language: str) -> str:
    if is_of_another_year:
        return format_date(day, "medium", locale=_locale(language))
    return str(format_skeleton("MMMEd", datetime(day.year, day.month, day.day), locale=_locale(language)))  # noqa: DTZ001


@register.simple_tag
def heard(source: str, received_at: datetime | None, ago: str = "") -> SafeString:
    """Who says it, and when that was heard, at its age where none is given: a page says it of each of its lines."""
    says = _says(source, get_language() or "en")
    return format_html('<span class="quiet">{} {}, {}</span>', says, moment(received_at), ago or age(received_at))


@lru_cache(maxsize=1000)
def _says(source: str, _language: str) -> SafeString:
    return format_html("{} · {}", _("says %(source)s") % {"source": source or _("unknown")}, _("heard"))


@register.simple_tag
def short_moment(value: datetime, zone: str) -> str:
    """A moment at its place for where there is little room: day, month and hour."""
    local = value.astimezone(ZoneInfo(zone))
    day = format_skeleton("MMMd", datetime(local.year, local.month, local.day), locale=locale_now())  # noqa: DTZ001
    return f"{day} {local:%H:%M}"


@register.simple_tag
def age(value: datetime | None) -> str:
    """How long ago, or from now, in the coarsest unit that tells; "never" for None."""
    if value is None:
        return _("never")
    delta = value - timezone.now()
    if abs(delta.total_seconds()) < 60:
        return _("just now")
    seconds = delta // timedelta(seconds=1)
    number, unit = _coarsest(abs(seconds))
    return _age_words(number if seconds > 0 else -number, unit, get_language() or "en")


def _coarsest(seconds: int) -> tuple[int, int]:
    """How many of which unit, itself in seconds: the largest that there is at least 1.2 of, as Babel chooses it."""
    unit = next((unit for _name, unit in TIMEDELTA_UNITS if seconds / unit >= _THRESHOLD), 1)
    return round(seconds / unit), unit


@lru_cache(maxsize=2000)
def _age_words(number: int, unit: int, language: str) -> str:
    """Pages are full of ages, and the same words tell of most."""
    length = timedelta(seconds=abs(number) * unit)
    words = format_timedelta(
        length if number > 0 else -length, add_direction=True, threshold=abs(number), locale=_locale(language)
    )
    if not words.startswith(("-", "+")):
        return words
    # CLDR has no words for this language's past and future, only a sign.
    said = {"length": length_words(length, threshold=abs(number))}
    return _("%(length)s ago") % said if number < 0 else _("in %(length)s") % said


@register.simple_tag
def lasting(value: timedelta | None) -> str:
    """A length of time in the coarsest unit that tells; "unknown" for None."""
    if value is None:
        return _("unknown")
    return length_words(value)


def length_words(length: timedelta, threshold: float = _THRESHOLD) -> str:
    """A length of time as Babel rounds it, in words also where CLDR has only signs for its units."""
    words = format_timedelta(length, threshold=threshold, locale=locale_now()).lstrip("+-")
    number, _blank, sign = words.partition(" ")
    return _UNITS[sign](int(number)) % {"n": number} if sign in _UNITS else words


_UNITS: dict[str, Callable[[int], str]] = {
    "s": lambda n: npgettext("a length of time", "%(n)s second", "%(n)s seconds", n),
    "min": lambda n: npgettext("a length of time", "%(n)s minute", "%(n)s minutes", n),
    "h": lambda n: npgettext("a length of time", "%(n)s hour", "%(n)s hours", n),
    "d": lambda n: npgettext("a length of time", "%(n)s day", "%(n)s days", n),
    "w": lambda n: npgettext("a length of time", "%(n)s week", "%(n)s weeks", n),
    "m": lambda n: npgettext("a length of time", "%(n)s month", "%(n)s months", n),
    "y": lambda n: npgettext("a length of time", "%(n)s year", "%(n)s years", n),
}
