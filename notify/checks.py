"""What of the settings of channels is wrong, found before the portal starts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from notify.pushing import public_key


def vapid_key(**_options: Any) -> list[CheckMessage]:
    """The key for web push is none or a key: pages that ask for its public half would fail otherwise."""
    if not settings.VAPID_PRIVATE_KEY:
        return []
    try:
        public_key(settings.VAPID_PRIVATE_KEY)
    except ValueError:
        hint = "Set 32 bytes in base64url (RFC 8292), or leave it empty: then browsers are not told."
        return [Error("VAPID_PRIVATE_KEY is no private key of the curve P-256.", hint=hint, id="notify.E001")]
    return []


def email_provider(**_options: Any) -> list[CheckMessage]:
    """The provider of mail is one that anymail knows, with all that anymail wants set."""
    if not settings.EMAIL_PROVIDER:
        return []
    try:
        import_string(settings.EMAIL_BACKEND)()
    except (ImportError, ImproperlyConfigured) as error:
        hint = "Set it to a name that django-anymail knows, and its settings with ANYMAIL_ before their names."
        return [Error(f"EMAIL_PROVIDER cannot be used: {error}", hint=hint, id="notify.E002")]
    return []
