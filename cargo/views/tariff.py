"""The tariff: its rows with their sources, proposing one, and a second pair of eyes on it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from cargo.charge_words import group_label
from cargo.charges.days import day_of
from cargo.models import TariffRow
from cargo.tariff_forms import ProposeForm, TariffFindForm
from cargo.tariff_preview import preview
from cargo.tariffs import approve, propose, refuse
from liaison.paging import paginate
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import HEADS, OFFICE, TRADE


@allow(TRADE | OFFICE)
def tariff_list(request: HttpRequest) -> HttpResponse:
    """The rows that are in force, and those of other days when asked; what waits for approval to those who approve."""
    form = TariffFindForm(request.GET)
    page = paginate(_found(TariffRow.objects.visible_to(request.user).approved(), form), request)
    is_head = bool(person_of(request).roles & HEADS)
    waiting = TariffRow.objects.visible_to(request.user).proposed().select_related("proposed_by", "replaces")
    context = {
        "page": page,
        "rows": [{"row": row, "group": group_label(row.charge_group)} for row in page.rows],
        "filter": form,
        "waiting": list(waiting.order_by("pk")) if is_head else [],
        "can_propose": is_head,
    }
    return render(request, "cargo/tariff_list.html", context)


def _found(rows: QuerySet[TariffRow], form: TariffFindForm) -> QuerySet[TariffRow]:
    asked = form.cleaned_data if form.is_valid() else {}
    if asked.get("q"):
        rows = rows.filter(Q(payee__icontains=asked["q"]) | Q(item__icontains=asked["q"]))
    if asked.get("group"):
        rows = rows.filter(charge_group=asked["group"])
    today = day_of(timezone.now())
    return rows if asked.get("every") else rows.exclude(effective_from__gt=today).exclude(effective_to__lt=today)


@allow(HEADS)
def tariff_new(request: HttpRequest) -> HttpResponse:
    """Propose a row; with ``?replaces=`` in place of another, from which it starts."""
    pk = request.GET.get("replaces", "")
    known = {"pk": pk, "approved_at__isnull": False}
    replaces = get_visible_or_404(TariffRow.objects, request.user, **known) if pk.isdecimal() else None
    form = ProposeForm(request.POST or None, initial=_start_of(replaces))
    if request.method == "POST" and form.is_valid():
        try:
            proposal = propose(says=form.cleaned_data, replaces=replaces, by=person_of(request), at=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Proposed. It counts once somebody else has approved it."))
            return redirect("cargo:tariff_approve", pk=proposal.pk)
    context = {"form": form, "replaces": replaces}
    return render(request, "cargo/tariff_new.html", context, status=422 if form.is_bound else 200)


def _start_of(row: TariffRow | None) -> dict[str, object]:
    return {name: getattr(row, name) for name in ProposeForm.Meta.fields} if row else {}


@allow(HEADS)
def tariff_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """A proposal beside what it replaces and what it changes on open consignments; approve or refuse it."""
    proposal = get_visible_or_404(TariffRow.objects.select_related("replaces", "proposed_by"), request.user, pk=pk)
    person, at = person_of(request), timezone.now()
    is_own = proposal.proposed_by_id == person.pk
    if request.method == "POST":
        says_yes = request.POST.get("answer") == "approve"
        if says_yes and is_own:
            raise PermissionDenied
        done = (approve if says_yes else refuse)(proposal=proposal, by=person, at=at)
        messages.info(request, _("Noted.") if done else _("This proposal has been answered already."))
        return redirect("cargo:tariff_list")
    is_open = proposal.approved_at is None and proposal.ended_at is None
    context = {
        "proposal": proposal,
        "is_open": is_open,
        "is_own": is_own,
        "group": group_label(proposal.charge_group),
        "preview": preview(proposal, viewer=person, at=at) if is_open else None,
    }
    return render(request, "cargo/tariff_approve.html", context)
