"""The page on which somebody of an agency answers one ticket without an account, and what is sent from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cargo import sharing
from liaison.origins import client_address
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE
from tickets import answer_links, answering, presenting
from tickets.answering import AgencyForm
from tickets.models import AnswerLink
from tickets.views.acts import paper_answer


@never_cache
def ticket_answer(request: HttpRequest, token: str) -> HttpResponse:
    """One ticket as its agency may see it; the same page for a guess, an expired link and one that was revoked."""
    at = timezone.now()
    link = answer_links.find_link(token, at=at)
    if link is None:
        return _gone(request, token)
    if request.method != "POST":
        if request.method == "GET":
            answer_links.note_opened(link, at=at)
        return _page(request, link, token, AgencyForm())
    form = AgencyForm(request.POST, request.FILES)
    if form.is_valid() and _done(form, lambda: answering.answer(link=link, given=form.cleaned_data, at=at)):
        return redirect("tickets:ticket_answer", token=token)
    return _page(request, link, token, form)


def _done(form: forms.Form, change: Callable[[], object]) -> bool:
    try:
        change()
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _page(request: HttpRequest, link: AnswerLink, token: str, form: AgencyForm) -> HttpResponse:
    ticket = link.ticket
    context: dict[str, Any] = {
        "link": link,
        "token": token,
        "ticket": ticket,
        "ball": presenting.ball(ticket, is_asked=False),
        "consignments": answering.cargo_of(ticket),
        "moments": answering.moments(link),
        "form": form,
        "acts": answering.acts(ticket),
    }
    status = 422 if form.errors else 200
    return _unindexed(render(request, "tickets/ticket_answer.html", context, status=status))


def _gone(request: HttpRequest, token: str) -> HttpResponse:
    address = client_address(request)
    status = 404 if sharing.may_guess(address) else 429
    if not answer_links.was_link(token):
        sharing.note_guess(address)
    return _unindexed(render(request, "tickets/ticket_answer_gone.html", status=status))


def _unindexed(answer: HttpResponse) -> HttpResponse:
    """Neither search engines nor the pages that a reader goes to next learn the address."""
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "same-origin"
    return answer


@require_safe
@never_cache
def answer_paper(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """A paper of the ticket, as far as the agency may see it."""
    link = answer_links.find_link(token, at=timezone.now())
    paper = answering.papers(link).filter(pk=pk).first() if link else None
    if paper is None:
        raise Http404
    return _unindexed(paper_answer(paper))


@require_POST
@allow(OFFICE)
def answer_link_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """The link leads nowhere from now on."""
    link = get_visible_or_404(AnswerLink.objects.select_related("ticket", "agency"), request.user, pk=pk)
    answer_links.revoke_link(link=link, by=person_of(request), at=timezone.now())
    return redirect("tickets:ticket_detail", ref=link.ticket.ref)
