"""Hours that an agency or an outside party keeps for itself; every deadline by them moves, soon after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from liaison.bell import ring
from liaison.journal import record
from liaison.models import Organization, Person
from tickets.clocks.calendars import spans_of
from tickets.handovers import HANDED_TO
from tickets.holidays import BELL, HOURS_DROPPED, HOURS_KEPT
from tickets.models import OwnHours


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """What is said of somebody's hours: per weekday from Monday its spans ("08:00-13:00 14:00-17:00")."""

    zone: str
    days: Sequence[str]
    is_always: bool = False
    acknowledged_days: int = 1
    answered_days: int = 3


@transaction.atomic
def keep_hours(*, organization: Organization, hours: Hours, by: Person, at: datetime) -> OwnHours:
    """Have promises of the organisation counted by these hours. ValidationError for what cannot be kept."""
    if organization.kind not in HANDED_TO:
        raise ValidationError(_("Nothing is handed over to this organisation."), code="kind")
    _check(hours)
    values = {**asdict(hours), "days": [" ".join(day.replace(",", " ").split()) for day in hours.days]}
    kept, _is_new = OwnHours.objects.update_or_create(
        organization=organization, defaults={**values, "by": by, "at": at}
    )
    record(kind=HOURS_KEPT, subject="organization", key=str(organization.pk), by=by, at=at, **values)
    ring(BELL)
    return kept


@transaction.atomic
def drop_hours(*, organization: Organization, by: Person, at: datetime) -> bool:
    """Have it keep the hours of public offices of its country again; False where it did."""
    if not OwnHours.objects.filter(organization=organization).delete()[0]:
        return False
    record(kind=HOURS_DROPPED, subject="organization", key=str(organization.pk), by=by, at=at)
    ring(BELL)
    return True


def _check(hours: Hours) -> None:
    if hours.zone not in available_timezones():
        raise ValidationError({"zone": _("There is no such time zone.")})
    opens = False
    for number, day in enumerate(hours.days):
        try:
            opens = bool(spans_of(day)) or opens
        except ValueError:
            words = _("These are no hours as in 08:00-13:00 14:00-17:00.")
            raise ValidationError({f"day{number}": words}) from None
    if len(hours.days) != 7 or not (hours.is_always or opens):
        raise ValidationError(_("It is open on no day at all."), code="closed")
    if not 1 <= hours.acknowledged_days <= hours.answered_days:
        raise ValidationError({"answered_days": _("Nobody answers before the matter is acknowledged.")})
