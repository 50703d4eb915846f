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


@pytest.mark.parametrize(
    ("address", "hosts", "served"),
    [
        ("https://gov.rw", [".gov.rw"], True),
        ("https://portal.gov.rw:8443/x", ["portal.gov.rw"], True),
        ("https://PORTAL.gov.rw", ["Portal.Gov.Rw"], True),
        ("https://portal.gov.rw", ["*"], True),
        ("https://portalgov.rw", [".gov.rw"], False),
        ("https://portal.gov.rw.evil.example", ["portal.gov.rw"], False),
        ("https://portal.gov.rw", [], False),
        ("https:///", ["portal.gov.rw"], False),
        ("", ["portal.gov.rw"], False),
    ],
)
def test_an_address_is_served_where_django_would_serve_it(
    settings: Any, address: str, hosts: list[str], served: bool
) -> None:
    found = told(settings, PORTAL_URL=address, ALLOWED_HOSTS=hosts)
    assert ("liaison.W003" not in found) is served


@pytest.mark.parametrize(
    ("address", "is_nobodys"),
    [
        ("a@example.com", True),
        ("Office <a@Mail.EXAMPLE.net>", True),
        ("root@localhost", True),
        ("a@liaison.test", True),
        ("", False),
        ("a@notexample.com", False),
        ("example.com@kpa.go.ke", False),
        ("a@example.com.rw", False),
    ],
)
def test_whose_address_is_nobodys(settings: Any, address: str, is_nobodys: bool) -> None:
    assert told(settings, PRIVACY_EMAIL=address) == (["liaison.W005"] if is_nobodys else [])


@pytest.mark.parametrize("name", SECRETS)
def test_each_secret_of_the_demo_is_told_by_its_own_name(settings: Any, name: str) -> None:
    settings.DEMO = False
    for each in SECRETS:
        setattr(settings, each, "other" if each != name else "demo-x")
    (message,) = demo_secrets()
    assert (message.id, message.msg) == ("liaison.E001", f"{name} is the demo's, which everybody knows.")
    setattr(settings, name, "my-demo-x")
    assert demo_secrets() == []
