"""The office's pages of incidents: the list, one of them, and what is done to all of its tickets at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from liaison.once import once
from liaison.paging import Page, paginate
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE
from liaison.views.members import done, posted
from tickets import disruptions, incidents, presenting
from tickets.incident_forms import CloseForm, FindIncidentForm, IncidentForm, LinkForm, TellForm, tickets_of
from tickets.incident_words import deed_row
from tickets.models import Incident, Ticket

MOST_ROWS = 100


@require_safe
@allow(OFFICE)
def incident_list(request: HttpRequest) -> HttpResponse:
    """The incidents, the latest first, each with its open tickets."""
    form = FindIncidentForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = Incident.objects.visible_to(request.user)
    if asked.get("q"):
        rows = rows.filter(Q(ref=asked["q"].upper()) | Q(title__icontains=asked["q"]))
    if asked.get("state"):
        rows = rows.filter(state=asked["state"])
    counted = rows.annotate(
        n=Count("tickets"), n_open=Count("tickets", filter=Q(tickets__state__in=Ticket.OPEN_STATES))
    )
    page: Page[Incident] = paginate(counted.select_related("category", "node"), request)
    return render(request, "tickets/incident_list.html", {"page": page, "filter": form})


@allow(OFFICE)
@once
def incident_new(request: HttpRequest) -> HttpResponse:
    """Open one, from a trouble at a place, with a ship or of a system, or over several tickets."""
    person = person_of(request)
    initial = {name: request.GET.get(name, "")[:4000] for name in IncidentForm.base_fields}
    form = IncidentForm(posted(request), person=person, initial=initial)
    made: list[Incident] = []

    def change() -> None:
        tickets = form.cleaned_data["tickets"]
        made.append(incidents.open_incident(struck=form.struck(), tickets=tickets, by=person, at=timezone.now()))

    if done(form, change):
        return redirect("tickets:incident_detail", ref=made[0].ref)
    return render(request, "tickets/incident_new.html", {"form": form}, status=422 if form.errors else 200)


def _found(request: HttpRequest, ref: str) -> Incident:
    rows = Incident.objects.visible_to(request.user).select_related("category", "node", "opened_by")
    return get_visible_or_404(rows, request.user, ref=ref)


@require_safe
@allow(OFFICE)
def incident_detail(request: HttpRequest, ref: str) -> HttpResponse:
    """One: what it strikes, its tickets, whose cargo is there without a ticket, and what was done to it."""
    incident, person = _found(request, ref), person_of(request)
    tickets = Ticket.objects.visible_to(person).filter(incident=incident)
    related = ("category", "organization", "agency", "assignee", "merged_into")
    rows = list(tickets.select_related(*related).order_by("-changed_at", "-pk")[:MOST_ROWS])
    undoable = incidents.last_undoable(incident)
    context: dict[str, Any] = {
        "incident": incident,
        "rows": [{"ticket": ticket, "ball": presenting.ball(ticket, is_asked=False)} for ticket in rows],
        "reach": disruptions.reach(incident, with_silent=True, at=timezone.now()),
        "silent": _listed(incident)[:20] if incident.is_open else [],
        "deeds": [deed_row(entry) for entry in incident.entries.select_related("by").order_by("-number")],
        "undoable": deed_row(undoable) if undoable else None,
        "form": LinkForm(),
    }
    return render(request, "tickets/incident_detail.html", context)


@require_POST
@allow(OFFICE)
def incident_link(request: HttpRequest, ref: str) -> HttpResponse:
    """Make tickets its children."""
    incident, person = _found(request, ref), person_of(request)

    def change() -> object:
        tickets = tickets_of(request.POST.get("tickets", "")[:4000], person)
        return incidents.link(incident=incident, tickets=tickets, by=person, at=timezone.now())

    return _done(request, ref, change)


@require_POST
@allow(OFFICE)
def incident_split(request: HttpRequest, ref: str) -> HttpResponse:
    """Take the ticked tickets out, or move them into another incident."""
    incident, person, at = _found(request, ref), person_of(request), timezone.now()
    tickets = list(Ticket.objects.visible_to(person).filter(incident=incident, ref__in=request.POST.getlist("ticket")))
    into = request.POST.get("into", "").strip().upper()
    if into:
        other = get_visible_or_404(Incident.objects, request.user, ref=into)
        return _done(request, ref, lambda: incidents.link(incident=other, tickets=tickets, by=person, at=at))
    return _done(request, ref, lambda: incidents.split(incident=incident, tickets=tickets, by=person, at=at))


@require_POST
@allow(OFFICE)
def incident_undo(request: HttpRequest, ref: str) -> HttpResponse:
    """Take back what was done last."""
    incident, person = _found(request, ref), person_of(request)
    return _done(request, ref, lambda: incidents.undo(incident=incident, by=person, at=timezone.now()))


def _done(request: HttpRequest, ref: str, change: Callable[[], object]) -> HttpResponse:
    try:
        change()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("tickets:incident_detail", ref=ref)


@allow(OFFICE)
def incident_tell(request: HttpRequest, ref: str) -> HttpResponse:
    """One message for everybody: first whom it would reach, then sent."""
    incident, person, at = _found(request, ref), person_of(request), timezone.now()
    form = TellForm(posted(request), incident=incident)
    is_sure = "sure" in request.POST

    def change() -> None:
        told = disruptions.tell_all(incident=incident, by=person, at=at, **form.cleaned_data)
        words = _("Said in %(tickets)s tickets; %(people)s people without a ticket were told.")
        messages.success(request, words % {"tickets": told.tickets, "people": told.people})

    if is_sure and done(form, change):
        return redirect("tickets:incident_detail", ref=ref)
    context: dict[str, Any] = {"incident": incident, "form": form, "reach": None, "silent": []}
    if not is_sure and form.is_valid():
        with_silent = form.cleaned_data["with_silent"]
        context["reach"] = disruptions.reach(incident, with_silent=with_silent, at=at)
        context["silent"] = _listed(incident) if with_silent else []
    return render(request, "tickets/incident_tell.html", context, status=422 if form.errors else 200)


def _listed(incident: Incident) -> list[Any]:
    return list(disruptions.silent(incident).select_related("consignee", "status").order_by("pk")[:MOST_ROWS])


@allow(OFFICE)
def incident_close(request: HttpRequest, ref: str) -> HttpResponse:
    """End it with all of its tickets: first which ones, then done."""
    incident, person, at = _found(request, ref), person_of(request), timezone.now()
    form = CloseForm(posted(request), incident=incident)
    is_sure = "sure" in request.POST

    def change() -> None:
        n = disruptions.close_all(incident=incident, by=person, at=at, **form.cleaned_data)
        messages.success(request, ngettext("%(n)d ticket was resolved.", "%(n)d tickets were resolved.", n) % {"n": n})

    if is_sure and done(form, change):
        return redirect("tickets:incident_detail", ref=ref)
    rows = Ticket.objects.visible_to(person).filter(incident=incident).select_related("organization", "agency")
    tickets = list(rows.order_by("pk")[:MOST_ROWS]) if not is_sure and form.is_valid() else None
    context = {
        "incident": incident,
        "form": form,
        "closing": [ticket for ticket in tickets if ticket.is_open] if tickets is not None else None,
        "staying": [ticket for ticket in tickets or [] if not ticket.is_open],
    }
    return render(request, "tickets/incident_close.html", context, status=422 if form.errors else 200)
