"""The words of notices and of changed conditions, in the active language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from corridor.facts import SEVERITIES, ZONE, Facts, moment_of
from corridor.models import Advisory, Condition
from corridor.place_words import place_words

# What each kind says; ``where`` names the systems and places.
SENTENCES: dict[str, Promise] = {
    "maintenance": gettext_lazy("%(where)s: maintenance. Expect no answer from it while it lasts."),
    "border_queue": gettext_lazy("%(where)s: trucks queue and wait longer than usual."),
    "road_cut": gettext_lazy("%(where)s: the road is cut."),
    "port_delay": gettext_lazy("%(where)s: ships and trucks are served late."),
    "naivasha": gettext_lazy("%(where)s: cargo is taken by rail to Naivasha and handed over there."),
    "closing": gettext_lazy("%(where)s: closed."),
    "general": gettext_lazy("This concerns: %(where)s."),
}
ADVICE: dict[str, Promise] = {
    "maintenance": gettext_lazy("Lodge what is urgent before it begins."),
    "border_queue": gettext_lazy("Tell your driver, and plan more time."),
    "road_cut": gettext_lazy("Trucks that have not left yet should wait or take another way."),
    "port_delay": gettext_lazy("Watch your free days, and ask your agent for a new pick-up time."),
    "naivasha": gettext_lazy("Ask your agent where the goods will be handed over, and what it costs."),
    "closing": gettext_lazy("Plan your journey around it."),
}


@dataclass(frozen=True, slots=True)
class Worded:
    """A notice in one language: its title, its lines, and the office's own text with the language that it is in."""

    title: str
    lines: list[str]
    text: str
    text_language: str
    is_other_language: bool


def where(facts: Facts) -> str:
    """The systems and places that are affected, in one line."""
    return ", ".join([*facts.systems, *map(place_words, facts.places)]) or _("The whole corridor")


def worded(facts: Facts) -> Worded:
    """The notice in the active language. Free text that is missing in it falls back to the English."""
    names = {"where": where(facts)}
    language = get_language() or "en"
    text = facts.texts.get(language, "")
    shown = language if text else "en"
    lines = [str(SENTENCES[facts.kind]) % names, period(facts.since, facts.until, facts.zone)]
    if facts.kind in ADVICE:
        lines.append(str(ADVICE[facts.kind]))
    text = text or facts.texts.get("en", "")
    return Worded(_title(facts, names["where"]), lines, text, shown, bool(text) and shown != language)


def _title(facts: Facts, place: str) -> str:
    parts = {"what": Advisory.Kind(facts.kind).label, "where": place, "severity": _severity(facts.severity)}
    if facts.severity == Condition.Severity.NORMAL:
        return _("%(what)s: %(where)s") % parts
    return _("%(what)s: %(where)s (%(severity)s)") % parts


def _severity(code: str) -> str:
    """In words; what is none of ours is not known."""
    return str(Condition.Severity(code).label).lower() if code in SEVERITIES else _("unknown")


def period(since: str, until: str | None, zone: str) -> str:
    """From when until when, at the place."""
    begins = at_place(since, zone)
    if until is None:
        return _("From %(since)s until further notice.") % {"since": begins}
    return _("From %(since)s until %(until)s.") % {"since": begins, "until": at_place(until, zone)}


def at_place(text: str, zone: str = ZONE) -> str:
    """A time in words, at the place, with its zone."""
    at = moment_of(text).astimezone(ZoneInfo(zone))
    language = get_language() or "en"
    return f"{format_datetime(at, 'EEE d MMM y, HH:mm', locale='en_GB' if language == 'en' else language)} ({at:%Z})"


def condition_title(data: Mapping[str, Any]) -> str:
    """A changed condition in one line: what, where, how it stands."""
    where = ", ".join(part for part in (data["system"], place_words(data["place"])) if part)
    parts = {
        "what": Condition.Kind(data["kind"]).label,
        "where": where or _("The whole corridor"),
        "severity": _severity(data["severity"]),
    }
    return _("%(what)s: %(where)s (%(severity)s)") % parts


def condition_lines(data: Mapping[str, Any]) -> list[str]:
    """What else is known of it: what it was, since when, what the source wrote, and who says so.

    Of what has become unknown nobody says since when.
    """
    lines = [period(data["since"], data["until"], data.get("zone") or ZONE)] if data["since"] else []
    if data["was"]:
        lines.insert(0, _("Before: %(severity)s.") % {"severity": _severity(data["was"])})
    if data["text"]:
        lines.append(data["text"])
    lines.append(_("Source: %(source)s") % {"source": data["source"] or _("unknown")})
    return lines
