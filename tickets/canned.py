"""Ready answers, in the language of whoever gets them, with what is known of the consignment put in."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cargo.models import Consignment, Status
from cargo.presenting import status_line
from liaison.roles import OFFICE
from tickets.audiences import firm_language
from tickets.callers import caller_language
from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Ready:
    """A ready answer: what officers know it by, and its words, in which %(ticket)s and the like stand for facts."""

    label: Promise
    text: Promise


REPLIES: dict[str, Ready] = {
    "received": Ready(
        gettext_lazy("We have it"),
        gettext_lazy(
            "Thank you, we have your report %(ticket)s about %(consignment)s and are working on it. "
            "As far as we know it is here: %(where)s. You will hear from us on this page."
        ),
    ),
    "asked": Ready(
        gettext_lazy("We have asked the agency"),
        gettext_lazy(
            "We have handed %(ticket)s to %(agency)s and asked for an answer. "
            "As far as we know %(consignment)s is here: %(where)s. We will write as soon as we hear from them."
        ),
    ),
    "papers": Ready(
        gettext_lazy("We need papers"),
        gettext_lazy(
            "To go on with %(ticket)s we need a copy of the papers of %(consignment)s. "
            "Please send them with your answer to this message. Until then the matter waits for you."
        ),
    ),
    "solved": Ready(
        gettext_lazy("It is solved"),
        gettext_lazy(
            "We have heard that %(consignment)s can go on. As far as we know it is here: %(where)s. "
            "Please tell us on this page whether %(ticket)s is solved for you."
        ),
    ),
}


def reader_language(ticket: Ticket) -> str:
    """That of whoever will read a reply: who asked, unless the office did; else of the firm, or of who called."""
    if ticket.opener is not None and not ticket.opener.roles & OFFICE:
        return ticket.opener.language
    return firm_language(ticket.organization_id) if ticket.organization_id else caller_language(ticket)


def ready_text(code: str, ticket: Ticket, consignment: Consignment | None, *, language: str) -> str:
    """A ready answer in ``language``; empty for an unknown code. One query, where there is a consignment."""
    if code not in REPLIES:
        return ""
    statuses = Status.objects.select_related("event__node", "event__source")
    with translation.override(language):
        facts = {
            "ticket": ticket.ref,
            "consignment": consignment.ref if consignment else _("your cargo"),
            "where": status_line(statuses.get(consignment=consignment)).headline if consignment else _("unknown"),
            "agency": ticket.agency.name if ticket.agency else _("the agency"),
        }
        return str(REPLIES[code].text) % facts
