"""Invitations: a role in an organisation offered to an e-mail address by letter, and what becomes of the offer."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from liaison.consents import give_all
from liaison.journal import record
from liaison.letters import write_letter
from liaison.members import check_role, lock_people
from liaison.models import Invitation, Membership, Organization, Person
from liaison.models.memberships import InvitationQuerySet
from liaison.roles import Role

VALID = timedelta(days=7)
MOST_A_DAY = 30


class End(models.TextChoices):
    """Why an invitation can no longer be accepted."""

    USED = "used"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@transaction.atomic
def invite(
    *, organization: Organization, email: str, role: str, language: str, by: Person | None, at: datetime
) -> Invitation:
    """Offer the role to the address by a letter in ``language``; an offer that has expired is replaced.

    PermissionDenied for whoever may not manage the organisation's people. ValidationError where the role does not fit,
    the address is one's own, a member's or has an open offer, or too many letters have been sent within a day.
    """
    held = lock_people(organization.pk, by=by)
    address = email.strip().lower()
    check_role(role, held)
    if by is not None and address == by.email:
        raise ValidationError({"email": _("You cannot invite yourself.")})
    if Membership.objects.filter(organization=held, person__email=address).exists():
        raise ValidationError({"email": _("This person belongs to the organisation already.")})
    before = _unanswered(Invitation.objects.filter(organization=held, email=address))
    if before.open(at).exists():
        raise ValidationError({"email": _("This address has an open invitation. Send it again, or withdraw it first.")})
    before.update(withdrawn_at=at)
    invitation = _offer(held, address, role, language, by=by, at=at)
    _tell("liaison.invited", invitation, by=by, at=at)
    return invitation


@transaction.atomic
def resend(*, invitation: Invitation, language: str, by: Person | None, at: datetime) -> Invitation:
    """Offer the same again with a new token and the full time; the old letter opens nothing any more.

    ValidationError where it was answered or withdrawn, or too many letters have been sent within a day.
    """
    held = lock_people(invitation.organization_id, by=by)
    if not _unanswered(Invitation.objects.filter(pk=invitation.pk)).update(withdrawn_at=at):
        raise ValidationError(_("This invitation has been answered or withdrawn."))
    again = _offer(held, invitation.email, invitation.role, language, by=by, at=at)
    _tell("liaison.invitation_sent_again", again, by=by, at=at)
    return again


@transaction.atomic
def withdraw(*, invitation: Invitation, by: Person | None, at: datetime) -> bool:
    """Take the offer back; False where it was answered or withdrawn before."""
    lock_people(invitation.organization_id, by=by)
    if not _unanswered(Invitation.objects.filter(pk=invitation.pk)).update(withdrawn_at=at):
        return False
    _tell("liaison.invitation_withdrawn", invitation, by=by, at=at)
    return True


def _unanswered(invitations: InvitationQuerySet) -> InvitationQuerySet:
    """Those neither accepted nor withdrawn, also where their time has run out."""
    return invitations.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)


def _offer(
    organization: Organization, email: str, role: str, language: str, *, by: Person | None, at: datetime
) -> Invitation:
    """Keep the offer and write its letter, where the day's number of letters is not used up."""
    sent = Invitation.objects.filter(organization=organization, invited_at__gt=at - timedelta(days=1)).count()
    if sent >= MOST_A_DAY:
        words = _("%(number)s invitations have been sent within a day. Send the next one tomorrow.")
        raise ValidationError(words, "limit", {"number": MOST_A_DAY})
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        organization=organization,
        email=email,
        role=role,
        token_digest=_digest(token),
        invited_by=by,
        invited_at=at,
        expires_at=at + VALID,
    )
    invitation.full_clean(validate_unique=False, validate_constraints=False)
    invitation.save()
    write_letter(
        "invitation",
        address=email,
        language=language,
        at=at,
        organization=organization,
        role=Role(role).label,
        by=by,
        days=VALID.days,
        token=token,
    )
    return invitation


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _tell(kind: str, invitation: Invitation, *, by: Person | None, at: datetime) -> None:
    """The journal is for ever, so it names the invitation and not the address."""
    firm, role = invitation.organization_id, invitation.role
    record(kind=kind, subject="invitation", key=str(invitation.pk), by=by, at=at, firm=firm, role=role)


def find_invitation(token: str) -> Invitation | None:
    """The invitation whose letter holds this token, whatever has become of it."""
    known = Invitation.objects.filter(token_digest=_digest(token))
    return known.select_related("organization", "invited_by").first()


def end_of(invitation: Invitation, *, at: datetime) -> End | None:
    """Why it cannot be accepted at ``at``; None where it can."""
    if invitation.accepted_at:
        return End.USED
    if invitation.withdrawn_at:
        later = Invitation.objects.open(at).filter(organization=invitation.organization_id, email=invitation.email)
        return End.REPLACED if later.exists() else End.WITHDRAWN
    return End.EXPIRED if invitation.expires_at <= at else None


def invited_person(invitation: Invitation) -> Person | None:
    """Who has the invited address already, as her own or as one that she has proved; None where nobody has."""
    proved = EmailAddress.objects.filter(email=invitation.email, verified=True).values("user")
    return Person.objects.filter(models.Q(email=invitation.email) | models.Q(pk__in=proved)).first()


def accept(*, invitation: Invitation, by: Person, at: datetime) -> Membership:
    """Take the offer up; who belongs to the organisation already keeps the role that she has.

    PermissionDenied for anybody but the one who has the address; ValidationError where it can no longer be accepted.
    """
    if invited_person(invitation) != by:
        raise PermissionDenied
    with transaction.atomic():
        return _join(invitation, by, at)


def accept_as_new(
    *,
    invitation: Invitation,
    name: str,
    language: str,
    password: str,
    consents: Mapping[str, int] | None = None,
    read_in: str = "en",
    at: datetime,
) -> Person:
    """Make the person, whose address the token has proved, and take the offer up for her.

    ``consents`` are the versions of the words that she agreed to by purpose, as she read them in ``read_in``.
    ValidationError where somebody has that address by now, or the offer can no longer be accepted.
    """
    person = Person(email=invitation.email, name=name, language=language)
    person.set_password(password)
    try:
        with transaction.atomic():
            person.full_clean(validate_constraints=False)
            person.save()
            record(kind="liaison.person_joined", subject="person", key=str(person.pk), by=person, at=at)
            give_all(person=person, consents=consents or {}, language=read_in, by=person, at=at)
            _join(invitation, person, at)
    except IntegrityError as error:
        raise ValidationError(_("Somebody has this e-mail address already.")) from error
    return person


def _join(invitation: Invitation, person: Person, at: datetime) -> Membership:
    if not Invitation.objects.open(at).filter(pk=invitation.pk).update(accepted_at=at):
        raise ValidationError(_("This invitation can no longer be accepted."))
    check_role(invitation.role, invitation.organization)
    _keep_proof(person, invitation.email)
    membership, _is_new = Membership.objects.get_or_create(
        person=person, organization=invitation.organization, defaults={"role": invitation.role, "since": at}
    )
    _tell("liaison.invitation_accepted", invitation, by=person, at=at)
    return membership


def _keep_proof(person: Person, address: str) -> None:
    """The letter's token has proved that the address is hers."""
    hers = EmailAddress.objects.filter(user_id=person.pk)
    if not hers.filter(email=address).update(verified=True):
        is_first = not hers.filter(primary=True).exists()
        EmailAddress.objects.create(user_id=person.pk, email=address, verified=True, primary=is_first)
