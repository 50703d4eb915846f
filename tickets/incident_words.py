"""The words for what was done to an incident, and for what it strikes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.models import Incident, IncidentEntry, Ticket


def deed_row(entry: IncidentEntry) -> dict[str, Any]:
    """What a line of its log says: when, in words, and the text that everybody was sent."""
    refs = entry.data.get("tickets")
    shown = ", ".join(refs) if isinstance(refs, list) else refs
    facts = {**entry.data, "who": str(entry.by), "refs": shown or "–"}
    return {"entry": entry, "words": _SENTENCES[entry.kind](facts), "text": entry.data.get("text", "")}


def struck_words(incident: Incident) -> str:
    """What it strikes, by name."""
    if incident.node:
        return incident.node.name
    if incident.system:
        return incident.system
    return f"{incident.vessel} {incident.voyage}".strip()


def _told(facts: dict[str, Any]) -> str:
    n = facts["tickets"]
    words = ngettext(
        "%(who)s told everybody in %(tickets)s ticket, and %(people)s people with %(consignments)s consignments.",
        "%(who)s told everybody in %(tickets)s tickets, and %(people)s people with %(consignments)s consignments.",
        n,
    )
    return words % facts


def _split(facts: dict[str, Any]) -> str:
    if facts.get("into"):
        return _("%(who)s moved %(refs)s into %(into)s.") % facts
    return _("%(who)s took %(refs)s out.") % facts


def _closed(facts: dict[str, Any]) -> str:
    cause = str(dict(Ticket.Cause.choices).get(facts["cause"], facts["cause"]))
    return _("%(who)s ended it and resolved %(refs)s: %(cause)s.") % {**facts, "cause": cause}


_SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "opened": lambda facts: _("%(who)s opened the incident.") % facts,
    "linked": lambda facts: _("%(who)s linked %(refs)s.") % facts,
    "split": _split,
    "told": _told,
    "closed": _closed,
    "undone": lambda facts: _("%(who)s took that back: %(refs)s.") % facts,
}
