"""Tickets for people's own programs: read, opened, answered and acted on as on the pages, by the same rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError as Refused
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import Body, body_of
from api.description import trouble
from api.description.calls import described
from api.description.vocabulary import json_of, page
from api.description.vocabulary import ref as shape_of
from api.doors import caller, door, may_see_money
from api.idempotency import once
from api.models import Scope
from api.paging import Filter, answer, one_of, since
from api.problems import problem
from api.ticket_shapes import message_shape, ticket_shape
from cargo.models import Consignment
from liaison.concerns import Concern
from liaison.models import Person
from liaison.permissions import get_visible_or_404
from liaison.roles import OFFICE, TRADE_WRITE
from tickets import acting
from tickets.concerned import priced
from tickets.conversation import Saying, say
from tickets.finding import search
from tickets.forms import MessageForm, OpenForm
from tickets.log import Stale, party_of
from tickets.merging import threads_of
from tickets.models import Category, Message, Ticket, TicketConsignment, TicketQuerySet
from tickets.opening import open_ticket
from tickets.timing import clocks_of_many

WRITABLE = ("category", "title", "body", "consignments", "answers")
# What strangers call the same thing.
_SAME = {
    "assignee": "to",
    "organization": "agency",
    "ticket": "into",
    **dict.fromkeys(("text", "message", "body", "note", "comment", "resolution"), "words"),
}


@described("list_tickets", gettext_lazy("Your tickets"), answers={200: page("Ticket")}, filters=trouble.FILTERS)
@described(
    "open_ticket",
    gettext_lazy("Open one"),
    method="POST",
    takes=json_of("NewTicket"),
    answers={201: shape_of("Ticket")},
    refusals=(409,),
)
@door("GET", "POST", reading=Scope.TICKETS, writing=Scope.TICKETS)
@once
def tickets(request: Request) -> Response:
    """The caller's tickets, what changed last first; POST opens one."""
    if request.method == "POST":
        return _open(request)
    rows = Ticket.objects.visible_to(caller(request))
    return _list(request, rows)


@described(
    "list_tickets_of_consignment",
    gettext_lazy("The tickets about it"),
    answers={200: page("Ticket")},
    filters=trouble.FILTERS,
    refusals=(404,),
)
@door("GET", reading=Scope.TICKETS)
def consignment_tickets(request: Request, ref: str) -> Response:
    """The tickets about a consignment."""
    held = get_visible_or_404(Consignment.objects, caller(request), ref=ref.upper())
    return _list(request, Ticket.objects.visible_to(caller(request)).filter(concerned__consignment=held))


@described("get_ticket", gettext_lazy("One ticket"), answers={200: shape_of("TicketWithMessages")}, refusals=(404,))
@door("GET", reading=Scope.TICKETS)
def ticket(request: Request, ref: str) -> Response:
    """One ticket, with what was said in it as far as the caller may read it."""
    found = _one(request, ref)
    said = Message.objects.visible_to(caller(request)).filter(ticket__in=threads_of(found))
    return Response(
        {
            **_shapes([found], request)[0],
            "messages": [message_shape(message) for message in said.select_related("author").order_by("pk")],
        }
    )


@described(
    "write_message",
    gettext_lazy("Say something in it"),
    method="POST",
    takes=json_of("NewMessage"),
    answers={201: shape_of("Message")},
    refusals=(404, 409),
)
@door("POST", reading=Scope.TICKETS, writing=Scope.TICKETS)
@once
def ticket_messages(request: Request, ref: str) -> Response:
    """Say something in a ticket."""
    found, person = _one(request, ref), caller(request)
    if not acting.may_write(person, found):
        raise PermissionDenied(_("Your role may not write here."))
    kinds = acting.kinds_for(person, found)
    body = body_of(request, ("text", "body", "kind", "version"))
    text = body.get("text") or body.get("body", "")
    if not isinstance(text, str):
        raise ValidationError({"text": [_("A text.")]})
    data = {"kind": body.get("kind", kinds[0]), "text": text}
    form = MessageForm({**data, "version": body.get("version")}, kinds=kinds)
    _checked(form)
    given = form.cleaned_data
    saying = Saying(text=given["text"], kind=given["kind"], channel=Ticket.Channel.API)
    made: list[Message] = []

    def change() -> None:
        made.append(say(ticket=found, saying=saying, by=person, at=timezone.now(), version=given["version"]))

    return _done(change) or Response(message_shape(made[0]), status=201)


@described(
    "act_on_ticket",
    gettext_lazy("Do something to it"),
    method="POST",
    takes=json_of("Action"),
    answers={200: shape_of("Ticket")},
    refusals=(404, 409),
)
@door("POST", reading=Scope.TICKETS, writing=Scope.TICKETS)
@once
def ticket_actions(request: Request, ref: str) -> Response:
    """Do something to a ticket: ``{"action": "pause", "waiting_on": "importer", "reason": "…"}``."""
    found, person = _one(request, ref), caller(request)
    body = body_of(request)
    # Nobody is somebody to give it to: then it is free again.
    body |= {name: "" for name in ("to", "assignee") if name in request.data and name not in body}
    name = str(body.pop("action", ""))
    if name not in acting.ACTS:
        raise ValidationError({"action": [_("One of: %(names)s.") % {"names": ", ".join(acting.ACTS)}]})
    act = acting.ACTS[name]
    if party_of(person, found) not in act.parties or not acting.may_write(person, found):
        raise PermissionDenied(_("Your role may not do this."))
    said = _said(name, body, found, person)
    # Why it is late, a program says with its words.
    said.setdefault("reason", said["words"] if name == "resolve" else None)
    form = act.form(said, ticket=found, person=person)
    _checked(form)
    channel = Ticket.Channel.API
    refused = _done(lambda: acting.carry_out(act, form, ticket=found, channel=channel, by=person, at=timezone.now()))
    return refused or Response(_shapes([_one(request, ref)], request)[0])


