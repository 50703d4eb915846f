"""Settings that must not go live are told before the portal starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from liaison.checks import SECRETS, backup_key, demo_secrets, left_as_it_came

LIVE: dict[str, Any] = {
    "DEMO": False,
    "PORTAL_URL": "https://portal.gov.rw",
    "ALLOWED_HOSTS": ["portal.gov.rw"],
    "DEFAULT_FROM_EMAIL": "Office <portal@kpa.gov.rw>",
    "PRIVACY_EMAIL": "privacy@kpa.gov.rw",
    "BACKUP_FOLDERS": [Path("/srv/backups")],
    "BACKUP_KEY": "A" * 43,
    "METRICS_TOKEN": "token",
    "MFA_REQUIRED": True,
}


def told(settings: Any, **changes: Any) -> list[str | None]:
    for name, value in (LIVE | changes).items():
        setattr(settings, name, value)
    return [message.id for message in left_as_it_came()]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"ALLOWED_HOSTS": [".gov.rw"]}, []),
        ({"DEMO": True}, ["liaison.W001"]),
        ({"PORTAL_URL": "http://portal.gov.rw"}, ["liaison.W002"]),
        ({"ALLOWED_HOSTS": ["127.0.0.1", ".kpa.gov.rw"]}, ["liaison.W003"]),
        ({"DEFAULT_FROM_EMAIL": "Office <portal@liaison.example>"}, ["liaison.W004"]),
        ({"PRIVACY_EMAIL": "privacy@example.org"}, ["liaison.W005"]),
        ({"BACKUP_FOLDERS": []}, ["liaison.W006"]),
        ({"BACKUP_KEY": ""}, ["liaison.W006"]),
        ({"METRICS_TOKEN": "", "MFA_REQUIRED": False}, ["liaison.W007", "liaison.W008"]),
    ],
)
def test_what_was_left_as_it_came_is_told(settings: Any, changes: dict[str, Any], found: list[str]) -> None:
    assert told(settings, **changes) == found


def test_the_demos_secrets_are_the_demos(settings: Any) -> None:
    settings.DEMO = False
    for name in SECRETS:
        setattr(settings, name, "demo-secret")
    assert [message.msg.split()[0] for message in demo_secrets()] == list(SECRETS)
    settings.DEMO = True
    assert demo_secrets() == []


def test_a_key_for_backups_is_a_key_or_none(settings: Any) -> None:
    for key, found in (("", []), ("A" * 43, []), ("short", ["liaison.E002"])):
        settings.BACKUP_KEY = key
        assert [message.id for message in backup_key()] == found
