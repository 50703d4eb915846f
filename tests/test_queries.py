"""Every list costs the same number of queries at one row and at thirty: twelve at most, a consignment's page twenty."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from stdnum import iso6346

from cargo.claims import Proof, admit
from cargo.models import Consignment, Nomination, TariffRow, Waiver
from cargo.papers import Audience, add_paper, write_note
from cargo.registration import Particulars, register_many
from cargo.sharing import share
from corridor.models import Condition, DayRecord, Leg, Node, Route, Stage, VesselCall
from corridor.network_editing import NodeEntry, edit_node, note_distance, use_distance
from corridor.verdicts import judge
from feeds.mappings import set_mapping
from feeds.models import Source
from feeds.sources import add_source
from liaison.calls import note_call
from liaison.documents import add_document
from liaison.focal_points import Entry, add_focal_point
from liaison.models import Invitation, Organization, Person
from liaison.people import add_organization, add_person
from notify.letters import write_letter
from observatory.counting import count
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import AT, Cast, source_of
from tests.corridor.notices import draft, published
from tests.corridor.test_settling import said
from tests.liaison.conftest import applicant
from tests.liaison.papers import PDF
from tests.tickets.conftest import opened
from tickets.categories import load_categories
from tickets.conversation import Saying, say
from tickets.handovers import hand_over
from tickets.incidents import Struck, open_incident
from tickets.models import DayOff, Escalation, Mail, Talk, Ticket

As = Callable[[Person | None], Client]
MOST, MOST_ON_A_PAGE, MOST_OF_A_DASHBOARD = 12, 20, 15
FEW, MANY = 1, 30


def box(number: int) -> str:
    body = f"TSTU{number:06d}"
    return body + str(iso6346.calc_check_digit(body))


def fill(cast: Cast, source: Source, first: int, count: int) -> None:
    """So many consignments of two boxes, each with events, news, a stray event and a part that cannot be read."""
    numbers = range(first, first + count)
    register_many(
        [
            Particulars(
                consignee=cast.importer_firm,
                agent=cast.agent_firm,
                bill_of_lading=f"BL{number}",
                containers=[box(2 * number), box(2 * number + 1)],
            )
            for number in numbers
        ],
        by=cast.importer,
        at=timezone.now(),
    )
    Nomination.objects.update(accepted_at=timezone.now())
    for number in numbers:
        known = [row("discharged", 30, box=box(2 * number)), row("gate_out", 5, box=box(2 * number + 1))]
        stray = row("gate_out", 5, box=box(900_000 - number))
        take_in(source, csv(*known, stray, f",,,no_such_kind_{number},ACT,,,{number}"))
        set_mapping(source=source, code=f"own{number}", kind="sealed", by=cast.officer, at=AT)
        add_source(slug=f"more-{number}", format="csv_events", by=None, at=AT)
        waiting = applicant(cast.importer.email, name=f"Akabuto {number}")
        add_document(organization=waiting, kind="tax", file_name="t", content=PDF, by=cast.importer, at=AT)
        add_person(email=f"col{number}@x.example", role="member", organization="Umucyo Traders", by=None, at=AT)
        add_person(email=cast.importer.email, role="owner", organization=f"Second {number}", by=None, at=AT)
        Invitation.objects.create(
            organization=cast.importer_firm,
            email=f"new{number}@x.example",
            role="member",
            token_digest=str(number),
            invited_by=cast.importer,
            invited_at=AT,
            expires_at=AT + timedelta(days=7),
        )
        make_known(cast, number)
        make_tariff(cast, number)
        widen(cast, number)
        theirs = Particulars(consignee=cast.stranger_firm, bill_of_lading=f"BL{number}")
        proof = Proof(part="own", paper="bill", content=PDF, file_name="b")
        admit(particulars=theirs, proof=proof, by=cast.stranger, at=AT)
        trouble(cast, number)
    make_conditions(cast, numbers)


def make_conditions(cast: Cast, numbers: range) -> None:
    """So many more of everything that the corridor's pages show."""
    ura = Source.objects.filter(slug="ura").first() or source_of("ura", "status")
    reports = [
        report
        for number in numbers
        for report in (
            said("slow", f"Q{number}"),
            said("shut", f"S{number}", kind="system", system=f"System {number}", node=""),
            said("shut", f"P{number}", since_h=20),
        )
    ]
    # In one delivery: each would settle the border anew.
    take_in(ura, json.dumps({"conditions": [json.loads(each)["conditions"][0] for each in reports]}).encode())
    for number in numbers:
        judge(condition=Condition.objects.earliest("pk"), says="confirmed", evidence="x", by=cast.officer, at=AT)
        DayRecord.objects.create(day=AT.date() + timedelta(days=number), made_at=AT, picture={})
        published(cast.officer, "xx-border-malaba")
        draft(cast.officer, "xx-border-busia")
    ships = Source.objects.filter(slug="ships").first() or source_of("ships", "schedule")
    eta = timezone.now() + timedelta(days=3)
    lines = [f"SHIP {number},{number}E,{eta:%Y-%m-%d %H:%M}\n" for number in numbers]
    take_in(ships, "".join(["VESSEL,VOYAGE,ETA\n", *lines]).encode())