def _said(name: str, body: Body, ticket: Ticket, person: Person) -> Body:
    """What the body says, under our names. Whoever assigns without saying to whom takes it; where nothing is said to
    the other side, its reason is, or to an agency the ticket's own words; a cause that is not given is something else.
    """
    said = {_SAME.get(key, key): _listed(value) for key, value in body.items()}
    words = said.get("reason") or (_("It is solved") if name == "resolve" else ticket.body or ticket.title)
    return {"to": person.email, "words": words, "cause": Ticket.Cause.OTHER, **said}


def _listed(value: object) -> object:
    """A list as the forms take it, parted by commas, and a number as they take that."""
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _open(request: Request) -> Response:
    person = caller(request)
    if not person.roles & (TRADE_WRITE | OFFICE):
        raise PermissionDenied(_("Your role may not open tickets."))
    body = body_of(request, WRITABLE)
    code = str(body.get("category", "")).upper()
    category = Category.objects.filter(code=code).first() if code in Concern.values else None
    if category is None:
        raise ValidationError({"category": [_("One of: %(names)s.") % {"names": ", ".join(Concern.values)}]})
    form = OpenForm(_typed(body), person=person, category=category, is_strict=False)
    _checked(form)
    made: list[Ticket] = []

    def change() -> None:
        opening = form.opening(channel=Ticket.Channel.API)
        made.append(open_ticket(opening=opening, by=person, at=timezone.now()))

    if refused := _done(change):
        return refused
    opened = Response(_shapes([_one(request, made[0].ref)], request)[0], status=201)
    opened["Location"] = f"{request.path}{made[0].ref}/"
    return opened


def _typed(body: Body) -> dict[str, str]:
    """The body as the form takes it; ValidationError for what has the wrong type."""
    refs, answers = body.pop("consignments", []), body.pop("answers", {})
    if not (isinstance(refs, list) and all(isinstance(ref, str) for ref in refs)):
        raise ValidationError({"consignments": [_("A list of texts.")]})
    if not (isinstance(answers, dict) and all(isinstance(said, str) for said in answers.values())):
        raise ValidationError({"answers": [_("An object with texts.")]})
    texts = {name: str(value) for name, value in body.items()}
    texts["category"] = texts["category"].upper()
    return {**texts, "consignments": " ".join(refs), **{f"answer_{code}": said for code, said in answers.items()}}


def _checked(form: forms.Form) -> None:
    if not form.is_valid():
        raise ValidationError({name: [str(error) for error in errors] for name, errors in form.errors.items()})


def _done(change: Callable[[], object]) -> Response | None:
    """The refusal, where the change cannot be made: 409 where the ticket has changed since it was read."""
    try:
        change()
    except Stale as error:
        return problem(409, " ".join(error.messages))
    except Refused as error:
        return problem(400, " ".join(error.messages))
    return None


def _list(request: Request, rows: TicketQuerySet) -> Response:
    return answer(
        request,
        _with_all(rows, request),
        filters={**FILTERS, "q": _searched(request)},
        order="-changed_at",
        shapes=lambda found: _shapes(found, request),
    )


def _one(request: Request, ref: str) -> Ticket:
    rows = _with_all(Ticket.objects.visible_to(caller(request)), request)
    found: Ticket = get_visible_or_404(rows, caller(request), ref=ref.upper())
    return found


def _with_all(rows: TicketQuerySet, request: Request) -> TicketQuerySet:
    """With everything that a shape is made of."""
    cargo = TicketConsignment.objects.visible_to(caller(request)).select_related("consignment").order_by("pk")
    related = rows.select_related("category", "organization", "agency", "assignee", "merged_into")
    return related.prefetch_related(Prefetch("concerned", cargo))


def _shapes(found: list[Ticket], request: Request) -> list[dict[str, Any]]:
    at = timezone.now()
    clocks = clocks_of_many(found, at=at)
    cargo = {each.pk: [linked.consignment for linked in each.concerned.all()] for each in found}
    shown = [consignment for rows in cargo.values() for consignment in rows] if may_see_money(request) else []
    money = priced(caller(request), shown)
    return [
        ticket_shape(
            each,
            clocks[each.pk],
            cargo[each.pk],
            sees_assignee=bool(caller(request).roles & OFFICE),
            sees_money=bool(cargo[each.pk]) and money.issuperset(consignment.pk for consignment in cargo[each.pk]),
        )
        for each in found
    ]


def _searched(request: Request) -> Filter:
    def by(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        assert isinstance(rows, TicketQuerySet)
        return search(rows, words[:80], caller(request))

    return by


def _state(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    if words == "unsolved":
        assert isinstance(rows, TicketQuerySet)
        return rows.open()
    if words not in Ticket.State.values:
        raise ValueError(_("One of: %(names)s.") % {"names": ", ".join(["unsolved", *Ticket.State.values])})
    return rows.filter(state=words)


FILTERS: dict[str, Filter] = {
    "state": _state,
    "category": one_of("category__code", lambda: list(Concern.values)),
    "priority": one_of("priority", lambda: list(Ticket.Priority.values)),
    "waiting_on": one_of("waiting_on", lambda: list(Ticket.Holder.values)),
    "updated_since": since("changed_at__gte"),
}
