"""People in their organisations: roles changed, suspended, taken away, handed over; and for which of hers one acts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from liaison.journal import record
from liaison.letters import write_letter
from liaison.models import Invitation, Membership, Organization, Person
from liaison.roles import Role, head_role, roles_in

_FIRMS_MANAGERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


def may_manage(person: Person, organization: Organization) -> bool:
    """Whether the person may invite, change and take away the organisation's people.

    A firm's owners may for their own firm, supervisors and administrators of the office for every firm; the office's
    and the agencies' people are the administrators' matter alone.
    """
    if organization.kind in (Organization.Kind.OFFICE, Organization.Kind.AGENCY):
        return Role.ADMINISTRATOR in person.roles
    return bool(person.roles & _FIRMS_MANAGERS) or organization.pk in person.organization_ids(Role.OWNER)


def check_role(role: str, organization: Organization) -> None:
    """Raises ValidationError where such an organisation has no such role, ValueError where there is none at all."""
    if Role(role) not in roles_in(organization.kind):
        words = _("%(role)s is not a role that can be held in %(organization)s.")
        raise ValidationError(
            {"role": ValidationError(words, "role", {"role": Role(role).label, "organization": organization.name})}
        )


def reason_of(text: str) -> str:
    """A reason as it is kept; ValidationError where there is none."""
    if not text.strip():
        raise ValidationError({"reason": _("Say why. The journal keeps it.")})
    return text.strip()


def lock_people(organization_id: int, *, by: Person | None) -> Organization:
    """The organisation, whose people nobody else changes until the transaction ends.

    PermissionDenied where ``by``, as she stands now, may not change them; None is the portal itself.
    """
    organization = Organization.objects.select_for_update(no_key=True).get(pk=organization_id)
    if by is not None and not may_manage(Person.objects.get(pk=by.pk), organization):
        raise PermissionDenied
    return organization


def _lock_other(membership: Membership, by: Person | None) -> Membership:
    """The membership as it stands now, of somebody else than ``by``: nobody changes her own."""
    organization = lock_people(membership.organization_id, by=by)
    member = Membership.objects.select_related("person").filter(pk=membership.pk).first()
    if member is None:
        raise ValidationError(_("This person has left in the meantime."), code="left")
    if by is not None and member.person_id == by.pk:
        raise PermissionDenied
    member.organization = organization
    return member


def _keep_a_head(member: Membership) -> None:
    """Raises ValidationError where the organisation would be left without an active owner by losing this one."""
    if is_last_head(member):
        words = (
            _("The office would be left without an administrator. Make somebody else one first.")
            if member.role == Role.ADMINISTRATOR
            else _("%(organization)s would be left without an owner. Hand the ownership over first.")
        )
        raise ValidationError(words, "last_owner", {"organization": member.organization.name})


def is_last_head(member: Membership) -> bool:
    """Whether nobody else actively holds the role without which the organisation must not be."""
    if member.role != head_role(member.organization.kind) or member.suspended_at or not member.person.is_active:
        return False
    heads = Membership.objects.filter(organization=member.organization_id, role=member.role)
    return not heads.filter(suspended_at__isnull=True, person__is_active=True).exclude(pk=member.pk).exists()


def _tell(kind: str, member: Membership, *, by: Person | None, at: datetime, **data: Any) -> None:
    record(kind=kind, subject="person", key=str(member.person_id), by=by, at=at, firm=member.organization_id, **data)


def take_offers_back(person_id: int, *, at: datetime) -> dict[str, int]:
    """Withdraw what somebody has offered to others where she may not manage the people any more, whichever firm she
    acts for now; how many offers that were, for the journal.
    """
    offers = list(Invitation.objects.open(at).filter(invited_by=person_id).select_related("organization"))
    if not offers:
        return {}
    person = Person.objects.get(pk=person_id)
    person.acting_for = None
    lost = [offer.pk for offer in offers if not may_manage(person, offer.organization)]
    withdrawn = Invitation.objects.open(at).filter(pk__in=lost).update(withdrawn_at=at)
    return {"invitations_withdrawn": withdrawn} if withdrawn else {}


def _write(name: str, member: Membership, *, by: Person | None, at: datetime, role: str = "") -> None:
    """A letter to the member about her place in the organisation, in her language."""
    write_letter(
        name,
        address=member.person.email,
        language=member.person.language,
        at=at,
        person=member.person,
        organization=member.organization,
        role=Role(role).label if role else "",
        by=by,
    )


@transaction.atomic
def change_role(*, membership: Membership, role: str, by: Person | None, at: datetime) -> bool:
    """Give a member another role, and tell her by letter; False where she has it already.

    ValidationError where the role does not fit or the organisation would lose its last owner; PermissionDenied for
    one's own role.
    """
    member = _lock_other(membership, by)
    check_role(role, member.organization)
    if member.role == role:
        return False
    _keep_a_head(member)
    Membership.objects.filter(pk=member.pk).update(role=role)
    offers = take_offers_back(member.person_id, at=at)
    _tell("liaison.role_changed", member, by=by, at=at, role=role, before=member.role, **offers)
    _write("role_changed", member, by=by, at=at, role=role)
    return True


@transaction.atomic
def suspend_member(*, membership: Membership, reason: str, by: Person | None, at: datetime) -> bool:
    """Let the membership count for nothing from now on; False where it did so before. The last owner stays."""
    words = reason_of(reason)
    member = _lock_other(membership, by)
    if member.suspended_at:
        return False
    _keep_a_head(member)
    Membership.objects.filter(pk=member.pk).update(suspended_at=at)
    offers = take_offers_back(member.person_id, at=at)
    _tell("liaison.member_suspended", member, by=by, at=at, reason=words, **offers)
    return True


@transaction.atomic
def reinstate_member(*, membership: Membership, by: Person | None, at: datetime) -> bool:
    """Let a suspended membership count again; False where it does."""
    member = _lock_other(membership, by)
    if not member.suspended_at:
        return False
    Membership.objects.filter(pk=member.pk).update(suspended_at=None)
    _tell("liaison.member_reinstated", member, by=by, at=at)
    return True


@transaction.atomic
def remove_member(*, membership: Membership, by: Person | None, at: datetime) -> None:
    """End somebody's membership at once, and tell her by letter. The last owner stays."""
    member = _lock_other(membership, by)
    _keep_a_head(member)
    _end(member)
    offers = take_offers_back(member.person_id, at=at)
    _tell("liaison.member_removed", member, by=by, at=at, role=member.role, **offers)
    _write("member_removed", member, by=by, at=at)


