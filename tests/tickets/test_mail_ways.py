"""The ways of a mail from the wire to the ticket: through the door, read by the bell, seen on the page."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from liaison.models import JournalEntry, Organization, Person
from notify.models import Notice
from tests.conftest import Cast
from tests.liaison.papers import EXE, HTML, JPEG, PDF, PNG, ZIP
from tests.tickets.conftest import opened
from tests.tickets.letters.mails import HELP, HOST, mail
from tickets.handovers import hand_over, pause
from tickets.inbound import MOST_MAILS, SMALLEST_PICTURE, read_mail
from tickets.models import Attachment, Mail, Message, Ticket
from tickets.resolving import confirm, resolve
from tickets.tasks import read_mail as read_mail_task
from tickets.tasks import read_stored_mails

As = Callable[[Person | None], Client]
DOOR = "/channels/email/inbound/open-sesame/"
EVE = "Eve <eve@elsewhere.example>"


@pytest.fixture(autouse=True)
def _host(settings: Settings) -> None:
    settings.EMAIL_TRUSTED_HOST, settings.EMAIL_INBOUND_SECRET = HOST, "open-sesame"


def hand_in(message: EmailMessage | bytes) -> Mail:
    """Through the door, and read as the bell's task reads it."""
    raw = message if isinstance(message, bytes) else message.as_bytes()
    answer = Client().post(DOOR, raw, content_type="message/rfc822")
    assert (answer.status_code, answer.json()["state"]) == (202, "stored")
    read_mail_task(mail_id=answer.json()["id"])
    return Mail.objects.select_related("ticket", "message").get(pk=answer.json()["id"])


def write(person: Person | str, text: str = "It is at the gate now.", **headers: str) -> Mail:
    return hand_in(mail(text, **{"From": person if isinstance(person, str) else person.email, **headers}))


def fate(found: Mail) -> tuple[str, str, str]:
    return found.state, found.reason, found.ticket.ref if found.ticket else ""


# Threads


def test_a_conversation_of_many_mails_is_one_ticket(cast: Cast, categories: None) -> None:
    first = write(cast.importer, "My box stands.", Subject="Box TGHU3054380", Message_ID="<1@firm.example>")
    assert first.ticket
    ref = first.ticket.ref
    ways = [
        {"Subject": f"Re: [{ref}] Box TGHU3054380", "Message_ID": "<2@firm.example>"},
        {"Subject": "AW: RE: Fwd: Box TGHU3054380", "Message_ID": "<3@firm.example>"},
        {"Subject": "Quite another", "In_Reply_To": "<1@firm.example>", "Message_ID": "<4@firm.example>"},
        {"Subject": "And another", "References": "<0@x.example> <4@firm.example>"},
        {"Subject": "To the plus", "To": HELP.replace("@", f"+{ref}@")},
    ]
    assert [fate(write(cast.importer, f"Word {number}.", **way)) for number, way in enumerate(ways)] == [
        ("taken", "", ref)
    ] * len(ways)
    texts = list(Message.objects.order_by("pk").values_list("text", flat=True))
    assert (texts, Ticket.objects.count()) == ([f"Word {number}." for number in range(len(ways))], 1)


def test_a_colleague_and_the_agent_go_on_in_the_same_ticket(cast: Cast, ticket: Ticket) -> None:
    for person in (cast.importer, cast.agent):
        assert fate(write(person, f"I am {person.name}.", Subject=f"[{ticket.ref}]")) == ("taken", "", ticket.ref)
    assert list(Message.objects.order_by("pk").values_list("author__email", "kind")) == [
        (cast.importer.email, "reply"),
        (cast.agent.email, "reply"),
    ]


def test_of_two_tickets_of_hers_the_named_one_is_meant(cast: Cast, ticket: Ticket) -> None:
    other = opened(cast, title="Another trouble")
    both = write(cast.importer, Subject=f"Re: [{other.ref}] Box not loaded")
    assert fate(both) == ("taken", "", other.ref)
    foreign_first = write(cast.importer, "Which?", Subject=f"[T26-999999] [{other.ref}]")
    assert fate(foreign_first) == ("taken", "", other.ref)


def test_what_the_importer_writes_takes_up_what_waited_for_her(cast: Cast, ticket: Ticket) -> None:
    pause(ticket=ticket, waiting_on="importer", reason="Papers", by=cast.officer, at=timezone.now())
    write(cast.importer, "Here they are.", Subject=f"[{ticket.ref}]")
    found = Ticket.objects.get()
    assert (found.state, found.waiting_on) == ("open", "office")
    assert list(found.entries.order_by("-number").values_list("kind", "party")[:2]) == [
        ("said", "importer"),
        ("resumed", "importer"),
    ]


@pytest.mark.parametrize("days", [1, 13, 15])
def test_what_was_confirmed_opens_again_for_a_fortnight(cast: Cast, ticket: Ticket, days: int) -> None:
    then = timezone.now() - timedelta(days=days)
    resolve(ticket=ticket, cause="port", words="Loaded.", by=cast.officer, at=then)
    confirm(ticket=ticket, by=cast.importer, at=then)
    found = write(cast.importer, "It is not.", Subject=f"[{ticket.ref}]")
    assert (found.state, fate(found)[2] == ticket.ref) == ("taken", days < 14)
    assert (Ticket.objects.get(pk=ticket.pk).state, Ticket.objects.count()) == (
        ("open", 1) if days < 14 else ("closed", 2)
    )


