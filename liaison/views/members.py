"""An organisation's people: the list, what is done to one of them, leaving, handing over, and the switch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from liaison import members
from liaison.accesses import note_access
from liaison.member_forms import FindForm, HandOverForm, ReasonForm, RoleForm
from liaison.models import Invitation, Membership, Organization, Person
from liaison.paging import paginate
from liaison.people import left_without_owner, reinstate_person, suspend_person
from liaison.permissions import allow, get_visible_or_404, person_of, signed_in
from liaison.roles import OFFICE, Role
from liaison.signin.pages import reauthenticated
from liaison.signin.recovery import has_factors, may_remove, remove_factors

MOST_INVITATIONS = 100


def organizations_of(person: Person) -> list[dict[str, Any]]:
    """Each organisation that the person belongs to, her role, what it counts for, and what she may do; one query."""
    in_force = {held.organization_id for held in person.standings}
    rows = person.membership_set.select_related("organization").order_by("organization__name", "pk")
    return [
        {
            "organization": row.organization,
            "role": row.get_role_display(),
            "is_owner": row.role == Role.OWNER and row.organization_id in in_force,
            "is_suspended": bool(row.suspended_at),
            "is_in_force": row.organization_id in in_force,
        }
        for row in rows
    ]


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: a POST, also an empty one, and nothing else."""
    return request.POST if request.method == "POST" else None


def done(form: forms.BaseForm, change: Callable[[], object]) -> bool:
    """Whether the form was sent and the change was made; where it could not be, the form says why."""
    if not form.is_valid():
        return False
    try:
        change()
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def people_of_or_404(request: HttpRequest, pk: int) -> Organization:
    """The organisation whose people may be looked at: one's own for which one acts, to the office every one."""
    organization = get_visible_or_404(Organization.objects.all(), request.user, pk=pk)
    person = person_of(request)
    if not (person.roles & OFFICE or pk in person.organization_ids()):
        raise Http404
    return organization


@require_safe
@signed_in
def member_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The organisation's people; to those who manage them also the invitations that nobody has answered."""
    organization, person = people_of_or_404(request, pk), person_of(request)
    note_access(organization, by=person, at=timezone.now())
    find = FindForm(request.GET)
    words = find.cleaned_data["q"].strip() if find.is_valid() else ""
    rows = Membership.objects.visible_to(person).filter(organization=organization).select_related("person")
    if words:
        rows = rows.filter(Q(person__name__icontains=words) | Q(person__email__icontains=words))
    manages = members.may_manage(person, organization)
    context = {
        "organization": organization,
        "page": paginate(rows, request),
        "filter": find,
        "is_filtered": bool(words),
        "manages": manages,
        "may_close": Role.ADMINISTRATOR in person.roles,
        "may_reset": bool(person.roles & {Role.SUPERVISOR, Role.ADMINISTRATOR}),
        "is_owner": pk in person.organization_ids(Role.OWNER),
        "invitations": _invitations(request, organization) if manages else [],
    }
    return render(request, "liaison/member_list.html", context)


def _invitations(request: HttpRequest, organization: Organization) -> list[dict[str, Any]]:
    now = timezone.now()
    waiting = Invitation.objects.visible_to(request.user).filter(
        organization=organization, accepted_at__isnull=True, withdrawn_at__isnull=True
    )
    found = waiting.select_related("invited_by").order_by("-invited_at", "-pk")[:MOST_INVITATIONS]
    return [{"invitation": row, "has_expired": row.expires_at <= now} for row in found]


def _other_or_403(request: HttpRequest, pk: int) -> Membership:
    """Somebody else's membership that the person may change: 404 where she does not see it."""
    membership = get_visible_or_404(Membership.objects.select_related("person", "organization"), request.user, pk=pk)
    person = person_of(request)
    if membership.person_id == person.pk or not members.may_manage(person, membership.organization):
        raise PermissionDenied
    return membership


def _ask(request: HttpRequest, name: str, form: forms.BaseForm, **context: Any) -> HttpResponse:
    """The page that asks for what an action needs, again with what is wrong."""
    return render(request, f"liaison/{name}.html", {"form": form, **context}, status=422 if form.errors else 200)


@signed_in
def member_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a member another role."""
    membership = _other_or_403(request, pk)
    form = RoleForm(posted(request), membership=membership)
    if done(
        form,
        lambda: members.change_role(
            membership=membership, role=form.cleaned_data["role"], by=person_of(request), at=timezone.now()
        ),
    ):
        messages.success(request, _("%(name)s has the new role.") % {"name": membership.person})
        return redirect("liaison:member_list", pk=membership.organization_id)
    return _ask(request, "member_role", form, membership=membership)


@signed_in
def member_suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """Suspend a member in this organisation."""
    membership = _other_or_403(request, pk)
    form = ReasonForm(posted(request))
    if done(
        form,
        lambda: members.suspend_member(
            membership=membership, reason=form.cleaned_data["reason"], by=person_of(request), at=timezone.now()
        ),
    ):
        messages.success(request, _("%(name)s is suspended.") % {"name": membership.person})
        return redirect("liaison:member_list", pk=membership.organization_id)
    return _ask(request, "member_suspend", form, membership=membership)


@signed_in
def member_reinstate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a suspended member take part again."""
    membership = _other_or_403(request, pk)
    form = forms.Form(posted(request))
    if done(form, lambda: members.reinstate_member(membership=membership, by=person_of(request), at=timezone.now())):
        messages.success(request, _("%(name)s is reinstated.") % {"name": membership.person})
        return redirect("liaison:member_list", pk=membership.organization_id)
    return _ask(request, "member_reinstate", form, membership=membership)


