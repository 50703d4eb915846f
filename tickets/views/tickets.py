"""The tickets' pages: the list, one of them, opening one, and those of a consignment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cargo.models import Consignment
from liaison.concerns import Concern
from liaison.models import Person
from liaison.once import once
from liaison.paging import Page, paginate
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE, TRADE_WRITE
from liaison.views.members import done, posted
from tickets import acting, presenting
from tickets.canned import reader_language, ready_text
from tickets.concerned import consignments_of, sees_money
from tickets.finding import found
from tickets.forms import CannedForm, FindForm, MessageForm, OpenForm
from tickets.log import party_of
from tickets.merging import said_in
from tickets.models import AnswerLink, Category, Entry, Mail, Ticket, TicketQuerySet
from tickets.opening import open_ticket
from tickets.timing import clocks_of_ticket
from tickets.views.doors import sees

# Few belong to an incident or to another ticket, of which the others are asked for nothing.
_RELATED = ("category", "organization", "agency", "assignee", "team", "opener")


# What a row of a list is made of: all the columns of a ticket and of what it refers to are over a hundred.
_IN_A_ROW = (
    "ref", "title", "stands", "state", "priority", "waiting_on", "waiting_since", "accepted_at", "changed_at",
    "merged_into", "category__code", "organization__name", "agency__name",
)  # fmt: skip


def _shown(rows: TicketQuerySet) -> QuerySet[Ticket]:
    return rows.select_related("category", "organization", "agency").only(*_IN_A_ROW)


def _rows(tickets: list[Ticket], person: Person) -> list[dict[str, Any]]:
    """What the list says of each. The table joined to itself would be planned three times as long, and few are merged:
    what those go on as is asked for beside.
    """
    prefetch_related_objects([ticket for ticket in tickets if ticket.merged_into_id], "merged_into")
    is_asked = bool(person.roles & TRADE_WRITE)
    return [presenting.list_row(ticket, is_asked=is_asked) for ticket in tickets]


@require_safe
@sees
def ticket_list(request: HttpRequest) -> HttpResponse:
    """The tickets that the person may see, what changed last first."""
    form, person = FindForm(request.GET), person_of(request)
    rows = Ticket.objects.visible_to(person)
    if form.is_valid():
        rows = found(rows, form.cleaned_data, person)
    page: Page[Ticket] = paginate(_shown(rows), request, order="changed_at")
    context: dict[str, Any] = {
        "page": page,
        "rows": _rows(page.rows, person),
        "filter": form,
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "can_open": bool(person.roles & (TRADE_WRITE | OFFICE)),
        "is_office": bool(person.roles & OFFICE),
    }
    return render(request, "tickets/ticket_list.html", context)


@allow(TRADE_WRITE | OFFICE)
@once
def ticket_new(request: HttpRequest) -> HttpResponse:
    """Open a ticket: first what it is about, then what the agency will ask."""
    code = request.POST.get("category") or request.GET.get("category", "")
    category = Category.objects.filter(code=code).first() if code in Concern.values else None
    about = " ".join(request.GET.getlist("consignment")).upper()[:1200]
    if category is None:
        return render(request, "tickets/ticket_new.html", {"choices": Concern.choices, "consignment": about})
    initial = {"category": category.code, "consignments": about}
    form = OpenForm(posted(request), person=person_of(request), category=category, initial=initial)
    made: list[Ticket] = []
    if done(form, lambda: made.append(open_ticket(opening=form.opening(), by=person_of(request), at=timezone.now()))):
        return redirect("tickets:ticket_detail", ref=made[0].ref)
    context = {"form": form, "category": category, "consignment": about}
    return render(request, "tickets/ticket_new.html", context, status=422 if form.errors else 200)


def ticket_or_404(request: HttpRequest, ref: str) -> Ticket:
    """The ticket of that reference, where the person may see it."""
    return get_visible_or_404(Ticket.objects.select_related(*_RELATED), request.user, ref=ref)


@require_safe
@sees
def ticket_detail(request: HttpRequest, ref: str) -> HttpResponse:
    """One ticket: who holds it, its clocks, what was said and done, and what can be done now."""
    return detail(request, ticket_or_404(request, ref))


def detail(
    request: HttpRequest,
    ticket: Ticket,
    *,
    message: MessageForm | None = None,
    act: tuple[str, forms.Form] | None = None,
) -> HttpResponse:
    """The page of a ticket, with a form that could not be taken where there is one: then the status is 422."""
    person, at = person_of(request), timezone.now()
    consignments = consignments_of(ticket, person)
    entries = list(ticket.entries.select_related("by").order_by("number"))
    acts, is_merged = acting.acts_for(person, ticket, at=at), ticket.merged_into is not None
    context: dict[str, Any] = {
        "ticket": ticket,
        "ball": presenting.ball(ticket, is_asked="confirm" in acts),
        # What was merged is promised and talked of in the other.
        "clocks": [] if is_merged else presenting.clock_lines(clocks_of_ticket(ticket, entries, at=at), at=at),
        "consignments": consignments,
        "moments": _moments(request, ticket, consignments, entries),
        "is_office": bool(person.roles & OFFICE),
        "answer_links": _links(ticket, person, at),
        "is_agency": party_of(person, ticket) == Entry.Party.AGENCY,
        "acts": [name for name in acts if name not in _WITH_BUTTONS],
        "can_confirm": "confirm" in acts,
        "may_write": not is_merged and acting.may_write(person, ticket),
        "is_followed": ticket.watches.filter(person=person).exists(),
        "form": message or _message_form(request, ticket, consignments),
        "canned": CannedForm(),
        **_chosen(request, ticket, acts, act),
    }
    has_failed = bool(message and message.errors) or act is not None
    return render(request, "tickets/ticket_detail.html", context, status=422 if has_failed else 200)


def _links(ticket: Ticket, person: Person, at: datetime) -> Iterable[AnswerLink]:
    """Those that lead somewhere are of the agency that has it, and the office's to see."""
    if ticket.agency is None or not person.roles & OFFICE:
        return ()
    return AnswerLink.objects.visible_to(person).live(at).filter(ticket=ticket)


