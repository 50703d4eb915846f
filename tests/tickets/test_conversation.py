"""What is said in a ticket: to whom, what it moves, whom it calls, and which papers are taken."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from liaison.models import JournalEntry, Membership, Organization, Person
from notify.models import Notice
from notify.wording import word
from tests.conftest import Cast, somebody
from tests.liaison.papers import PDF
from tickets.conversation import MOST_PAPERS, Saying, say
from tickets.handling import assign, follow
from tickets.handovers import hand_over, pause
from tickets.log import Stale
from tickets.models import Attachment, Entry, Message, Ticket, Watch
from tickets.resolving import confirm, resolve

NOW = timezone.now()


def now_of(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def told(kind: str) -> list[str]:
    rows = Notice.objects.filter(entry__kind=kind, channel="inbox").order_by("person__email")
    return list(rows.values_list("person__email", flat=True))


def speak(ticket: Ticket, by: Person | None, text: str = "Hello", kind: str = "reply", address: str = "") -> Message:
    return say(ticket=ticket, saying=Saying(text=text, kind=kind, address=address), by=by, at=timezone.now())


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.entries.order_by("number").values_list("kind", flat=True))[2:]


def test_a_first_reply_takes_the_ticket_into_work_and_is_told_to_the_opener(ticket: Ticket, cast: Cast) -> None:
    somebody(cast.importer_firm, "member")
    speak(ticket, cast.officer)
    assert (now_of(ticket).state, now_of(ticket).waiting_on, kinds(ticket)) == ("open", "office", ["replied"])
    assert told("tickets.replied") == [cast.importer.email]


def test_a_note_moves_nothing_and_is_told_in_the_office_alone(ticket: Ticket, cast: Cast) -> None:
    other = somebody(Membership.objects.get(person=cast.officer).organization, "officer")
    assign(ticket=ticket, to=other, by=cast.officer, at=NOW)
    follow(ticket=ticket, by=cast.importer, at=NOW)
    speak(ticket, cast.officer, "Between us", "note")
    assert told("tickets.noted") == [other.email]
    entry = JournalEntry.objects.get(kind="tickets.noted")
    assert (entry.data["excerpt"], entry.data["ref"]) == ("", ticket.ref)


def test_what_the_importer_says_resumes_it_whoever_is_waited_for(ticket: Ticket, cast: Cast) -> None:
    pause(ticket=ticket, waiting_on="importer", reason="Papers", by=cast.officer, at=NOW)
    speak(ticket, cast.officer, "Any news?")
    assert now_of(ticket).state == "paused"
    speak(ticket, cast.importer, "Here they are")
    assert (now_of(ticket).state, now_of(ticket).waiting_on) == ("open", "office")
    pause(ticket=ticket, waiting_on="outside", reason="The line", by=cast.officer, at=NOW)
    speak(ticket, cast.importer, "And?")
    # The clocks run on from there, and so does the ticket.
    assert (now_of(ticket).state, kinds(ticket)[-2:]) == ("open", ["resumed", "said"])


def test_somebody_outside_speaks_for_the_importer(ticket: Ticket, cast: Cast) -> None:
    assign(ticket=ticket, to=cast.officer, by=cast.officer, at=NOW)
    message = speak(ticket, None, "From my mail", address="driver@x.example")
    assert (message.author, message.address) == (None, "driver@x.example")
    assert (ticket.entries.latest("number").party, told("tickets.said")) == (
        "importer",
        [cast.importer.email, cast.officer.email],
    )


def test_an_answer_to_a_resolution_opens_it_again_while_it_may_and_no_longer(ticket: Ticket, cast: Cast) -> None:
    resolve(ticket=ticket, cause="port", words="Loaded", by=cast.officer, at=NOW)
    speak(ticket, cast.importer, "It is not")
    found = now_of(ticket)
    assert (found.state, found.cause, found.resolved_at, kinds(ticket)[-2:]) == ("open", "", None, ["reopened", "said"])
    resolve(ticket=ticket, cause="port", words="Now it is", by=cast.officer, at=NOW)
    confirm(ticket=ticket, by=cast.importer, at=NOW)
    late = NOW + timedelta(days=15)
    with pytest.raises(ValidationError, match="over"):
        say(ticket=ticket, saying=Saying(text="Hello?"), by=cast.importer, at=late)
    assert now_of(ticket).state == "closed"


def test_words_to_the_agency_go_to_its_desk_and_back_and_not_to_the_importer(
    ticket: Ticket, cast: Cast, kpa: Organization
) -> None:
    assign(ticket=ticket, to=cast.officer, by=cast.officer, at=NOW)
    hand_over(ticket=ticket, agency=kpa, words="Look", by=cast.officer, at=NOW)
    speak(ticket, cast.officer, "And?", "agency")
    assert told("tickets.said") == [cast.desk.email]
    speak(ticket, cast.desk, "Tomorrow", "agency")
    assert told("tickets.said") == [cast.desk.email, cast.officer.email]
    speak(ticket, cast.desk, "Dear importer, tomorrow")
    assert told("tickets.said") == [cast.desk.email, cast.importer.email, cast.officer.email, cast.officer.email]
    assert [entry.data.get("agency") for entry in ticket.entries.filter(kind="said")] == ["KPA"] * 3


def test_who_is_named_is_told_and_watches(ticket: Ticket, cast: Cast) -> None:
    office = Membership.objects.get(person=cast.officer).organization
    other = somebody(office, "officer", "grace@portal.example")
    speak(ticket, cast.officer, "@grace, @importer, @nobody and me @officer: write to x@grace", "note")
    assert told("tickets.mentioned") == [other.email]
    assert list(Watch.objects.values_list("person__email", flat=True)) == [other.email]
    speak(ticket, cast.importer, "@grace look")
    assert told("tickets.mentioned") == [other.email]
    assert told("tickets.said") == [other.email]


def test_who_has_left_the_firm_is_told_nothing_any_more(ticket: Ticket, cast: Cast) -> None:
    Membership.objects.filter(person=cast.importer).delete()
    speak(ticket, cast.officer)
    assert told("tickets.replied") == []


def test_papers_are_looked_at_and_kept_once(ticket: Ticket, cast: Cast) -> None:
    papers = [("../etc/Invoice.pdf.exe", PDF), ("again.pdf", PDF)]
    say(ticket=ticket, saying=Saying(text="See", papers=papers), by=cast.importer, at=NOW)
    kept = Attachment.objects.get()
    assert (kept.file_name, kept.content_type, bytes(kept.content)) == ("again.pdf", "application/pdf", PDF)


@pytest.mark.parametrize(
    ("papers", "reason"),
    [
        ([("a.pdf", b"")], "empty"),
        ([("a.docm", b"PK\x03\x04 macro")], "Only PDF"),
        ([("a.pdf", b"%PDF-1.4" + b"x" * 30_000_000 + b"%%EOF")], "larger than 5 MB"),
        ([("a.pdf", PDF)] * (MOST_PAPERS + 1), "5 files at a time"),
    ],
)
def test_a_paper_that_is_not_taken_takes_nothing_with_it(
    ticket: Ticket, cast: Cast, papers: list[tuple[str, bytes]], reason: str
) -> None:
    with pytest.raises(ValidationError, match=reason):
        say(ticket=ticket, saying=Saying(text="See", papers=papers), by=cast.importer, at=NOW)
    assert (Message.objects.count(), Attachment.objects.count(), kinds(ticket)) == (0, 0, [])


def test_nothing_is_no_message(ticket: Ticket, cast: Cast) -> None:
    with pytest.raises(ValidationError, match="Write something"):
        speak(ticket, cast.importer, " \x00 ")
    assert speak(ticket, cast.importer, "a\x00b").text == "ab"


def test_a_stale_page_says_what_was_done_meanwhile(ticket: Ticket, cast: Cast) -> None:
    seen = now_of(ticket).version
    assign(ticket=ticket, to=cast.officer, by=cast.officer, at=NOW)
    with pytest.raises(Stale) as stale:
        say(ticket=ticket, saying=Saying(text="x"), by=cast.officer, at=NOW, version=seen)
    assert stale.value.messages == [
        "The ticket has changed since you opened it. Look at it again; what you wrote is still here.",
        "Officer gave it to Officer.",
    ]
    assert say(ticket=ticket, saying=Saying(text="x"), by=cast.officer, at=NOW, version=seen + 1)


@pytest.mark.parametrize("language", ["en", "fr", "rw", "sw"])
def test_every_notice_has_words_in_every_language(ticket: Ticket, cast: Cast, kpa: Organization, language: str) -> None:
    Person.objects.update(language=language)
    assign(ticket=ticket, to=cast.officer, by=somebody(kpa, "desk", "d@x.example"), at=NOW)
    speak(ticket, cast.officer, "A <reply> & more")
    speak(ticket, cast.importer)
    hand_over(ticket=ticket, agency=kpa, words="Look", by=cast.officer, at=NOW)
    resolve(ticket=ticket, cause="port", words="Done", by=cast.officer, at=NOW)
    confirm(ticket=ticket, by=cast.importer, at=NOW)
    notices = Notice.objects.filter(channel="email", entry__subject="ticket").select_related("entry", "person")
    words = {notice.entry.kind: word(notice) for notice in notices}
    assert sorted(words) == [
        "tickets.assigned", "tickets.confirmed", "tickets.handed_over", "tickets.replied", "tickets.resolved",
        "tickets.said",
    ]  # fmt: skip
    assert all(
        ticket.ref in found.subject and found.url.endswith(f"/tickets/{ticket.ref}/") for found in words.values()
    )
    assert "A <reply> & more" in words["tickets.replied"].body
    assert Entry.objects.filter(ticket=ticket).count() == 8
