"""The pages on which a firm registers itself."""

from __future__ import annotations

from allauth.account.utils import perform_login
from allauth.core.ratelimit import consume
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from liaison.countries import country_name
from liaison.models import Identifier, Organization, Person, Registration
from liaison.organization_forms import FirmForm, PasswordForm, RegistrationForm
from liaison.organizations import register_organization
from liaison.registrations import ask_registration, confirm_registration, find_registration, new_person
from liaison.views.refusals import too_many_requests


def organization_register(request: HttpRequest) -> HttpResponse:
    """A visitor applies for a firm and for herself; somebody signed in for one more firm."""
    if not consume(request, action="register"):
        return _too_often(request)
    if isinstance(request.user, Person):
        return _register_one_more(request, request.user)
    form = RegistrationForm(request.POST or None, initial={"language": get_language()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if not consume(request, action="register_letter", key=said["email"].lower()):
            return _too_often(request)
        ask_registration(
            particulars=form.particulars(),
            person_name=said["person_name"],
            email=said["email"],
            language=said["language"],
            by=None,
            at=timezone.now(),
        )
        return redirect("liaison:registration_sent")
    return _form_page(request, form)


def _too_often(request: HttpRequest) -> HttpResponse:
    """More than settings.ACCOUNT_RATE_LIMITS allows from one network address, or to one e-mail address."""
    return too_many_requests(request, seconds=3600)


def _form_page(request: HttpRequest, form: FirmForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "liaison/organization_register.html", {"form": form}, status=status)


def _register_one_more(request: HttpRequest, person: Person) -> HttpResponse:
    form = FirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not consume(request, action="register_letter", key=person.email):
            return _too_often(request)
        organization = register_organization(particulars=form.particulars(), owner=person, by=person, at=timezone.now())
        return redirect("liaison:organization_detail", pk=organization.pk)
    return _form_page(request, form)


@require_safe
def registration_sent(request: HttpRequest) -> HttpResponse:
    """Says that a letter is on its way; the same whoever asked."""
    return render(request, "liaison/registration_sent.html")


@never_cache
@sensitive_post_parameters("password1", "password2")
def registration_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Where the letter leads: shows what will be made and asks for a password. Only the form makes anything."""
    registration = find_registration(token, at=timezone.now())
    if registration is None:
        return render(request, "liaison/registration_gone.html", status=410)
    form = PasswordForm(request.POST or None, person=new_person(registration))
    if request.method == "POST" and form.is_valid():
        try:
            organization = confirm_registration(
                registration=registration,
                password=form.cleaned_data["password1"],
                consents=form.cleaned_data["consents"],
                language=get_language() or "en",
                at=timezone.now(),
            )
        except ValidationError:
            return render(request, "liaison/registration_gone.html", status=410)
        person = Person.objects.get(email=registration.email)
        url = reverse("liaison:organization_detail", args=[organization.pk])
        signed_in: HttpResponse = perform_login(request, person, email_verification="none", redirect_url=url)
        return signed_in
    context = {"form": form, "registration": registration, "facts": _facts(registration)}
    status = 422 if form.is_bound else 200
    return render(request, "liaison/registration_confirm.html", context, status=status)


def _facts(registration: Registration) -> list[tuple[str, str]]:
    """What the firm said of itself beside its name: label and words, without what it left empty."""
    said = registration.particulars
    facts = [
        (_("Kind"), str(dict(Organization.Kind.choices).get(said["kind"], said["kind"]))),
        (_("Country"), country_name(said["country"])),
        *((str(label), said.get(scheme, "")) for scheme, label in Identifier.Scheme.choices),
        (_("Telephone"), said["phone"]),
        (_("Address"), said["address"]),
    ]
    return [(label, words) for label, words in facts if words]