@signed_in
def member_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a member out of the organisation."""
    membership = _other_or_403(request, pk)
    form = forms.Form(posted(request))
    if done(form, lambda: members.remove_member(membership=membership, by=person_of(request), at=timezone.now())):
        messages.success(request, _("%(name)s has been removed.") % {"name": membership.person})
        return redirect("liaison:member_list", pk=membership.organization_id)
    return _ask(request, "member_remove", form, membership=membership)


@signed_in
def organization_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave one of one's organisations."""
    organization = _own_or_404(request, pk)
    form = forms.Form(posted(request))
    if done(form, lambda: members.leave(organization=organization, by=person_of(request), at=timezone.now())):
        messages.success(request, _("You have left %(organization)s.") % {"organization": organization})
        return redirect("liaison:me")
    is_owner = pk in person_of(request).organization_ids(Role.OWNER)
    return _ask(request, "organization_leave", form, organization=organization, is_owner=is_owner)


def _own_or_404(request: HttpRequest, pk: int) -> Organization:
    """An organisation that the person herself belongs to, whatever her role."""
    hers = Organization.objects.visible_to(request.user).filter(membership__person=person_of(request))
    return get_object_or_404(hers, pk=pk)


@signed_in
def organization_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand one's organisation over to another of its people."""
    organization, person = people_of_or_404(request, pk), person_of(request)
    if pk not in person.organization_ids(Role.OWNER):
        raise PermissionDenied
    form = HandOverForm(posted(request), organization=organization, person=person)
    if done(
        form,
        lambda: members.hand_over(membership=form.cleaned_data["member"], by=person, at=timezone.now()),
    ):
        new = form.cleaned_data["member"].person
        messages.success(request, _("%(name)s is the owner now, and you are a member.") % {"name": new})
        return redirect("liaison:member_list", pk=pk)
    return _ask(request, "organization_hand_over", form, organization=organization)


@require_POST
@signed_in
def acting_for(request: HttpRequest) -> HttpResponse:
    """Act for one of one's organisations, or for all; what can be seen changes, so the way leads home."""
    chosen = request.POST.get("organization", "")
    wanted = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 19 else None
    if chosen and wanted is None:
        raise Http404
    if not members.switch_organization(organization_id=wanted, by=person_of(request), at=timezone.now()):
        raise Http404
    return redirect("home")


@allow({Role.ADMINISTRATOR})
def person_suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """Close somebody's account, in all her organisations at once."""
    person = _somebody_else(request, pk)
    form = ReasonForm(posted(request))
    if done(
        form,
        lambda: suspend_person(
            person=person, reason=form.cleaned_data["reason"], by=person_of(request), at=timezone.now()
        ),
    ):
        messages.success(request, _("The account of %(name)s is suspended.") % {"name": person})
        return redirect("liaison:person_reinstate", pk=pk)
    return _ask(request, "person_suspend", form, person=person, left=left_without_owner(person))


@allow({Role.ADMINISTRATOR})
def person_reinstate(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a suspended account again."""
    person = _somebody_else(request, pk)
    form = ReasonForm(posted(request))
    if done(
        form,
        lambda: reinstate_person(
            person=person, reason=form.cleaned_data["reason"], by=person_of(request), at=timezone.now()
        ),
    ):
        messages.success(request, _("The account of %(name)s is open again.") % {"name": person})
        return redirect("liaison:person_suspend", pk=pk)
    return _ask(request, "person_reinstate", form, person=person)


@allow({Role.SUPERVISOR, Role.ADMINISTRATOR})
@reauthenticated
def second_factor_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away the second factor that somebody has lost."""
    person, by = _somebody_else(request, pk), person_of(request)
    if not may_remove(by, person):
        raise PermissionDenied
    note_access(person, by=by, at=timezone.now())
    form = ReasonForm(posted(request))
    if done(
        form,
        lambda: remove_factors(person=person, reason=form.cleaned_data["reason"], by=by, at=timezone.now()),
    ):
        messages.success(request, _("%(name)s has no second factor now and is told by letter.") % {"name": person})
        return redirect("home")
    return _ask(request, "second_factor_remove", form, person=person, has_factors=has_factors(person))


def _somebody_else(request: HttpRequest, pk: int) -> Person:
    person = get_object_or_404(Person.objects.filter(erased_at__isnull=True), pk=pk)
    if person == request.user:
        raise PermissionDenied
    return person
