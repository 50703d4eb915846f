"""What somebody of an agency sees and does by a link without an account: one ticket, as its desk would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cargo.models import Consignment
from tickets import presenting
from tickets.answer_links import note_answered
from tickets.conversation import Saying, say
from tickets.forms import FilesField
from tickets.handovers import accept, give_back
from tickets.models import AnswerLink, Attachment, Entry, Message, Ticket

ANSWER, ACCEPT, GIVE_BACK = "answer", "accept", "give_back"
_ACTS = [(ANSWER, _("Answer")), (ACCEPT, _("Accept it")), (GIVE_BACK, _("Give it back to the office"))]


class AgencyForm(forms.Form):
    """An answer with papers, the word that the agency has it, or that it has done its part."""

    action = forms.ChoiceField(choices=_ACTS, widget=forms.HiddenInput, initial=ANSWER, required=False)
    text = forms.CharField(
        label=_("Your words"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    papers = FilesField(label=_("Papers"), required=False, help_text=_("PDF, PNG or JPEG, 5 MB each at most."))

    def clean(self) -> dict[str, Any]:
        """Words are needed for all but accepting it."""
        given = super().clean() or self.cleaned_data
        given["action"] = given.get("action") or ANSWER
        if given["action"] != ACCEPT and not (given.get("text") or "").strip():
            self.add_error("text", _("Write something."))
        return given


@transaction.atomic
def answer(*, link: AnswerLink, given: Mapping[str, Any], at: datetime) -> None:
    """Do what a valid form says, in the agency's name and under the address of the link.

    ValidationError where the ticket as it stands does not take it.
    """
    ticket, text = link.ticket, given["text"]
    if given["action"] == ACCEPT:
        accept(ticket=ticket, by=None, at=at)
    elif given["action"] == GIVE_BACK:
        brought = tuple(given["papers"])
        give_back(ticket=ticket, words=text, by=None, at=at, address=link.address, papers=brought)
    else:
        _say(link, text, tuple(given["papers"]), at)
    note_answered(link)


def _say(link: AnswerLink, text: str, papers: Sequence[tuple[str, bytes]], at: datetime) -> None:
    saying = Saying(text=text, kind=Message.Kind.AGENCY, address=link.address, side=Entry.Party.AGENCY, papers=papers)
    say(ticket=link.ticket, saying=saying, by=None, at=at)


def acts(ticket: Ticket) -> list[str]:
    """What can be done to it as it stands, beside answering."""
    if not ticket.is_open or ticket.waiting_on != Ticket.Holder.AGENCY:
        return []
    return [GIVE_BACK] if ticket.accepted_at else [ACCEPT, GIVE_BACK]


def cargo_of(ticket: Ticket) -> list[Consignment]:
    """All that the ticket is about: the agency that it is handed to knows of it, and of nothing else."""
    rows = Consignment.objects.filter(ticketed__ticket=ticket)
    return list(rows.prefetch_related("units").order_by("pk"))


def moments(link: AnswerLink) -> list[presenting.Moment]:
    """What was said to the importer, by her, and to and by this agency; no note, and nothing of another agency."""
    found = Prefetch("attachments", papers(link).defer("content").order_by("pk"))
    rows = _messages(link).select_related("author").prefetch_related(found)
    return [presenting.said(message) for message in rows.order_by("-pk")]


def _messages(link: AnswerLink) -> QuerySet[Message]:
    theirs = Q(kind=Message.Kind.REPLY) | Q(kind=Message.Kind.AGENCY, agency=link.agency)
    return Message.objects.filter(theirs, ticket=link.ticket)


def papers(link: AnswerLink) -> QuerySet[Attachment]:
    """The papers of these messages."""
    return Attachment.objects.filter(message__in=_messages(link))
