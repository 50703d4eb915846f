"""A mail becomes words in a ticket, or a ticket, or stays where it is with a reason; nothing of it is lost."""

from __future__ import annotations

import time
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.utils import timezone
from pytest_django import Settings

from liaison.models import JournalEntry, Organization, Person
from notify.message_ids import message_id
from notify.models import Bounce, Letter, Notice
from tests.conftest import Cast
from tests.liaison.papers import PDF
from tests.tickets.letters.mails import HELP, HOST, mail
from tickets import inbound
from tickets.handovers import hand_over
from tickets.inbound import MOST_MAILS, read_mail, receive_mail
from tickets.merging import merge
from tickets.models import Attachment, Entry, Mail, Message, Ticket
from tickets.resolving import resolve

OUTSIDE = "Eve <eve@elsewhere.example>"


@pytest.fixture(autouse=True)
def _host(settings: Settings) -> None:
    settings.EMAIL_TRUSTED_HOST = HOST


def come(message: EmailMessage | bytes) -> Mail:
    """A mail that has come in and been read."""
    raw = message if isinstance(message, bytes) else message.as_bytes()
    received = receive_mail(raw=raw, at=timezone.now())
    found = read_mail(mail_id=received.mail.pk, at=timezone.now())
    assert found is not None
    return found


def write(person: Person | str, text: str = "It is at the gate now.", **headers: str) -> Mail:
    return come(mail(text, **{"From": person if isinstance(person, str) else person.email, **headers}))


def fate(found: Mail) -> tuple[str, str, str]:
    return found.state, found.reason, found.ticket.ref if found.ticket else ""


def test_an_answer_becomes_words_in_the_ticket_and_the_whole_text_is_kept(cast: Cast, ticket: Ticket) -> None:
    text = "It is at the gate now.\n\nOn 26 Nov 2026, Office <help@liaison.example> wrote:\n> Where is it?"
    found = write(cast.importer, text, Subject=f"Re: [{ticket.ref}] Box")
    assert fate(found) == ("taken", "", ticket.ref)
    message = Message.objects.get()
    assert (message.text, message.author, message.channel, message.kind) == (
        *("It is at the gate now.", cast.importer, "email", "reply"),
    )
    assert (found.message, found.text) == (message, text)
    assert list(ticket.entries.order_by("number").values_list("kind", "party"))[-1] == ("said", "importer")
    told = JournalEntry.objects.get(kind="tickets.mail_taken")
    assert (told.key, told.data["ref"]) == (str(found.pk), ticket.ref)


def test_the_same_mail_twice_is_one(cast: Cast, ticket: Ticket) -> None:
    raw = mail(From=cast.importer.email, Subject=f"[{ticket.ref}]").as_bytes()
    come(raw)
    again = receive_mail(raw=raw, at=timezone.now())
    assert (again.is_duplicate, read_mail(mail_id=again.mail.pk, at=timezone.now())) == (True, None)
    assert (Mail.objects.count(), Message.objects.count()) == (1, 1)


def test_a_notice_and_a_mail_are_answered_by_their_message_ids(cast: Cast, ticket: Ticket) -> None:
    entry = JournalEntry.objects.filter(subject="ticket", key=ticket.ref).latest("pk")
    notice = Notice.objects.create(person=cast.importer, entry=entry, channel="email")
    first = write(cast.importer, In_Reply_To=f"<notice-{notice.pk}@liaison.example>", Message_ID="<7@firm.example>")
    second = write(cast.importer, "More.", References="<1@x.example> <7@firm.example>", Subject="Other")
    foreign = write(cast.stranger, "Mine?", In_Reply_To="<7@firm.example>")
    elsewhere = write(cast.importer, "Hm.", In_Reply_To=f"<notice-{notice.pk}@other.example>", Subject="Quite new")
    assert [fate(found)[2] for found in (first, second)] == [ticket.ref] * 2
    assert fate(foreign) == ("left", "foreign_reference", "")
    assert fate(elsewhere)[2] not in ("", ticket.ref)


