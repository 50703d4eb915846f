"""What can be done to a ticket, by whom and when: one table for the page and the programming interface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cargo.models import Consignment
from liaison.models import Person
from liaison.roles import TRADE_WRITE
from tickets import act_forms as forms
from tickets import handling, handovers, resolving
from tickets.log import party_of
from tickets.merging import merge, part
from tickets.models import Entry, Message, Ticket

OFFICE, IMPORTER, AGENCY = Entry.Party.OFFICE, Entry.Party.IMPORTER, Entry.Party.AGENCY
Run = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Act:
    """One action: its form, whose it is, when it makes sense, and what carries it out with what the form says."""

    form: type[forms.ActForm]
    parties: frozenset[str]
    fits: Callable[[Ticket, datetime], bool]
    run: Run


def _is_open(ticket: Ticket, at: datetime) -> bool:
    return ticket.is_open


def _is_paused(ticket: Ticket, at: datetime) -> bool:
    return ticket.state == Ticket.State.PAUSED


def _is_running(ticket: Ticket, at: datetime) -> bool:
    return ticket.state in (Ticket.State.NEW, Ticket.State.OPEN)


def _is_with_agency(ticket: Ticket, at: datetime) -> bool:
    return ticket.is_open and ticket.waiting_on == Ticket.Holder.AGENCY


def _is_not_accepted(ticket: Ticket, at: datetime) -> bool:
    return _is_with_agency(ticket, at) and ticket.accepted_at is None


def _goes_on_elsewhere(ticket: Ticket, at: datetime) -> bool:
    return ticket.merged_into is not None and ticket.merged_into.is_open


def _is_resolved(ticket: Ticket, at: datetime) -> bool:
    is_unrated = ticket.state == Ticket.State.CLOSED and ticket.rating is None and ticket.may_reopen(at)
    return ticket.state == Ticket.State.RESOLVED or is_unrated


def _act(
    form: type[forms.ActForm], parties: set[Entry.Party], fits: Callable[[Ticket, datetime], bool], run: Run
) -> Act:
    return Act(form, frozenset(parties), fits, run)


ACTS: dict[str, Act] = {
    "assign": _act(forms.AssignForm, {OFFICE}, _is_open, handling.assign),
    "hand_over": _act(forms.HandOverForm, {OFFICE}, _is_open, handovers.hand_over),
    "accept": _act(forms.ActForm, {OFFICE, AGENCY}, _is_not_accepted, handovers.accept),
    "give_back": _act(forms.GiveBackForm, {OFFICE, AGENCY}, _is_with_agency, handovers.give_back),
    "pause": _act(forms.PauseForm, {OFFICE}, _is_running, handovers.pause),
    "resume": _act(forms.ActForm, {OFFICE}, _is_paused, handovers.resume),
    "resolve": _act(forms.ResolveForm, {OFFICE}, _is_open, resolving.resolve),
    "confirm": _act(forms.ConfirmForm, {IMPORTER}, _is_resolved, resolving.confirm),
    "reopen": _act(forms.ReopenForm, {OFFICE, IMPORTER}, Ticket.may_reopen, resolving.reopen),
    "merge": _act(forms.MergeForm, {OFFICE}, _is_open, merge),
    "part": _act(forms.ActForm, {OFFICE}, _goes_on_elsewhere, part),
    "attach": _act(forms.AttachForm, {OFFICE, IMPORTER}, _is_open, handling.attach),
    "set_priority": _act(forms.PriorityForm, {OFFICE}, _is_open, handling.set_priority),
    "file_under": _act(forms.CategoryForm, {OFFICE}, _is_open, handling.file_under),
    "tag": _act(forms.TagForm, {OFFICE}, _is_open, handling.tag),
    "snooze": _act(forms.SnoozeForm, {OFFICE}, _is_open, handling.snooze),
}


def acts_for(person: Person, ticket: Ticket, *, at: datetime) -> dict[str, Act]:
    """What the person may do to the ticket as it stands."""
    party = party_of(person, ticket)
    if not may_write(person, ticket):
        return {}
    return {name: act for name, act in ACTS.items() if party in act.parties and act.fits(ticket, at)}


def may_write(person: Person, ticket: Ticket) -> bool:
    """Whether she may do anything in a ticket that she sees: not as a read-only member of a firm."""
    if party_of(person, ticket) != IMPORTER:
        return True
    if ticket.organization_id is None and ticket.opener_id == person.pk:
        return True
    if ticket.organization_id in person.organization_ids(*TRADE_WRITE):
        return True
    return Consignment.objects.actionable_by(person).filter(ticketed__ticket=ticket).exists()


def kinds_for(person: Person, ticket: Ticket) -> list[str]:
    """To whom she may speak in it, what is likeliest first."""
    party = party_of(person, ticket)
    if party == OFFICE:
        to_agency = [Message.Kind.AGENCY] if ticket.agency_id else []
        return [Message.Kind.REPLY, Message.Kind.NOTE, *to_agency]
    return [Message.Kind.AGENCY, Message.Kind.REPLY] if party == AGENCY else [Message.Kind.REPLY]


def carry_out(
    act: Act, form: forms.ActForm, *, ticket: Ticket, channel: str = Ticket.Channel.WEB, by: Person, at: datetime
) -> object:
    """Do it with what a valid form says. ValidationError where it does not fit the ticket as it stands.

    Where the ticket has changed since it was seen, or what does not fit is known to the act itself, the act says so.
    ``channel`` is how it came in, which is kept with the words.
    """
    said: dict[str, Any] = dict(form.cleaned_data)
    if "words" in said:
        said["channel"] = channel
    if not ticket.is_open and said["version"] in (None, ticket.version) and not act.fits(ticket, at):
        raise ValidationError(_("This ticket is over."), code="over")
    return act.run(ticket=ticket, by=by, at=at, **said)
