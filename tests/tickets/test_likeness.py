"""Tickets that look like one incident: how many, how recent, where, and which are left out."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cargo.models import Consignment
from feeds.models import Source
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import Cast
from tests.tickets.conftest import opened
from tickets.incidents import Struck, open_incident
from tickets.likeness import FEWEST, MOST, WITHIN, alike
from tickets.merging import merge
from tickets.models import Category, Ticket
from tickets.resolving import resolve

MOMENT = timedelta(microseconds=1)


@pytest.fixture
def here(cast: Cast, categories: None, clerk: Source, consignment: Consignment) -> Consignment:
    """The importer's cargo in the port."""
    take_in(clerk, csv(row("discharged", 9, box="TGHU3054380"), row("discharged", 9, box="CSQU3054383")))
    return consignment


def heap(cast: Cast, cargo: Consignment, code: str = "PORT_DELAY", n: int = FEWEST) -> list[Ticket]:
    return [opened(cast, cargo, code=code, title=f"{code} {number}") for number in range(n)]


def found(at: datetime) -> list[tuple[str, int]]:
    return [(each.category.code, len(each.tickets)) for each in alike(at=at)]


def test_nothing_looks_like_anything_where_there_is_nothing(categories: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert alike(at=timezone.now()) == []
    assert len(queries) <= 2


def test_the_place_the_first_and_all_references_are_told(cast: Cast, here: Consignment) -> None:
    tickets = heap(cast, here)
    Ticket.objects.filter(pk=tickets[1].pk).update(opened_at=tickets[0].opened_at - timedelta(hours=2))
    [likeness] = alike(at=timezone.now())
    assert sorted(likeness.tickets) == sorted(ticket.ref for ticket in tickets)
    assert (likeness.node, likeness.place) == ("ke-port-mombasa", "Port of Mombasa")
    assert likeness.since == tickets[0].opened_at - timedelta(hours=2)


def test_what_is_as_old_as_may_be_counts_no_more(cast: Cast, here: Consignment) -> None:
    heap(cast, here)
    at = timezone.now()
    Ticket.objects.update(opened_at=at - WITHIN + MOMENT)
    assert found(at) == [("PORT_DELAY", FEWEST)]
    Ticket.objects.filter(pk=Ticket.objects.earliest("pk").pk).update(opened_at=at - WITHIN)
    assert found(at) == []


def test_what_is_over_or_belongs_to_an_incident_counts_no_more(cast: Cast, here: Consignment) -> None:
    tickets = heap(cast, here, n=FEWEST + 2)
    at = timezone.now()
    resolve(ticket=tickets[0], cause="port", words="x", by=cast.officer, at=at)
    struck = Struck(title="Crane", category=Category.objects.get(code="PORT_DELAY"))
    open_incident(struck=struck, tickets=[tickets[1]], by=cast.officer, at=at)
    assert found(at) == [("PORT_DELAY", FEWEST)]
    merge(ticket=tickets[2], into=tickets[3], by=cast.officer, at=at)
    assert found(at) == []


def test_a_ticket_about_many_consignments_there_is_one_ticket(cast: Cast, here: Consignment) -> None:
    second = Consignment.objects.get(pk=here.pk)
    second.pk, second.ref = None, "RW26999999"
    second.save()
    status = here.status
    status.pk, status.consignment = None, second
    status.save()
    for number in range(FEWEST - 1):
        opened(cast, here, second, title=str(number))
    assert found(timezone.now()) == []
    opened(cast, here, second)
    assert found(timezone.now()) == [("PORT_DELAY", FEWEST)]


def test_cargo_of_which_nothing_was_heard_is_nowhere(cast: Cast, categories: None, consignment: Consignment) -> None:
    heap(cast, consignment)
    assert alike(at=timezone.now()) == []


def test_the_largest_heaps_come_first_and_no_more_than_so_many(cast: Cast, here: Consignment) -> None:
    codes = ["PORT_DELAY", "CUSTOMS_KE", "CUSTOMS_RW", "BORDER_QUEUE", "STORAGE_DISPUTE", "DAMAGE_LOSS"]
    for code in codes:
        heap(cast, here, code, n=FEWEST + (code == "CUSTOMS_RW"))
    with CaptureQueriesContext(connection) as queries:
        heaps = found(timezone.now())
    rest = [code for code in codes if code != "CUSTOMS_RW"][: MOST - 1]
    assert heaps == [("CUSTOMS_RW", FEWEST + 1), *((code, FEWEST) for code in rest)]
    assert len(queries) == 2


def test_what_has_passed_the_gate_stands_there_no_more(cast: Cast, here: Consignment, clerk: Source) -> None:
    heap(cast, here)
    assert found(timezone.now()) == [("PORT_DELAY", FEWEST)]
    take_in(clerk, csv(row("gate_out", 1, box="TGHU3054380"), row("gate_out", 1, box="CSQU3054383")))
    assert found(timezone.now()) == []
