"""One message and one end for all that an incident strikes: to whom it goes, in which words, and what it never does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from stdnum.iso6346 import calc_check_digit

from cargo.models import Consignment
from cargo.registration import Particulars, register
from corridor.models import Node
from feeds.models import Source
from liaison.models import JournalEntry, Organization
from notify.models import Notice
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import Cast
from tests.tickets.conftest import opened
from tests.tickets.test_incidents import incident_of
from tickets.disruptions import MOST_NAMED, TOLD, Reach, close_all, reach, silent, tell_all
from tickets.handovers import pause
from tickets.incidents import link, split
from tickets.models import Incident, Message, Ticket
from tickets.resolving import resolve

NOW = timezone.now()
HOUR = timedelta(hours=1)
BOXES = [f"{body}{calc_check_digit(body)}" for body in (f"MSCU{number}" for number in range(100_000, 100_012))]


def cargo_of(firm: Organization, box: str) -> Consignment:
    particulars = Particulars(consignee=firm, bill_of_lading=f"B{box}", containers=[box])
    return register(particulars=particulars, by=None, at=NOW)


def arrived(clerk: Source, *boxes: str) -> Node:
    take_in(clerk, csv(*(row("discharged", 9, box=box) for box in boxes)))
    return Node.objects.get(slug="ke-port-mombasa")


def news() -> list[dict[str, object]]:
    return list(JournalEntry.objects.filter(kind=TOLD).order_by("pk").values_list("data", flat=True))


@pytest.fixture
def port(cast: Cast, categories: None, clerk: Source, consignment: Consignment) -> Node:
    """The port with the importer's cargo."""
    return arrived(clerk, "TGHU3054380", "CSQU3054383")


def test_an_incident_of_nothing_reaches_nobody(cast: Cast, categories: None) -> None:
    crane = incident_of(cast)
    nobody = Reach(tickets=0, consignments=0, firms=0, people=0)
    assert reach(crane, with_silent=True, at=NOW) == nobody
    assert tell_all(incident=crane, text="x", with_silent=True, by=cast.officer, at=NOW) == nobody
    assert close_all(incident=crane, cause="port", text="x", by=cast.officer, at=NOW) == 0
    assert (Message.objects.count(), Notice.objects.count(), news()) == (0, 0, [])


def test_owners_hear_of_it_only_where_that_is_asked_for(cast: Cast, port: Node) -> None:
    crane = incident_of(cast, node=port)
    assert reach(crane, with_silent=False, at=NOW) == Reach(tickets=0, consignments=0, firms=0, people=0)
    told = tell_all(incident=crane, text="x", with_silent=False, by=cast.officer, at=NOW)
    assert (told.people, news()) == (0, [])


def test_who_complained_under_another_incident_has_not_complained_of_this(
    cast: Cast, port: Node, consignment: Consignment
) -> None:
    ticket = opened(cast, consignment)
    crane, gate = incident_of(cast, ticket, node=port), incident_of(cast, title="Gate", node=port)
    assert [list(silent(each)) for each in (crane, gate)] == [[], [consignment]]
    link(incident=gate, tickets=[ticket], by=cast.officer, at=NOW)
    assert [list(silent(each)) for each in (crane, gate)] == [[consignment], []]
    split(incident=gate, tickets=[ticket], by=cast.officer, at=NOW)
    assert list(silent(gate)) == [consignment]


def test_a_firm_is_told_of_its_own_cargo_alone_and_of_no_more_than_so_many(
    cast: Cast, categories: None, clerk: Source
) -> None:
    mine = sorted(cargo_of(cast.importer_firm, box).ref for box in BOXES[: MOST_NAMED + 1])
    theirs = cargo_of(cast.stranger_firm, BOXES[MOST_NAMED + 1])
    crane = incident_of(cast, node=arrived(clerk, *BOXES))
    told = tell_all(incident=crane, text="At noon.", with_silent=True, by=cast.officer, at=NOW)
    assert told == Reach(tickets=0, consignments=MOST_NAMED + 2, firms=2, people=2)
    frame = {"title": "Crane down", "excerpt": "At noon."}
    assert sorted(news(), key=lambda data: str(data["ref"])) == [
        {"ref": mine[0], "refs": mine[:MOST_NAMED], "more": 1, **frame},
        {"ref": theirs.ref, "refs": [theirs.ref], "more": 0, **frame},
    ]
    by_person = Notice.objects.filter(channel="inbox", entry__kind=TOLD).values_list("person__email", "entry__key")
    assert sorted(by_person) == [
        ("importer@portal.example", mine[0]),
        ("stranger@portal.example", theirs.ref),
    ]


