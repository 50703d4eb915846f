"""The office's directory of stakeholders: the list, one organisation, notes of calls, and whom to call for what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from liaison import directory
from liaison.accesses import note_access, note_listing
from liaison.calls import note_call
from liaison.countries import country_name
from liaison.directory_forms import CallForm, ConcernsForm, DirectoryForm, FocalPointForm
from liaison.focal_points import add_focal_point, assign_concerns, change_focal_point, remove_focal_point
from liaison.models import CallNote, FocalPoint, Membership, Organization
from liaison.paging import paginate
from liaison.permissions import allow, get_visible_or_404, person_of
from liaison.roles import OFFICE, Role
from liaison.views.members import done, posted

MOST_PEOPLE = 30
NOTES = 20
KEEPERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


def found(request: HttpRequest, form: DirectoryForm) -> QuerySet[Organization]:
    """What the directory's box asks for, from A to Z by ``sort_name``; nothing for what cannot be asked."""
    rows: QuerySet[Organization] = Organization.objects.visible_to(request.user)
    if not form.is_valid():
        return directory.by_name(rows.none())
    asked = {name: form.cleaned_data[name] for name in ("kind", "standing") if form.cleaned_data[name]}
    return directory.by_name(directory.search(rows.filter(**asked), form.cleaned_data["q"]))


@require_safe
@allow(OFFICE)
def directory_list(request: HttpRequest) -> HttpResponse:
    """Every organisation by name: how to reach it, what it has under way, and when it was last spoken to."""
    form = DirectoryForm(request.GET)
    page = paginate(found(request, form), request, order="sort_name", alphabetical=True)
    shown = [row.pk for row in page.rows]
    numbers, contacts = directory.numbers_of(shown), directory.contacts_of(shown)
    counted = directory.figures_of(shown)
    note_listing(shown, by=person_of(request), at=timezone.now())
    context: dict[str, Any] = {
        "page": page,
        "rows": [
            {
                "organization": row,
                "numbers": numbers[row.pk],
                "contact": contacts.get(row.pk),
                "figures": counted[row.pk],
            }
            for row in page.rows
        ],
        "filter": form,
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "query": request.GET.urlencode(),
        "may_import": bool(person_of(request).roles & KEEPERS),
    }
    return render(request, "liaison/directory_list.html", context)


@require_safe
@allow(OFFICE)
def who_to_call(request: HttpRequest) -> HttpResponse:
    """Whom to call for each category of trouble, and where nobody is named yet."""
    calls = directory.who_to_call(FocalPoint.objects.visible_to(request.user))
    seen = {call.organization.pk for call in calls if call.organization}
    note_listing(seen, by=person_of(request), at=timezone.now())
    gaps = sum(call.first is None for call in calls)
    return render(request, "liaison/who_to_call.html", {"calls": calls, "gaps": gaps})


@require_safe
@allow(OFFICE)
def directory_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One organisation as the office knows it."""
    organization = get_visible_or_404(Organization.objects.all(), request.user, pk=pk)
    return _detail(request, organization, CallForm(initial={"called_at": timezone.localtime()}))


def _detail(request: HttpRequest, organization: Organization, form: CallForm) -> HttpResponse:
    person = person_of(request)
    note_access(organization, by=person, at=timezone.now())
    people = Membership.objects.visible_to(person).filter(organization=organization).select_related("person")
    notes = CallNote.objects.visible_to(person).filter(organization=organization).select_related("by")
    listed = list(people.order_by("pk")[: MOST_PEOPLE + 1])
    context: dict[str, Any] = {
        "organization": organization,
        "country": country_name(organization.country),
        "numbers": organization.identifiers.order_by("scheme"),
        "points": FocalPoint.objects.visible_to(person).filter(organization=organization).in_order(),
        "people": listed[:MOST_PEOPLE],
        "has_more_people": len(listed) > MOST_PEOPLE,
        "figures": directory.figures_of([organization.pk])[organization.pk],
        "page": paginate(notes, request, order="at", size=NOTES),
        "form": form,
        "is_keeper": bool(person.roles & KEEPERS),
    }
    return render(request, "liaison/directory_detail.html", context, status=422 if form.errors else 200)


@require_POST
@allow(OFFICE)
def call_note_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a note of a call."""
    organization = get_visible_or_404(Organization.objects.all(), request.user, pk=pk)
    form = CallForm(request.POST)
    if done(
        form,
        lambda: note_call(organization=organization, by=person_of(request), at=timezone.now(), **form.cleaned_data),
    ):
        messages.success(request, _("The call is noted."))
        return redirect("liaison:directory_detail", pk=pk)
    return _detail(request, organization, form)


@allow(KEEPERS)
def focal_point_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Name somebody to be called at an organisation."""
    organization = get_visible_or_404(Organization.objects.all(), request.user, pk=pk)
    form = FocalPointForm(posted(request), country=organization.country)
    if done(
        form,
        lambda: add_focal_point(
            organization=organization, entry=form.entry(), by=person_of(request), at=timezone.now()
        ),
    ):
        messages.success(request, _("Saved."))
        return redirect("liaison:directory_detail", pk=pk)
    return _ask(request, "focal_point_new", form, organization)


def _point_or_404(request: HttpRequest, pk: int) -> FocalPoint:
    return get_visible_or_404(FocalPoint.objects.select_related("organization"), request.user, pk=pk)


def _ask(request: HttpRequest, name: str, form: forms.BaseForm, organization: Organization) -> HttpResponse:
    """The page that asks for what an action needs, again with what is wrong."""
    note_access(organization, by=person_of(request), at=timezone.now())
    context = {"form": form, "organization": organization}
    return render(request, f"liaison/{name}.html", context, status=422 if form.errors else 200)


@allow(KEEPERS)
def focal_point_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change who is called, how, in which order and for what."""
    point = _point_or_404(request, pk)
    form = FocalPointForm(posted(request), instance=point, country=point.organization.country)
    if done(
        form,
        lambda: change_focal_point(focal_point=point, entry=form.entry(), by=person_of(request), at=timezone.now()),
    ):
        messages.success(request, _("Saved."))
        return redirect("liaison:directory_detail", pk=point.organization_id)
    return _ask(request, "focal_point_edit", form, point.organization)


@allow(OFFICE)
def focal_point_concerns(request: HttpRequest, pk: int) -> HttpResponse:
    """Say for what somebody is called."""
    point = _point_or_404(request, pk)
    form = ConcernsForm(posted(request), initial={"concerns": point.concerns})
    if done(
        form,
        lambda: assign_concerns(
            focal_point=point, concerns=form.cleaned_data["concerns"], by=person_of(request), at=timezone.now()
        ),
    ):
        messages.success(request, _("Saved."))
        return redirect("liaison:directory_detail", pk=point.organization_id)
    note_access(point.organization, by=person_of(request), at=timezone.now())
    context = {"form": form, "point": point}
    return render(request, "liaison/focal_point_concerns.html", context, status=422 if form.errors else 200)


@allow(KEEPERS)
def focal_point_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Call somebody no more."""
    point = _point_or_404(request, pk)
    form = forms.Form(posted(request))
    if done(form, lambda: remove_focal_point(focal_point=point, by=person_of(request), at=timezone.now())):
        messages.success(request, _("%(name)s is no longer called.") % {"name": point})
        return redirect("liaison:directory_detail", pk=point.organization_id)
    note_access(point.organization, by=person_of(request), at=timezone.now())
    return render(request, "liaison/focal_point_remove.html", {"form": form, "point": point})
