"""Erasing a person: the personal data goes, the row stays as a number that the business record refers to."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from liaison.holdings import addresses_of, hers
from liaison.journal import record
from liaison.models import (
    CallNote,
    Consent,
    FocalPoint,
    Invitation,
    Job,
    Membership,
    Organization,
    Person,
    Registration,
    Sending,
    SheetDraft,
)
from liaison.roles import Role

_KEEPERS = (Role.OWNER, Role.ADMINISTRATOR)


@transaction.atomic
def erase(*, person: Person, by: Person | None, at: datetime) -> bool:
    """Take out all personal data of the person and close the account for good; False where that was done before.

    The journal and the business record keep her number. Raises ValidationError where she is the last owner or
    administrator of an organisation to which others belong.
    """
    _lock_organizations(person)
    held = Person.objects.select_for_update().get(pk=person.pk)
    if held.erased_at is not None:
        return False
    _refuse_last_keeper(held)
    for name in settings.ERASERS:
        import_string(name)(person=held, at=at)
    # They say which addresses are hers, and so go last.
    EmailAddress.objects.filter(user_id=held.pk).delete()
    _pseudonymize(held, at)
    record(kind="liaison.person_erased", subject="person", key=str(held.pk), by=by, at=at)
    return True


def _lock_organizations(person: Person) -> None:
    """Nobody else changes who belongs to her organisations meanwhile."""
    hers = Organization.objects.filter(pk__in=Membership.objects.filter(person=person).values("organization"))
    list(hers.select_for_update(no_key=True).order_by("pk"))


def _refuse_last_keeper(person: Person) -> None:
    kept = Membership.objects.filter(person=person, role__in=_KEEPERS).select_related("organization")
    for membership in kept.order_by("organization__name"):
        others = Membership.objects.filter(organization=membership.organization).exclude(person=person)
        able = others.filter(role=membership.role, suspended_at__isnull=True, person__is_active=True)
        if others.exists() and not able.exists():
            words = _("You are the last one in charge of %(firm)s. Hand it over to somebody else first.")
            raise ValidationError(words, "last", {"firm": membership.organization.name})


def _pseudonymize(person: Person, at: datetime) -> None:
    person.email = f"erased-{person.pk}@invalid.example"
    person.name = f"#{person.pk}"
    person.phone = ""
    person.set_unusable_password()
    person.is_active = False
    person.acting_for = None
    person.last_login = None
    person.erased_at = at
    person.save()


def forget(*, person: Person, at: datetime) -> None:
    """The part of this app: memberships, what was offered to her addresses, and every means and trace of signing in.

    Withdrawn consents stay as the proof that there was one. Notes of calls stay with her organisations, without her
    name as the one who was spoken to.
    """
    firms = Membership.objects.filter(person=person).values("organization")
    CallNote.objects.filter(organization__in=firms, spoken_to__iexact=person.name).update(spoken_to="")
    SheetDraft.objects.filter(by=person).delete()
    Job.objects.filter(by=person).delete()
    Sending.objects.filter(by=person).delete()
    Membership.objects.filter(person=person).delete()
    Invitation.objects.filter(hers(person, "email")).delete()
    Invitation.objects.filter(invited_by=person, accepted_at__isnull=True, withdrawn_at__isnull=True).update(
        withdrawn_at=at
    )
    Registration.objects.filter(hers(person, "email")).delete()
    FocalPoint.objects.filter(hers(person, "email")).delete()
    Consent.objects.filter(person=person, withdrawn_at__isnull=True).update(withdrawn_at=at)
    Organization.objects.filter(hers(person, "email")).update(email="")
    _strike_out_addresses(person)
    sessions = UserSession.objects.filter(user_id=person.pk)
    Session.objects.filter(session_key__in=list(sessions.values_list("session_key", flat=True))).delete()
    sessions.delete()
    Authenticator.objects.filter(user_id=person.pk).delete()


def _strike_out_addresses(person: Person) -> None:
    """A firm that bears one of her addresses as its name loses it, and a spreadsheet that has one goes."""
    sheets = SheetDraft.objects.annotate(text=Cast("rows", TextField()))
    for number, address in enumerate(addresses_of(person)):
        name = f"erased-{person.pk}-{number}" if number else f"erased-{person.pk}"
        Organization.objects.filter(name__iexact=address).update(name=name)
        sheets.filter(text__icontains=address).delete()
