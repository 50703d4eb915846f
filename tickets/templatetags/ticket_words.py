"""The words for what can be done to a ticket."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
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
