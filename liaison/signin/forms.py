"""allauth's forms in our words; what fails is told to the journal."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context, ratelimit
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.models import Person
from liaison.signin.backend import person_at
from liaison.signin.passwords import HELP
from liaison.signin.telling import tell_failure

EMAIL, PASSWORD, CODE = _("E-mail address"), _("Password"), _("Code")
NEW, AGAIN = _("New password"), _("New password again")


def word(form: forms.Form, **labels: str | Promise) -> None:
    """Give the fields our labels and errors, and nothing beside them."""
    for name, field in form.fields.items():
        field.label = labels.get(name, "")  # type: ignore[assignment]
        field.help_text = HELP if field.label == NEW else ""
        field.widget.attrs.pop("placeholder", None)
        field.error_messages["required"] = _("This is missing.")
        if isinstance(field, forms.EmailField):
            field.error_messages["invalid"] = _("This is not an e-mail address.")


class LoginForm(account.LoginForm):
    """E-mail address and password; the address may also come as ``username``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        data = kwargs.get("data")
        if data is not None and "login" not in data and "username" in data:
            kwargs["data"] = data.copy()
            kwargs["data"]["login"] = data["username"]
        super().__init__(*args, **kwargs)
        word(self, login=EMAIL, password=PASSWORD)
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autofocus": True}


class RequestLoginCodeForm(account.RequestLoginCodeForm):
    """The address that a code to sign in is sent to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, email=EMAIL)

    def clean_email(self) -> str:
        """allauth looks for some addresses once and for others twice; here all cost the same."""
        email: str = self.cleaned_data["email"]
        if not ratelimit.consume(context.request, action="request_login_code", key=email):
            raise get_adapter().validation_error("rate_limited")
        self._user = person_at(email)
        return email


class ConfirmLoginCodeForm(account.ConfirmLoginCodeForm):
    """The code from the letter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.address = kwargs.pop("address", "")
        super().__init__(*args, **kwargs)
        word(self, code=CODE)

    def clean_code(self) -> str:
        """The code; a wrong one is told to the journal."""
        try:
            return str(super().clean_code())
        except ValidationError:
            tell_failure(self.address, step="code")
            raise


class ReauthenticateForm(account.ReauthenticateForm):
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, password=PASSWORD)


class AddEmailForm(account.AddEmailForm):
    """The new address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, email=_("New e-mail address"))


class ChangePasswordForm(account.ChangePasswordForm):
    """The password that is and the one to be."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, oldpassword=_("Current password"), password1=NEW, password2=AGAIN)

    def clean(self) -> dict[str, Any]:
        """The same twice."""
        return _same_twice(self)


class ResetPasswordForm(account.ResetPasswordForm):
    """The address that the link to set a new password is sent to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, email=EMAIL)

    def clean_email(self) -> str:
        """Looked for once, whoever has it."""
        email: str = self.cleaned_data["email"]
        self.users = list(filter(None, [person_at(email)]))
        return email


class ResetPasswordKeyForm(account.ResetPasswordKeyForm):
    """The new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, password1=NEW, password2=AGAIN)

    def clean(self) -> dict[str, Any]:
        """The same twice."""
        return _same_twice(self)


class AuthenticateForm(mfa.AuthenticateForm):
    """A code of the authenticator app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, code=CODE)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"

    def clean_code(self) -> str:
        """The code; a wrong one is told to the journal."""
        return str(_told(super().clean_code, self.user, "second_factor"))


class ReauthenticateCodeForm(mfa.ReauthenticateForm):
    """The same, before a change."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, code=CODE)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"

    def clean_code(self) -> str:
        """The code; a wrong one is told to the journal."""
        return str(_told(super().clean_code, self.user, "second_factor"))


class ActivateTOTPForm(totp.ActivateTOTPForm):
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word(self, code=CODE)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class AddPasskeyForm(webauthn.AddWebAuthnForm):
    """A passkey's name, and whether it is enough alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["name", "passwordless", "credential"])
        self.fields["passwordless"].initial = True
        word(self, name=_("What to call it"), passwordless=_("Sign in with it alone, without a password"))


class PasskeyForm(webauthn.AuthenticateWebAuthnForm):
    """A passkey as the second factor."""

    def clean_credential(self) -> Any:
        """The authenticator; a wrong answer is told to the journal."""
        return _told(super().clean_credential, self.user, "passkey")


class LoginPasskeyForm(webauthn.LoginWebAuthnForm):
    """A passkey instead of a password."""

    def clean_credential(self) -> Any:
        """The authenticator; a wrong answer is told to the journal."""
        return _told(super().clean_credential, self.user, "passkey")


class ReauthenticatePasskeyForm(webauthn.ReauthenticateWebAuthnForm):
    """A passkey before a change."""

    def clean_credential(self) -> Any:
        """The authenticator; a wrong answer is told to the journal."""
        return _told(super().clean_credential, self.user, "passkey")


def _same_twice(form: forms.Form) -> dict[str, Any]:
    first, second = form.cleaned_data.get("password1"), form.cleaned_data.get("password2")
    if first and second and first != second:
        form.add_error("password2", _("This is not the same password."))
    return form.cleaned_data


def _told(clean: Any, person: Person | None, step: str) -> Any:
    try:
        return clean()
    except ValidationError:
        tell_failure(person.email if person else "", step=step)
        raise
