"""Whom an importer may call at the agencies that release goods: the institutions' own telephone and address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.core.cache import cache

from liaison.directory import Contact
from liaison.models import Organization

SERVES = timedelta(minutes=5)
_KEY = "cargo.authorities.contacts.1"
NAMES = ("KPA", "KRA", "KPC", "RRA", "URA")


def contacts() -> Mapping[str, Contact]:
    """By the agency's name, of those of which the directory knows a way to reach them; one query now and then.

    An agency is no person: what it is reached by is public, other than the people in charge whom the office calls.
    """
    kept = cache.get(_KEY)
    if isinstance(kept, dict):
        return kept
    rows = Organization.objects.verified().filter(kind=Organization.Kind.AGENCY, name__in=NAMES)
    found = {
        name: Contact(name, phone, email)
        for name, phone, email in rows.values_list("name", "phone", "email")
        if phone or email
    }
    if found:
        cache.set(_KEY, found, SERVES.total_seconds())
    return found
