"""What the directory counts of an organisation's tickets, and what is held of a person in them."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from liaison.holdings import held_of
from liaison.models import Organization, Person
from tests.conftest import AT, Cast
from tests.liaison.papers import PDF
from tests.tickets.conftest import opened
from tickets.conversation import Saying, say
from tickets.figures import FIGURES, open_tickets
from tickets.handling import follow
from tickets.handovers import give_back, hand_over
from tickets.models import DayOff, Ticket
from tickets.resolving import resolve

As = Callable[[Person | None], Client]
NOW = timezone.now()


def test_a_firm_has_its_own_and_an_agency_what_waits_for_it(ticket: Ticket, cast: Cast, kpa: Organization) -> None:
    handed, back, over = (opened(cast, title=title) for title in ("Handed", "Back", "Over"))
    for each in (handed, back):
        hand_over(ticket=each, agency=kpa, words="x", by=cast.officer, at=NOW)
    give_back(ticket=back, words="x", by=cast.desk, at=NOW)
    resolve(ticket=over, cause="port", words="x", by=cast.officer, at=NOW)
    ids = [cast.importer_firm.pk, cast.stranger_firm.pk, kpa.pk]
    with CaptureQueriesContext(connection) as queries:
        counted = open_tickets(ids)
    assert (counted, len(queries)) == ({cast.importer_firm.pk: 3, kpa.pk: 1}, 1)
    assert open_tickets([]) == {}


def test_the_directory_leads_to_those_that_it_counted(ticket: Ticket, cast: Cast, as_person: As) -> None:
    officer = as_person(cast.officer)
    page = officer.get("/directory/?q=umucyo").content.decode()
    url = FIGURES[0].url(cast.importer_firm.pk)
    assert "Open tickets: <strong>1</strong>" in page
    assert url.replace("&", "&amp;") in page
    assert ticket.ref in officer.get(url).content.decode()


def test_all_that_a_person_did_in_tickets_is_held_of_her_and_of_nobody_else(
    ticket: Ticket, cast: Cast, kpa: Organization
) -> None:
    saying = Saying(text="Hers", papers=[("a.pdf", PDF)])
    say(ticket=ticket, saying=saying, by=cast.importer, at=NOW)
    say(ticket=ticket, saying=Saying(text="His"), by=cast.officer, at=NOW)
    follow(ticket=ticket, by=cast.importer, at=NOW)
    DayOff.objects.create(country="RW", on=AT.date(), reason="x", by=cast.officer, at=AT)
    hers, his = held_of(cast.importer), held_of(cast.officer)
    assert [row["ref"] for row in hers["tickets"]] == [ticket.ref]
    assert [row["text"] for row in hers["ticket_messages"]] == ["Hers"]
    assert [row["file_name"] for row in hers["ticket_papers"]] == ["a.pdf"]
    assert [row["kind"] for row in hers["ticket_acts"]] == ["opened", "attached", "said"]
    assert ([row["ticket__ref"] for row in hers["ticket_watches"]], hers["days_off"]) == ([ticket.ref], [])
    assert ([row["text"] for row in his["ticket_messages"]], len(his["days_off"])) == (["His"], 1)
    assert (his["tickets"], his["ticket_watches"]) == ([], [])
