"""Helping somebody who has lost her second factor: the office takes it away, and she sets up a new one."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.db import transaction

from liaison.journal import record
from liaison.letters import write_letter
from liaison.members import reason_of
from liaison.models import Membership, Person
from liaison.roles import TRADE, Role
from liaison.signin.sessions import end_sessions


def may_remove(by: Person, person: Person) -> bool:
    """Administrators may of everybody else, supervisors of people in trade; nobody of herself."""
    if by.pk == person.pk or not person.is_active:
        return False
    if Role.ADMINISTRATOR in by.roles:
        return True
    beyond_trade = Membership.objects.filter(person=person).exclude(role__in=TRADE)
    return Role.SUPERVISOR in by.roles and not beyond_trade.exists()


def has_factors(person: Person) -> bool:
    """Whether there is anything to take away."""
    return bool(Authenticator.objects.filter(user_id=person.pk).exists())


@transaction.atomic
def remove_factors(*, person: Person, reason: str, by: Person, at: datetime) -> bool:
    """Take away app, passkeys and recovery codes, end every session, and tell the person by letter.

    False where she had none. PermissionDenied for whoever may not, as she stands now; ValidationError without a reason.
    """
    words = reason_of(reason)
    held = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not may_remove(Person.objects.get(pk=by.pk), held):
        raise PermissionDenied
    if not Authenticator.objects.filter(user_id=held.pk).delete()[0]:
        return False
    end_sessions(of=held, rows=UserSession.objects.all(), by=by, at=at)
    record(kind="liaison.second_factor_removed", subject="person", key=str(held.pk), by=by, at=at, reason=words)
    write_letter("second_factor_removed", address=held.email, language=held.language, at=at, person=held)
    return True
