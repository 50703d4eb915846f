"""Access tokens: making, revoking and finding them."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from api.models import AccessToken, Scope
from liaison.journal import record
from liaison.models import Person

PREFIX = "kpa_"
# What a token opens for which nobody says what: sending files in the name of the office is asked for by its name.
USUAL_SCOPES = [scope for scope in Scope.values if scope != Scope.PUSH]
SHOWN = 10
DAYS, MOST_DAYS = 90, 365
# How exactly the last use is kept: a busy program does not write with every read.
USE_STEP = timedelta(minutes=1)


@transaction.atomic
def make_token(
    *, person: Person, name: str, scopes: Sequence[str], days: int, by: Person | None, at: datetime
) -> tuple[AccessToken, str]:
    """A new token and its secret, which is shown this once and not kept."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = AccessToken.objects.create(
        person=person,
        name=name,
        start=secret[:SHOWN],
        digest=_digest(secret),
        scopes=[scope for scope in Scope.values if scope in scopes],
        password_mark=mark_of(person),
        made_at=at,
        expires_at=at + timedelta(days=days),
    )
    record(
        kind="api.token_made", subject="person", key=str(person.pk), by=by, at=at, token=token.pk, scopes=token.scopes
    )
    return token, secret


@transaction.atomic
def revoke_token(*, token: AccessToken, by: Person, at: datetime) -> None:
    """Close it; a second time changes nothing."""
    if AccessToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at):
        record(kind="api.token_revoked", subject="person", key=str(token.person_id), by=by, at=at, token=token.pk)


def token_for(secret: str, *, at: datetime) -> AccessToken | None:
    """The token in force of that secret with its person, who must be active; None otherwise. Notes its use.

    Whoever changes her password shuts out all who had got hold of her account, and so all tokens of before.
    """
    found = next(iter(AccessToken.objects.in_force(at).filter(digest=_digest(secret)).select_related("person")), None)
    if found is None or not found.person.is_active or not is_of_password(found, found.person):
        return None
    if found.last_used_at is None or at - found.last_used_at > USE_STEP:
        AccessToken.objects.filter(pk=found.pk).update(last_used_at=at)
    # What she acts for just now in a browser does not change what her programs see.
    found.person.acting_for_id = None
    return found


def mark_of(person: Person) -> str:
    """What tells one password of hers from another, and nothing else of it."""
    return hashlib.sha256(person.password.encode()).hexdigest()[:32]


def is_of_password(token: AccessToken, person: Person) -> bool:
    """Whether the password is still that under which the token was made."""
    return token.password_mark in ("", mark_of(person))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
