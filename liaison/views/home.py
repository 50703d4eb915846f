"""Home by role, the profile, the language switch, and how well the portal is."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from liaison.forms import ProfileForm
from liaison.health import parts, troubles
from liaison.models import Person
from liaison.people import correct_person
from liaison.permissions import person_of, signed_in
from liaison.roles import OFFICE, TRADE, Role
from liaison.views.members import organizations_of
from liaison.views.organizations import applications

# Whose first question is answered where; of several roles the first counts.
_FIRST = (
    (OFFICE, "tickets:ticket_board"),
    (TRADE, "cargo:consignment_list"),
    ({Role.DESK}, "tickets:ticket_list"),
    ({Role.OFFICIAL}, "observatory:dashboard"),
)


def home(request: HttpRequest) -> HttpResponse:
    """Each of the three people lands where her first question is answered; a visitor is told what this is."""
    if not isinstance(request.user, Person):
        return render(request, "liaison/welcome.html", {})
    for roles, page in _FIRST:
        if request.user.roles & roles:
            return redirect(page)
    waiting = [] if request.user.roles else applications(request.user)
    if waiting:
        return render(request, "liaison/waiting.html", {"applications": waiting})
    return redirect("corridor:corridor_state")


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """The person's own profile and her organisations."""
    person = person_of(request)
    form = ProfileForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        correct_person(person=person, **form.cleaned_data, by=person, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("liaison:me")
    context = {"form": form, "memberships": organizations_of(person), "applications": applications(person)}
    return render(request, "liaison/me.html", context, status=422 if form.errors else 200)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language: in a cookie for a visitor, with the person for somebody signed in."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = redirect(target)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=31_536_000,
            samesite="Lax",
            secure=settings.LANGUAGE_COOKIE_SECURE,
        )
        if isinstance(request.user, Person):
            Person.objects.filter(pk=request.user.pk).update(language=language)
    return response


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """How the portal itself is, for everybody; the page needs neither a session nor the database."""
    return SimpleTemplateResponse("liaison/status.html", {"parts": parts(), "at": timezone.now()}).render()


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether the portal can do its work; 503 with the reasons when it cannot."""
    reasons = troubles()
    return JsonResponse({"ready": not reasons, "reasons": reasons}, status=503 if reasons else 200)
