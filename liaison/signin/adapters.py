"""Our answers to what django-allauth asks its adapters: words, letters, limits, and what the journal is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from liaison.letters import write_letter
from liaison.models import Person
from liaison.sealing import seal, unseal
from liaison.signin.browsers import browser_words
from liaison.signin.sessions import address_of, begin, end_other_sessions
from liaison.signin.telling import tell, tell_failure
from liaison.views.refusals import too_many_requests

# How long the narrowest limit with this name lasts.
LIMITS_S = {"too_many_login_attempts": 300, "rate_limited": 300}
# What a page says of something done; allauth's own words, which know no Kinyarwanda, are not shown.
SAID = {
    "account/messages/password_changed.txt": gettext_lazy(
        "Your password is changed. Wherever else you were signed in, you are signed out."
    ),
    "account/messages/email_confirmed.txt": gettext_lazy("This is your e-mail address now. Sign in with it."),
    "account/messages/email_confirmation_failed.txt": gettext_lazy(
        "This e-mail address cannot be confirmed. Ask for the change again."
    ),
    "account/messages/email_confirmation_sent.txt": gettext_lazy(
        "We have written to the new address. It is yours once you follow the link in the letter."
    ),
    "account/messages/email_deleted.txt": gettext_lazy("Your e-mail address stays as it is."),
    "mfa/messages/totp_activated.txt": gettext_lazy("The authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": gettext_lazy("The authenticator app is removed."),
    "mfa/messages/webauthn_added.txt": gettext_lazy("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": gettext_lazy("The passkey is removed."),
}
# What a letter tells of a change to how somebody signs in.
CHANGES = {
    "account/email/password_changed": gettext_lazy("Your password was changed."),
    "account/email/password_reset": gettext_lazy("Your password was set anew with a link from a letter."),
    "account/email/email_changed": gettext_lazy("The e-mail address with which you sign in was changed."),
    "mfa/email/totp_activated": gettext_lazy("An authenticator app was set up."),
    "mfa/email/totp_deactivated": gettext_lazy("The authenticator app was removed."),
    "mfa/email/webauthn_added": gettext_lazy("A passkey was added."),
    "mfa/email/webauthn_removed": gettext_lazy("A passkey was removed."),
    "mfa/email/recovery_codes_generated": gettext_lazy("New recovery codes were made; the old ones are void."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts: nobody signs up, letters go through the outbox, an unknown address costs what a known one does."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "duplicate_email": gettext_lazy("This is your e-mail address already, or waits to be confirmed."),
        "email_password_mismatch": gettext_lazy("This e-mail address and password do not belong together."),
        "enter_current_password": gettext_lazy("This is not your current password."),
        "incorrect_code": gettext_lazy("This code is not right."),
        "incorrect_password": gettext_lazy("This is not your password."),
        "invalid_password_reset": gettext_lazy("This link is used up or too old."),
        "too_many_login_attempts": gettext_lazy("Too many tries. Begin again."),
    }

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """The error to be shown with a form; a limit that is reached is answered with 429 at once."""
        if code in LIMITS_S:
            raise ImmediateHttpResponse(too_many_requests(self.request, seconds=LIMITS_S[code]))
        error: ValidationError = super().validation_error(code, *args)
        return error

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Firms register and people are invited; nobody makes herself an account."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """For rate limits and the list of sessions."""
        return address_of(request)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str = "",
        message_context: object = None,
        extra_tags: str = "",
        message: str = "",
    ) -> None:
        """Say it in our words, or not at all."""
        words = message or SAID.get(message_template)
        if words:
            messages.add_message(request, level, str(words), extra_tags=extra_tags)

    # Letters

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the letter named last in ``template_prefix``, at the same cost whether anybody has the address."""
        person = Person.objects.filter(email=email).first()
        language = person.language if person else get_language() or settings.LANGUAGE_CODE
        given = {name: context[name] for name in ("code", "url") if name in context}
        write_letter(template_prefix.rpartition("/")[2], address=email, language=language, at=timezone.now(), **given)

    def send_password_reset_mail(self, user: Person, email: str, context: dict[str, Any]) -> None:
        """The link to set a new password."""
        self.send_mail("password_reset", email, {"url": context["password_reset_url"]})

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        """The link that makes an address the person's; to an address that is another person's a warning instead."""
        email = emailconfirmation.email_address.email
        is_taken = Person.objects.filter(email=email).exists()
        url = settings.PORTAL_URL + reverse("account_confirm_email", args=[emailconfirmation.key])
        self.send_mail("email_taken" if is_taken else "email_confirmation", email, {"url": url})

    def get_reset_password_from_key_url(self, key: str) -> str:
        """At the portal's own address, whatever host was asked for."""
        uid, _dash, token = key.partition("-")
        parts = {"uidb36": uid, "key": token}
        return settings.PORTAL_URL + reverse("account_reset_password_from_key", kwargs=parts)

    def send_notification_mail(
        self, template_prefix: str, user: Person, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell the person that how she signs in has changed; to her old address where that is what changed."""
        if template_prefix in CHANGES:
            write_letter(
                "account_changed",
                address=email or user.email,
                language=user.language,
                at=timezone.now(),
                change=CHANGES[template_prefix],
                moment=timezone.now(),
                origin=address_of(self.request),
                browser=browser_words(self.get_http_user_agent(self.request)),
            )

    # Signing in and out

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password."""
        tell_failure(credentials.get("email", ""), step="password")

    def login(self, request: HttpRequest, user: Person) -> None:
        """Sign in; the session gets a new key, and its age counts from now."""
        super().login(request, user)
        begin(request)

    def post_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse:
        """Tell the journal by what means."""
        means = [record.get("type", record["method"]) for record in get_authentication_records(request, user)]
        tell("signed_in", user, means=means)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:
        """As to anybody who does not get in."""
        return redirect("account_login")

    def logout(self, request: HttpRequest) -> None:
        """Sign out."""
        if isinstance(request.user, Person):
            tell("signed_out", request.user)
        super().logout(request)

    # Changes

    @transaction.atomic
    def set_password(self, user: Person, password: str) -> None:
        """Set it, and end every session but this one."""
        at = timezone.now()
        user.set_password(password)
        user.save(update_fields=["password"])
        end_other_sessions(of=user, kept=self._own_session(user), by=user, at=at)
        tell("password_changed", user, by_letter=not self.request.user.is_authenticated)

    def _own_session(self, user: Person) -> str | None:
        key: str | None = self.request.session.session_key
        return key if self.request.user == user else None

    @transaction.atomic
    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        """Make a confirmed address the person's own, unless it became another person's meanwhile."""
        if Person.objects.filter(email=email_address.email).exclude(pk=email_address.user_id).exists():
            self.add_message(request, messages.ERROR, "account/messages/email_confirmation_failed.txt")
            return False
        is_done = bool(super().confirm_email(request, email_address))
        if is_done:
            tell("email_changed", email_address.user)
        return is_done

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to where it was begun."""
        return reverse("liaison:security")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """Where the address is shown, or to sign in with it."""
        return reverse("liaison:security" if self.request.user.is_authenticated else "account_login")


class MFAAdapter(DefaultMFAAdapter):
    """Second factors: our words and name, and secrets sealed at rest."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_generate_recovery_codes": gettext_lazy("Set up an authenticator app or a passkey first."),
        "incorrect_code": gettext_lazy("This code is not right, or is used up."),
    }

    def encrypt(self, text: str) -> str:
        """For the database."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """From the database."""
        return unseal(encrypted_text)

    def get_totp_issuer(self) -> str:
        """The name in the authenticator app."""
        return str(settings.OFFICE_NAME)

    def build_totp_svg(self, url: str) -> SafeString:
        """The QR code as an SVG element to stand in the page."""
        svg: str = super().build_totp_svg(url)
        # Made by the library of black squares alone; nothing of the person's is in it but as squares.
        return mark_safe(svg[svg.index("<svg") :])  # noqa: S308

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The portal as a passkey's owner sees it."""
        return {**super().get_public_key_credential_rp_entity(), "name": str(settings.OFFICE_NAME)}

    def generate_authenticator_name(self, user: Person, type: str) -> str:
        """What a passkey is called until somebody gives it a better name."""
        return _("Passkey of %(day)s") % {"day": _today()}


def _today() -> str:
    now: datetime = timezone.localtime()
    return now.date().isoformat()
