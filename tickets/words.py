"""The words for what was done to a ticket, and for who holds it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cargo.words import kind_label
from liaison.concerns import Concern
from liaison.templatetags.times import moment
from tickets.models import Entry, Ticket

_PARTIES = {
    "office": gettext_lazy("The liaison office"),
    "importer": gettext_lazy("The importer"),
    "agency": gettext_lazy("The agency"),
    "outside": gettext_lazy("Somebody outside"),
    "portal": gettext_lazy("The portal"),
}

# For whom something said in a ticket is, as whoever writes it and whoever reads it see it.
FOR_WHOM = {
    "reply": gettext_lazy("Reply"),
    "note": gettext_lazy("Note for the office"),
    "agency": gettext_lazy("Between the office and the agency"),
}

# A ticket of cargo of which nobody can tell stands at no milestone, but at this.
UNHEARD = "unheard"
_UNHEARD_TITLE = gettext_lazy("Nobody tells of this cargo")
_STALL_TITLE = gettext_lazy("Has waited too long since: %(stands)s")


def stall_title(stands: str) -> str:
    """What the portal calls a ticket that it opens itself, by where the goods stand."""
    return str(_UNHEARD_TITLE) if stands == UNHEARD else str(_STALL_TITLE) % {"stands": kind_label(stands)}


def title_words(ticket: Ticket) -> str:
    """What it is called: the portal's own in the language of now, any other as whoever opened it wrote it."""
    return stall_title(ticket.stands) if ticket.stands else ticket.title


def actor(entry: Entry) -> str:
    """Who did it: a person by her name, else the side."""
    return str(entry.by) if entry.by else str(_PARTIES[entry.party])


def side(entry: Entry) -> str:
    """The side that did it, for readers who need not know the person."""
    return str(_PARTIES[entry.party])


def holder_words(ticket: Ticket) -> str:
    """Who holds the ball, by name where it is an agency."""
    return named_holder(ticket.waiting_on, ticket.agency.name if ticket.agency else "")


def named_holder(waiting_on: str, agency: str) -> str:
    """Who holds the ball, by the name of the agency where it is one."""
    if waiting_on == Ticket.Holder.AGENCY and agency:
        return agency
    # Django's own way to the label translates every choice to find the one.
    return str(Ticket.Holder(waiting_on).label) if waiting_on else ""


def did(entry: Entry, *, who: str = "") -> str:
    """What was done, as a sentence; ``who`` stands for the office towards others."""
    data = _shown(entry.data)
    if who:
        # Why the office was late is its own affair.
        data.pop("late_reason", None)
    return _SENTENCES[entry.kind]({"who": who or actor(entry), **data})


def _shown(data: dict[str, Any]) -> dict[str, Any]:
    """The entry's data with codes and times in words."""
    labels: dict[str, dict[str, Any]] = {
        "cause": dict(Ticket.Cause.choices),
        "priority": dict(Ticket.Priority.choices),
        "waiting_on": dict(Ticket.Holder.choices),
        "filed_under": dict(Concern.choices),
    }
    shown = {name: str(labels[name].get(value, value)) if name in labels else value for name, value in data.items()}
    if "until" in shown:
        shown["until"] = strip_tags(moment(datetime.fromisoformat(shown["until"])))
    return shown


def _late(words: str, data: dict[str, Any]) -> str:
    """With the reason for being late, where one was given."""
    if not data.get("late_reason"):
        return words
    return " ".join([words, _("Late, because: %(late_reason)s") % data])


def _assigned(data: dict[str, Any]) -> str:
    if data.get("team"):
        if data.get("assignee"):
            return _("%(who)s gave it to %(assignee)s, of the team %(team)s.") % data
        return _("%(who)s gave it to the team %(team)s.") % data
    return _("%(who)s gave it to %(assignee)s.") % data if data.get("assignee") else _("%(who)s put it back.") % data


_SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "opened": lambda a: _("%(who)s opened the ticket.") % a,
    "attached": lambda a: _("%(consignment)s was attached as it stood.") % a,
    "assigned": _assigned,
    "replied": lambda a: _("%(who)s replied.") % a,
    "said": lambda a: _("%(who)s wrote.") % a,
    "noted": lambda a: _("%(who)s left a note.") % a,
    "paused": lambda a: _("%(who)s paused it, waiting for %(waiting_on)s: %(reason)s") % a,
    "resumed": lambda a: _("%(who)s took it up again.") % a,
    "handed_over": lambda a: _("%(who)s handed it over to %(agency)s.") % a,
    "accepted": lambda a: _("%(agency)s accepted it.") % a,
    "given_back": lambda a: _("%(agency)s gave it back to the office.") % a,
    "resolved": lambda a: _late(_("%(who)s resolved it: %(cause)s.") % a, a),
    "confirmed": lambda a: _("%(who)s confirmed that it is solved.") % a,
    "rated": lambda a: _("%(who)s rated the help: %(rating)s of 5.") % a,
    "reopened": lambda a: _("%(who)s opened it again: %(reason)s") % a,
    "merged": lambda a: _("%(who)s merged it into %(into)s.") % a,
    "absorbed": lambda a: _("%(who)s merged %(of)s into it.") % a,
    "parted": lambda a: (
        _("%(who)s undid the merger: %(of)s goes on by itself.") % a
        if a.get("of")
        else _("%(who)s undid the merger with %(from)s.") % a
    ),
    "priority": lambda a: _("%(who)s made its priority: %(priority)s.") % a,
    "category": lambda a: _("%(who)s filed it under: %(filed_under)s.") % a,
    "tagged": lambda a: _("%(who)s set its tags: %(tags)s.") % a,
    "snoozed": lambda a: _late(_("%(who)s put it off until %(until)s.") % a, a),
    "linked": lambda a: _("It belongs to a disruption that concerns others as well: %(incident)s.") % a,
    "unlinked": lambda a: _("%(who)s took it out of %(incident)s.") % a,
    "closed": lambda a: _("%(who)s closed it: nobody objected.") % a,
}
