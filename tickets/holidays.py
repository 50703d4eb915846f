"""Days that staff close or open against what is reckoned; every deadline moves with them."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from liaison.journal import record
from liaison.models import Person
from tickets.models import DayOff, Ticket
from tickets.timing import breach_of, clocks_of_many

BATCH = 500


@transaction.atomic
def enter_day(*, country: str, on: date, is_closed: bool, reason: str, by: Person, at: datetime) -> DayOff:
    """Say that offices of a country are closed on a day, or open on one that was taken for a holiday.

    What was said of the day before is replaced. ValidationError without a reason, or for no country of ours.
    """
    if country not in DayOff.Country.values:
        raise ValidationError({"country": _("One of: %(names)s.") % {"names": ", ".join(DayOff.Country.values)}})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    values = {"is_closed": is_closed, "reason": reason.strip()[:120], "by": by, "at": at}
    day, _is_new = DayOff.objects.update_or_create(country=country, on=on, defaults=values)
    _tell("tickets.day_entered", day, by, at)
    renew_breaches(at=at)
    return day


@transaction.atomic
def take_day_back(*, day: DayOff, by: Person, at: datetime) -> None:
    """The day is again what is reckoned; again is nothing."""
    if DayOff.objects.filter(pk=day.pk).delete()[0]:
        _tell("tickets.day_taken_back", day, by, at)
        renew_breaches(at=at)


def renew_breaches(*, at: datetime) -> int:
    """Reckon the next deadline of every open ticket anew; returns how many moved. The log is as it was."""
    moved = []
    tickets = list(Ticket.objects.open().select_related("category").order_by("pk"))
    for start in range(0, len(tickets), BATCH):
        some = tickets[start : start + BATCH]
        clocks = clocks_of_many(some, at=at)
        for ticket in some:
            due_at = breach_of(clocks[ticket.pk])
            if due_at != ticket.next_breach_at:
                ticket.next_breach_at = due_at
                moved.append(ticket)
    Ticket.objects.bulk_update(moved, ["next_breach_at"])
    return len(moved)


def _tell(kind: str, day: DayOff, by: Person, at: datetime) -> None:
    facts = {"is_closed": day.is_closed, "reason": day.reason}
    record(kind=kind, subject="day_off", key=f"{day.country} {day.on.isoformat()}", by=by, at=at, **facts)
