"""Notices to the public: their list and pages, and how the office writes, publishes, corrects and withdraws them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from corridor import advisories
from corridor.advisory_forms import AdvisoryForm, ScheduleForm, WithdrawForm, said_by
from corridor.audiences import receivers_of
from corridor.facts import LANGUAGES
from corridor.models import Advisory
from liaison.accesses import note_listing
from liaison.models import Membership, Person
from liaison.paging import Page, paginate
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE
from liaison.views.members import done, posted

MOST_NAMES = 200


@require_safe
def advisory_list(request: HttpRequest) -> HttpResponse:
    """Every notice in its last version, the newest first; drafts are shown to the office alone."""
    rows = Advisory.objects.visible_to(request.user).exclude(successor__state__in=Advisory.PUBLIC)
    page: Page[Advisory] = paginate(rows.prefetch_related("nodes"), request, order="written_at")
    return render(request, "corridor/advisory_list.html", {"page": page, "may_write": _may_write(request)})


def _may_write(request: HttpRequest) -> bool:
    return isinstance(request.user, Person) and bool(request.user.roles & OFFICE)


@require_safe
def advisory_detail(request: HttpRequest, ref: str) -> HttpResponse:
    """One notice with all of its published versions; its permanent address."""
    versions = list(
        Advisory.objects.visible_to(request.user)
        .public()
        .filter(reference=ref)
        .prefetch_related("nodes")
        .order_by("-version")
    )
    if not versions:
        raise Http404
    context = {"versions": versions, "latest": versions[0], "at": timezone.now(), "may_write": _may_write(request)}
    return render(request, "corridor/advisory_detail.html", context)


@allow(OFFICE)
def advisory_new(request: HttpRequest) -> HttpResponse:
    """Write a draft."""
    form = AdvisoryForm(posted(request), initial={"since": timezone.localtime(), "severity": "slow"})
    made: list[Advisory] = []
    if done(
        form,
        lambda: made.append(
            advisories.write_advisory(content=form.content(), by=person_of(request), at=timezone.now())
        ),
    ):
        return redirect("corridor:advisory_draft", pk=made[0].pk)
    return render(request, "corridor/advisory_new.html", {"form": form}, status=422 if form.errors else 200)


def _version_or_404(request: HttpRequest, pk: int) -> Advisory:
    return get_visible_or_404(Advisory.objects.prefetch_related("nodes"), request.user, pk=pk)


@allow(OFFICE)
def advisory_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    advisory = _version_or_404(request, pk)
    form = AdvisoryForm(posted(request), initial=said_by(advisory))
    if done(
        form,
        lambda: advisories.edit_advisory(
            advisory=advisory, content=form.content(), by=person_of(request), at=timezone.now()
        ),
    ):
        return redirect("corridor:advisory_draft", pk=pk)
    context = {"form": form, "advisory": advisory}
    return render(request, "corridor/advisory_edit.html", context, status=422 if form.errors else 200)


@require_safe
@allow(OFFICE)
def advisory_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """One version in its four languages, and, while it is not published, who would get it."""
    return _draft(request, _version_or_404(request, pk), ScheduleForm())


def _draft(request: HttpRequest, advisory: Advisory, form: forms.Form) -> HttpResponse:
    schedule = form if isinstance(form, ScheduleForm) else ScheduleForm()
    context: dict[str, Any] = {"advisory": advisory, "languages_shown": LANGUAGES, "form": form, "schedule": schedule}
    if advisory.state not in Advisory.PUBLIC:
        context |= _dry_run(advisory, person_of(request))
    return render(request, "corridor/advisory_draft.html", context, status=422 if form.errors else 200)


def _dry_run(advisory: Advisory, by: Person) -> dict[str, Any]:
    """Who would get it now: so many in each audience and by each channel, and the names of the first, noted as seen."""
    at = timezone.now()
    receivers = receivers_of(advisory, at=at)
    named = Person.objects.filter(pk__any=list(receivers.people)).order_by("name", "pk")[:MOST_NAMES]
    names = dict(named.values_list("pk", "name"))
    firms = Membership.objects.visible_to(by).filter(person__any=list(names))
    note_listing(set(firms.values_list("organization", flat=True)), by=by, at=at)
    return {
        "audiences": [(label, len(people)) for label, people in receivers.audiences],
        "people_count": len(receivers.people),
        "subscriptions": receivers.subscriptions,
        "names": list(names.values()),
    }


@require_POST
@allow(OFFICE)
def advisory_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish it now."""
    advisory = _version_or_404(request, pk)
    form = forms.Form(request.POST)
    if done(form, lambda: advisories.publish_advisory(advisory=advisory, by=person_of(request), at=timezone.now())):
        messages.success(request, _("Published. It is being sent."))
        return redirect("corridor:advisory_detail", ref=advisory.reference)
    return _draft(request, advisory, form)


@require_POST
@allow(OFFICE)
def advisory_schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Have it published at a time."""
    advisory = _version_or_404(request, pk)
    form = ScheduleForm(request.POST)
    if done(
        form,
        lambda: advisories.schedule_advisory(
            advisory=advisory, due_at=form.cleaned_data["due_at"], by=person_of(request), at=timezone.now()
        ),
    ):
        messages.success(request, _("Scheduled."))
        return redirect("corridor:advisory_draft", pk=pk)
    return _draft(request, advisory, form)


@require_POST
@allow(OFFICE)
def advisory_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft of a scheduled one."""
    advisory = _version_or_404(request, pk)
    try:
        advisories.take_back_advisory(advisory=advisory, by=person_of(request), at=timezone.now())
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("corridor:advisory_draft", pk=pk)


@require_POST
@allow(OFFICE)
def advisory_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the next version of a published one, or go on with the one begun."""
    advisory = _version_or_404(request, pk)
    try:
        draft = advisories.correct_advisory(advisory=advisory, by=person_of(request), at=timezone.now())
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("corridor:advisory_draft", pk=pk)
    name = "advisory_edit" if draft.state == Advisory.State.DRAFT else "advisory_draft"
    return redirect(f"corridor:{name}", pk=draft.pk)


@allow(OFFICE)
def advisory_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a published one, with a reason."""
    advisory = _version_or_404(request, pk)
    form = WithdrawForm(posted(request))
    if done(
        form,
        lambda: advisories.withdraw_advisory(
            advisory=advisory, reason=form.cleaned_data["reason"], by=person_of(request), at=timezone.now()
        ),
    ):
        messages.success(request, _("Withdrawn. Those who got the notice are being told."))
        return redirect("corridor:advisory_detail", ref=advisory.reference)
    context = {"form": form, "advisory": advisory}
    return render(request, "corridor/advisory_withdraw.html", context, status=422 if form.errors else 200)
