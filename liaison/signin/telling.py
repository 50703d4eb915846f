"""What the journal is told of signing in and of changes to how somebody signs in."""

from __future__ import annotations

import hashlib

from django.utils import timezone

from liaison.journal import record
from liaison.models import Person
from liaison.signin.backend import person_at


def tell(kind: str, person: Person, **data: object) -> None:
    """Record ``liaison.<kind>`` of a person's own account; call it inside the transaction of the change."""
    record(kind=f"liaison.{kind}", subject="person", key=str(person.pk), by=person, at=timezone.now(), **data)


def tell_failure(address: str, *, step: str) -> None:
    """Record that somebody who is not known to be the address's owner failed at ``step``.

    The key is the person's where the address is hers, else a digest of the address: what a stranger types, which may
    be a password in the wrong field, is not kept.
    """
    person = person_at(address)
    key = str(person.pk) if person else hashlib.sha256(address.strip().lower().encode()).hexdigest()[:16]
    record(kind="liaison.sign_in_failed", subject="person", key=key, by=None, at=timezone.now(), step=step)
