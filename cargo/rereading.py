"""Reading one delivery again at once, for somebody who waits for what comes of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cargo.reading import Outcome, read_delivery
from feeds.models import Delivery
from liaison.journal import record
from liaison.models import Person


@transaction.atomic
def reread(*, delivery: Delivery, by: Person, at: datetime) -> Outcome:
    """Read ``delivery`` again whatever its state; what is known already is not doubled."""
    outcome = read_delivery(delivery.pk, again=True)
    record(
        kind="feeds.reread",
        subject="delivery",
        key=str(delivery.pk),
        by=by,
        at=at,
        events=outcome.events,
        quarantined=outcome.quarantined,
    )
    return outcome
