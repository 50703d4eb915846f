"""What the portal holds of one person: contributed by each app (settings.HOLDINGS), handed out to her as plain JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from liaison.journal import record
from liaison.models import (
    CallNote,
    Consent,
    Document,
    FocalPoint,
    Invitation,
    JournalEntry,
    Membership,
    Organization,
    Person,
    Registration,
)

Rows = Iterable[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of rows: ``of_person`` gives those of a person, as mappings that hold nothing of anybody else."""

    name: str
    label: StrPromise
    of_person: Callable[[Person], Rows]


def holdings() -> list[Holding]:
    """All that the apps contribute, in the order of settings.HOLDINGS."""
    return [holding for name in settings.HOLDINGS for holding in import_string(name)]


def held_of(person: Person) -> dict[str, list[dict[str, Any]]]:
    """All that is held of the person, by the names of the holdings, as plain JSON."""
    found = {holding.name: [dict(row) for row in holding.of_person(person)] for holding in holdings()}
    plain: dict[str, list[dict[str, Any]]] = json.loads(json.dumps(found, cls=DjangoJSONEncoder))
    return plain


def counts_of(person: Person) -> list[tuple[StrPromise, int]]:
    """(label, how many rows) for each holding."""
    return [(holding.label, _count(holding.of_person(person))) for holding in holdings()]


def _count(rows: Rows) -> int:
    return rows.count() if isinstance(rows, QuerySet) else sum(1 for _row in rows)


@transaction.atomic
def hand_out(*, person: Person, by: Person, at: datetime) -> dict[str, Any]:
    """What is held of the person with the time at which it was handed out, noted in the journal."""
    held = held_of(person)
    record(kind="liaison.data_handed_out", subject="person", key=str(person.pk), by=by, at=at)
    return {"made_at": at.isoformat(), **held}


def _profile(person: Person) -> Rows:
    return Person.objects.filter(pk=person.pk).values(
        "email", "name", "phone", "language", "time_zone", "joined_at", "last_login", "acting_for__name"
    )


def _memberships(person: Person) -> Rows:
    mine = Membership.objects.filter(person=person).order_by("pk")
    return mine.values("organization__name", "role", "since", "suspended_at")


def _invitations(person: Person) -> Rows:
    mine = Invitation.objects.filter(email=person.email).order_by("pk")
    return mine.values("organization__name", "role", "invited_at", "expires_at", "accepted_at", "withdrawn_at")


def _consents(person: Person) -> Rows:
    mine = Consent.objects.filter(person=person).order_by("pk")
    return mine.values("purpose", "version", "language", "given_at", "withdrawn_at")


def _addresses(person: Person) -> Rows:
    mine: Rows = EmailAddress.objects.filter(user_id=person.pk).order_by("pk").values("email", "verified", "primary")
    return mine


def _factors(person: Person) -> Rows:
    """Which means of signing in there are and since when; never their secrets."""
    mine: Rows = (
        Authenticator.objects.filter(user_id=person.pk).order_by("pk").values("type", "created_at", "last_used_at")
    )
    return mine


def _sessions(person: Person) -> Rows:
    mine = UserSession.objects.filter(user_id=person.pk).order_by("pk")
    sessions: Rows = mine.values("ip", "user_agent", "created_at", "last_seen_at")
    return sessions


def _focal_points(person: Person) -> Rows:
    mine = FocalPoint.objects.filter(email__iexact=person.email).order_by("pk")
    return mine.values("organization__name", "name", "duty", "phone", "email", "concerns")


def _registrations(person: Person) -> Rows:
    mine = Registration.objects.filter(email=person.email).order_by("pk")
    return mine.values("particulars", "language", "asked_at", "expires_at")


def _work(person: Person) -> Rows:
    """Papers sent, notes written and decisions taken, without what they say of others."""
    for row in Document.objects.filter(uploaded_by=person).order_by("pk").values("file_name", "uploaded_at"):
        yield {"kind": "document", "name": row["file_name"], "at": row["uploaded_at"]}
    for at in CallNote.objects.filter(by=person).order_by("pk").values_list("at", flat=True):
        yield {"kind": "call_note", "name": "", "at": at}
    for decided_at in (
        Organization.objects.filter(decided_by=person).order_by("pk").values_list("decided_at", flat=True)
    ):
        yield {"kind": "decision", "name": "", "at": decided_at}


def _done(person: Person) -> Rows:
    """What the journal keeps of her doing: numbers, times and addresses of the network, not what it says of others."""
    return JournalEntry.objects.filter(by=person).order_by("pk").values("kind", "subject", "key", "at", "origin")


def _done_to(person: Person) -> Rows:
    """What the journal keeps of what was done to her account, without who did it."""
    entries = JournalEntry.objects.filter(subject="person", key=str(person.pk)).exclude(by=person)
    return entries.order_by("pk").values("kind", "at")


HELD = [
    Holding("profile", _("Your profile"), _profile),
    Holding("memberships", _("Your organisations and roles"), _memberships),
    Holding("invitations", _("Invitations to your e-mail address"), _invitations),
    Holding("consents", _("Consents given and withdrawn"), _consents),
    Holding("addresses", _("E-mail addresses for signing in"), _addresses),
    Holding("factors", _("Second factors and passkeys"), _factors),
    Holding("sessions", _("Devices on which you are signed in"), _sessions),
    Holding("focal_points", _("Entries as somebody's contact"), _focal_points),
    Holding("registrations", _("Applications to be confirmed"), _registrations),
    Holding("work", _("Papers, notes and decisions of yours"), _work),
    Holding("done", _("What you have done, in the journal"), _done),
    Holding("done_to", _("What was done to your account, in the journal"), _done_to),
]