# Who it is not


@pytest.mark.parametrize(
    ("said", "fate_of_it"),
    [
        (f"{HOST}; dmarc=fail", ("left", "forged_sender")),
        (f"{HOST}; dmarc=pass header.from=portal.example", ("taken", "")),
        ("elsewhere.example; dmarc=fail", ("taken", "")),
        (f"{HOST}; spf=fail smtp.mailfrom=portal.example", ("left", "forged_sender")),
        ("", ("taken", "")),
    ],
)
def test_only_our_own_host_is_believed(cast: Cast, ticket: Ticket, said: str, fate_of_it: tuple[str, str]) -> None:
    found = write(cast.importer, Subject=f"[{ticket.ref}]", Authentication_Results=said)
    assert (found.state, found.reason) == fate_of_it
    assert Message.objects.count() == (1 if found.state == "taken" else 0)


@pytest.mark.parametrize("way", ["token", "plus", "reference"])
def test_nobody_gets_into_anothers_ticket_by_any_way(cast: Cast, ticket: Ticket, way: str) -> None:
    write(cast.importer, "Mine.", Subject=f"[{ticket.ref}]", Message_ID="<mine@firm.example>")
    headers = {
        "token": {"Subject": f"Re: [{ticket.ref}] Box not loaded"},
        "plus": {"To": HELP.replace("@", f"+{ticket.ref}@")},
        "reference": {"In_Reply_To": "<mine@firm.example>", "Subject": "Hm"},
    }[way]
    reason = "foreign_reference" if way == "reference" else "foreign_token"
    for who in (cast.stranger, cast.official, cast.desk, EVE):
        found = write(who, f"Let me in, says {who}.", **headers)
        assert fate(found) == ("left", reason, ""), who
    assert (Message.objects.count(), Ticket.objects.count()) == (1, 1)
    told = JournalEntry.objects.filter(kind="tickets.mail_left")
    assert {(entry.data["reason"], entry.data["ref"]) for entry in told} == {(reason, "")}


def test_what_was_left_is_told_to_nobody_of_the_trade(cast: Cast, ticket: Ticket) -> None:
    before = Notice.objects.count()
    write(cast.stranger, "Let me in.", Subject=f"[{ticket.ref}]")
    write(cast.importer, "Away.", Subject=f"[{ticket.ref}]", Auto_Submitted="auto-replied")
    assert (Notice.objects.count(), Message.objects.count()) == (before, 0)


def test_the_desk_of_the_agency_answers_for_it_and_the_importer_reads_nothing_of_it(
    cast: Cast, ticket: Ticket, kpa: Organization, as_person: As
) -> None:
    hand_over(ticket=ticket, agency=kpa, words="Please look.", by=cast.officer, at=timezone.now())
    found = write(cast.desk, "We will scan it tomorrow.", Subject=f"Re: [{ticket.ref}]")
    assert (fate(found), found.message and found.message.kind) == (("taken", "", ticket.ref), "agency")
    pages = [as_person(person).get(f"/tickets/{ticket.ref}/").content.decode() for person in (cast.desk, cast.importer)]
    assert ["scan it tomorrow" in page for page in pages] == [True, False]


# Loops and floods


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto_Submitted": "auto-generated"}, "auto_reply"),
        ({"Precedence": "bulk"}, "list"),
        ({"X_Auto_Response_Suppress": "All", "Subject": "Automatic reply: Box"}, "auto_reply"),
        ({"From": HELP}, "loop"),
        ({"X_Liaison_Portal": "yes"}, "loop"),
    ],
)
def test_a_machine_opens_nothing_however_often_it_writes(
    cast: Cast, categories: None, headers: dict[str, str], reason: str
) -> None:
    fates = [
        fate(hand_in(mail(f"Number {number}.", **{"From": "robot@elsewhere.example", "Subject": "Hello", **headers})))
        for number in range(3)
    ]
    assert (fates, Ticket.objects.count()) == ([("left", reason, "")] * 3, 0)