# What is done by one tap of its own on the page.
_WITH_BUTTONS = ("confirm",)


def _moments(
    request: HttpRequest, ticket: Ticket, consignments: list[Consignment], entries: list[Entry]
) -> list[presenting.Moment]:
    person = person_of(request)
    known = {consignment.ref for consignment in consignments}
    messages = list(said_in(ticket, person))
    return presenting.line_of_time(
        ticket,
        [entry for entry in entries if entry.kind != Entry.Kind.ATTACHED or entry.data["consignment"] in known],
        messages,
        viewer=person,
        sees_money=sees_money(person, consignments),
        mails=Mail.objects.visible_to(person).behind(ticket, messages).with_beginnings(),
    )


def _message_form(request: HttpRequest, ticket: Ticket, consignments: list[Consignment]) -> MessageForm:
    kinds = acting.kinds_for(person_of(request), ticket)
    canned = request.GET.get("canned", "")
    first = next(iter(consignments), None)
    text = ready_text(canned, ticket, first, language=reader_language(ticket)) if canned else ""
    return MessageForm(kinds=kinds, initial={"text": text, "version": ticket.version})


def _chosen(
    request: HttpRequest, ticket: Ticket, acts: dict[str, acting.Act], act: tuple[str, forms.Form] | None
) -> dict[str, Any]:
    """The one action whose form is shown: the one that failed, or the one that was asked for."""
    if act is not None:
        return {"act": act[0], "act_form": act[1]}
    name = request.GET.get("act", "")
    if name not in acts:
        return {"act": "", "act_form": None}
    return {"act": name, "act_form": acts[name].form(ticket=ticket, person=person_of(request))}


@require_safe
@sees
def consignment_tickets(request: HttpRequest, ref: str) -> HttpResponse:
    """The tickets about a consignment, and the way to report a problem: a part of the consignment's page."""
    consignment = get_visible_or_404(Consignment.objects.all(), request.user, ref=ref)
    rows = Ticket.objects.visible_to(request.user).filter(concerned__consignment=consignment)
    tickets = list(_shown(rows).order_by("-changed_at")[:5])
    context = {
        "consignment": consignment,
        "rows": _rows(tickets, person_of(request)),
        "title": _("Problems"),
        "can_open": bool(person_of(request).roles & (TRADE_WRITE | OFFICE)),
    }
    return render(request, "tickets/consignment_tickets.html", context)
