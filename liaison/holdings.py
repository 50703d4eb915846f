"""What the portal holds of one person: contributed by each app (settings.HOLDINGS), handed out to her as plain JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import CharField, F, Q, QuerySet, Value
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
    Job,
    JournalEntry,
    Membership,
    Organization,
    Person,
    Registration,
    SheetDraft,
)

Rows = Iterable[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of rows: ``of_person`` gives those of a person, as mappings that hold nothing of anybody else."""

    name: str
    label: StrPromise
    of_person: Callable[[Person], Rows]


def addresses_of(person: Person) -> list[str]:
    """Her e-mail addresses: that of her account, and then the others that she has proved."""
    proved = EmailAddress.objects.filter(user_id=person.pk, verified=True).exclude(email=person.email)
    return [person.email, *proved.order_by("pk").values_list("email", flat=True)]


def hers(person: Person, column: str) -> Q:
    """Where the column holds one of her e-mail addresses, in whatever case; a query for them."""
    return reduce(or_, (Q(**{f"{column}__iexact": address}) for address in addresses_of(person)))


def holdings() -> list[Holding]:
    """All that the apps contribute, in the order of settings.HOLDINGS."""
    return [holding for name in settings.HOLDINGS for holding in import_string(name)]


def held_of(person: Person) -> dict[str, list[dict[str, Any]]]:
    """All that is held of the person, by the names of the holdings, as plain JSON."""
    found = {holding.name: [dict(row) for row in holding.of_person(person)] for holding in holdings()}
    plain: dict[str, list[dict[str, Any]]] = json.loads(json.dumps(found, cls=DjangoJSONEncoder))
    return plain


def counts_of(person: Person) -> list[tuple[StrPromise, int]]:
    """(label, how many rows) for each holding; one query for all that are querysets."""
    found = [(holding.label, holding.of_person(person)) for holding in holdings()]
    counted = iter(_counts([rows for _label, rows in found if isinstance(rows, QuerySet)]))
    return [(label, next(counted) if isinstance(rows, QuerySet) else sum(1 for _row in rows)) for label, rows in found]


def _counts(querysets: list[QuerySet[Any]]) -> tuple[int, ...]:
    parts = [_counting(rows) for rows in querysets]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(sql for sql, _values in parts)}", [value for _sql, values in parts for value in values]
        )
        row: tuple[int, ...] = cursor.fetchone()
    return row


def _counting(rows: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    try:
        sql, values = rows.order_by().query.sql_with_params()
    except EmptyResultSet:
        return "0", ()
    return f"(SELECT count(*) FROM ({sql}) AS rows)", tuple(values)


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
    mine = Invitation.objects.filter(hers(person, "email")).order_by("pk")
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
    mine = FocalPoint.objects.filter(hers(person, "email")).order_by("pk")
    return mine.values("organization__name", "name", "duty", "phone", "email", "concerns")


def _registrations(person: Person) -> Rows:
    mine = Registration.objects.filter(hers(person, "email")).order_by("pk")
    return mine.values("particulars", "language", "asked_at", "expires_at")


def _work(person: Person) -> Rows:
    """Papers and spreadsheets sent, notes written and decisions taken, without what they say of others."""
    sheets = _as_work("sheet", SheetDraft.objects.filter(by=person), "file_name", "at")
    papers = _as_work("document", Document.objects.filter(uploaded_by=person), "file_name", "uploaded_at")
    files = _as_work("file", Job.objects.filter(by=person), "label", "at")
    notes = _as_work("call_note", CallNote.objects.filter(by=person), "", "at")
    decisions = _as_work("decision", Organization.objects.filter(decided_by=person), "", "decided_at")
    return papers.union(sheets, files, notes, decisions, all=True).order_by("-did", "time")


def _as_work(did: str, rows: QuerySet[Any], name: str, time: str) -> QuerySet[Any]:
    words = F(name) if name else Value("", CharField())
    return rows.order_by().values(did=Value(did, CharField()), what=words, time=F(time))


def _calls(person: Person) -> Rows:
    """Calls of the office in which somebody of her name in one of her organisations was spoken to."""
    firms = Membership.objects.filter(person=person).values("organization")
    mine = CallNote.objects.filter(organization__in=firms, spoken_to__iexact=person.name).order_by("pk")
    return mine.values("organization__name", "at")


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
    Holding("calls", _("Calls of the office with you"), _calls),
    Holding("work", _("Papers, notes and decisions of yours"), _work),
    Holding("done", _("What you have done, in the journal"), _done),
    Holding("done_to", _("What was done to your account, in the journal"), _done_to),
]