def make_tariff(cast: Cast, number: int) -> None:
    """One more row of the tariff, one that waits for approval, and one waiver."""
    row = {"payee": "KPA", "charge_group": "storage", "unit": "USD/container/day", "currency": "USD", "rate": 1}
    row |= {"source_url": "Letter", "confidence": "sourced", "proposed_at": AT}
    TariffRow.objects.create(**row, item=f"Row {number}", key=str(number), approved_at=AT)
    TariffRow.objects.create(**row, item=f"Proposal {number}", proposed_by=cast.officer)
    Waiver.objects.create(name=f"Waiver {number}", payee="KPA", percent=1, starts_on=AT.date(), source="Letter")


def make_known(cast: Cast, number: int) -> None:
    """One more of everything that the directory shows."""
    agency = add_organization(name=f"Agency {number}", kind="agency", by=None, at=AT)
    for organization in (agency, cast.importer_firm):
        for rank in (1, 2):
            entry = Entry(name=f"Point {number}", phone="+250788123456", rank=rank, concerns=["PORT_DELAY", "INFO"])
            add_focal_point(organization=organization, entry=entry, by=None, at=AT)
        note_call(
            organization=organization, spoken_to="Keza", about="A", text="B", called_at=AT, by=cast.officer, at=AT
        )


def widen(cast: Cast, number: int) -> None:
    """One more of everything that the pages of the network show."""
    city = Node.objects.get(slug="rw-city-kigali")
    entry = NodeEntry(**{name: getattr(city, name) for name in NodeEntry.__dataclass_fields__})
    edit_node(
        node=city,
        entry=replace(entry, note=f"changed {number}"),
        seen=city.edited_at,
        by=cast.officer,
        at=timezone.now(),
    )
    yard = Node.objects.create(
        slug=f"ke-yard-{number}", name="Yard", kind="cfs", country="KE", lat=-4, lon=39, time_zone="Africa/Nairobi"
    )
    leg = Leg.objects.create(origin=yard, destination=city, mode="road", source="S")
    note_distance(leg=leg, km=1500, source="S", confidence="derived", by=cast.officer, at=AT)
    use_distance(leg=leg, distance=leg.distances.get(), reason="R", by=cast.officer, at=AT)
    route = Route.objects.create(slug=f"route-{number}", name="R", corridor="northern", whole=leg)
    Stage.objects.create(route=route, number=1, leg=leg)


def trouble(cast: Cast, number: int) -> None:
    """One more ticket, with something said in it and handed to an agency of its own."""
    load_categories()
    ticket = opened(cast, Consignment.objects.get(bill_of_lading=f"BL{number}"))
    say(ticket=ticket, saying=Saying(text="Look", papers=[("t", PDF)]), by=cast.importer, at=timezone.now())
    agency = Organization.objects.get(name=f"Agency {number}")
    hand_over(ticket=ticket, agency=agency, words="Look", by=cast.officer, at=timezone.now())
    open_incident(
        struck=Struck(title="x", category=ticket.category), tickets=[ticket], by=cast.officer, at=timezone.now()
    )
    clock = {"contract": "ours", "kind": "resolve", "started_at": AT, "reached_at": timezone.now(), "at": AT}
    Escalation.objects.create(ticket=ticket, percent=75, **clock)
    DayOff.objects.create(country="RW", on=AT.date() + timedelta(days=number), reason="x", at=AT)
    Mail.objects.create(
        digest=ticket.ref,
        raw=b"x",
        received_at=AT,
        read_at=AT,
        state="taken",
        sender="alice@firm.example",
        ticket=ticket,
    )
    talk = {"channel": "sms", "address": "+250788123456", "text": "HELP", "received_at": AT, "answered_at": AT}
    answer = write_letter(channel="sms", address="+250788123456", subject="", body="x", at=AT, is_answer=True)
    Talk.objects.create(
        **talk, provider_id=f"{number}", state="answered", person=cast.importer, ticket=ticket, letter=answer
    )


