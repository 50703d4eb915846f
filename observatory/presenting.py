"""Figures and indicators in words: names of parts and periods, numbers with their unit, and what counts what."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import lru_cache

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cargo.models import Consignment
from cargo.words import kind_label
from corridor.models import Node
from corridor.place_words import place_words
from liaison.concerns import Concern
from liaison.countries import country_choices, country_name
from liaison.sectors import SECTORS, sector_name
from liaison.templatetags.times import locale_now
from observatory.figures import Figure
from observatory.indicators import Indicator
from observatory.measuring import HEARD, UNKNOWN
from observatory.models import Rollup

BLOCK_NAMES: dict[str, Promise] = {
    "volume": gettext_lazy("Volume"),
    "maritime": gettext_lazy("At sea and at the berth"),
    "port": gettext_lazy("In the port"),
    "corridor": gettext_lazy("On the corridor"),
    "cost": gettext_lazy("Cost"),
    "tickets": gettext_lazy("Tickets and agencies"),
    "data": gettext_lazy("How good the data are"),
}
PART_NAMES: dict[str, Promise] = {
    "cargo": gettext_lazy("Cargo kind"),
    "direction": gettext_lazy("Direction"),
    "regime": gettext_lazy("Preference claimed"),
    "origin": gettext_lazy("Country of origin"),
    "sector": gettext_lazy("Sector of the consignee"),
    "node": gettext_lazy("Place"),
    "mode": gettext_lazy("Mode"),
    "milestone": gettext_lazy("Milestone"),
    "category": gettext_lazy("Category"),
    "agency": gettext_lazy("Agency"),
    "horizon": gettext_lazy("Days ahead"),
}
MODES: dict[str, Promise] = {
    "road": gettext_lazy("Road"),
    "rail": gettext_lazy("Rail"),
    "pipeline": gettext_lazy("Pipeline"),
}
_UNITS: dict[str, Promise] = {"n": gettext_lazy("number"), "h": gettext_lazy("hours"), "t": gettext_lazy("tonnes")}


def unit_words(unit: str) -> str:
    """A unit in words; those that are the same in every language stay as they are."""
    return str(_UNITS.get(unit, unit))


def number(value: float | None, unit: str = "") -> str:
    """A number for a reader, with as many places as it is worth; a dash for None."""
    if value is None:
        return "–"
    pattern = "#,##0" if abs(value) >= 100 or unit == "n" else "#,##0.0"
    text = _formatted(round(value, 1), pattern, get_language() or "en")
    # They stay on one line.
    return text if unit in ("", "n") else f"{text}\u00a0{unit}"


def axis_number(value: float) -> str:
    """A number of an axis, grouped as in the text and with the places that it has."""
    return _formatted(value, "#,##0.######", get_language() or "en")


# CLDR is asked for each number and day of a language once: a dashboard has hundreds.
@lru_cache(maxsize=8192)
def _formatted(value: float, pattern: str, language: str) -> str:
    return str(format_decimal(value, format=pattern, locale=locale_now()))


@lru_cache(maxsize=4096)
def _dated(skeleton: str, day: date, language: str) -> str:
    return str(format_skeleton(skeleton, day, locale=locale_now()))


@lru_cache(maxsize=512)
def _month(day: date, language: str) -> str:
    # As in a date: of months by themselves Babel tells one language the names of another that it was asked for before.
    return format_date(day, "MMM", locale=locale_now())


def _named(skeleton: str, day: date) -> str:
    return _dated(skeleton, day, get_language() or "en")


def definition_of(indicator: Indicator) -> str:
    """What it counts, in a sentence."""
    if indicator.definition:
        return str(indicator.definition)
    if not indicator.starts:
        return _("Published by others; the portal has no source of its own for it.")
    starts = ", ".join(" / ".join(f"“{kind_label(code)}”" for code in codes.split("|")) for codes in indicator.starts)
    words = {"starts": starts, "stops": f"“{kind_label(indicator.stops)}”"}
    if len(indicator.starts) > 1:
        return _("From the last of %(starts)s to %(stops)s, by the day of its end.") % words
    return _("From %(starts)s to %(stops)s, by the day of its end.") % words


def exclusions_of(indicator: Indicator) -> list[str]:
    """What is not counted, or counts as not measured."""
    if not indicator.is_ours:
        return []
    found = []
    if indicator.measure == "duration":
        found.append(_("Not measured, and so lowering the coverage: what has no beginning, or ends before it begins."))
    if indicator.starts:
        found.append(_("Not measured either: times of which only the day is known."))
        found.append(_("Each container counts once; cargo without containers counts once a consignment."))
    if indicator.cargo:
        kinds = ", ".join(part_words(f"cargo:{kind}") for kind in sorted(indicator.cargo))
        found.append(_("Only of this cargo: %(kinds)s.") % {"kinds": kinds})
    if indicator.way == "road":
        found.append(_("Not counted: what left the port by rail to an inland depot."))
    if indicator.way == "rail":
        found.append(_("Only of what left the port by rail to an inland depot."))
    return found


def part_words(part: str, places: dict[str, str] | None = None) -> str:
    """A slice in words; ``places`` are names of nodes by their slugs."""
    name, _colon, value = part.partition(":")
    if name == "node":
        return place_words((places or {}).get(value, value))
    words = _PARTS.get(name)
    return words(value) if words else value


def part_title(part: str, places: dict[str, str] | None = None) -> str:
    """A slice in words by itself; of what was not stated also what it is."""
    name, words = part.partition(":")[0], part_words(part, places)
    return f"{PART_NAMES[name]}: {words}" if part.endswith(f":{UNKNOWN}") else words


def part_words_of(one: Figure, places: dict[str, str] | None = None) -> str:
    """A figure's slice in words, and how many readings it leaves out."""
    words = part_words(one.part, places)
    if not one.held_back or not one.is_enough:
        return words
    return _("%(part)s (n = %(n)s held back)") % {"part": words, "n": one.held_back}


