"""Making people and organisations, giving a person a role, and closing a person's account for a time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from liaison.journal import record
from liaison.members import check_role, is_last_head, lock_people, reason_of, take_offers_back
from liaison.models import Invitation, Membership, Organization, Person
from liaison.roles import AGENCY, OFFICE, Role

OFFICE_ORGANIZATION = "KPA Liaison Office Kigali"
_DEFAULT_ORGANIZATION = {Role.DESK: "KPA", Role.OFFICIAL: "MININFRA"}


def organization_kind_for(role: str) -> str:
    """The kind of organisation in which a role is held when nothing else is known."""
    if role in OFFICE:
        return Organization.Kind.OFFICE
    if role in AGENCY:
        return Organization.Kind.AGENCY
    return Organization.Kind.IMPORTER


@transaction.atomic
def add_organization(
    *, name: str, kind: str, country: str = "RW", sector: str = "", by: Person | None, at: datetime
) -> Organization:
    """The organisation of that name (whatever its case), made if there is none; ValidationError for a wrong one.

    An applicant that only calls itself so is not the one.
    """
    found = Organization.objects.established().filter(name__iexact=name.strip()).first()
    if found:
        return found
    organization = Organization(name=name.strip(), kind=kind, country=country, sector=sector)
    organization.full_clean()
    organization.save()
    record(kind="liaison.organization_added", subject="organization", key=str(organization.pk), by=by, at=at)
    return organization


@transaction.atomic
def add_person(
    *,
    email: str,
    role: str,
    organization: str = "",
    name: str = "",
    password: str | None = None,
    language: str = "en",
    kind: str = "",
    by: Person | None,
    at: datetime,
) -> Person:
    """The person with that e-mail, holding ``role`` in ``organization``.

    Both are made where missing; without an organisation an office role is held in the office, a desk or an official
    in the agency that usually has one, and a trader in a firm of her own. A password is set only where one is given.
    Raises ValueError for an unknown role, ValidationError for an address or a name that cannot be kept and for a role
    that does not fit the organisation. This is the operator's way: it may also take the last owner's role away. What
    she has offered to others and may not offer any more is withdrawn.
    """
    usual = OFFICE_ORGANIZATION if role in OFFICE else _DEFAULT_ORGANIZATION.get(Role(role), "")
    address = email.strip().lower()
    person = Person.objects.filter(email=address).first() or Person(email=address, language=language)
    person.name = name or person.name or address.split("@")[0][:120]
    if password is not None:
        person.set_password(password)
    elif not person.password:
        person.set_unusable_password()
    person.full_clean()
    person.save()
    EmailAddress.objects.update_or_create(user=person, email=address, defaults={"verified": True, "primary": True})
    home = organization.strip() or usual or address
    firm = add_organization(name=home, kind=kind or organization_kind_for(role), by=by, at=at)
    check_role(role, firm)
    lock_people(firm.pk, by=None)
    Membership.objects.update_or_create(person=person, organization=firm, defaults={"role": role})
    told: dict[str, Any] = {"role": role, "firm": firm.pk, **take_offers_back(person.pk, at=at)}
    record(kind="liaison.role_given", subject="person", key=str(person.pk), by=by, at=at, **told)
    return person


def people_of(organizations: Collection[int], roles: Collection[str]) -> dict[int, set[int]]:
    """For each organisation the ids of its active people who hold one of ``roles`` in it."""
    people: dict[int, set[int]] = {pk: set() for pk in organizations}
    rows = Membership.objects.in_force().filter(organization__in=organizations, role__in=roles, person__is_active=True)
    for organization, person in rows.values_list("organization_id", "person_id"):
        people[organization].add(person)
    return people


def people_with(people: Collection[int], roles: Collection[str]) -> set[int]:
    """Of these people the active ones who hold one of ``roles`` anywhere now."""
    held = Membership.objects.in_force().filter(person__in=people, role__in=roles, person__is_active=True)
    return set(held.values_list("person_id", flat=True))


@transaction.atomic
def suspend_person(*, person: Person, reason: str, by: Person | None, at: datetime) -> bool:
    """Close the account at once: no role counts, every session ends, what she offered to others is withdrawn.

    False where it was closed before. Her firms may be left without an owner, for this cannot wait: the office then
    gives the role to somebody else. PermissionDenied for her own account and for whoever is no administrator.
    """
    words = reason_of(reason)
    _lock_account(person, by)
    if not Person.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        return False
    for session in UserSession.objects.filter(user_id=person.pk):
        session.end()
    withdrawn = Invitation.objects.open(at).filter(invited_by=person).update(withdrawn_at=at)
    record(
        kind="liaison.person_suspended",
        subject="person",
        key=str(person.pk),
        by=by,
        at=at,
        reason=words,
        invitations_withdrawn=withdrawn,
    )
    return True


@transaction.atomic
def reinstate_person(*, person: Person, reason: str, by: Person | None, at: datetime) -> bool:
    """Open the account again, with the memberships that she still has; False where it is open. She signs in anew."""
    words = reason_of(reason)
    _lock_account(person, by)
    if not Person.objects.filter(pk=person.pk, is_active=False, erased_at__isnull=True).update(is_active=True):
        return False
    record(kind="liaison.person_reinstated", subject="person", key=str(person.pk), by=by, at=at, reason=words)
    return True


def _lock_account(person: Person, by: Person | None) -> None:
    """Keep everybody else from changing the people of her organisations and of the office meanwhile."""
    hers = models.Q(membership__person=person) | models.Q(kind=Organization.Kind.OFFICE)
    wanted = Organization.objects.filter(pk__in=Organization.objects.filter(hers).values("pk"))
    list(wanted.select_for_update(no_key=True).order_by("pk"))
    if by is None:
        return
    if by.pk == person.pk or Role.ADMINISTRATOR not in Person.objects.get(pk=by.pk).roles:
        raise PermissionDenied


def left_without_owner(person: Person) -> list[Organization]:
    """The organisations whose only active owner is this person; they are few."""
    hers = person.membership_set.select_related("organization", "person").filter(role=Role.OWNER)
    return [held.organization for held in hers.order_by("organization__name") if is_last_head(held)]


@transaction.atomic
def correct_person(*, person: Person, name: str, phone: str, language: str, by: Person | None, at: datetime) -> bool:
    """Keep what the person says of herself; the journal keeps which fields changed, not what they said."""
    given = {"name": name, "phone": phone, "language": language}
    held = Person.objects.select_for_update().get(pk=person.pk)
    changed = [field for field, value in given.items() if getattr(held, field) != value]
    if not changed:
        return False
    Person.objects.filter(pk=person.pk).update(**given)
    record(kind="liaison.person_corrected", subject="person", key=str(person.pk), by=by, at=at, fields=changed)
    return True
