"""The retention timetable: what is taken out after how long and why, as data, and its daily run.

Rwanda Law 058/2021, article 52: data is kept until its purpose is met, longer only where a law, a contract, a court or
consent allows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_stubs_ext import StrPromise

from liaison.erasure import erase
from liaison.journal import record
from liaison.models import (
    Document,
    Invitation,
    JournalEntry,
    Membership,
    Organization,
    Person,
    Registration,
    RetentionRun,
    Sending,
    SheetDraft,
)

MONTH = timedelta(days=365) / 12
MOST_ERASED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the timetable; ``remove`` is given the moment before which things have met their purpose, and now.

    It returns how many rows it took out.
    """

    name: str
    what: StrPromise
    period: timedelta
    basis: StrPromise
    remove: Callable[[datetime, datetime], int]

    @property
    def period_text(self) -> str:
        """The period in words, in days or in months."""
        if not self.period:
            return str(_("at once"))
        months = round(self.period / MONTH)
        if self.period < 2 * MONTH:
            return ngettext("%(n)d day", "%(n)d days", self.period.days) % {"n": self.period.days}
        return ngettext("%(n)d month", "%(n)d months", months) % {"n": months}


def rules() -> list[Rule]:
    """The whole timetable, in the order of settings.RETENTION."""
    return [rule for name in settings.RETENTION for rule in import_string(name)]


@transaction.atomic
def apply(*, at: datetime) -> RetentionRun:
    """Take out whatever has met its purpose by ``at``, and keep how much that was."""
    removed = {rule.name: rule.remove(at - rule.period, at) for rule in rules()}
    run = RetentionRun.objects.create(ran_at=at, removed=removed)
    record(kind="liaison.retention_applied", subject="retention", key=str(run.pk), by=None, at=at, removed=removed)
    return run


def _registrations(before: datetime, at: datetime) -> int:
    return Registration.objects.filter(expires_at__lt=before).delete()[0]


def _invitations(before: datetime, at: datetime) -> int:
    ended = Q(accepted_at__lt=before) | Q(withdrawn_at__lt=before)
    lapsed = Q(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__lt=before)
    return Invitation.objects.filter(ended | lapsed).delete()[0]


def _papers(before: datetime, at: datetime) -> int:
    refused = Organization.objects.filter(standing=Organization.Standing.REFUSED, decided_at__lt=before)
    return Document.objects.filter(organization__in=refused).delete()[0]


def _sheets(before: datetime, at: datetime) -> int:
    return SheetDraft.objects.filter(at__lt=before).delete()[0]


def _sendings(before: datetime, at: datetime) -> int:
    return Sending.objects.filter(at__lt=before).delete()[0]


def _sessions(before: datetime, at: datetime) -> int:
    """Sessions that have ended, and what was noted of the devices of those that are no more."""
    ended = Session.objects.filter(expire_date__lt=before).delete()[0]
    there = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(there), last_seen_at__lt=at - timedelta(days=1)).delete()
    return ended


def _idle_people(before: datetime) -> QuerySet[Person]:
    """Those who belong to nothing, and of whom nothing was heard since ``before``: the journal says when they left."""
    about = JournalEntry.objects.filter(at__gte=before, subject="person", key=Cast(OuterRef("pk"), CharField()))
    done = JournalEntry.objects.filter(at__gte=before, by=OuterRef("pk"))
    return Person.objects.filter(
        ~Exists(Membership.objects.filter(person=OuterRef("pk"))),
        ~Exists(about),
        ~Exists(done),
        Q(last_login__isnull=True) | Q(last_login__lt=before),
        joined_at__lt=before,
        erased_at__isnull=True,
    )


def _people(before: datetime, at: datetime) -> int:
    idle = list(_idle_people(before).order_by("pk")[:MOST_ERASED])
    return sum(erase(person=person, by=None, at=at) for person in idle)


RULES = [
    Rule(
        name="sessions",
        what=_("Sessions that have ended, with their network addresses and devices"),
        period=timedelta(0),
        basis=_("Safe signing in: no purpose is left"),
        remove=_sessions,
    ),
    Rule(
        name="registrations",
        what=_("Applications whose e-mail address was never confirmed"),
        period=timedelta(days=7),
        basis=_("Steps before a contract: it did not come about"),
        remove=_registrations,
    ),
    Rule(
        name="invitations",
        what=_("Invitations that were accepted, withdrawn or have lapsed"),
        period=12 * MONTH,
        basis=_("Proof of who let whom in"),
        remove=_invitations,
    ),
    Rule(
        name="papers",
        what=_("Papers of organisations that were refused"),
        period=6 * MONTH,
        basis=_("Time to contest the decision"),
        remove=_papers,
    ),
    Rule(
        name="sheets",
        what=_("Spreadsheets of organisations that were sent and never imported"),
        period=timedelta(days=1),
        basis=_("Time to say yes"),
        remove=_sheets,
    ),
    Rule(
        name="sendings",
        what=_("Which forms somebody has sent, so that none is done twice"),
        period=timedelta(days=7),
        basis=_("Time to send a form again"),
        remove=_sendings,
    ),
    Rule(
        name="people",
        what=_("People who belong to no organisation and of whom nothing was heard: pseudonymised"),
        period=24 * MONTH,
        basis=_("Possible return; then no purpose is left"),
        remove=_people,
    ),
]
