"""allauth's pages where they need more than its settings: the demo's people, the journal, proof before a change."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import app_settings
from allauth.account import views as account
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from liaison.models import Person
from liaison.roles import Role
from liaison.signin.sessions import renew
from liaison.signin.telling import tell

View = Callable[..., HttpResponseBase]


def even(view: View) -> View:
    """Make a page cost the same while somebody whom nobody knows is pretended to be signing in.

    Where there is such a person, allauth fetches her from the session once; where there is none, nobody is fetched.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        pending = request.session.get("account_login")
        response = view(request, *args, **kwargs)
        if pending and pending["user_pk"] is None:
            Person.objects.filter(pk=0).first()
        return response

    return answer


def proven(view: View) -> View:
    """Let only who has just signed in change her account, if she has neither password nor second factor to ask for.

    allauth asks everybody else for one of these, but lets pass whom it cannot ask.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person = request.user
        if isinstance(person, Person) and not get_adapter().get_reauthentication_methods(person):
            records = get_authentication_records(request, person)
            if not records or time.time() - records[-1]["at"] > app_settings.REAUTHENTICATION_TIMEOUT:
                get_adapter().logout(request)
                messages.info(request, _("Sign in again, so that nobody else changes your account."))
                return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return answer


def reauthenticated(view: View) -> View:
    """Let only who has just proved herself again do something that would lock the real owner out."""
    return wraps(view)(proven(reauthentication_required(app="allauth.account")(view)))


class Login(account.LoginView):
    """Sign-in; the demo shows whom one can sign in as."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """allauth's context and the demo's people."""
        return {**super().get_context_data(**kwargs), "demo_people": demo_people()}


class ConfirmLoginCode(account.ConfirmLoginCodeView):
    """The code from the letter; its form knows for whom."""

    def get_form_kwargs(self) -> dict[str, Any]:
        """With the address."""
        return {**super().get_form_kwargs(), "address": self._process.state["email"]}


class _Renewed:
    """Gives the session a new key once its person has proved herself again."""

    request: HttpRequest

    def form_valid(self, form: Form) -> HttpResponseBase:
        """Renew, and go on with what was asked for."""
        renew(self.request)
        response: HttpResponseBase = super().form_valid(form)  # type: ignore[misc]
        return response


class ByPassword(_Renewed, account.ReauthenticateView):
    """The password once more."""


class ByCode(_Renewed, mfa.ReauthenticateView):
    """A code once more."""


class ByPasskey(_Renewed, webauthn.ReauthenticateWebAuthnView):
    """A passkey once more."""


class _Told:
    """Tells the journal of the change in the change's own transaction."""

    news: str
    data: dict[str, str]
    request: HttpRequest

    def form_valid(self, form: Form) -> HttpResponseBase:
        """Change and tell."""
        person = self.request.user
        assert isinstance(person, Person)
        with transaction.atomic():
            response: HttpResponseBase = super().form_valid(form)  # type: ignore[misc]
            tell(self.news, person, **self.data)
        return response


class AddApp(_Told, totp.ActivateTOTPView):
    """Set up an authenticator app."""

    news, data = "authenticator_added", {"type": "totp"}


class RemoveApp(_Told, totp.DeactivateTOTPView):
    """Remove it."""

    news, data = "authenticator_removed", {"type": "totp"}


class AddPasskey(_Told, webauthn.AddWebAuthnView):
    """Add a passkey."""

    news, data = "authenticator_added", {"type": "webauthn"}


class RemovePasskey(_Told, webauthn.RemoveWebAuthnView):
    """Remove one."""

    news, data = "authenticator_removed", {"type": "webauthn"}
    success_url = reverse_lazy("liaison:security")


class NewRecoveryCodes(_Told, recovery.GenerateRecoveryCodesView):
    """Make new recovery codes."""

    news, data = "recovery_codes_made", {}


def demo_people() -> list[dict[str, str]]:
    """The demo's sign-ins as {email, role, password}; none outside the demo."""
    if not settings.DEMO:
        return []
    try:
        cast = json.loads((settings.STATE_DIR / "demo.json").read_text())
        labels = dict(Role.choices)
        return [
            {
                "email": person["email"],
                "role": str(labels.get(person["role"], person["role"])),
                "password": cast["password"],
            }
            for person in cast["people"]
        ]
    except (OSError, ValueError, KeyError):
        return []
