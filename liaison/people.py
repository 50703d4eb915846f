"""Making people and organisations, and giving a person a role."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from liaison.journal import record
from liaison.models import Membership, Organization, Person
from liaison.roles import OFFICE, Role

OFFICE_ORGANIZATION = "KPA Liaison Office Kigali"
_DEFAULT_ORGANIZATION = {Role.DESK: "KPA", Role.OFFICIAL: "MININFRA"}


def organization_kind_for(role: str) -> str:
    """The kind of organisation in which a role is held when nothing else is known."""
    if role in OFFICE:
        return Organization.Kind.OFFICE
    if role in (Role.DESK, Role.OFFICIAL):
        return Organization.Kind.AGENCY
    return Organization.Kind.IMPORTER


@transaction.atomic
def add_organization(*, name: str, kind: str, country: str = "RW", by: Person | None, at: datetime) -> Organization:
    """The organisation of that name (whatever its case), made if there is none; ValidationError for a wrong one."""
    found = Organization.objects.filter(name__iexact=name.strip()).first()
    if found:
        return found
    organization = Organization(name=name.strip(), kind=kind, country=country)
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
    Raises ValueError for an unknown role, ValidationError for an address or a name that cannot be kept.
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
    home = organization.strip() or usual or address
    firm = add_organization(name=home, kind=kind or organization_kind_for(role), by=by, at=at)
    Membership.objects.update_or_create(person=person, organization=firm, defaults={"role": role})
    record(kind="liaison.role_given", subject="person", key=str(person.pk), by=by, at=at, role=role, firm=firm.pk)
    return person


def people_of(organizations: Collection[int], roles: Collection[str]) -> dict[int, set[int]]:
    """For each organisation the ids of its active people who hold one of ``roles`` in it."""
    people: dict[int, set[int]] = {pk: set() for pk in organizations}
    rows = Membership.objects.in_force().filter(organization__in=organizations, role__in=roles, person__is_active=True)
    for organization, person in rows.values_list("organization_id", "person_id"):
        people[organization].add(person)
    return people


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