def test_by_its_subject_a_mail_finds_the_ticket_of_its_sender_alone(cast: Cast, ticket: Ticket) -> None:
    assert fate(write(cast.importer, Subject="Re: Box not loaded"))[2] == ticket.ref
    assert fate(write(cast.stranger, Subject="Re: Box not loaded"))[2] not in ("", ticket.ref)


def test_a_mail_of_nobody_s_ticket_opens_one(cast: Cast, categories: None) -> None:
    known = write(cast.importer, "The box is stuck.", Subject="Fwd: [EXTERNAL] Box MSCU6639870 stuck")
    unknown = write(OUTSIDE, "Who answers me?", Subject="")
    assert known.ticket is not None
    assert unknown.ticket is not None
    mine, theirs = known.ticket, unknown.ticket
    assert (mine.title, mine.body, mine.opener, mine.organization) == (
        *("Box MSCU6639870 stuck", "The box is stuck.", cast.importer, cast.importer_firm),
    )
    assert (mine.category.code, mine.channel, known.message) == ("INFO", "email", None)
    assert (theirs.title, theirs.caller, theirs.opener) == ("Who answers me?", "eve@elsewhere.example", None)
    answer = write(OUTSIDE, "I wrote before.", Subject=f"Re: [{theirs.ref}]")
    assert fate(answer)[2] == theirs.ref
    assert answer.message is not None
    assert (answer.message.author, answer.message.address) == (None, "eve@elsewhere.example")


def test_a_token_of_another_s_ticket_and_a_forged_sender_are_refused_and_told(cast: Cast, ticket: Ticket) -> None:
    foreign = write(cast.stranger, Subject=f"Re: [{ticket.ref}]")
    plus = write(OUTSIDE, To=HELP.replace("@", f"+{ticket.ref}@"))
    forged = write(cast.importer, Subject=f"[{ticket.ref}]", Authentication_Results=f"{HOST}; dmarc=fail")
    assert [fate(found) for found in (foreign, plus, forged)] == [
        ("left", "foreign_token", ""),
        ("left", "foreign_token", ""),
        ("left", "forged_sender", ""),
    ]
    assert (forged.checked["dmarc"], forged.text) == ("fail", "It is at the gate now.")
    told = JournalEntry.objects.filter(kind="tickets.mail_left").order_by("pk")
    assert [entry.data["reason"] for entry in told] == ["foreign_token", "foreign_token", "forged_sender"]
    assert (Message.objects.count(), Ticket.objects.count()) == (0, 1)


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto_reply"),
        ({"X_Liaison_Portal": "1"}, "loop"),
        ({"From": "portal@liaison.example"}, "loop"),
        ({"From": "MAILER-DAEMON@mx.example"}, "bounce"),
        ({"From": ""}, "nobody"),
        ({"List_Id": "<news.example>", "Subject": "News"}, "list"),
    ],
)
def test_what_nobody_wrote_opens_nothing(cast: Cast, ticket: Ticket, headers: dict[str, str], reason: str) -> None:
    found = come(mail(**{"From": cast.importer.email, "Subject": f"[{ticket.ref}]", **headers}))
    assert (found.state, found.reason, Message.objects.count()) == ("left", reason, 0)


def test_what_comes_over_a_list_is_taken_where_it_names_its_ticket(cast: Cast, ticket: Ticket) -> None:
    found = write(cast.importer, List_Id="<staff.firm.example>", Subject=f"[{ticket.ref}]")
    assert (fate(found), found.kind) == (("taken", "", ticket.ref), "list")


def test_a_bounce_is_put_with_the_ticket_whose_notice_came_back(cast: Cast, ticket: Ticket) -> None:
    entry = JournalEntry.objects.filter(subject="ticket", key=ticket.ref).latest("pk")
    notice = Notice.objects.create(person=cast.importer, entry=entry, channel="email")
    found = write("MAILER-DAEMON@mx.example", f"Sorry.\nMessage-ID: <notice-{notice.pk}@liaison.example>\n")
    assert fate(found) == ("left", "bounce", ticket.ref)


