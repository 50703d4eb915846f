"""From the database to arrays: units, estimates, withdrawals, and history that came all at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from django.utils import timezone

from cargo import arrival_log
from cargo.arrival.log import CODES, Log, seen
from cargo.arrival_log import LANES, _history, _known, event_log, hours, standing_log
from cargo.deriving import events_of
from cargo.models import Consignment, Event, Status
from corridor.models import Node
from feeds.models import Source
from tests.cargo.test_deriving import DELIVERIES, carrier, register_it, take_all
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import Cast

__all__ = ["carrier"]


def told(log: Log, moment: datetime, trip: int = 0) -> dict[str, float]:
    """The hours before ``moment`` of each milestone seen then."""
    times = seen(log, hours(moment)).times[trip]
    return {
        code: round(hours(moment) - float(at), 1) for code, at in zip(CODES, times, strict=True) if not np.isnan(at)
    }


def test_milestones_as_they_stand(consignment: Consignment, clerk: Source) -> None:
    now = timezone.now()
    take_in(clerk, csv(row("discharged", 50), row("gate_out", 20), row("border_in", 2, node="xx-border-malaba")))
    ids, log = standing_log(None, at=now)
    found = told(log, timezone.now() + timedelta(seconds=5))
    assert ids == [consignment.pk]
    assert [LANES[lane] for lane in log.lane] == ["container"]
    assert {code: round(value) for code, value in found.items() if code != "registered"} == {
        "discharged": 50,
        "gate_out": 20,
        "border1_in": 2,
    }
    assert "registered" in found


def test_only_those_asked_for(cast: Cast, consignment: Consignment) -> None:
    assert standing_log([consignment.pk], at=timezone.now())[0] == [consignment.pk]
    assert standing_log([], at=timezone.now())[0] == []
    assert len(standing_log([], at=timezone.now())[1].trip) == 0


def test_of_very_many_that_arrived_the_latest_teach(
    cast: Cast, consignment: Consignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    others = [register_it(cast) for _ in range(3)]
    for days, one in enumerate(others):
        Status.objects.filter(pk=one.pk).update(state="delivered", moved_at=now - timedelta(days=days))
    assert sorted(standing_log(None, at=now)[0]) == sorted([consignment.pk, *(one.pk for one in others)])
    monkeypatch.setattr(arrival_log, "MOST_TAUGHT", 2)
    assert sorted(standing_log(None, at=now)[0]) == sorted([consignment.pk, others[0].pk, others[1].pk])


def test_events_count_from_when_they_were_received(consignment: Consignment, clerk: Source) -> None:
    take_in(clerk, csv(row("gate_out", 20)))
    now = timezone.now()
    received = now - timedelta(hours=5)
    Event.objects.update(received_at=received)
    _ids, log = event_log(until=now)
    assert "gate_out" not in told(log, received - timedelta(minutes=1))
    assert round(told(log, received + timedelta(minutes=1))["gate_out"]) == 15
    assert "gate_out" not in told(event_log(until=received - timedelta(minutes=1))[1], now)


def test_one_late_event_is_no_history(consignment: Consignment, clerk: Source) -> None:
    take_in(clerk, csv(row("gate_out", 400)))
    _ids, log = event_log(until=timezone.now())
    assert "gate_out" not in told(log, timezone.now() - timedelta(hours=100))


def test_a_year_that_comes_at_once_is_known_as_it_happened(consignment: Consignment, clerk: Source) -> None:
    rows = [row("weighed", age, node="ke-wb-mariakani") for age in range(200, 220)]
    take_in(clerk, csv(row("discharged", 500), row("gate_out", 400), *rows))
    _ids, log = event_log(until=timezone.now())
    assert {"discharged"} <= told(log, timezone.now() - timedelta(hours=450)).keys()
    assert "gate_out" not in told(log, timezone.now() - timedelta(hours=450))
    assert "gate_out" in told(log, timezone.now() - timedelta(hours=390))


@pytest.mark.parametrize(("issued_after", "known"), [(2.0, 2.0), (None, 0.0)])
def test_what_an_archive_writes_out_today_was_known_as_it_happened(
    consignment: Consignment, clerk: Source, issued_after: float | None, known: float
) -> None:
    """Twelve reports of five days each, received now: issued two hours after each, or all of them on one later day."""
    take_in(clerk, csv(*(row("weighed", 500 + 10 * age, node="ke-wb-mariakani") for age in range(12))))
    now = timezone.now()
    for event in Event.objects.all():
        issued_at = event.occurred_at + timedelta(hours=issued_after) if issued_after else now - timedelta(hours=100)
        Event.objects.filter(pk=event.pk).update(issued_at=issued_at)
    rows = [(happening, received) for _pk, happening, received in events_of([consignment.pk])]
    history = _history(iter(rows))
    assert list(history.values()) == [issued_after is not None]
    found = {_known(happening, received, history) - hours(happening.occurred_at) for happening, received in rows}
    assert [round(each, 6) for each in found] == pytest.approx([known] * len(found))


def test_facts_know_the_node_at_which_they_happened(consignment: Consignment, clerk: Source) -> None:
    """Only that two nodes differ matters: the numbers of the two logs are of their own."""
    take_in(
        clerk, csv(row("gate_out", 40), row("border_in", 30, node="xx-border-malaba"), row("delivered", 2, node=""))
    )
    malaba = Node.objects.get(slug="xx-border-malaba").pk
    for log, known in (
        (standing_log(None, at=timezone.now())[1], {malaba}),
        (event_log(until=timezone.now())[1], {0, 1}),
    ):
        nodes = {CODES[code]: node for code, node in zip(log.code.tolist(), log.node.tolist(), strict=True)}
        assert (nodes["border1_in"] in known, nodes["registered"], nodes["delivered"]) == (True, -1, -1)
        assert nodes["gate_out"] not in (-1, nodes["border1_in"])


def test_a_foretold_arrival_is_no_milestone(consignment: Consignment, clerk: Source) -> None:
    take_in(clerk, csv(row("vessel_arrived", -100, node="ke-port-mombasa").replace(",ACT,", ",EST,")))
    for _ids, log in (standing_log(None, at=timezone.now()), event_log(until=timezone.now())):
        now = seen(log, hours(timezone.now()) + 0.01)
        assert "vessel_arrived" not in told(log, timezone.now() + timedelta(seconds=30))
        assert float(now.eta[0]) - hours(timezone.now()) == pytest.approx(100, abs=1.1)


def test_what_was_cancelled_counts_until_it_was(cast: Cast, gate: Source, clerk: Source, carrier: Source) -> None:
    """Of the stories of corrections the events that were withdrawn are in the log until that was told."""
    register_it(cast)
    take_all(DELIVERIES)
    _ids, log = event_log(until=timezone.now() + timedelta(seconds=1))
    standing = standing_log(None, at=timezone.now())[1]
    assert np.isfinite(log.gone).sum() > 0
    later = timezone.now() + timedelta(seconds=5)
    assert told(log, later).keys() == told(standing, later).keys()


def test_of_very_many_every_so_manyth_is_replayed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    every = [register_it(cast).pk for _ in range(7)]
    now = timezone.now()
    assert event_log(until=now)[0] == every
    monkeypatch.setattr(arrival_log, "MOST_REPLAYED", 3)
    ids, log = event_log(until=now)
    assert ids == [pk for pk in every if pk % 3 == 0]
    assert set(log.trip.tolist()) == set(range(len(ids)))
