"""Mail that comes in without a host to trust is said before the portal starts."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from tickets.checks import trusted_host


def test_mail_without_a_trusted_host_stops_the_start(settings: Any) -> None:
    settings.DEMO, settings.EMAIL_INBOUND_SECRET, settings.EMAIL_TRUSTED_HOST = False, "open-sesame", ""
    assert [message.id for message in trusted_host()] == ["tickets.E001"]
    with pytest.raises(SystemCheckError, match="EMAIL_TRUSTED_HOST"):
        call_command("check")


@pytest.mark.parametrize(
    ("is_demo", "secret", "host"),
    [(True, "demo-mail", ""), (False, "", ""), (False, "open-sesame", "mx.liaison.example")],
)
def test_the_demo_no_mail_and_a_named_host_are_well(settings: Any, is_demo: bool, secret: str, host: str) -> None:
    settings.DEMO, settings.EMAIL_INBOUND_SECRET, settings.EMAIL_TRUSTED_HOST = is_demo, secret, host
    assert trusted_host() == []
