"""Inviting people into an organisation, and the page that an invitation's letter leads to."""

from __future__ import annotations

from allauth.account.utils import perform_login
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from liaison import invitations
from liaison.member_forms import InvitationForm, JoinForm, LanguageForm
from liaison.members import may_manage
from liaison.models import Invitation, Person
from liaison.permissions import get_visible_or_404, person_of, signed_in
from liaison.views.members import done, people_of_or_404, posted


@signed_in
def invitation_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite an e-mail address into the organisation."""
    organization, person = people_of_or_404(request, pk), person_of(request)
    if not may_manage(person, organization):
        raise PermissionDenied
    form = InvitationForm(posted(request), organization=organization, initial={"language": person.language})
    if done(
        form, lambda: invitations.invite(organization=organization, by=person, at=timezone.now(), **form.cleaned_data)
    ):
        messages.success(request, _("The invitation is on its way to %(email)s.") % form.cleaned_data)
        return redirect("liaison:member_list", pk=pk)
    context = {"form": form, "organization": organization}
    return render(request, "liaison/invitation_new.html", context, status=422 if form.errors else 200)


def _managed_or_403(request: HttpRequest, pk: int) -> Invitation:
    invitation = get_visible_or_404(Invitation.objects.select_related("organization"), request.user, pk=pk)
    if not may_manage(person_of(request), invitation.organization):
        raise PermissionDenied
    return invitation


@signed_in
def invitation_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an invitation once more, with a new link."""
    invitation, person = _managed_or_403(request, pk), person_of(request)
    form = LanguageForm(posted(request), initial={"language": person.language})
    if done(form, lambda: invitations.resend(invitation=invitation, by=person, at=timezone.now(), **form.cleaned_data)):
        messages.success(request, _("A new letter is on its way to %(email)s.") % {"email": invitation.email})
        return redirect("liaison:member_list", pk=invitation.organization_id)
    context = {"form": form, "invitation": invitation}
    return render(request, "liaison/invitation_resend.html", context, status=422 if form.errors else 200)


@signed_in
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    invitation, person = _managed_or_403(request, pk), person_of(request)
    form = forms.Form(posted(request))
    if done(form, lambda: invitations.withdraw(invitation=invitation, by=person, at=timezone.now())):
        messages.success(
            request, _("The invitation of %(email)s no longer opens anything.") % {"email": invitation.email}
        )
        return redirect("liaison:member_list", pk=invitation.organization_id)
    return render(request, "liaison/invitation_withdraw.html", {"form": form, "invitation": invitation})


@never_cache
@sensitive_post_parameters("password")
def invitation_detail(request: HttpRequest, token: str) -> HttpResponse:
    """Where an invitation's letter leads: who invites into what, and how to take it up. Only POST changes anything."""
    invitation = invitations.find_invitation(token)
    if invitation is None:
        raise Http404
    end = invitations.end_of(invitation, at=timezone.now())
    if end:
        context = {"invitation": invitation, "end": end.value}
        return render(request, "liaison/invitation_gone.html", context, status=410)
    invited = invitations.invited_person(invitation)
    if isinstance(request.user, Person):
        return _accept(request, invitation, is_hers=request.user == invited)
    if invited is not None:
        return _page(request, invitation, "sign_in")
    return _join(request, invitation)


def _page(request: HttpRequest, invitation: Invitation, step: str, form: forms.BaseForm | None = None) -> HttpResponse:
    context = {"invitation": invitation, "step": step, "form": form}
    status = 422 if form is not None and form.errors else 200
    return render(request, "liaison/invitation_detail.html", context, status=status)


def _accept(request: HttpRequest, invitation: Invitation, *, is_hers: bool) -> HttpResponse:
    """Somebody signed in takes it up, where it is hers."""
    if not is_hers:
        return _page(request, invitation, "other")
    form = forms.Form(posted(request))
    if done(form, lambda: invitations.accept(invitation=invitation, by=person_of(request), at=timezone.now())):
        return _welcome(request, invitation)
    return _page(request, invitation, "accept", form)


def _join(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Somebody new says who she is, takes it up, and is signed in."""
    form = JoinForm(posted(request), email=invitation.email, initial={"language": get_language()})
    if not form.is_valid():
        return _page(request, invitation, "join", form)
    try:
        person = invitations.accept_as_new(
            invitation=invitation, read_in=get_language() or "en", at=timezone.now(), **form.cleaned_data
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, invitation, "join", form)
    answer = _welcome(request, invitation)
    signed: HttpResponse = perform_login(request, person, email_verification="none", redirect_url=answer.url)
    return signed


def _welcome(request: HttpRequest, invitation: Invitation) -> HttpResponseRedirect:
    messages.success(
        request, _("Welcome. You belong to %(organization)s now.") % {"organization": invitation.organization}
    )
    return redirect("home")
