"""One delivery read again at once, and who had it done."""

from __future__ import annotations

from cargo.models import Event
from cargo.rereading import reread
from feeds.models import Delivery, Source
from liaison.models import JournalEntry
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import AT, Cast


def test_what_is_known_is_not_doubled_and_the_journal_says_who(cast: Cast, clerk: Source) -> None:
    take_in(clerk, csv(row("gate_out", 1), row("teleported", 1)))
    outcome = reread(delivery=Delivery.objects.get(), by=cast.officer, at=AT)
    assert (outcome.facts, outcome.events, outcome.quarantined, Event.objects.count()) == (1, 0, 1, 1)
    entry = JournalEntry.objects.get(kind="feeds.reread")
    assert (entry.by, entry.at, entry.data) == (cast.officer, AT, {"events": 0, "quarantined": 1})