def test_an_address_counts_as_dead_where_the_report_names_a_mail_that_only_we_can_have_written(
    cast: Cast, ticket: Ticket
) -> None:
    entry = JournalEntry.objects.filter(subject="ticket", key=ticket.ref).latest("pk")
    notice = Notice.objects.create(person=cast.importer, entry=entry, channel="email")
    forged = f"<notice-{notice.pk}@liaison.example>"
    other = {"X_Failed_Recipients": "someone@firm.example"}
    write("MAILER-DAEMON@mx.example", f"Sorry.\nMessage-ID: {forged}\n")
    write("MAILER-DAEMON@mx.example", f"Hm.\nMessage-ID: {message_id(notice)}\n", **other)
    assert not Bounce.objects.exists()
    found = write("MAILER-DAEMON@mx.example", f"Sorry.\nMessage-ID: {message_id(notice)}\n")
    assert fate(found) == ("left", "bounce", ticket.ref)
    assert list(Bounce.objects.values_list("address", flat=True)) == [cast.importer.email]


def test_papers_are_kept_and_others_named(cast: Cast, ticket: Ticket) -> None:
    message = mail(From=cast.importer.email, Subject=f"[{ticket.ref}]")
    for name, content in (("bill.pdf", PDF), ("bill.docm", b"x"), ("list.csv", b"a,b\n"), ("run.exe", b"MZ")):
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    found = come(message)
    assert list(Attachment.objects.values_list("file_name", flat=True)) == ["bill.pdf"]
    assert found.declined == [
        {"name": "bill.docm", "reason": "macros"},
        {"name": "run.exe", "reason": "program"},
        {"name": "list.csv", "reason": "type"},
    ]
    assert b"run.exe" in bytes(Mail.objects.get().raw)


def test_who_sent_files_that_are_not_kept_is_told_which_and_why(cast: Cast, ticket: Ticket) -> None:
    def send(name: str, content: bytes, **headers: str) -> list[str]:
        message = mail(From=cast.importer.email, Subject=f"[{ticket.ref}]", **headers)
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        come(message)
        return list(Letter.objects.filter(address=cast.importer.email).values_list("body", flat=True))

    assert send("bill.pdf", PDF) == []
    Person.objects.filter(pk=cast.importer.pk).update(language="fr")
    (body,) = send("film.mp4", b"0" * (11 * 1024 * 1024))
    assert "\n\n- film.mp4: trop volumineux\n\n" in body
    # A name that runs from right to left takes nothing of the line with it.
    bodies = send("فاتورة.exe", b"MZ", Message_ID="<right-to-left@firm.example>")
    assert "\n- \u2068فاتورة.exe\u2069: " in "".join(set(bodies) - {body})
    # A machine is told nothing.
    assert send("run.exe", b"MZ", Auto_Submitted="auto-replied") == bodies


def test_a_new_ticket_keeps_its_papers_and_the_end_of_a_long_text(cast: Cast, categories: None) -> None:
    message = mail("a" * 9_000, From=cast.importer.email)
    for number in range(7):
        message.add_attachment(PDF + b"%d" % number, maintype="application", subtype="pdf", filename=f"{number}.pdf")
    found = come(message)
    assert found.ticket is not None
    assert found.message is not None
    assert (len(found.ticket.body), found.message.text) == (
        8_000,
        f"{'a' * 1_000}\n\n0.pdf, 1.pdf, 2.pdf, 3.pdf, 4.pdf",
    )
    assert found.declined == [{"name": f"{number}.pdf", "reason": "too_many"} for number in (5, 6)]


def test_each_side_says_what_it_may(cast: Cast, ticket: Ticket, kpa: Organization) -> None:
    hand_over(ticket=ticket, agency=kpa, words="Please look.", by=cast.officer, at=timezone.now())
    office, desk = (write(person, "Words.", Subject=f"[{ticket.ref}]") for person in (cast.officer, cast.desk))
    assert [found.message and found.message.kind for found in (office, desk)] == ["note", "agency"]
    assert fate(write(cast.official, "Words.", Subject=f"[{ticket.ref}]")) == ("left", "foreign_token", "")