_PARTS: dict[str, Callable[[str], str]] = {
    "cargo": lambda value: str(dict(Consignment.CargoKind.choices).get(value, value)),
    "direction": lambda value: str(dict(Consignment.Direction.choices).get(value, value)),
    "regime": lambda value: str(dict(Consignment.TradeRegime.choices).get(value, _stated(value))),
    "origin": lambda value: country_name(_stated(value)),
    "sector": sector_name,
    "mode": lambda value: str(MODES.get(value, value)),
    "milestone": kind_label,
}


def _stated(value: str) -> str:
    return _("not stated") if value == UNKNOWN else value


def is_part(indicator: Indicator, part: str) -> bool:
    """Whether there is such a part, also one of which nothing was counted; a query where only that can tell."""
    name, _colon, value = part.partition(":")
    if known := _VALUES.get(name):
        return value in known()
    is_place = name == "node" and Node.objects.filter(slug=value).exists()
    return is_place or (bool(part) and Rollup.objects.filter(indicator=indicator.slug, slice=part).exists())


_VALUES: dict[str, Callable[[], Iterable[str]]] = {
    "cargo": lambda: Consignment.CargoKind.values,
    "direction": lambda: Consignment.Direction.values,
    "regime": lambda: [*Consignment.TradeRegime.values, UNKNOWN],
    "origin": lambda: [*dict(country_choices()), UNKNOWN],
    "sector": lambda: [*SECTORS, UNKNOWN],
    "mode": lambda: MODES,
    "milestone": lambda: HEARD,
    "category": lambda: Concern.values,
}


def place_names(parts: Iterable[str]) -> dict[str, str]:
    """The names that the nodes of these slices have today, by their slugs; a query where there are nodes."""
    slugs = [part.partition(":")[2] for part in parts if part.startswith("node:")]
    return dict(Node.objects.filter(slug__in=slugs).values_list("slug", "name")) if slugs else {}


def period_words(grain: str, starts_on: date) -> str:
    """A period by its name."""
    if grain == "month":
        return _named("yMMM", starts_on)
    if grain == "week":
        first, last = (_day(day) for day in (starts_on, starts_on + timedelta(days=6)))
        return f"{first} – {last}"
    return str(format_date(starts_on, "medium", locale=locale_now()))


def short_period(grain: str, starts_on: date) -> str:
    """A period for an axis: the month with its year where a year begins, else the day."""
    if grain == "month":
        return _named("yMMM", starts_on) if starts_on.month == 1 else _month(starts_on, get_language() or "en")
    return _day(starts_on)


def _day(day: date) -> str:
    return _named("MMMd", day)


def figure_words(indicator: Indicator, one: Figure) -> str:
    """A figure in a few words, as they are read out."""
    if one.value is None:
        return f"{lacking(one)} (n = {one.n})"
    if not indicator.has_percentiles:
        return number(one.value, indicator.unit)
    if one.p10 is None:
        return _("median %(p50)s, n = %(n)s") % {"p50": number(one.p50, indicator.unit), "n": one.n}
    return _("median %(p50)s, P10 %(p10)s, P90 %(p90)s, n = %(n)s") % {
        "p50": number(one.p50, indicator.unit),
        "p10": number(one.p10, indicator.unit),
        "p90": number(one.p90, indicator.unit),
        "n": one.n,
    }


def lacking(one: Figure) -> str:
    """What is said instead of a figure."""
    return _("held back") if one.held_back else _("not enough data")
