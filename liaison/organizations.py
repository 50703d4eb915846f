"""Firms that make themselves known: what they say of themselves, and how they change or apply again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from liaison.journal import record
from liaison.models import Identifier, Membership, Organization, Person
from liaison.roles import Role

# These are made by the office alone, and stay verified whatever of them is changed.
OFFICE_MADE = frozenset({Organization.Kind.AGENCY, Organization.Kind.OFFICE})
TAX_NUMBERS = {
    "RW": Identifier.Scheme.RW_TIN,
    "KE": Identifier.Scheme.KE_PIN,
    "UG": Identifier.Scheme.UG_TIN,
}
CHANGED = "liaison.organization_changed"
# What may change without the office looking at the firm anew.
_CONTACT = ("phone", "email", "address", "sector")
_IDENTITY = ("name", "kind", "country")


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What a firm says of itself; ``numbers`` is the compact number by scheme, without those it has not got."""

    name: str
    kind: str
    country: str
    phone: str = ""
    email: str = ""
    address: str = ""
    sector: str = ""
    numbers: Mapping[str, str] = field(default_factory=dict)

    def as_text(self) -> dict[str, str]:
        """All in plain text, for JSON."""
        return {**{name: getattr(self, name) for name in (*_IDENTITY, *_CONTACT)}, **self.numbers}


def particulars_from(kept: Mapping[str, str]) -> Particulars:
    """What ``Particulars.as_text`` wrote, whatever else stands beside it."""
    numbers = {scheme: kept[scheme] for scheme in Identifier.Scheme.values if kept.get(scheme)}
    return Particulars(numbers=numbers, **{name: kept.get(name, "") for name in (*_IDENTITY, *_CONTACT)})


def taken_schemes(numbers: Mapping[str, str], *, but: Organization | None = None) -> list[str]:
    """The schemes of those ``numbers`` under which another organisation has been verified; one query."""
    verified = Identifier.objects.filter(is_verified=True, value__in=numbers.values())
    others = verified.exclude(organization=but) if but else verified
    held = set(others.values_list("scheme", "value"))
    return [scheme for scheme, value in numbers.items() if (scheme, value) in held]


@transaction.atomic
def register_organization(*, particulars: Particulars, owner: Person, by: Person, at: datetime) -> Organization:
    """A firm that waits for the office, with its numbers and its owner. ValidationError for what cannot be kept."""
    organization = Organization(
        standing=Organization.Standing.PENDING,
        created_at=at,
        **{name: getattr(particulars, name) for name in (*_IDENTITY, *_CONTACT)},
    )
    organization.full_clean()
    organization.save()
    _keep_numbers(organization, particulars.numbers)
    Membership.objects.create(person=owner, organization=organization, role=Role.OWNER, since=at)
    record(
        kind="liaison.organization_registered",
        subject="organization",
        key=str(organization.pk),
        by=by,
        at=at,
        owner=owner.pk,
        identity=_identity(organization, particulars.numbers),
    )
    return organization


@transaction.atomic
def change_organization(*, organization: Organization, particulars: Particulars, by: Person, at: datetime) -> bool:
    """Keep what is said now. A verified firm whose name, kind, country or numbers change goes back to the office.

    Returns whether it did. ValidationError where a suspended firm would become another, or a name is taken.
    """
    kept = Organization.objects.select_for_update().get(pk=organization.pk)
    before = numbers_of(kept)
    is_another = before != dict(particulars.numbers) or any(
        getattr(kept, name) != getattr(particulars, name) for name in _IDENTITY
    )
    if is_another and kept.standing == Organization.Standing.SUSPENDED:
        raise ValidationError(_("While it is suspended, only telephone, e-mail, address and sector can be changed."))
    goes_back = is_another and kept.standing == Organization.Standing.VERIFIED and kept.kind not in OFFICE_MADE
    if goes_back:
        kept.standing, kept.decision = Organization.Standing.PENDING, ""
        kept.decided_by = kept.decided_at = None
    changed = [name for name in (*_IDENTITY, *_CONTACT) if getattr(kept, name) != getattr(particulars, name)]
    for name in changed:
        setattr(kept, name, getattr(particulars, name))
    kept.full_clean(validate_constraints=False)
    _save_identity(kept, particulars.numbers)
    record(
        kind=CHANGED,
        subject="organization",
        key=str(kept.pk),
        by=by,
        at=at,
        changed=changed + (["numbers"] if before != dict(particulars.numbers) else []),
        goes_back=goes_back,
        **({"identity": _identity(kept, particulars.numbers)} if is_another else {}),
    )
    return goes_back


def _save_identity(organization: Organization, numbers: Mapping[str, str]) -> None:
    try:
        with transaction.atomic():
            organization.save()
            _keep_numbers(organization, numbers)
    except IntegrityError as error:
        raise ValidationError(_("Another organisation is registered under this name or number.")) from error


def _keep_numbers(organization: Organization, numbers: Mapping[str, str]) -> None:
    """Exactly ``numbers``, verified as far as the organisation is."""
    is_verified = organization.standing in (Organization.Standing.VERIFIED, Organization.Standing.SUSPENDED)
    organization.identifiers.exclude(scheme__in=numbers).delete()
    Identifier.objects.bulk_create(
        [
            Identifier(organization=organization, scheme=scheme, value=value, is_verified=is_verified)
            for scheme, value in numbers.items()
        ],
        update_conflicts=True,
        unique_fields=["organization", "scheme"],
        update_fields=["value", "is_verified"],
    )


def numbers_of(organization: Organization) -> dict[str, str]:
    """Its numbers by scheme."""
    return dict(organization.identifiers.order_by("scheme").values_list("scheme", "value"))


def _identity(organization: Organization, numbers: Mapping[str, str]) -> dict[str, object]:
    return {**{name: getattr(organization, name) for name in _IDENTITY}, "numbers": dict(numbers)}


@transaction.atomic
def apply_again(*, organization: Organization, by: Person, at: datetime) -> bool:
    """A refused firm asks the office to look once more; False where it was not refused (any more)."""
    refused = Organization.objects.filter(pk=organization.pk, standing=Organization.Standing.REFUSED)
    if not refused.update(standing=Organization.Standing.PENDING, decision="", decided_by=None, decided_at=None):
        return False
    record(kind="liaison.organization_applied_again", subject="organization", key=str(organization.pk), by=by, at=at)
    return True
