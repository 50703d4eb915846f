"""What a person can prove herself with, and who must have a second factor before anything else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from liaison.models import Person
from liaison.roles import TRADE

SECOND = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# Open to whoever must set up a second factor first: signing in and out, setting up, the language, the portal's health.
OPEN = ("/accounts/", "/me/security/", "/language/", "/healthz", "/readyz")


@dataclass(frozen=True, slots=True)
class Factors:
    """The person's ways to sign in; ``passkeys`` and ``app`` are allauth's authenticators."""

    has_password: bool
    app: Any
    passkeys: list[Any]
    codes_left: int

    @property
    def has_second(self) -> bool:
        """Whether there is a second factor."""
        return bool(self.app or self.passkeys)


def factors_of(person: Person) -> Factors:
    """One query."""
    by_kind: dict[str, list[Any]] = {}
    for authenticator in Authenticator.objects.filter(user=person).order_by("pk"):
        by_kind.setdefault(authenticator.type, []).append(authenticator)
    codes = by_kind.get(Authenticator.Type.RECOVERY_CODES, [])
    return Factors(
        has_password=person.has_usable_password(),
        app=next(iter(by_kind.get(Authenticator.Type.TOTP, [])), None),
        passkeys=by_kind.get(Authenticator.Type.WEBAUTHN, []),
        codes_left=sum(len(row.wrap().get_unused_codes()) for row in codes),
    )


def must_have_second(person: Person) -> bool:
    """Whether a role of hers demands a second factor, also one that she does not act in just now."""
    return settings.MFA_REQUIRED and any(held.role not in TRADE for held in person.standings)


def lacks_second(person: Person) -> bool:
    """Whether she must have a second factor and has none."""
    return must_have_second(person) and not Authenticator.objects.filter(user=person, type__in=SECOND).exists()


def require_second(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: leads whoever must have a second factor, and has none, to where she sets one up."""

    def respond(request: HttpRequest) -> HttpResponse:
        person = request.user
        if not isinstance(person, Person) or request.path.startswith(OPEN):
            return get_response(request)
        if not must_have_second(person) or _has_second(request, person):
            return get_response(request)
        htmx: HtmxDetails | None = getattr(request, "htmx", None)
        if htmx and (htmx.current_url_abs_path or "").startswith(OPEN):
            # A part of the page asks, and she is where she has to be.
            return HttpResponse(status=204)
        target = redirect("liaison:security")
        return HttpResponseClientRedirect(target.url) if htmx else target

    return respond


def _has_second(request: HttpRequest, person: Person) -> bool:
    """Without a query where it was used to sign in."""
    used = any(record["method"] == "mfa" for record in get_authentication_records(request, person))
    return used or Authenticator.objects.filter(user=person, type__in=SECOND).exists()