def test_a_ticket_that_is_over_opens_again_or_another_takes_its_place(cast: Cast, ticket: Ticket) -> None:
    resolve(ticket=ticket, cause="port", words="Loaded.", by=cast.officer, at=timezone.now())
    assert fate(write(cast.importer, Subject=f"[{ticket.ref}]"))[2] == ticket.ref
    ticket.refresh_from_db()
    assert ticket.state == "open"
    assert ticket.entries.filter(kind=Entry.Kind.REOPENED).exists()
    Ticket.objects.filter(pk=ticket.pk).update(
        state="closed",
        resolved_at=timezone.now() - timedelta(days=60),
        cause="port",
        waiting_on="",
        next_breach_at=None,
    )
    other = write(cast.importer, "Again!", Subject=f"[{ticket.ref}] Box not loaded")
    assert (other.state, fate(other)[2] not in ("", ticket.ref)) == ("taken", True)


def test_what_answers_a_merged_ticket_goes_to_the_other(cast: Cast, ticket: Ticket) -> None:
    second = write(cast.importer, "Once more.", Subject="Another matter").ticket
    assert second is not None
    merge(ticket=second, into=ticket, by=cast.officer, at=timezone.now())
    assert fate(write(cast.importer, "Well?", Subject=f"[{second.ref}]"))[2] == ticket.ref


def test_a_flood_of_mails_stops_and_none_is_lost(cast: Cast, ticket: Ticket) -> None:
    Mail.objects.bulk_create(
        Mail(digest=str(number), raw=b"x", received_at=timezone.now(), sender=cast.importer.email)
        for number in range(MOST_MAILS)
    )
    found = write(cast.importer, Subject=f"[{ticket.ref}]")
    assert (found.state, found.reason, found.text) == ("left", "flood", "It is at the gate now.")
    assert fate(write(cast.agent, "Another's."))[0] == "taken"


def test_many_strangers_together_are_a_flood_too_and_who_is_known_is_none(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbound, "MOST_TOGETHER", 2)
    came = [write(f"eve{number}@elsewhere.example", f"Number {number}") for number in range(4)]
    assert [fate(found)[:2] for found in came] == [("taken", ""), ("taken", ""), ("left", "flood"), ("left", "flood")]
    # Whoever has an account or a ticket is heard.
    assert fate(write(cast.importer, Subject=f"[{ticket.ref}]"))[0] == "taken"
    assert came[0].ticket
    assert fate(write("eve0@elsewhere.example", "Again.", Subject=f"[{came[0].ticket.ref}]"))[0] == "taken"
    Mail.objects.update(received_at=timezone.now() - timedelta(hours=1))
    assert fate(write("eve9@elsewhere.example", "Later."))[0] == "taken"


def test_what_cannot_be_read_is_kept_with_the_reason(categories: None) -> None:
    found = come(b"From: a@b.example\n" + b"\n--b\n" * 2_001)
    assert (found.state, found.reason, found.ticket) == ("left", "too_hard", None)
    assert JournalEntry.objects.get(kind="tickets.mail_left").data["reason"] == "too_hard"


def test_what_the_ticket_does_not_take_leaves_no_half_of_it(
    cast: Cast, categories: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbound, "MOST_PAPERS", 9)
    message = mail(From=cast.importer.email)
    for number in range(7):
        message.add_attachment(PDF + b"%d" % number, maintype="application", subtype="pdf", filename=f"{number}.pdf")
    found = come(message)
    assert (found.state, found.reason, found.ticket, Ticket.objects.count()) == ("left", "refused", None, 0)


def test_from_the_mail_to_the_ticket_in_seconds(cast: Cast, categories: None) -> None:
    message = mail(From=cast.importer.email)
    message.add_attachment(b"\0" * (12 * 1024 * 1024), maintype="application", subtype="octet-stream", filename="a.bin")
    raw = message.as_bytes()
    began = time.perf_counter()
    assert fate(come(raw))[0] == "taken"
    assert time.perf_counter() - began < 10


def test_a_sender_longer_than_an_address_can_be_is_nobody(categories: None) -> None:
    found = write(f"{'a' * 200}@{'b' * 90}.example", Subject="Hello there")
    assert (fate(found), found.sender, Ticket.objects.count()) == (("left", "nobody", ""), "", 0)
    assert found.text == "It is at the gate now."
