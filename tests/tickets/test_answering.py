"""An agency's people without an account: by a signed link and by mail, for one ticket and as its desk alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from cargo.models import Consignment
from liaison.focal_points import Entry as Point
from liaison.focal_points import add_focal_point
from liaison.models import Organization, Person
from liaison.people import add_organization
from notify.message_ids import message_id
from notify.models import Letter
from tests.conftest import AT, Cast
from tests.liaison.papers import PDF
from tests.tickets.conftest import opened
from tests.tickets.letters.mails import HOST
from tests.tickets.test_mail_ways import fate, write
from tickets.answer_links import address_at, find_link, token_of
from tickets.answering import AgencyForm, acts, cargo_of, moments, papers
from tickets.conversation import Saying, say
from tickets.handovers import hand_over, pause, resume
from tickets.models import AnswerLink, Attachment, Entry, Message, Ticket, TicketLetter
from tickets.resolving import resolve

As = Callable[[Person | None], Client]
FOCAL = "focal@kebs.example"


@pytest.fixture
def kebs(cast: Cast) -> Organization:
    """An agency of which nobody has an account; its focal points are two."""
    agency = add_organization(name="KEBS", kind="agency", country="KE", by=None, at=AT)
    for email, rank, concerns in ((FOCAL, 2, ["PORT_DELAY"]), ("first@kebs.example", 1, ["INFO"])):
        point = Point(name="Point", email=email, rank=rank, concerns=concerns)
        add_focal_point(organization=agency, entry=point, by=None, at=AT)
    return agency


@pytest.fixture
def link(cast: Cast, ticket: Ticket, kebs: Organization) -> AnswerLink:
    """The link that went out with the hand-over."""
    say(ticket=ticket, saying=Saying(text="Secret note", kind="note"), by=cast.officer, at=timezone.now())
    hand_over(ticket=ticket, agency=Organization.objects.get(name="KPA"), words="KPA only", by=cast.officer, at=AT)
    hand_over(ticket=ticket, agency=kebs, words="Please look", by=cast.officer, at=timezone.now())
    return AnswerLink.objects.get()


def url(link: AnswerLink) -> str:
    return f"/tickets/answer/{token_of(link)}/"


def test_the_mail_goes_to_the_focal_point_for_the_concern(link: AnswerLink, cast: Cast, kebs: Organization) -> None:
    letter = Letter.objects.get(address=FOCAL)
    assert (url(link) in letter.body, "Please look" in letter.body, f"[{link.ticket.ref}]" in letter.subject) == (
        True,
        True,
        True,
    )
    assert TicketLetter.objects.get().letter == letter.pk
    assert (address_at(kebs, "FUEL"), address_at(Organization.objects.get(name="KPA"), "FUEL")) == (
        "first@kebs.example",
        "",
    )
    # Whoever sits at the desk is told in the portal, and needs no link.
    Organization.objects.filter(name="KPA").update(email=cast.desk.email)
    assert address_at(Organization.objects.get(name="KPA"), "FUEL") == ""
    say(ticket=link.ticket, saying=Saying(text="And?", kind="agency"), by=cast.officer, at=timezone.now())
    assert Letter.objects.filter(address=FOCAL, body__contains="And?").count() == 1


def test_only_what_the_agency_may_see_is_on_the_page(link: AnswerLink, cast: Cast, consignment: Consignment) -> None:
    other = opened(cast, consignment, title="Another ticket")
    page = Client().get(url(link))
    said = page.content.decode()
    assert (page.status_code, page["X-Robots-Tag"]) == (200, "noindex, nofollow")
    for words in (link.ticket.ref, consignment.ref, "TGHU3054380", "Please look", "Yard 5"):
        assert words in said
    for words in ("Secret note", "KPA only", other.ref, "USD", "officer@portal.example"):
        assert words not in said
    link.refresh_from_db()
    assert (link.opened, link.answered) == (1, 0)


def test_it_accepts_answers_attaches_and_gives_back(link: AnswerLink, cast: Cast) -> None:
    client = Client()
    assert client.post(url(link), {"action": "accept"}).status_code == 302
    paper = SimpleUploadedFile("report.pdf", PDF)
    assert client.post(url(link), {"text": "We look.", "papers": paper}).status_code == 302
    assert client.post(url(link), {"action": "give_back", "text": " "}).status_code == 422
    assert client.post(url(link), {"action": "give_back", "text": "Done."}).status_code == 302
    assert client.post(url(link), {"action": "give_back", "text": "Again."}).status_code == 422
    ticket = Ticket.objects.get()
    assert (ticket.waiting_on, ticket.accepted_at is not None) == ("office", True)
    entries = list(ticket.entries.order_by("-number")[:3])
    assert [(entry.kind, entry.party) for entry in entries] == [
        (kind, "agency") for kind in ("given_back", "said", "accepted")
    ]
    assert {entry.by for entry in entries} == {None}
    said = Message.objects.order_by("-pk")[:2]
    assert [(each.kind, each.address, each.agency, each.text) for each in said] == [
        ("agency", FOCAL, link.agency, "Done."),
        ("agency", FOCAL, link.agency, "We look."),
    ]
    pk = Attachment.objects.get().pk
    assert client.get(f"{url(link)}papers/{pk}/").getvalue() == PDF
    link.refresh_from_db()
    assert link.answered == 3


def test_a_link_leads_to_nothing_once_it_is_over(link: AnswerLink, cast: Cast, as_person: As) -> None:
    noted = Attachment.objects.create(
        message=say(ticket=link.ticket, saying=Saying(text="x", kind="note"), by=cast.officer, at=timezone.now()),
        file_name="n.pdf", content_type="application/pdf", size=1, sha256="1", content=PDF,
    )  # fmt: skip
    client, address = Client(), url(link)
    assert client.get(f"{address}papers/{noted.pk}/").status_code == 404
    assert client.get("/tickets/answer/guessed-token/").status_code == 404
    assert find_link(token_of(link), at=timezone.now() + timedelta(days=31)) is None
    kpa = Organization.objects.get(name="KPA")
    hand_over(ticket=link.ticket, agency=kpa, words="Yours", by=cast.officer, at=timezone.now())
    assert (client.get(address).status_code, client.post(address, {"text": "x"}).status_code) == (404, 404)
    hand_over(ticket=link.ticket, agency=link.agency, words="Again", by=cast.officer, at=timezone.now())
    # The old one stays dead: a new one went out.
    assert client.get(address).status_code == 404
    new = AnswerLink.objects.get(revoked_at=None)
    assert as_person(cast.importer).post(f"/tickets/links/{new.pk}/revoke/").status_code == 403
    page = as_person(cast.officer).get(f"/tickets/{link.ticket.ref}/").content.decode()
    assert (FOCAL in page, f"/tickets/links/{new.pk}/revoke/" in page) == (True, True)
    as_person(cast.officer).post(f"/tickets/links/{new.pk}/revoke/")
    assert client.get(url(new)).status_code == 404


@pytest.mark.parametrize("by", ["token", "reply"])
def test_who_answers_the_mail_speaks_for_the_agency(link: AnswerLink, cast: Cast, settings: Settings, by: str) -> None:
    settings.EMAIL_TRUSTED_HOST, settings.EMAIL_INBOUND_SECRET = HOST, "open-sesame"
    letter = Letter.objects.get(address=FOCAL)
    way = {"Subject": letter.subject} if by == "token" else {
        "Subject": "Quite another", "In_Reply_To": message_id(letter)
    }  # fmt: skip
    ref = link.ticket.ref
    assert fate(write(FOCAL, "The seal was checked.", **way)) == ("taken", "", ref)
    message = Message.objects.latest("pk")
    assert (message.kind, message.address, message.agency, message.channel) == ("agency", FOCAL, link.agency, "email")
    assert link.ticket.entries.latest("number").party == "agency"
    # Anybody else with the same subject or answer is refused, and so is the agency once it is handed on.
    assert fate(write("eve@elsewhere.example", "Hm", **way))[0] == "left"
    kpa = Organization.objects.get(name="KPA")
    hand_over(ticket=link.ticket, agency=kpa, words="Yours", by=cast.officer, at=timezone.now())
    assert fate(write(FOCAL, "Still me", **way))[0] == "left"


def test_an_answer_of_the_agency_ends_the_pause_for_it_and_no_other(link: AnswerLink, cast: Cast) -> None:
    ticket, now = link.ticket, timezone.now()
    pause(ticket=ticket, waiting_on="importer", reason="Papers", by=cast.officer, at=now)
    Client().post(url(link), {"text": "We wait too."})
    assert Ticket.objects.get().state == "paused"
    # What an agency has goes back to it, and not to the office.
    assert resume(ticket=ticket, by=cast.officer, at=now).waiting_on == "agency"
    pause(ticket=ticket, waiting_on="agency", reason="Their report", by=cast.officer, at=now)
    Client().post(url(link), {"text": "Here it is."})
    found = Ticket.objects.get()
    assert (found.state, found.waiting_on) == ("open", "agency")
    kinds = list(found.entries.order_by("-number").values_list("kind", "party")[:2])
    assert kinds == [(Entry.Kind.SAID, "agency"), (Entry.Kind.RESUMED, "agency")]
    assert re.fullmatch(r"[\w-]{24}", token_of(link))


@pytest.mark.parametrize(
    ("given", "errors", "action"),
    [
        ({"text": "We look."}, [], "answer"),
        ({"action": "", "text": "We look."}, [], "answer"),
        ({"action": "accept"}, [], "accept"),
        ({"action": "accept", "text": "Yes"}, [], "accept"),
        ({}, ["text"], "answer"),
        ({"text": " \n "}, ["text"], "answer"),
        ({"text": "a\x00"}, ["text"], "answer"),
        ({"text": "x" * 20_000}, [], "answer"),
        ({"text": "x" * 20_001}, ["text"], "answer"),
        ({"action": "give_back"}, ["text"], "give_back"),
        ({"action": "close", "text": "x"}, ["action"], "answer"),
    ],
)
def test_what_may_be_sent_from_the_page(given: dict[str, str], errors: list[str], action: str) -> None:
    form = AgencyForm(given)
    assert (form.is_valid(), list(form.errors), form.cleaned_data["action"]) == (not errors, errors, action)


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"state": "new", "waiting_on": "office"}, []),
        ({"state": "open", "waiting_on": "agency"}, ["accept", "give_back"]),
        ({"state": "open", "waiting_on": "agency", "accepted_at": AT}, ["give_back"]),
        ({"state": "open", "waiting_on": "importer"}, []),
        ({"state": "resolved", "waiting_on": "agency"}, []),
        ({"state": "closed", "waiting_on": ""}, []),
    ],
)
def test_what_can_be_done_to_a_ticket_as_it_stands(facts: dict[str, str], found: list[str]) -> None:
    assert acts(Ticket(**facts)) == found


def test_accepting_twice_is_nothing_and_after_the_end_nothing_is_taken(link: AnswerLink, cast: Cast) -> None:
    client = Client()
    for _time in range(2):
        assert client.post(url(link), {"action": "accept"}).status_code == 302
    assert Entry.objects.filter(kind="accepted").count() == 1
    resolve(ticket=link.ticket, cause="port", words="x", reason="y", by=cast.officer, at=timezone.now())
    before = Message.objects.count()
    for action in ("accept", "give_back"):
        assert client.post(url(link), {"action": action, "text": "Too late"}).status_code == 422
    link.refresh_from_db()
    assert (Message.objects.count(), link.answered) == (before, 2)


def test_another_agency_before_or_after_reads_nothing_of_this_one(link: AnswerLink, cast: Cast) -> None:
    say(ticket=link.ticket, saying=Saying(text="To the importer"), by=cast.officer, at=timezone.now())
    Client().post(url(link), {"text": "Of KEBS alone"})
    assert [moment.words for moment in moments(link)] == ["Of KEBS alone", "To the importer", "Please look"]
    kpa = Organization.objects.get(name="KPA")
    hand_over(ticket=link.ticket, agency=kpa, words="Yours", by=cast.officer, at=timezone.now())
    other = AnswerLink(ticket=link.ticket, agency=kpa)
    assert [moment.words for moment in moments(other)] == ["Yours", "To the importer", "KPA only"]
    assert (papers(link).count(), papers(other).count()) == (0, 0)


def test_the_cargo_of_the_page_is_that_of_its_ticket(link: AnswerLink, cast: Cast, consignment: Consignment) -> None:
    assert cargo_of(link.ticket) == [consignment]
    assert cargo_of(opened(cast, title="About nothing")) == []


@pytest.mark.parametrize("method", ["head", "put", "delete"])
def test_only_who_reads_the_page_counts_as_a_look(link: AnswerLink, method: str) -> None:
    getattr(Client(), method)(url(link))
    link.refresh_from_db()
    assert (link.opened, link.answered) == (0, 0)


def test_what_is_given_back_with_papers_brings_them_along_and_is_said_once(link: AnswerLink, cast: Cast) -> None:
    paper = SimpleUploadedFile("report.pdf", PDF)
    sent = {"action": "give_back", "text": "Done.", "papers": paper}
    assert Client().post(url(link), sent).status_code == 302
    assert Attachment.objects.get().message.agency == link.agency
    assert Message.objects.filter(text="Done.").count() == 1
