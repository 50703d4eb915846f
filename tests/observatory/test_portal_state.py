"""What the portal holds, counted: nothing lost, nothing doubled, and the same after a rebuild."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from cargo.models import Consignment, Event, EventMatch, Milestone
from feeds.intake import receive
from feeds.models import Source
from liaison.models import JournalEntry
from notify.models import Letter, Notice
from observatory.portal_state import portal_state
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import AT, Cast

STATES = ["registered", "at_sea", "at_port", "on_road", "at_border", "in_kigali", "delivered", "closed"]

TICKETS = ["new", "open", "paused", "resolved", "closed", "merged"]


def command() -> dict[str, Any]:
    out = StringIO()
    call_command("portal_state", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_an_empty_portal_leaves_nothing_out(db: None) -> None:
    assert command() == {
        "deliveries": {"stored": 0, "read": 0, "quarantined": 0},
        "facts": 0,
        "quarantined": 0,
        "events": 0,
        "matches": 0,
        "unmatched": 0,
        "consignments": dict.fromkeys(STATES, 0),
        "milestones": 0,
        "forecasts": 0,
        "journal": 0,
        "outbox": {"due": 0, "sent": 0, "refused": 0, "dropped": 0},
        "tickets": dict.fromkeys(TICKETS, 0),
        "sources": {},
    }


def fill(clerk: Source) -> None:
    """A delivery read, one with everything that can happen to a line, one that is no CSV, and one not read yet."""
    take_in(clerk, csv(row("discharged", 50), row("gate_out", 9)))
    take_in(clerk, csv(row("sealed", 2), row("sealed", 2, box="MSCU1234566"), row("nonsense", 2)))
    take_in(clerk, b"<html>Service unavailable</html>")
    receive(source=clerk, raw=csv(row("weighed", 1)), at=timezone.now())


def test_everything_is_counted_once(clerk: Source, gate: Source, consignment: Consignment) -> None:
    fill(clerk)
    receive(source=clerk, raw=csv(row("weighed", 1)), at=AT)
    Letter.objects.create(address="keza@firm.example", subject="s", body="b")
    Letter.objects.create(address="keza@firm.example", subject="", body="", state="refused")
    Source.objects.filter(pk=clerk.pk).update(last_success_at=AT)
    found = portal_state(AT + timedelta(minutes=90, microseconds=1))
    assert found == {
        "deliveries": {"stored": 1, "read": 2, "quarantined": 1},
        "facts": 4,
        "quarantined": 2,
        "events": 4,
        "matches": 3,
        "unmatched": 1,
        "consignments": {**dict.fromkeys(STATES, 0), "on_road": 1},
        "milestones": 3,
        "forecasts": 0,
        "journal": JournalEntry.objects.count(),
        "outbox": {"due": 5, "sent": 4, "refused": 1, "dropped": 0},
        "tickets": dict.fromkeys(TICKETS, 0),
        "sources": {
            "clerk": {"last_success_at": AT.isoformat(), "lag_s": 5400},
            "gate": {"last_success_at": None, "lag_s": None},
        },
    }
    assert json.loads(json.dumps(found)) == found


def test_it_adds_up(clerk: Source, cast: Cast, consignment: Consignment) -> None:
    fill(clerk)
    found = command()
    assert sum(found["deliveries"].values()) == clerk.delivery_set.count()
    assert sum(found["consignments"].values()) == Consignment.objects.count()
    assert sum(found["outbox"].values()) == Notice.objects.count()
    assert found["events"] == found["unmatched"] + Event.objects.filter(is_matched=True).count()


def test_it_is_the_same_before_and_after_a_rebuild(clerk: Source, consignment: Consignment) -> None:
    fill(clerk)
    at = timezone.now()
    before, rows = (
        portal_state(at),
        list(Milestone.objects.order_by("unit", "code").values_list("unit", "code", "event")),
    )
    EventMatch.objects.all().delete()
    Milestone.objects.all().delete()
    assert portal_state(at) != before
    for _ in range(2):
        call_command("rebuild", stdout=StringIO())
        assert portal_state(at) == before
        assert list(Milestone.objects.order_by("unit", "code").values_list("unit", "code", "event")) == rows


def test_looking_changes_nothing(clerk: Source, consignment: Consignment) -> None:
    fill(clerk)
    at = timezone.now()
    assert portal_state(at) == portal_state(at)
