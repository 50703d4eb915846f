"""What was recorded under a former key and is sent again adds nothing, is corrected, and keeps its key."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cargo import entries
from cargo.former_keys import former_keys
from cargo.models import Consignment, Event
from cargo.reading import Outcome
from cargo.registration import rebuild
from feeds.models import Source
from tests.cargo.test_deriving import actual, carrier, derived, gate_out, said_by_carrier
from tests.cargo.test_reading import csv, row, take_in

__all__ = ["carrier"]
Take = Callable[[Source, bytes], Outcome]


@pytest.fixture
def take_in_then(monkeypatch: pytest.MonkeyPatch) -> Take:
    """Takes a delivery in as it was done when keys had the spelling of the time."""

    def take(source: Source, raw: bytes) -> Outcome:
        with monkeypatch.context() as then:
            then.setattr(entries, "_own_keys", lambda fact, timing, context: former_keys(fact, context))
            return take_in(source, raw)

    return take


def test_what_was_recorded_then_and_is_sent_again_adds_nothing(
    clerk: Source, gate: Source, carrier: Source, consignment: Consignment, take_in_then: Take
) -> None:
    said = [
        (clerk, csv(row("sealed", 9), row("delivered", -9, classifier="EST"))),
        (carrier, said_by_carrier("e1", "DISC", 30, made=29)),
        (carrier, said_by_carrier("e1", "DISC", 30, made=20, isRetracted=True)),
        (carrier, said_by_carrier("e2", "ARRI", -30, made=29, eventClassifierCode="EST")),
        (gate, gate_out("D1", 5, made=4)),
        (gate, gate_out("D1", 5, function="1", made=3)),
    ]
    assert [take_in_then(source, raw).events for source, raw in said] == [2, 1, 1, 1, 1, 1]
    before = derived()
    assert [take_in(source, raw + b"\n").events for source, raw in said] == [0] * 6
    rebuild()
    assert (derived(), Event.objects.count()) == (before, 7)


def test_what_was_recorded_then_is_cancelled_under_its_key(
    gate: Source, consignment: Consignment, take_in_then: Take
) -> None:
    take_in_then(gate, gate_out("D1", 5, made=4))
    key = Event.objects.get().key
    assert actual() == {"gate_out": 5}
    take_in(gate, gate_out("D9", 5, function="1", made=3))
    assert (Event.objects.get(function="cancel").corrects, actual()) == (key, {})


def test_however_many_there_are_it_is_one_query(clerk: Source, consignment: Consignment) -> None:
    def asked(*rows: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            take_in(clerk, csv(*rows))
        return len(queries)

    asked(row("sealed", 99))
    assert asked(*(row("weighed", hours) for hours in range(40))) == asked(row("weighed", 50))
