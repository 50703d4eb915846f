"""The office's list of mails: what became of each, and taking in one that was left."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from liaison.models import JournalEntry, Person
from tests.conftest import Cast
from tests.liaison.papers import PDF
from tests.tickets.letters.mails import mail
from tests.tickets.test_inbound import OUTSIDE, come, write
from tickets.inbound import LEFT, open_left
from tickets.letters import attachments, reading, threads
from tickets.mail_words import FILES, REASONS
from tickets.models import Mail, Ticket
from tickets.models.mails import BEGINNING

As = Callable[[Person | None], Client]


def shown(client: Client, query: str = "") -> str:
    return client.get(f"/tickets/mails/{query}").content.decode()


def test_every_reason_has_its_words() -> None:
    assert {*reading.REASONS, *threads.REASONS, *LEFT} - REASONS.keys() == set()
    assert {*attachments.REASONS, "size", "type", "cut", "hidden"} == FILES.keys()


def test_the_office_sees_what_was_left_and_why(cast: Cast, ticket: Ticket, as_person: As) -> None:
    write(cast.stranger, "<b>Let me in</b>" + "a" * BEGINNING + "end", Subject=f"[{ticket.ref}] mine")
    message = mail("Kept words.", From=cast.importer.email, Subject=f"[{ticket.ref}] hers")
    message.add_attachment(b"MZ", maintype="application", subtype="pdf", filename="run.exe")
    come(message)
    officer = as_person(cast.officer)
    left, taken, every = shown(officer), shown(officer, "?state=taken"), shown(officer, "?state=every")
    assert "It names the ticket of somebody else." in left
    assert "&lt;b&gt;Let me in&lt;/b&gt;" in left
    assert "aend" not in left
    assert ("hers" in left, "mine" in taken) == (False, False)
    assert "Not kept: run.exe (a program)" in taken
    assert f'href="/tickets/{ticket.ref}/"' in taken
    assert ("mine" in every, "hers" in every) == (True, True)
    assert "sender not checked" in every


def test_mails_are_found_by_sender_and_subject(cast: Cast, ticket: Ticket, as_person: As) -> None:
    write(OUTSIDE, Subject=f"[{ticket.ref}] rice")
    write(cast.stranger, Subject=f"[{ticket.ref}] sugar")
    officer = as_person(cast.officer)
    found = [
        ("rice" in page, "sugar" in page) for page in (shown(officer, f"?q={q}") for q in ("EVE@", "Sugar", "nobody"))
    ]
    assert found == [(True, False), (False, True), (False, False)]
    assert "Nothing fits what you are looking for." in shown(officer, "?state=stored")


@pytest.mark.parametrize("query", ["?state=nowhere", f"?q={'a' * 101}", "?cursor=x", "?state=left&q=%00"])
def test_what_cannot_be_asked_for_shows_what_was_left(cast: Cast, ticket: Ticket, as_person: As, query: str) -> None:
    write(cast.stranger, "Let me in", Subject=f"[{ticket.ref}] mine")
    write(cast.importer, "Kept words.", Subject=f"[{ticket.ref}] hers")
    page = shown(as_person(cast.officer), query)
    assert ("Let me in" in page, "Kept words" in page) == (True, False)


def test_a_ticket_is_opened_from_a_mail_that_was_left(cast: Cast, ticket: Ticket, as_person: As) -> None:
    message = mail("My box!", From=cast.stranger.email, Subject=f"[{ticket.ref}] box")
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="bill.pdf")
    left = come(message)
    assert left.may_open
    answer = as_person(cast.officer).post(f"/tickets/mails/{left.pk}/open/")
    left.refresh_from_db()
    assert left.ticket is not None
    assert left.message is not None
    assert answer["Location"] == f"/tickets/{left.ticket.ref}/"
    assert (left.state, left.reason, left.ticket != ticket, left.may_open) == ("taken", "", True, False)
    assert (left.ticket.caller, left.ticket.opener, left.ticket.body) == (cast.stranger.email, None, "My box!")
    assert [paper.file_name for paper in left.message.attachments.all()] == ["bill.pdf"]
    told = JournalEntry.objects.get(kind="tickets.mail_opened")
    assert (told.by, told.data) == (cast.officer, {"ref": left.ticket.ref})


def test_nothing_is_opened_twice_or_from_what_cannot_be_read(cast: Cast, ticket: Ticket, as_person: As) -> None:
    hard = come(b"From: a@b.example\n" + b"\n--b\n" * 2_001)
    taken = write(cast.importer, Subject=f"[{ticket.ref}]")
    officer = as_person(cast.officer)
    for found in (hard, taken):
        with pytest.raises(ValidationError):
            open_left(mail=found, by=cast.officer, at=timezone.now())
        answer = officer.post(f"/tickets/mails/{found.pk}/open/", follow=True)
        assert "No ticket can be opened from this mail." in answer.content.decode()
    assert Ticket.objects.count() == 1


def test_a_mail_without_a_sender_or_words_becomes_a_ticket_too(cast: Cast, categories: None) -> None:
    left = come(mail("", From="", Subject=""))
    opened = open_left(mail=left, by=cast.officer, at=timezone.now())
    assert (opened.caller, opened.title) == ("sender unknown", "(no subject)")


def test_only_the_office_sees_mails(cast: Cast, ticket: Ticket) -> None:
    left = write(cast.stranger, Subject=f"[{ticket.ref}]")
    people = cast.people()
    seen = {part: list(Mail.objects.visible_to(person)) for part, person in people.items()}
    assert seen == {part: [left] if part == "officer" else [] for part in people}


@pytest.mark.parametrize("query", ["?q=%00", "?state=%00", "?state=lost", "?q=" + "x" * 500, "?cursor=x", "?q=%25_%27"])
def test_no_query_is_a_fault(cast: Cast, ticket: Ticket, as_person: As, query: str) -> None:
    write(cast.stranger, Subject=f"[{ticket.ref}] sugar")
    assert as_person(cast.officer).get(f"/tickets/mails/{query}").status_code == 200


def test_a_sign_of_patterns_is_a_sign(cast: Cast, ticket: Ticket, as_person: As) -> None:
    write(cast.stranger, Subject=f"[{ticket.ref}] 100% of it")
    write(cast.stranger, "Other words.", Subject=f"[{ticket.ref}] all of it")
    found = shown(as_person(cast.officer), "?q=100%25")
    assert ("100% of it" in found, "all of it" in found) == (True, False)


@pytest.mark.parametrize("part", ["importer", "agent", "stranger", "desk", "official"])
def test_nobody_else_opens_a_mail(cast: Cast, ticket: Ticket, as_person: As, part: str) -> None:
    left = write(cast.stranger, Subject=f"[{ticket.ref}]")
    client = as_person(cast.people()[part])
    statuses = [client.get("/tickets/mails/").status_code, client.post(f"/tickets/mails/{left.pk}/open/").status_code]
    left.refresh_from_db()
    assert (statuses, left.state, Ticket.objects.count()) == ([403, 403], "left", 1)


def test_an_unknown_mail_is_not_found_and_none_is_opened_by_looking(cast: Cast, ticket: Ticket, as_person: As) -> None:
    left, officer = write(cast.stranger, Subject=f"[{ticket.ref}]"), as_person(cast.officer)
    assert officer.post("/tickets/mails/999999/open/").status_code == 404
    assert (officer.get(f"/tickets/mails/{left.pk}/open/").status_code, Ticket.objects.count()) == (405, 1)
