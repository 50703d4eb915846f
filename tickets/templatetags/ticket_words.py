"""The words for what can be done to a ticket, and its marks."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from django import template
from django.template.defaultfilters import floatformat
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tickets import presenting
from tickets.models import Ticket
from tickets.words import title_words

register = template.Library()
register.filter(title_words)

_LABELS: dict[str, Promise] = {
    "assign": _("Give it to somebody"),
    "hand_over": _("Hand it over"),
    "accept": _("Accept it"),
    "give_back": _("Give it back to the office"),
    "pause": _("Pause it"),
    "resume": _("Take it up again"),
    "resolve": _("Resolve it"),
    "confirm": _("Confirm that it is solved"),
    "reopen": _("Open it again"),
    "merge": _("Merge it into another"),
    "part": _("Undo the merger"),
    "attach": _("Add consignments"),
    "set_priority": _("Set its priority"),
    "file_under": _("File it under another category"),
    "tag": _("Tag it"),
    "snooze": _("Put it off"),
}


@register.filter
def answers_of(ticket: Ticket) -> list[tuple[str, str]]:
    """What was answered to the category's questions, each by its words."""
    return presenting.answers_of(ticket)


@register.filter
def act_label(name: str) -> str:
    """The words on the button of an action; KeyError for an unknown one."""
    return str(_LABELS[name])


_BADGES = {"resolved": "good", "closed": "good", "new": "bad", "merged": ""}
_PRESSING = (Ticket.Priority.HIGH, Ticket.Priority.URGENT)


@register.filter
def badges(ticket: Ticket) -> SafeString:
    """How far it is and, where it presses, how much."""
    return _badges(ticket.state, ticket.priority, get_language())


@register.simple_tag
def marks(state: str, priority: str) -> SafeString:
    """As ``badges``, of a ticket of which only these are at hand."""
    return _badges(state, priority, get_language())


@lru_cache
def _badges(state: str, priority: str, _language: str | None) -> SafeString:
    """Every row has them, and the same few are in all rows."""
    found = [(_BADGES.get(state, "soon"), Ticket.State(state).label)]
    found += [("bad", Ticket.Priority(priority).label)] if priority in _PRESSING else []
    return format_html_join(" ", '<span class="badge {}">{}</span>', found)


@register.filter
def usd(amount: Decimal) -> str:
    """An amount with its cents, by the reader's language."""
    return _usd(amount, get_language())


@lru_cache(maxsize=2000)
def _usd(amount: Decimal, _language: str | None) -> str:
    return str(floatformat(amount, "2g"))