def test_a_flood_leaves_the_twenty_first_and_each_sender_has_his_own(cast: Cast, ticket: Ticket) -> None:
    now = timezone.now()
    Mail.objects.bulk_create(
        Mail(
            digest=str(number), raw=b"x", received_at=now - timedelta(minutes=number // 10), sender=cast.importer.email
        )
        for number in range(MOST_MAILS - 1)
    )
    assert [fate(write(cast.importer, f"{number}.", Subject=f"[{ticket.ref}]"))[:2] for number in range(3)] == [
        ("taken", ""),
        ("left", "flood"),
        ("left", "flood"),
    ]
    assert fate(write(cast.agent, Subject=f"[{ticket.ref}]"))[0] == "taken"
    Mail.objects.update(received_at=now - timedelta(minutes=11))
    assert fate(write(cast.importer, "Later.", Subject=f"[{ticket.ref}]"))[0] == "taken"


# What comes with it


def test_thirty_megabytes_are_declined_and_the_words_are_taken(cast: Cast, ticket: Ticket) -> None:
    message = mail("See the film.", From=cast.importer.email, Subject=f"[{ticket.ref}]")
    message.add_attachment(b"film", maintype="video", subtype="mp4", filename="film.mp4")
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="bill.pdf")
    # In lines as long as a mail may have: they are read sooner.
    film = (base64.b64encode(b"\0" * 720) + b"\n") * (30 * 1024 * 1024 // 720 + 1)
    raw = message.as_bytes().replace(base64.encodebytes(b"film"), film)
    assert len(raw) > 40_000_000
    found = hand_in(raw)
    assert (fate(found), found.message and found.message.text) == (("taken", "", ticket.ref), "See the film.")
    assert found.declined == [{"name": "film.mp4", "reason": "too_large"}]
    assert list(Attachment.objects.values_list("file_name", flat=True)) == ["bill.pdf"]


def test_a_ticket_shows_the_mail_that_opened_it_and_no_machines_answer(
    cast: Cast, categories: None, as_person: As
) -> None:
    opening = write(cast.importer, "My box stands.", Subject="Box TGHU3054380")
    assert opening.ticket
    found = write(cast.importer, "I am away.", Subject=f"[{opening.ticket.ref}]", Auto_Submitted="auto-replied")
    assert (fate(found), found.message) == (("left", "auto_reply", opening.ticket.ref), None)
    assert list(Mail.objects.behind(opening.ticket, [])) == [opening]
    page = as_person(cast.officer).get(f"/tickets/{opening.ticket.ref}/").content.decode()
    assert ("My box stands." in page, "I am away." in page) == (True, False)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("list.docm", ZIP, "macros"),
        ("list.xlsm", b"x", "macros"),
        ("run.exe", EXE, "program"),
        ("bill.pdf", EXE, "program"),
        ("papers.zip", ZIP, "archive"),
        ("page.html", HTML, "page"),
        ("bill.pdf", b"%PDF-1.4 and no end", "cut"),
        ("photo.png", PNG + ZIP, "hidden"),
        ("empty.pdf", b"", "empty"),
    ],
)
def test_what_may_do_harm_is_named_and_stays_in_the_mail(
    cast: Cast, ticket: Ticket, name: str, content: bytes, reason: str
) -> None:
    message = mail("See.", From=cast.importer.email, Subject=f"[{ticket.ref}]")
    message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    found = hand_in(message)
    assert (fate(found), Attachment.objects.count()) == (("taken", "", ticket.ref), 0)
    assert [file["name"] for file in found.declined] == [name]
    assert found.declined[0]["reason"] == reason
    assert JournalEntry.objects.get(kind="tickets.mail_taken").data["files_declined"] == 1


def test_a_photograph_in_the_text_is_kept_and_a_logo_is_not(cast: Cast, ticket: Ticket) -> None:
    message = mail("<img src='cid:1'>", From=cast.importer.email, Subject=f"[{ticket.ref}]")
    for name, content in (("logo.jpg", JPEG), ("photo.jpg", JPEG[:-2] + b"\0" * SMALLEST_PICTURE + JPEG[-2:])):
        message.add_attachment(
            content, maintype="image", subtype="jpeg", filename=name, disposition="inline", cid=f"<{name}>"
        )
    hand_in(message)
    assert list(Attachment.objects.values_list("file_name", flat=True)) == ["photo.jpg"]


def test_the_same_mail_through_the_door_twice_says_it_once(cast: Cast, ticket: Ticket) -> None:
    message = mail("Once.", From=cast.importer.email, Subject=f"[{ticket.ref}]")
    found = hand_in(message)
    again = Client().post(DOOR, message.as_bytes(), content_type="message/rfc822")
    assert again.json() == {"id": found.pk, "state": "duplicate"}
    read_mail_task(mail_id=found.pk)
    read_stored_mails()
    assert (read_mail(mail_id=found.pk, at=timezone.now()), Message.objects.count()) == (None, 1)


def test_what_no_bell_rang_for_is_read_by_the_timetable(cast: Cast, ticket: Ticket) -> None:
    for number in range(3):
        raw = mail(f"Word {number}.", From=cast.importer.email, Subject=f"[{ticket.ref}]").as_bytes()
        Client().post(DOOR, raw, content_type="message/rfc822")
    assert Mail.objects.waiting().count() == 3
    read_stored_mails()
    assert list(Message.objects.order_by("pk").values_list("text", flat=True)) == ["Word 0.", "Word 1.", "Word 2."]


def test_markup_in_a_mail_is_text_on_the_page(cast: Cast, ticket: Ticket, as_person: As) -> None:
    write(cast.importer, "<script>alert(1)</script> & so on", Subject=f"[{ticket.ref}]")
    page = as_person(cast.officer).get(f"/tickets/{ticket.ref}/").content.decode()
    assert ("<script>alert" in page, "&lt;script&gt;alert(1)&lt;/script&gt; &amp; so on" in page) == (False, True)
