"""Days that staff close or open against what is reckoned; every deadline and outcome moves with them, soon after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from liaison.bell import ring
from liaison.bulk import update_rows
from liaison.journal import mark, record, unmarked
from liaison.models import JournalEntry, Person
from tickets.log import held_many
from tickets.models import DayOff, Outcome, Ticket
from tickets.outcomes import reckon_again
from tickets.timing import clocks_of_many, set_moments

BATCH = 500
READER = "tickets.holidays"
BELL = "tickets.tasks.renew_due"
ENTERED, TAKEN_BACK = "tickets.day_entered", "tickets.day_taken_back"
HOURS_KEPT, HOURS_DROPPED = "tickets.hours_kept", "tickets.hours_dropped"


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
    _tell(ENTERED, day, by, at)
    return day


@transaction.atomic
def take_day_back(*, day: DayOff, by: Person, at: datetime) -> None:
    """The day is again what is reckoned; again is nothing."""
    if DayOff.objects.filter(pk=day.pk).delete()[0]:
        _tell(TAKEN_BACK, day, by, at)


def renew_due(*, at: datetime) -> int:
    """Renew the deadlines where the journal tells of days or hours that nobody has dealt with yet; how many moved.

    The outcomes of what is over are then made anew by ``reckon_outcomes``. May run twice at any moment, and goes on
    where it was left: the days are marked once all is done.
    """
    changed = list(unmarked(reader=READER, kinds=[ENTERED, TAKEN_BACK, HOURS_KEPT, HOURS_DROPPED])[:BATCH])
    if not changed:
        return 0
    moved = renew_breaches(at=at)
    reckon_again(_touched(changed))
    mark(changed, reader=READER)
    return moved


def _touched(changed: Sequence[JournalEntry]) -> Q:
    """The tickets whose log goes on to one of the days, and those that somebody had whose hours have changed."""
    days = [date.fromisoformat(entry.key.partition(" ")[2]) for entry in changed if entry.kind in (ENTERED, TAKEN_BACK)]
    keepers = [int(entry.key) for entry in changed if entry.kind in (HOURS_KEPT, HOURS_DROPPED)]
    touched = Q(agency__in=keepers) | Q(pk__in=Outcome.objects.filter(agency__in=keepers).values("ticket"))
    if days:
        # Somewhere a day begins while it is the day before at Greenwich.
        before = date.fromordinal(max(min(days).toordinal() - 1, 1))
        touched |= Q(changed_at__gte=datetime.combine(before, time.min, UTC))
    return touched


def renew_breaches(*, at: datetime) -> int:
    """Reckon the next deadline of every open ticket anew, some at a time; returns how many moved."""
    ids = list(Ticket.objects.open().order_by("pk").values_list("pk", flat=True))
    return sum(_renew(ids[start : start + BATCH], at) for start in range(0, len(ids), BATCH))


@transaction.atomic
def _renew(ids: Sequence[int], at: datetime) -> int:
    tickets = [ticket for ticket in held_many(ids) if ticket.is_open]
    clocks = clocks_of_many(tickets, at=at)
    moved = []
    for ticket in tickets:
        before = ticket.next_breach_at, ticket.next_step_at
        set_moments(ticket, clocks[ticket.pk], at=at)
        if before != (ticket.next_breach_at, ticket.next_step_at):
            moved.append(ticket)
    update_rows(moved, ["next_breach_at", "next_step_at"])
    return len(moved)


def _tell(kind: str, day: DayOff, by: Person, at: datetime) -> None:
    facts = {"is_closed": day.is_closed, "reason": day.reason}
    record(kind=kind, subject="day_off", key=f"{day.country} {day.on.isoformat()}", by=by, at=at, **facts)
    ring(BELL)
