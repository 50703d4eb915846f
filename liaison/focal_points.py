"""Focal points: whom the office calls at an organisation, in which order and for what; each change is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from liaison.journal import record
from liaison.models import FocalPoint, Organization, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is kept of a focal point; ``concerns`` are codes of ``liaison.concerns``."""

    name: str
    duty: str = ""
    phone: str = ""
    email: str = ""
    rank: int = 1
    concerns: Sequence[str] = ()


@transaction.atomic
def add_focal_point(*, organization: Organization, entry: Entry, by: Person | None, at: datetime) -> FocalPoint:
    """A new focal point of the organisation. ValidationError for what cannot be kept."""
    point = FocalPoint(organization=organization)
    _keep(point, entry)
    _tell("liaison.focal_point_added", point, by=by, at=at, concerns=point.concerns)
    return point


@transaction.atomic
def change_focal_point(*, focal_point: FocalPoint, entry: Entry, by: Person | None, at: datetime) -> bool:
    """Keep what is said now; False where that is what was kept. ValidationError for what cannot be kept."""
    point = _locked(focal_point)
    changed = [name for name, value in asdict(entry).items() if getattr(point, name) != _plain(value)]
    if not changed:
        return False
    _keep(point, entry)
    _tell("liaison.focal_point_changed", point, by=by, at=at, changed=changed, concerns=point.concerns)
    return True


@transaction.atomic
def assign_concerns(*, focal_point: FocalPoint, concerns: Sequence[str], by: Person | None, at: datetime) -> bool:
    """Let the focal point be called for these concerns and no others; False where that was so before."""
    point = _locked(focal_point)
    if point.concerns == sorted(concerns):
        return False
    point.concerns = sorted(concerns)
    point.save(update_fields=["concerns"])
    _tell("liaison.focal_point_concerns", point, by=by, at=at, concerns=point.concerns)
    return True


@transaction.atomic
def remove_focal_point(*, focal_point: FocalPoint, by: Person | None, at: datetime) -> bool:
    """Call this one no more; False where that was done before."""
    if not FocalPoint.objects.filter(pk=focal_point.pk).delete()[0]:
        return False
    _tell("liaison.focal_point_removed", focal_point, by=by, at=at)
    return True


def _locked(focal_point: FocalPoint) -> FocalPoint:
    point = FocalPoint.objects.select_for_update().filter(pk=focal_point.pk).first()
    if point is None:
        raise ValidationError(_("Somebody has removed this focal point in the meantime."), code="gone")
    return point


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, list | tuple) else value


def _keep(point: FocalPoint, entry: Entry) -> None:
    for name, value in asdict(entry).items():
        setattr(point, name, _plain(value))
    point.full_clean(validate_constraints=False)
    if not point.phone and not point.email:
        raise ValidationError(_("Give a telephone number or an e-mail address."), code="unreachable")
    point.save()


def _tell(kind: str, point: FocalPoint, *, by: Person | None, at: datetime, **data: object) -> None:
    """The journal is for ever, so it names the focal point by its number."""
    record(
        kind=kind, subject="focal_point", key=str(point.pk), by=by, at=at, organization=point.organization_id, **data
    )
