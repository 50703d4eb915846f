"""Reading one delivery from its raw bytes to the outbox, in one transaction that may run twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from cargo.deriving import derive
from cargo.entries import to_rows
from cargo.former_keys import still_used
from cargo.recording import append
from cargo.telling import tell
from cargo.tracking import movements_of
from corridor.entries import Context
from corridor.places import load_gazetteer
from corridor.recording import record_state
from corridor.settling import settle_standings
from feeds.models import Delivery
from feeds.reading import read_raw, settle

RETRY = timedelta(minutes=1)
MOST_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a delivery held: facts read, what of them was new, events that match nothing, and parts quarantined."""

    facts: int = 0
    events: int = 0
    unmatched: int = 0
    quarantined: int = 0


def read_delivery(delivery_id: int, *, again: bool = False) -> Outcome:
    """Read a stored delivery; one that was read already is left alone unless ``again`` is asked for.

    The attempt is counted before the work begins, so that a delivery that kills its reader is put off, then given up
    to a clerk, and holds up no other.
    """
    now = timezone.now()
    if not again and not _count_attempt(delivery_id, at=now):
        return Outcome()
    with transaction.atomic():
        rows = Delivery.objects.select_related("source").select_for_update(of=("self",))
        delivery = rows.get(pk=delivery_id)
        if delivery.state != Delivery.State.STORED and not again:
            return Outcome()
        return _read(delivery, at=now)


def _count_attempt(delivery_id: int, *, at: datetime) -> bool:
    """Note one more attempt of a delivery that waits; false where there is nothing to do."""
    waiting = Delivery.objects.filter(pk=delivery_id, state=Delivery.State.STORED)
    attempts = waiting.values_list("attempts", flat=True).first()
    if attempts is None:
        return False
    if attempts >= MOST_ATTEMPTS:
        waiting.update(state=Delivery.State.QUARANTINED, reason="reader_failed", read_at=at)
        return False
    waiting.update(attempts=attempts + 1, retry_at=at + RETRY)
    return True


def _read(delivery: Delivery, *, at: datetime) -> Outcome:
    reading = read_raw(delivery)
    context = Context(
        source_id=delivery.source_id,
        delivery_id=delivery.pk,
        received_at=delivery.received_at,
        settings=delivery.source.settings,
        gazetteer=load_gazetteer(),
    )
    state = record_state(reading, context)
    if state.conditions:
        settle_standings(at=at, is_history=delivery.is_history)
    movements = [*reading.movements, *movements_of(state.passages, context)]
    rows, unfit = to_rows(movements, context, still_used(movements, context))
    recorded = append(rows)
    tell(derive(recorded.consignments, at=at), at=at, is_history=delivery.is_history)
    quarantined = settle(
        delivery,
        reading=reading,
        accepted=len(rows) + state.accepted,
        faults=[*reading.faults, *state.faults, *unfit],
        events=delivery.events + recorded.events + state.new,
        unmatched=delivery.unmatched + recorded.unmatched,
    )
    return Outcome(len(reading.facts), recorded.events + state.new, recorded.unmatched, quarantined)
