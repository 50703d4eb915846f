"""A key for web push that is none is said before the portal starts."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from notify.checks import vapid_key
from runner.configuration import _vapid_key


@pytest.mark.parametrize("key", ["rubbish", "AAAA", "ü", "_" * 43])
def test_a_malformed_key_stops_the_start(settings: Any, key: str) -> None:
    settings.VAPID_PRIVATE_KEY = key
    assert [message.id for message in vapid_key()] == ["notify.E001"]
    with pytest.raises(SystemCheckError, match="VAPID_PRIVATE_KEY"):
        call_command("check")


def test_no_key_and_a_made_one_are_well(settings: Any) -> None:
    for key in ("", _vapid_key()):
        settings.VAPID_PRIVATE_KEY = key
        assert vapid_key() == []