LISTS = {
    "/tickets/": "importer",
    "/tickets/?q=yard&state=unsolved&category=PORT_DELAY&waiting_on=agency": "agent",
    "/tickets/?organization={firm}": "officer",
    "/tickets/board/": "officer",
    "/tickets/mails/?state=every&q=alice": "officer",
    "/channels/": "officer",
    "/tickets/holidays/": "officer",
    "/tickets/teams/": "officer",
    "/tickets/escalations/?over=on": "officer",
    "/tickets/incidents/": "officer",
    "/tickets/reports/": "officer",
    "/tickets/scoreboard/": "nobody",
    "/tickets/board/?queue=agency": "officer",
    "/consignments/": "importer",
    "/consignments/?q=BL": "agent",
    "/consignments/?state=on_road&kind=container": "officer",
    "/nominations/": "importer",
    "/claims/": "officer",
    "/claims/?all=1": "stranger",
    "/tariff/": "importer",
    "/tariff/?q=kpa&group=storage&every=on": "supervisor",
    "/unmatched/": "officer",
    "/outbox/": "officer",
    "/outbox/failed/": "officer",
    "/me/notifications/": "importer",
    "/sources/": "officer",
    "/sources/clerk/": "officer",
    "/sources/quarantine/": "officer",
    "/sources/quarantine/?source=clerk&code=unknown_kind&q=no_such": "officer",
    "/sources/clerk/mappings/": "officer",
    "/sources/phoned/": "officer",
    "/verification/": "officer",
    "/verification/?q=akabuto&kind=agent&standing=pending": "officer",
    "/directory/": "officer",
    "/directory/?q=agency&kind=agency&standing=verified": "officer",
    "/directory/?q=0788123456": "officer",
    "/directory/who-to-call/": "officer",
    "/directory/{firm}/": "officer",
    "/me/": "importer",
    "/me/data/": "importer",
    "/inbox/": "importer",
    "/organizations/{firm}/members/": "importer",
    "/organizations/{firm}/members/?q=col": "officer",
    "/observatory/": "nobody",
    "/observatory/?": "officer",
    "/observatory/container_dwell_time/?by=node": "nobody",
    "/observatory/compare/": "nobody",
    "/observatory/reports/": "nobody",
    "/api/v1/indicators/": "nobody",
    "/api/v1/indicators/container_dwell_time/": "nobody",
    "/corridor/": "nobody",
    "/corridor/vessels/": "nobody",
    "/corridor/vessels/?q=ship&state=due": "importer",
    "/api/v1/corridor/nodes/": "nobody",
    "/api/v1/corridor/legs/": "nobody",
    "/api/v1/corridor/vessel-calls/?state=due": "nobody",
    "/corridor/days/": "nobody",
    "/corridor/conditions/": "nobody",
    "/corridor/conditions/?kind=border&q=queue": "officer",
    "/corridor/network/": "nobody",
    "/corridor/map/": "nobody",
    "/corridor/nodes/rw-city-kigali/": "officer",
    "/corridor/subscribe/": "nobody",
    "/corridor/advisories/": "nobody",
    "/corridor/advisories/?": "officer",
}


def count_queries(client: Client, url: str, *, is_known: bool = False) -> int:
    """The queries of a page that has been opened before: the first look of the hour is noted in the journal."""
    if not is_known:
        client.get(url)
    # What is remembered for a second would count on one page and not on the next.
    cache.key_prefix = uuid4().hex
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url)
    assert answer.status_code == 200
    return len(queries)


def test_a_list_costs_the_same_at_one_row_and_at_thirty(cast: Cast, clerk: Source, as_person: As) -> None:
    head = add_person(email="head@portal.example", role="supervisor", by=None, at=AT)
    people = {**cast.people(), "supervisor": head}
    clients = {url.format(firm=cast.importer_firm.pk): as_person(people.get(part)) for url, part in LISTS.items()}
    fill(cast, clerk, 0, FEW)
    count(at=timezone.now())
    few = {url: count_queries(client, url) for url, client in clients.items()}
    fill(cast, clerk, FEW, MANY - FEW)
    count(at=timezone.now())
    many = {url: count_queries(client, url, is_known=True) for url, client in clients.items()}
    assert (Condition.objects.count(), VesselCall.objects.count()) == (3 * MANY, MANY)
    assert many == few
    most = {"/observatory/": MOST_OF_A_DASHBOARD, "/observatory/?": MOST_OF_A_DASHBOARD}
    assert {url: count for url, count in many.items() if count > most.get(url, MOST)} == {}


def test_a_page_costs_the_same_with_one_event_and_with_thirty(cast: Cast, clerk: Source, as_person: As) -> None:
    fill(cast, clerk, 0, FEW)
    ref = Consignment.objects.get().ref
    client = as_person(cast.importer)
    few = count_queries(client, f"/consignments/{ref}/")
    take_in(clerk, csv(*(row("weighed", hours / 2, box=box(0), node="ke-wb-gilgil") for hours in range(1, MANY))))
    assert count_queries(client, f"/consignments/{ref}/") == few <= MOST_ON_A_PAGE


