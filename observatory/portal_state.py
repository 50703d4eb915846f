"""What the portal holds, counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet, Sum

from cargo.models import Event, EventMatch, Forecast, Milestone, Status
from feeds.models import Delivery, Quarantine, Source
from liaison.models import JournalEntry
from notify.models import Letter, Notice, Outgoing
from tickets.models import Ticket


def portal_state(at: datetime) -> dict[str, Any]:
    """Counts by state of everything that must neither get lost nor doubled, and how old each source's news is."""
    return {
        "deliveries": _by(Delivery.objects.all(), Delivery.State.values),
        "facts": Delivery.objects.aggregate(total=Sum("facts"))["total"] or 0,
        "quarantined": Quarantine.objects.open().count(),
        "events": Event.objects.count(),
        "matches": EventMatch.objects.count(),
        "unmatched": Event.objects.unmatched().count(),
        "consignments": _by(Status.objects.all(), Status.State.values),
        "milestones": Milestone.objects.count(),
        "forecasts": Forecast.objects.count(),
        "journal": JournalEntry.objects.count(),
        "outbox": _outbox(),
        "tickets": _by(Ticket.objects.all(), Ticket.State.values),
        "sources": {source.slug: _source(source, at) for source in Source.objects.order_by("slug")},
    }


def _outbox() -> dict[str, int]:
    """Notices and letters together."""
    notices, letters = (_by(kind.objects.all(), Outgoing.State.values) for kind in (Notice, Letter))
    return {state: notices[state] + letters[state] for state in notices}


def _by(rows: QuerySet[Any], states: Sequence[str]) -> dict[str, int]:
    """How many rows are in each state, none left out."""
    counted = dict(rows.order_by().values("state").annotate(n=Count("pk")).values_list("state", "n"))
    return {state: counted.get(state, 0) for state in states}


def _source(source: Source, at: datetime) -> dict[str, Any]:
    success = source.last_success_at
    return {
        "last_success_at": success.isoformat() if success else None,
        "lag_s": round((at - success).total_seconds()) if success else None,
    }
