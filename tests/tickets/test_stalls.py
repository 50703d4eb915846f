"""Cases that the portal opens itself: one for each stall, once, and closed when the cargo moves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cargo.forecast_keeping import STALLED
from cargo.models import Consignment, Forecast, Silence, Status
from cargo.silences import SILENT
from feeds.models import Source
from liaison.journal import record
from liaison.models import JournalMark, Person
from notify.models import Notice
from tests.conftest import Cast
from tests.tickets.conftest import opened
from tickets.conversation import Saying, say
from tickets.handling import assign
from tickets.models import Ticket
from tickets.stalls import close_moved, open_stalled
from tickets.tasks import watch_stalls

NOW = timezone.now()
STALL = {"stands": "discharged", "waited_h": 210.4, "usual_p95_h": 160.0, "percentile": 97, "trips": 312}


def stand(consignment: Consignment, stands: str, **values: Any) -> None:
    """It is forecast from this milestone now."""
    Forecast.objects.filter(consignment=consignment).update(is_current=False)
    Forecast.objects.create(
        consignment=consignment, made_at=NOW, p10=NOW + DAY, p50=NOW + 2 * DAY, p90=NOW + 3 * DAY, days_out="1-3",
        stands=stands, trips=312, fingerprint="f", reason="late", **values,
    )  # fmt: skip


DAY = timedelta(days=1)


def tell(consignment: Consignment, **data: Any) -> None:
    record(kind=STALLED, subject="consignment", key=consignment.ref, by=None, at=NOW, **{**STALL, **data})


def test_a_stall_opens_one_ticket_that_says_why_and_tells_the_importer(
    cast: Cast, categories: None, consignment: Consignment
) -> None:
    stand(consignment, "discharged")
    tell(consignment)
    assert (open_stalled(at=NOW), open_stalled(at=NOW)) == (1, 0)
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.opener, ticket.organization) == ("portal", None, cast.importer_firm)
    assert (ticket.category.code, ticket.title) == ("PORT_DELAY", "Has waited too long since: Discharged")
    assert ticket.body == (
        "The portal opened this. It has waited 210.4 hours, longer than 97 of 100 like it; 95 had gone on within 160.0 "
        "hours, as 312 trips tell."
    )
    told = Notice.objects.filter(entry__kind="tickets.opened", channel="inbox")
    assert list(told.values_list("person__email", flat=True)) == [cast.importer.email]
    assert JournalMark.objects.filter(reader="tickets.stalls").count() == 1


def test_it_speaks_the_language_of_who_reads_it(categories: None, cast: Cast, consignment: Consignment) -> None:
    Person.objects.filter(pk=cast.importer.pk).update(language="fr")
    stand(consignment, "discharged")
    tell(consignment)
    open_stalled(at=NOW)
    assert Ticket.objects.get().body.startswith("Le portail a ouvert")


@pytest.mark.parametrize(
    ("direction", "stands", "code"),
    [
        ("import", "border1_in", "BORDER_QUEUE"),
        ("import", "at_depot", "FUEL"),
        ("import", "arrived_kigali", "WAREHOUSE_RW"),
        ("import", "registered", "PORT_DELAY"),
        ("export", "registered", "CUSTOMS_RW"),
        ("export", "export_at_port", "PORT_DELAY"),
    ],
)
def test_it_is_filed_by_where_the_cargo_stands(
    categories: None, consignment: Consignment, direction: str, stands: str, code: str
) -> None:
    Consignment.objects.update(direction=direction)
    stand(consignment, stands)
    tell(consignment, stands=stands)
    open_stalled(at=NOW)
    assert Ticket.objects.get().category.code == code


def test_what_has_moved_by_then_or_has_its_ticket_opens_none(categories: None, consignment: Consignment) -> None:
    stand(consignment, "gate_out")
    tell(consignment)
    assert open_stalled(at=NOW) == 0
    stand(consignment, "discharged")
    tell(consignment)
    tell(consignment)
    assert (open_stalled(at=NOW), Ticket.objects.count()) == (1, 1)


def test_an_entry_that_cannot_be_read_holds_up_no_other(categories: None, consignment: Consignment) -> None:
    stand(consignment, "discharged")
    record(kind=STALLED, subject="consignment", key="RW26-999999", by=None, at=NOW, **STALL)
    tell(consignment)
    assert (open_stalled(at=NOW), open_stalled(at=NOW)) == (1, 0)
    assert JournalMark.objects.filter(reader="tickets.stalls").count() == 1


def test_it_closes_itself_when_the_cargo_moves_and_opens_anew_at_the_next_stall(
    cast: Cast, categories: None, consignment: Consignment
) -> None:
    by_hand = opened(cast, consignment)
    stand(consignment, "discharged")
    tell(consignment)
    watch_stalls()
    ticket = Ticket.objects.get(channel="portal")
    assert close_moved(at=NOW) == 0
    stand(consignment, "gate_out")
    assert (close_moved(at=NOW), close_moved(at=NOW)) == (1, 0)
    ticket.refresh_from_db()
    by_hand.refresh_from_db()
    assert (ticket.state, ticket.cause, by_hand.state) == ("resolved", "moved", "new")
    assert ticket.messages.get().author is None
    tell(consignment, stands="gate_out")
    watch_stalls()
    assert list(Ticket.objects.filter(channel="portal").order_by("pk").values_list("state", flat=True)) == [
        "resolved",
        "new",
    ]


def test_what_was_delivered_or_is_no_longer_forecast_has_moved(categories: None, consignment: Consignment) -> None:
    stand(consignment, "discharged")
    tell(consignment)
    watch_stalls()
    Status.objects.filter(consignment=consignment).update(state="delivered")
    assert close_moved(at=NOW) == 1


def test_what_an_officer_has_taken_is_hers(cast: Cast, categories: None, consignment: Consignment) -> None:
    stand(consignment, "discharged")
    tell(consignment)
    watch_stalls()
    assign(ticket=Ticket.objects.get(), to=cast.officer, by=cast.officer, at=NOW)
    stand(consignment, "gate_out")
    assert (close_moved(at=NOW), Ticket.objects.get().state) == (0, "open")


def test_what_the_importer_opens_again_is_hers_and_the_next_stall_has_its_own(
    cast: Cast, categories: None, consignment: Consignment
) -> None:
    stand(consignment, "discharged")
    tell(consignment)
    watch_stalls()
    stand(consignment, "gate_out")
    assert close_moved(at=NOW) == 1
    tell(consignment, stands="gate_out")
    watch_stalls()
    first, second = Ticket.objects.order_by("pk")
    say(ticket=first, saying=Saying(text="It has not moved"), by=cast.importer, at=timezone.now())
    first.refresh_from_db()
    assert (first.state, first.stalled, first.stands, second.stalled) == ("open", None, "", consignment)


@pytest.mark.parametrize("part", ["importer", "officer"])
def test_one_in_which_somebody_has_spoken_is_left_to_the_office(
    cast: Cast, categories: None, consignment: Consignment, part: str
) -> None:
    stand(consignment, "discharged")
    tell(consignment)
    watch_stalls()
    say(ticket=Ticket.objects.get(), saying=Saying(text="We look"), by=cast.people()[part], at=NOW)
    stand(consignment, "gate_out")
    assert (close_moved(at=NOW), Ticket.objects.get().is_open) == (0, True)


def test_what_a_trader_has_reported_herself_does_not_keep_the_portal_silent(
    cast: Cast, categories: None, consignment: Consignment
) -> None:
    by_hand = opened(cast, consignment)
    stand(consignment, "discharged")
    tell(consignment)
    assert open_stalled(at=NOW) == 1
    found = Ticket.objects.get(channel="portal")
    assert (found.stalled, found.stands, found.pk != by_hand.pk) == (consignment, "discharged", True)
    assert list(found.entries.order_by("number").values_list("kind", "party")) == [
        ("opened", "portal"),
        ("attached", "portal"),
    ]


def test_a_stall_names_its_node_where_that_is_slow(categories: None, consignment: Consignment) -> None:
    stand(consignment, "discharged")
    tell(consignment, node="Malaba 100 %", times_usual=3.1)
    open_stalled(at=NOW)
    assert Ticket.objects.get().body.endswith("trips tell. At Malaba 100 % it takes 3.1 times as long as usual.")


def test_a_stall_elsewhere_is_the_ports_and_of_nobody_elses_cargo(
    cast: Cast, categories: None, consignment: Consignment
) -> None:
    stand(consignment, "sealed")
    tell(consignment, stands="sealed")
    open_stalled(at=NOW)
    found = Ticket.objects.get()
    assert (found.category.code, Ticket.objects.visible_to(cast.stranger).count()) == ("PORT_DELAY", 0)
    assert [Ticket.objects.visible_to(person).count() for person in (cast.importer, cast.agent)] == [1, 1]


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
def test_it_closes_in_the_language_in_which_it_opened(
    cast: Cast, categories: None, consignment: Consignment, language: str
) -> None:
    Person.objects.filter(pk=cast.importer.pk).update(language=language)
    stand(consignment, "discharged")
    tell(consignment)
    open_stalled(at=NOW)
    stand(consignment, "gate_out")
    assert close_moved(at=NOW) == 1
    ticket = Ticket.objects.get()
    text = ticket.messages.get().text
    english = "The cargo has moved on, so the portal closes its own ticket."
    assert (text == english, "210.4" in ticket.body) == (language == "en", True)
    assert ticket.messages.get().channel == "portal"


def test_cargo_of_which_nobody_tells_has_a_ticket_that_says_who_is_silent_and_ends_when_he_speaks(
    cast: Cast, categories: None, consignment: Consignment, clerk: Source
) -> None:
    last = {"kind": "gate_out", "at": "2026-11-20T10:00:00+00:00", "source": "Clerk", "place": "Mombasa"}
    data = {"source": "Clerk", "tracker": "", "awaits": "border1_in", "silent_h": 31.5, "heard_at": None, "last": last}
    record(kind=SILENT, subject="consignment", key=consignment.ref, by=None, at=NOW, **data)
    # Nobody is silent any more when it is read: no ticket.
    assert open_stalled(at=NOW) == 0
    Silence.objects.create(consignment=consignment, source=clerk, awaits="border1_in", since=NOW)
    record(kind=SILENT, subject="consignment", key=consignment.ref, by=None, at=NOW, **data)
    assert (open_stalled(at=NOW), open_stalled(at=NOW)) == (1, 0)
    ticket = Ticket.objects.get()
    assert (ticket.title, ticket.category.code, ticket.stalled) == (
        "Nobody tells of this cargo", "SYSTEM_DOWN", consignment,
    )  # fmt: skip
    assert "Clerk, which would tell of" in ticket.body
    assert "31.5 hours" in ticket.body
    told = Notice.objects.filter(entry__kind="tickets.opened", channel="inbox")
    assert list(told.values_list("person__email", flat=True)) == [cast.importer.email]
    # It stands where it stood, or moved on: as long as nobody can tell, that is no matter.
    stand(consignment, "gate_out")
    assert close_moved(at=NOW) == 0
    Silence.objects.all().delete()
    assert (close_moved(at=NOW), close_moved(at=NOW)) == (1, 0)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.messages.get().text) == (
        "resolved", "Who was silent can be heard again, so the portal closes its own ticket.",
    )  # fmt: skip
