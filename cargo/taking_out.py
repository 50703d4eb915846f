"""Taking a container out of a consignment to which it does not belong; what was said of it goes with it."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cargo import matching
from cargo.deriving import derive
from cargo.models import Consignment, Removal, Unit
from liaison.journal import record
from liaison.models import Person

TAKEN_OUT = "cargo.container_taken_out"


@transaction.atomic
def take_out(*, consignment: Consignment, container: str, reason: str, by: Person, at: datetime) -> Removal:
    """Make the container no part of the consignment any more; its events are matched anew.

    The trip of another consignment that ended where this one began goes on, unless others were in the container with
    this one. ValidationError where the container is none of its own, or the only one.
    """
    matching.lock_exclusive()
    consignment = Consignment.objects.select_for_update(no_key=True).get(pk=consignment.pk)
    units = {unit.container: unit for unit in consignment.units.order_by("pk")}
    if container not in units:
        raise ValidationError(_("This container is not one of the consignment's."), code="none")
    if len(units) == 1:
        raise ValidationError(_("A consignment keeps its last container. Merge or archive it instead."), code="last")
    events, unit = matching.events_naming(consignment), units[container]
    unit.delete()
    trips = Unit.objects.filter(container=container)
    if unit.tracked_from and not trips.filter(tracked_from=unit.tracked_from).exists():
        trips.filter(tracked_until=unit.tracked_from).update(tracked_until=unit.tracked_until)
    removal = Removal.objects.create(consignment=consignment, container=container, reason=reason, by=by, at=at)
    derive(sorted({*matching.rematch(events), consignment.pk}), at=at)
    record(kind=TAKEN_OUT, subject="consignment", key=consignment.ref, by=by, at=at, container=container, reason=reason)
    return removal


def put_back(consignment: Consignment, containers: list[str], *, at: datetime) -> None:
    """Note that these are the consignment's again; whoever adds them writes the journal."""
    taken = Removal.objects.filter(consignment=consignment, container__any=containers, back_at__isnull=True)
    taken.update(back_at=at)