@pytest.mark.parametrize("act", ["tell", "close"])
def test_what_was_looked_at_must_still_be_so(cast: Cast, ticket: Ticket, act: str) -> None:
    crane = incident_of(cast)
    seen = crane.version
    link(incident=crane, tickets=[ticket], by=cast.officer, at=NOW)
    with pytest.raises(ValidationError, match="has changed since you looked"):
        _do(act, crane, cast, version=seen)
    assert (Message.objects.count(), Ticket.objects.get().state) == (0, "new")
    _do(act, crane, cast, version=seen + 1)
    assert Message.objects.count() == 1


def _do(act: str, incident: Incident, cast: Cast, *, version: int | None = None, text: str = "x") -> object:
    if act == "tell":
        return tell_all(incident=incident, text=text, with_silent=False, by=cast.officer, at=NOW, version=version)
    return close_all(incident=incident, cause="port", text=text, by=cast.officer, at=NOW, version=version)


@pytest.mark.parametrize("act", ["tell", "close"])
@pytest.mark.parametrize("text", ["", " \n", "\x00", " \x00 "])
def test_without_words_nothing_is_said(cast: Cast, ticket: Ticket, act: str, text: str) -> None:
    crane = incident_of(cast, ticket)
    with pytest.raises(ValidationError) as refused:
        _do(act, crane, cast, text=text)
    crane.refresh_from_db()
    assert (list(refused.value.message_dict), crane.state, Message.objects.count()) == (["text"], "open", 0)


@pytest.mark.parametrize("cause", ["", "ghosts", "PORT"])
def test_an_end_has_a_cause_that_we_know(cast: Cast, ticket: Ticket, cause: str) -> None:
    crane = incident_of(cast, ticket)
    with pytest.raises(ValidationError) as refused:
        close_all(incident=crane, cause=cause, text="x", by=cast.officer, at=NOW)
    assert (list(refused.value.message_dict), Ticket.objects.get().state) == (["cause"], "new")


def test_long_words_are_cut_and_zeros_fall(cast: Cast, ticket: Ticket) -> None:
    crane = incident_of(cast, ticket)
    tell_all(incident=crane, text=" a\x00" + "b" * 9_000, with_silent=False, by=cast.officer, at=NOW)
    said = Message.objects.get().text
    assert (said[:3], len(said)) == ("abb", 8_000)
    assert crane.entries.latest("number").data["text"] == said


def test_a_message_takes_up_new_tickets_and_leaves_pauses_and_what_is_over(
    cast: Cast, categories: None, consignment: Consignment
) -> None:
    new, paused, over = (opened(cast, consignment, title=f"Trouble {number}") for number in range(3))
    crane = incident_of(cast, new, paused, over)
    pause(ticket=paused, waiting_on="importer", reason="Papers", by=cast.officer, at=NOW)
    resolve(ticket=over, cause="port", words="x", by=cast.officer, at=NOW)
    before = Message.objects.count()
    assert tell_all(incident=crane, text="Soon", with_silent=False, by=cast.officer, at=NOW).tickets == 2
    states = list(Ticket.objects.order_by("pk").values_list("state", "waiting_on"))
    assert (states, Message.objects.count() - before) == (
        [("open", "office"), ("paused", "importer"), ("resolved", "")],
        2,
    )
    later = NOW + HOUR
    assert close_all(incident=crane, cause="system", text="Done", by=cast.officer, at=later) == 2
    rows = Ticket.objects.order_by("pk").values_list("state", "cause", "resolved_at")
    assert list(rows) == [("resolved", "system", later), ("resolved", "system", later), ("resolved", "port", NOW)]


def test_tickets_outside_are_not_touched(cast: Cast, categories: None, consignment: Consignment) -> None:
    mine, other = (opened(cast, consignment, title=f"Trouble {number}") for number in range(2))
    crane, gate = incident_of(cast, mine), incident_of(cast, other, title="Gate")
    before = Ticket.objects.filter(pk=other.pk).values().get()
    tell_all(incident=crane, text="Soon", with_silent=True, by=cast.officer, at=NOW)
    close_all(incident=crane, cause="port", text="Done", by=cast.officer, at=NOW)
    gate.refresh_from_db()
    assert (Ticket.objects.filter(pk=other.pk).values().get(), gate.state) == (before, "open")


def test_a_ship_without_a_voyage_strikes_every_voyage_of_it(cast: Cast, port: Node, consignment: Consignment) -> None:
    Consignment.objects.filter(pk=consignment.pk).update(vessel="MSC 100%_A", voyage="411E")
    names = [("msc 100%_a", ""), ("MSC 100%_A", "411e"), ("MSC 100%_A", "412"), ("MSC 100xxA", ""), ("%", "")]
    assert [silent(incident_of(cast, vessel=ship, voyage=voyage)).count() for ship, voyage in names] == [1, 1, 0, 0, 0]