@pytest.mark.parametrize("part", ["importer", "officer"])
def test_a_ticket_costs_the_same_with_little_and_with_much(
    cast: Cast, consignment: Consignment, as_person: As, part: str
) -> None:
    load_categories()
    ticket = opened(cast, consignment)
    client, url = as_person(cast.people()[part]), f"/tickets/{ticket.ref}/?act=hand_over"
    say(ticket=ticket, saying=Saying(text="Look", papers=[("t", PDF)]), by=cast.importer, at=timezone.now())
    hand_over(ticket=ticket, agency=Organization.objects.get(name="KRA"), words="x", by=cast.officer, at=timezone.now())
    few = count_queries(client, url)
    for number in range(10):
        saying = Saying(text=f"Look {number}", papers=[("t", PDF + b"%d" % number)])
        say(ticket=ticket, saying=saying, by=cast.importer, at=timezone.now())
        say(ticket=ticket, saying=Saying(text="Note", kind="note"), by=cast.officer, at=timezone.now())
    assert Ticket.objects.get().version > 20
    assert count_queries(client, url) == few <= MOST_ON_A_PAGE


@pytest.mark.parametrize("part", ["importer", "agent", "officer"])
def test_what_lies_beside_a_consignment_costs_the_same_with_one_and_with_many(
    cast: Cast, clerk: Source, as_person: As, part: str
) -> None:
    fill(cast, clerk, 0, FEW)
    consignment = Consignment.objects.get()
    Nomination.objects.update(may_act=True)
    urls = [f"/consignments/{consignment.ref}/{page}" for page in ("", "papers/", "notes/", "links/")]
    client = as_person(cast.people()[part])

    def put(first: int, last: int) -> None:
        ours = {"consignment": consignment, "by": cast.importer, "at": timezone.now()}
        for number in range(first, last):
            for firm in (cast.importer_firm, cast.agent_firm):
                paper = {"file_name": "i", "content": PDF + b"%d" % number, "audience": Audience()}
                add_paper(organization=firm.pk, kind="invoice", **paper, **ours)  # type: ignore[arg-type]
                write_note(organization=firm.pk, text=f"{number}", is_shared=True, **ours)  # type: ignore[arg-type]
            share(purpose=f"{number}", days=30, **ours)  # type: ignore[arg-type]

    put(0, 1)
    few = [count_queries(client, url) for url in urls]
    put(1, 15)
    assert [count_queries(client, url) for url in urls] == few
    assert max(few) <= MOST_ON_A_PAGE
    assert max(few[1:]) <= MOST


@pytest.mark.parametrize(("where", "part"), [("organizations", "importer"), ("verification", "officer")])
def test_an_organisation_costs_the_same_with_one_paper_and_with_many(
    cast: Cast, as_person: As, where: str, part: str
) -> None:
    firm = applicant(cast.importer.email)
    url = f"/{where}/{firm.pk}/"
    client = as_person(cast.people()[part])

    def send(first: int, last: int) -> None:
        for number in range(first, last):
            paper = PDF + b"%d" % number
            add_document(organization=firm, kind="tax", file_name="t", content=paper, by=cast.importer, at=AT)
            applicant(f"{number}@akabuto.example", name=f"Akabuto Clearing {number}")

    send(0, 1)
    few = count_queries(client, url)
    send(1, 15)
    assert Organization.objects.waiting().count() == 16
    assert count_queries(client, url) == few <= MOST


def test_the_pages_of_a_long_list_use_an_index(cast: Cast, as_person: As) -> None:
    """The second page costs no more than the first: keyset, not offset."""
    many = [Particulars(consignee=cast.importer_firm, bill_of_lading=f"BL{n}", containers=[box(n)]) for n in range(31)]
    register_many(many, by=cast.importer, at=timezone.now())
    for person in (cast.importer, cast.officer):
        client = as_person(person)
        page = client.get("/consignments/").context["page"]
        assert page.next_url
        assert "OFFSET" not in " ".join(query["sql"] for query in _queries(client, page.next_url))
        assert count_queries(client, page.next_url) == count_queries(client, "/consignments/")


def _queries(client: Client, url: str) -> list[dict[str, str]]:
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return list(queries.captured_queries)


def test_the_state_of_the_portal_costs_few_queries(
    cast: Cast, clerk: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(cast, clerk, 0, FEW)
    with CaptureQueriesContext(connection) as queries:
        call_command("portal_state")
    few = len(queries)
    fill(cast, clerk, FEW, 5)
    with CaptureQueriesContext(connection) as queries:
        call_command("portal_state")
    assert len(queries) == few
