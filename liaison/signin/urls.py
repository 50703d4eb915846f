"""Those of allauth's pages that we use, under the names by which allauth finds them."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, re_path, reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView

from liaison.signin.pages import (
    AddApp,
    AddPasskey,
    ByCode,
    ByPasskey,
    ByPassword,
    ConfirmLoginCode,
    Login,
    NewRecoveryCodes,
    RemoveApp,
    RemovePasskey,
    even,
    proven,
)

_back_to_login = account.PasswordResetFromKeyView.as_view(success_url=reverse_lazy("account_login"))
_to_security = RedirectView.as_view(pattern_name="liaison:security")
# Who has no password proves by her mailbox that she may set one.
_to_reset = RedirectView.as_view(pattern_name="account_reset_password")

urlpatterns = [
    path("login/", even(Login.as_view()), name="account_login"),
    path("login/code/", even(account.request_login_code), name="account_request_login_code"),
    path("login/code/confirm/", even(ConfirmLoginCode.as_view()), name="account_confirm_login_code"),
    path("logout/", require_POST(account.logout), name="account_logout"),
    path("signup/", even(account.signup), name="account_signup"),
    path("reauthenticate/", ByPassword.as_view(), name="account_reauthenticate"),
    path("email/", proven(account.email), name="account_email"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", account.confirm_email, name="account_confirm_email"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", _to_reset, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        never_cache(_back_to_login),
        name="account_reset_password_from_key",
    ),
    path("2fa/", _to_security, name="mfa_index"),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", ByCode.as_view(), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", never_cache(proven(AddApp.as_view())), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", proven(RemoveApp.as_view()), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", never_cache(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", proven(NewRecoveryCodes.as_view()), name="mfa_generate_recovery_codes"),
    path("2fa/webauthn/add/", proven(AddPasskey.as_view()), name="mfa_add_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", proven(RemovePasskey.as_view()), name="mfa_remove_webauthn"),
    path("2fa/webauthn/login/", even(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("2fa/webauthn/reauthenticate/", ByPasskey.as_view(), name="mfa_reauthenticate_webauthn"),
]
