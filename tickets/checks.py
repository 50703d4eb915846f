"""What of the settings of mail coming in is wrong, found before the portal starts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error


def trusted_host(**_options: Any) -> list[CheckMessage]:
    """Where mail comes in, the host whose word on senders is believed is named: without it nobody's forgery shows."""
    if settings.DEMO or settings.EMAIL_TRUSTED_HOST or not settings.EMAIL_INBOUND_SECRET:
        return []
    hint = "Name the mail host as it writes itself in Authentication-Results, or take no mail in."
    return [Error("EMAIL_TRUSTED_HOST is empty while EMAIL_INBOUND_SECRET is set.", hint=hint, id="tickets.E001")]
