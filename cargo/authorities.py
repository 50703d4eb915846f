"""Whom an importer may call at the agencies that release goods: the institutions' own telephone and address."""

from __future__ import annotations

from datetime import timedelta

from cargo.remembered import remembered
from liaison.directory import Contact
from liaison.models import Organization

SERVES = timedelta(minutes=1)
_KEY = "cargo.authorities.contacts"
NAMES = ("KPA", "KRA", "KPC", "RRA", "URA")


def contacts() -> dict[str, Contact]:
    """By the agency's name, of those of which the directory knows a way to reach them; one query now and then.

    An agency is no person: what it is reached by is public, other than the people in charge whom the office calls.
    """
    return remembered(_KEY, SERVES, _contacts)


def _contacts() -> dict[str, Contact]:
    rows = Organization.objects.verified().filter(kind=Organization.Kind.AGENCY, name__in=NAMES)
    return {
        name: Contact(name, phone, email)
        for name, phone, email in rows.values_list("name", "phone", "email")
        if phone or email
    }