@transaction.atomic
def leave(*, organization: Organization, by: Person, at: datetime) -> bool:
    """End one's own membership at once; False where there is none. The last owner hands over first."""
    locked = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    member = Membership.objects.select_related("person").filter(organization=locked, person=by).first()
    if member is None:
        return False
    member.organization = locked
    _keep_a_head(member)
    _end(member)
    offers = take_offers_back(member.person_id, at=at)
    _tell("liaison.member_left", member, by=by, at=at, role=member.role, **offers)
    return True


def _end(member: Membership) -> None:
    Membership.objects.filter(pk=member.pk).delete()
    Person.objects.filter(pk=member.person_id, acting_for=member.organization_id).update(acting_for=None)


@transaction.atomic
def hand_over(*, membership: Membership, by: Person, at: datetime) -> None:
    """Make another member the owner in one's own place, and tell her by letter; one becomes a member.

    PermissionDenied for whoever is no owner; ValidationError where the other is suspended or has left.
    """
    member = _lock_other(membership, by)
    own = Membership.objects.filter(
        organization=member.organization_id, person=by, role=Role.OWNER, suspended_at__isnull=True
    )
    if not own.update(role=Role.MEMBER):
        raise PermissionDenied
    if member.suspended_at or not member.person.is_active:
        raise ValidationError(_("This person is suspended. Choose somebody else."), code="suspended")
    Membership.objects.filter(pk=member.pk).update(role=Role.OWNER)
    offers = take_offers_back(by.pk, at=at)
    _tell("liaison.handed_over", member, by=by, at=at, before=member.role, **offers)
    _write("handed_over", member, by=by, at=at)


@transaction.atomic
def switch_organization(*, organization_id: int | None, by: Person, at: datetime) -> bool:
    """Act for one of one's organisations alone from now on, or for all of them (None); False where it is not hers."""
    if organization_id is not None and organization_id not in {held.organization_id for held in by.standings}:
        return False
    Person.objects.filter(pk=by.pk).update(acting_for=organization_id)
    record(kind="liaison.acting_for_changed", subject="person", key=str(by.pk), by=by, at=at, firm=organization_id)
    return True
