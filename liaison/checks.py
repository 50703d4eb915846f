"""What of the settings must not go live, told by ``manage.py check``; with ``--deploy`` what was left as it came."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.http.request import validate_host

from liaison.backup.vault import read_key

SECRETS = (
    *("SECRET_KEY", "METRICS_TOKEN", "EMAIL_INBOUND_SECRET", "SMS_INBOUND_SECRET", "USSD_SECRET"),
    *("WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN"),
)
NOBODYS = ("example", "example.com", "example.org", "example.net", "test", "invalid", "localhost")


def demo_secrets(**_options: Any) -> list[CheckMessage]:
    """Outside the demo no secret is one that stands in the source."""
    known = [] if settings.DEMO else [name for name in SECRETS if str(getattr(settings, name)).startswith("demo-")]
    hint = "Set one of your own: openssl rand -base64 32"
    return [Error(f"{name} is the demo's, which everybody knows.", hint=hint, id="liaison.E001") for name in known]


def backup_key(**_options: Any) -> list[CheckMessage]:
    """A key for backups is a key: otherwise the night would find out."""
    if settings.BACKUP_KEY:
        try:
            read_key(settings.BACKUP_KEY)
        except ValueError as error:
            return [Error(f"BACKUP_KEY: {error}.", hint="openssl rand -base64 32", id="liaison.E002")]
    return []


def left_as_it_came(**_options: Any) -> list[CheckMessage]:
    """What works on one's own machine and is wrong where people come."""
    address = urlsplit(settings.PORTAL_URL)
    is_served = validate_host(address.hostname or "", settings.ALLOWED_HOSTS)
    found = {
        "W001 DEMO is 1: everybody could sign in as anybody.": settings.DEMO,
        "W002 PORTAL_URL is not https: links in letters would lead nowhere.": address.scheme != "https",
        "W003 PORTAL_URL is not among ALLOWED_HOSTS.": not is_served,
        "W004 DEFAULT_FROM_EMAIL is nobody's address.": _is_nobodys(settings.DEFAULT_FROM_EMAIL),
        "W005 PRIVACY_EMAIL is nobody's address.": _is_nobodys(settings.PRIVACY_EMAIL),
        "W006 No backups are made: BACKUP_FOLDERS or BACKUP_KEY is empty.": not (
            settings.BACKUP_FOLDERS and settings.BACKUP_KEY
        ),
        "W007 METRICS_TOKEN is empty: nothing can watch the portal.": not settings.METRICS_TOKEN,
        "W008 MFA_REQUIRED is 0: the office signs in with a password alone.": not settings.MFA_REQUIRED,
    }
    return [Warning(words[5:], id=f"liaison.{words[:4]}") for words, is_wrong in found.items() if is_wrong]


def _is_nobodys(address: str) -> bool:
    host = address.rpartition("@")[2].strip("<> ").lower()
    return any(host == name or host.endswith(f".{name}") for name in NOBODYS)
