"""Notes in the journal that somebody of the office looked at the personal data of others."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from liaison.journal import record
from liaison.models import JournalEntry, Organization, Person
from liaison.roles import OFFICE

AGAIN_AFTER = timedelta(hours=1)
KIND = "liaison.personal_data_seen"


def note_access(of: Person | Organization, *, by: Person, at: datetime) -> bool:
    """Note that ``by`` saw a person's data, or the contacts and people of an organisation; at most once an hour.

    Only the office's looks at others are noted; returns whether this one was.
    """
    if of == by or not by.roles & OFFICE:
        return False
    subject = "person" if isinstance(of, Person) else "organization"
    seen = JournalEntry.objects.filter(subject=subject, key=str(of.pk), kind=KIND, by=by, at__gt=at - AGAIN_AFTER)
    if seen.exists():
        return False
    record(kind=KIND, subject=subject, key=str(of.pk), by=by, at=at)
    return True


def note_listing(organizations: Collection[int], *, by: Person, at: datetime) -> bool:
    """Note in one entry that ``by`` saw the first contacts of these organisations in a list; False for none."""
    if not organizations or not by.roles & OFFICE:
        return False
    record(kind=KIND, subject="directory", key="list", by=by, at=at, organizations=sorted(organizations))
    return True
