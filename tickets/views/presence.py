"""The part of a ticket's page that says who else has it before her, asked for by the page every few seconds."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE
from tickets.models import Ticket
from tickets.presence import note_presence, others_at


@require_POST
@allow(OFFICE)
def ticket_presence(request: HttpRequest, ref: str) -> HttpResponse:
    """Note that she looks, or writes (``typing``), and say who else does."""
    ticket, person, at = get_visible_or_404(Ticket.objects, request.user, ref=ref), person_of(request), timezone.now()
    note_presence(ticket=ticket, person=person, is_typing=request.POST.get("typing") == "yes", at=at)
    if not request.headers.get("HX-Request"):
        return redirect("tickets:ticket_detail", ref=ref)
    context = {"ticket": ticket, "others": others_at(ticket, person=person, at=at)}
    return render(request, "tickets/ticket_presence.html", context)
