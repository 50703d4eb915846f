"""What is sent from a ticket's page: every action once, by whom it is, and told again where it cannot be taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from liaison.documents import NOT_TAKEN
from liaison.models import JournalEntry, Organization, Person
from tests.conftest import Cast, somebody
from tests.liaison.papers import EXE, HTML, JPEG, PDF, PNG, SVG, ZIP
from tests.tickets.conftest import opened
from tickets.acting import ACTS
from tickets.conversation import Saying, say
from tickets.handovers import hand_over
from tickets.models import Attachment, Message, Ticket, Watch
from tickets.resolving import resolve

As = Callable[[Person | None], Client]
NOW = timezone.now()


def send(client: Client, ticket: Ticket, path: str, **data: Any) -> int:
    return client.post(f"/tickets/{ticket.ref}/{path}/", data).status_code


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.entries.filter(number__gt=2).order_by("number").values_list("kind", flat=True))


def test_an_action_needs_its_side(ticket: Ticket, cast: Cast, kpa: Organization, as_person: As) -> None:
    hand_over(ticket=ticket, agency=kpa, words="Look", by=cast.officer, at=NOW)
    refused = {
        part: sorted(
            name for name in ACTS if send(as_person(cast.people()[part]), ticket, "actions", action=name) == 403
        )
        for part in ("importer", "agent", "desk")
    }
    offices = {name for name, act in ACTS.items() if act.parties == {"office"}}
    assert refused["importer"] == refused["agent"] == sorted(offices | {"accept", "give_back"})
    assert refused["desk"] == sorted(offices | {"confirm", "reopen", "attach"})


@pytest.mark.parametrize(
    ("part", "status"), [("stranger", 404), ("desk", 404), ("official", 403), ("importer", 403), ("agent", 403)]
)
@pytest.mark.parametrize("name", ["assign", "resolve", "merge"])
def test_what_is_the_offices_is_nobody_elses(
    ticket: Ticket, cast: Cast, as_person: As, part: str, status: int, name: str
) -> None:
    data = {"cause": "port", "words": "x", "into": ticket.ref, "to": cast.officer.email}
    assert send(as_person(cast.people()[part]), ticket, "actions", action=name, **data) == status
    assert (kinds(ticket), Ticket.objects.get().version) == ([], 2)


@pytest.mark.parametrize("path", ["messages", "actions", "follow"])
def test_whoever_is_not_signed_in_is_sent_to_sign_in(ticket: Ticket, as_person: As, path: str) -> None:
    answer = as_person(None).post(f"/tickets/{ticket.ref}/{path}/", {"action": "assign", "kind": "reply", "text": "x"})
    assert (answer.status_code, answer["Location"].startswith("/accounts/login/")) == (302, True)
    assert (kinds(ticket), Message.objects.count()) == ([], 0)


def test_without_a_token_of_the_form_nothing_is_taken(ticket: Ticket, cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.officer)
    assert [
        send(client, ticket, path, action="assign", kind="reply", text="x") for path in ("messages", "actions")
    ] == [
        403,
        403,
    ]
    assert kinds(ticket) == []


SENT: list[tuple[str, dict[str, str]]] = [
    ("assign", {"to": "officer@portal.example"}),
    ("hand_over", {"agency": "KPA", "words": "Look"}),
    ("pause", {"waiting_on": "outside", "reason": "Rain"}),
    ("resolve", {"cause": "port", "words": "Loaded"}),
    ("set_priority", {"priority": "urgent"}),
    ("file_under", {"category": "SECURITY"}),
    ("tag", {"tags": "rice"}),
    ("snooze", {"until": "2099-01-01T08:00"}),
]


@pytest.mark.parametrize(("name", "data"), SENT, ids=[name for name, _data in SENT])
def test_a_form_that_is_sent_twice_is_done_once(
    ticket: Ticket, cast: Cast, as_person: As, name: str, data: dict[str, str]
) -> None:
    officer = as_person(cast.officer)
    sent = {"action": name, "version": str(ticket.version), **data}
    first = officer.post(f"/tickets/{ticket.ref}/actions/", sent)
    assert (first.status_code, first["Location"]) == (302, f"/tickets/{ticket.ref}/")
    again = officer.post(f"/tickets/{ticket.ref}/actions/", sent)
    assert (again.status_code, len(kinds(ticket))) == (422, 1)


def test_a_message_that_is_sent_twice_is_said_once(ticket: Ticket, cast: Cast, as_person: As) -> None:
    sent = {"kind": "reply", "text": "My words", "version": "2"}
    assert [send(as_person(cast.importer), ticket, "messages", **sent) for _each in range(2)] == [302, 422]
    assert (Message.objects.count(), kinds(ticket)) == (1, ["said"])


def test_what_was_stale_can_be_sent_again_from_the_page_that_says_so(ticket: Ticket, cast: Cast, as_person: As) -> None:
    officer, seen = as_person(cast.officer), ticket.version
    say(ticket=ticket, saying=Saying(text="Hello?"), by=cast.importer, at=NOW)
    for path, sent in (("actions", {"action": "tag", "tags": "rice"}), ("messages", {"kind": "reply", "text": "Yes"})):
        again = officer.post(f"/tickets/{ticket.ref}/{path}/", {**sent, "version": seen})
        form = again.context["act_form"] or again.context["form"]
        assert (again.status_code, form["version"].value()) == (422, str(Ticket.objects.get().version))
        assert send(officer, ticket, path, **sent, version=form["version"].value()) == 302
    assert kinds(ticket) == ["said", "tagged", "replied"]


@pytest.mark.parametrize(("name", "data"), [("tag", {"tags": "rice"}), ("confirm", {"rating": "1"})])
def test_what_does_not_fit_a_ticket_that_is_over_is_refused(
    ticket: Ticket, cast: Cast, as_person: As, name: str, data: dict[str, str]
) -> None:
    resolve(ticket=ticket, cause="port", words="Loaded", by=cast.officer, at=NOW)
    importer = as_person(cast.importer)
    assert send(importer, ticket, "actions", action="confirm", rating="5") == 302
    client = importer if name == "confirm" else as_person(cast.officer)
    assert send(client, ticket, "actions", action=name, **data) == 422
    found = Ticket.objects.get()
    assert (found.rating, found.tags) == (5, [])


def test_merging_leads_back_and_the_other_goes_on(ticket: Ticket, cast: Cast, as_person: As) -> None:
    other = opened(cast, ticket.concerned.get().consignment, title="The same")
    officer = as_person(cast.officer)
    assert send(officer, other, "actions", action="merge", into=ticket.ref) == 302
    assert send(officer, other, "actions", action="merge", into=ticket.ref) == 422
    assert send(as_person(cast.importer), other, "messages", kind="reply", text="Hello?") == 422
    assert list(Ticket.objects.order_by("pk").values_list("state", flat=True)) == ["new", "merged"]


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.pdf", PDF, 302),
        ("a.png", PNG, 302),
        ("a.jpg", JPEG, 302),
        ("a.pdf.exe", PDF, 302),
        ("a.pdf", EXE, 422),
        ("a.pdf", HTML, 422),
        ("a.png", SVG, 422),
        ("a.docm", ZIP, 422),
        ("a.pdf", b"%PDF-1.4 cut", 422),
        ("a.png", PNG + ZIP, 422),
        ("a.pdf", PDF + b"x" * 5_300_000 + b"%%EOF", 422),
    ],
)
def test_a_paper_is_what_its_bytes_are(
    ticket: Ticket, cast: Cast, as_person: As, name: str, content: bytes, status: int
) -> None:
    paper = SimpleUploadedFile(name, content)
    assert send(as_person(cast.importer), ticket, "messages", kind="reply", text="See", papers=paper) == status
    assert (Attachment.objects.count(), Message.objects.count()) == ((1, 1) if status == 302 else (0, 0))
    refused = JournalEntry.objects.filter(kind="tickets.papers_refused", key=ticket.ref, by=cast.importer)
    assert [entry.data["sizes"] for entry in refused] == ([] if status == 302 else [[len(content)]])
    assert name not in str([entry.data for entry in refused])
    assert {code for entry in refused for code in entry.data["why"]} <= NOT_TAKEN
    kept = Attachment.objects.first()
    assert kept is None or kept.file_name.rpartition(".")[2] in ("pdf", "png", "jpg", "jpeg")


def test_a_paper_is_handed_out_to_those_who_read_its_message(
    ticket: Ticket, cast: Cast, kpa: Organization, as_person: As
) -> None:
    for kind, content in (("reply", PDF), ("note", PNG)):
        papers = [(f"../{kind}", content)]
        say(ticket=ticket, saying=Saying(text="See", kind=kind, papers=papers), by=cast.officer, at=NOW)
    hand_over(ticket=ticket, agency=kpa, words="Look", by=cast.officer, at=NOW)
    urls = [f"/tickets/attachments/{pk}/" for pk in Attachment.objects.order_by("pk").values_list("pk", flat=True)]
    found = {part: [as_person(person).get(url).status_code for url in urls] for part, person in cast.people().items()}
    assert found == {
        "importer": [200, 404],
        "agent": [200, 404],
        "stranger": [404, 404],
        "officer": [200, 200],
        "desk": [200, 404],
        "official": [403, 403],
    }
    secret = as_person(cast.officer).get(urls[1])
    assert (secret["X-Content-Type-Options"], secret["Content-Type"]) == ("nosniff", "image/png")
    assert secret["Content-Disposition"] == 'attachment; filename="note.png"'
    assert as_person(cast.officer).post(urls[0]).status_code == 405


def test_a_reader_of_the_firm_follows_and_writes_nothing(ticket: Ticket, cast: Cast, as_person: As) -> None:
    resolve(ticket=ticket, cause="port", words="Loaded", by=cast.officer, at=timezone.now())
    reader = as_person(somebody(cast.importer_firm, "readonly"))
    assert [
        send(reader, ticket, "messages", kind="reply", text="x"),
        send(reader, ticket, "actions", action="confirm", rating="1"),
        send(reader, ticket, "actions", action="reopen", reason="x"),
        send(reader, ticket, "follow"),
    ] == [403, 403, 403, 302]
    page = reader.get(f"/tickets/{ticket.ref}/").content.decode()
    assert ("Is it solved?" in page, "Your words" in page) == (False, False)
    assert (Ticket.objects.get().state, Watch.objects.count()) == ("resolved", 1)


def test_following_twice_or_not_at_all_is_no_fault(ticket: Ticket, cast: Cast, as_person: As) -> None:
    importer = as_person(cast.importer)
    steps = [send(importer, ticket, "follow", follow=said) for said in ("yes", "yes", "no", "no")]
    assert (steps, Watch.objects.count(), kinds(ticket)) == ([302] * 4, 0, [])
    assert send(as_person(cast.stranger), ticket, "follow") == 404


@pytest.mark.parametrize("rating", ["", "3"])
def test_the_importer_confirms_with_one_tap(ticket: Ticket, cast: Cast, as_person: As, rating: str) -> None:
    resolve(ticket=ticket, cause="port", words="Loaded", by=cast.officer, at=timezone.now())
    assert send(as_person(cast.agent), ticket, "actions", action="confirm", rating=rating) == 302
    found = Ticket.objects.get()
    assert (found.state, found.rating) == ("closed", int(rating) if rating else None)
