"""What must never be false of messages, papers and entries, and who reads which of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from cargo.models import Consignment
from liaison.models import Membership, Organization, Person
from liaison.people import add_organization
from tests.conftest import AT, Cast, somebody
from tests.liaison.papers import PDF
from tests.tickets.conftest import opened
from tickets.conversation import Saying, say
from tickets.handovers import hand_over
from tickets.models import Attachment, Category, DayOff, Entry, Message, Ticket

NOW = timezone.now()


def message(ticket: Ticket, kind: str = "reply", text: str = "x", **facts: Any) -> Message:
    return Message.objects.create(ticket=ticket, kind=kind, text=text, at=AT, **facts)


PAPER: dict[str, Any] = {"file_name": "a.pdf", "content_type": "application/pdf", "size": 1, "sha256": "1"}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("attachment_type_allowed", {"content_type": "text/html"}),
        ("attachment_type_allowed", {"content_type": "image/svg+xml"}),
        ("attachment_type_allowed", {"content_type": ""}),
        ("attachment_not_empty", {"size": 0}),
        ("attachment_once", {}),
    ],
)
def test_the_database_refuses_papers_that_are_none(ticket: Ticket, name: str, values: dict[str, Any]) -> None:
    said = message(ticket)
    kept = Attachment.objects.create(message=said, content=b"x", **PAPER)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Attachment.objects.create(message=said, content=b"x", **{**PAPER, "sha256": "2" if values else "1", **values})
    assert (str(kept), str(said), Attachment.objects.count()) == ("a.pdf", f"reply in {ticket.pk}", 1)


def test_the_same_paper_may_come_with_another_message(ticket: Ticket) -> None:
    for said in (message(ticket), message(ticket)):
        Attachment.objects.create(message=said, content=b"x", **PAPER)
    assert Attachment.objects.count() == 2


@pytest.mark.parametrize("kind", ["note", "reply", "agency"])
@pytest.mark.parametrize("author", ["officer", ""])
def test_a_message_is_of_a_person_an_address_or_the_portal(ticket: Ticket, cast: Cast, kind: str, author: str) -> None:
    person = cast.people().get(author)
    assert message(ticket, kind, author=person, address="" if person else "a@b.example").channel == "web"
    assert message(ticket, kind, author=person).address == ""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tickets_entry SET at = now()",
        "UPDATE tickets_entry SET data = '{}' WHERE number = 1",
        "UPDATE tickets_entry SET number = number + 100",
        "DELETE FROM tickets_entry WHERE number = 2",
        "DELETE FROM tickets_ticket",
    ],
)
def test_no_statement_rewrites_the_log(ticket: Ticket, statement: str) -> None:
    before = list(ticket.entries.order_by("number").values())
    refused = pytest.raises((ProgrammingError, IntegrityError))
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{statement}; SET CONSTRAINTS ALL IMMEDIATE")
    assert list(ticket.entries.order_by("number").values()) == before


def test_what_a_ticket_rests_on_cannot_be_taken_away(ticket: Ticket, cast: Cast, consignment: Consignment) -> None:
    message(ticket, author=cast.officer)
    held = [ticket, ticket.category, cast.importer_firm, cast.officer, consignment]
    for each in held:
        with pytest.raises(ProtectedError), transaction.atomic():
            each.delete()
    assert Entry.objects.filter(ticket=ticket).count() == 2


def test_an_entry_may_be_nobodys_but_the_offices(ticket: Ticket) -> None:
    for number, party in enumerate(("importer", "agency", "outside", "portal"), start=10):
        entry = Entry.objects.create(ticket=ticket, number=number, kind="said", party=party, at=AT)
        entry.refresh_from_db()
        assert (entry.by, entry.data, entry.recorded_at > AT) == (None, {}, True)


@pytest.mark.parametrize("country", ["RW", "KE", "UG"])
def test_a_day_off_is_seen_by_the_office_alone(cast: Cast, country: str) -> None:
    day = DayOff.objects.create(country=country, on=AT.date(), reason="x", at=AT)
    seen = {part: list(DayOff.objects.visible_to(person)) for part, person in cast.people().items()}
    assert seen == {part: [day] if part == "officer" else [] for part in cast.people()}
    assert not DayOff.objects.visible_to(AnonymousUser()).exists()


def test_a_category_that_has_tickets_is_kept(ticket: Ticket) -> None:
    with pytest.raises(ProtectedError), transaction.atomic():
        Category.objects.get(code="PORT_DELAY").delete()
    assert Category.objects.get(code="INFO").delete()[0] == 1


# Who reads what


def read(viewer: Person | AnonymousUser) -> list[str]:
    return list(Message.objects.visible_to(viewer).order_by("pk").values_list("text", flat=True))


@pytest.fixture
def spoken(ticket: Ticket, cast: Cast, kpa: Organization) -> Ticket:
    """With a note, a reply and words to KPA in it, and another's ticket that says the same."""
    say(ticket=ticket, saying=Saying(text="Between us", kind="note"), by=cast.officer, at=NOW)
    say(ticket=ticket, saying=Saying(text="We look", papers=[("a.pdf", PDF)]), by=cast.officer, at=NOW)
    found = hand_over(ticket=ticket, agency=kpa, words="For KPA", by=cast.officer, at=NOW)
    other = opened(cast, title="Another firm's")
    Ticket.objects.filter(pk=other.pk).update(organization=cast.stranger_firm, opener=cast.stranger)
    say(ticket=other, saying=Saying(text="For the stranger"), by=cast.officer, at=NOW)
    return found


def test_each_of_the_cast_reads_what_is_meant_for_her(spoken: Ticket, cast: Cast) -> None:
    assert {part: read(person) for part, person in cast.people().items()} == {
        "importer": ["We look"],
        "agent": ["We look"],
        "stranger": ["For the stranger"],
        "officer": ["Between us", "We look", "For KPA", "For the stranger"],
        "desk": ["We look", "For KPA"],
        "official": [],
    }
    assert read(AnonymousUser()) == []


def test_who_sits_at_another_desk_and_in_the_firm_reads_no_words_to_the_agency(spoken: Ticket, cast: Cast) -> None:
    other = add_organization(name="Bureau", kind="agency", by=None, at=AT)
    both = somebody(cast.importer_firm, "member", "both@portal.example")
    Membership.objects.create(person=both, organization=other, role="desk")
    assert read(Person.objects.get(pk=both.pk)) == ["We look"]
    theirs = opened(cast, title="Handed to the bureau")
    hand_over(ticket=theirs, agency=other, words="For the bureau", by=cast.officer, at=NOW)
    assert read(Person.objects.get(pk=both.pk)) == ["We look", "For the bureau"]


def test_each_agency_reads_its_own_words_while_it_has_the_ticket(spoken: Ticket, cast: Cast, kpa: Organization) -> None:
    kra = Organization.objects.get(name="KRA")
    hand_over(ticket=spoken, agency=kra, words="For KRA", by=cast.officer, at=NOW)
    assert (read(cast.desk), list(Attachment.objects.visible_to(cast.desk))) == ([], [])
    # Nor does the next one read what was said to the first, or the papers with it.
    papers = [("for-kpa.pdf", PDF + b"3")]
    found = hand_over(ticket=spoken, agency=kpa, words="For KPA again", by=cast.officer, at=NOW)
    say(ticket=found, saying=Saying(text="See", kind="agency", papers=papers), by=cast.officer, at=NOW)
    say(ticket=found, saying=Saying(text="Seen", kind="agency"), by=cast.desk, at=NOW)
    assert read(cast.desk) == ["We look", "For KPA", "For KPA again", "See", "Seen"]
    hand_over(ticket=found, agency=kra, words="KRA again", by=cast.officer, at=NOW)
    theirs = somebody(kra, "desk")
    assert read(theirs) == ["We look", "For KRA", "KRA again"]
    assert list(Attachment.objects.visible_to(theirs).values_list("file_name", flat=True)) == ["a.pdf"]


@pytest.mark.parametrize("part", ["importer", "agent", "desk", "stranger"])
def test_papers_of_a_note_are_the_offices(spoken: Ticket, cast: Cast, part: str) -> None:
    saying = Saying(text="Evidence", kind="note", papers=[("secret.pdf", PDF + b"2")])
    say(ticket=spoken, saying=saying, by=cast.officer, at=NOW)

    def papers(person: Person) -> list[str]:
        return list(Attachment.objects.visible_to(person).order_by("pk").values_list("file_name", flat=True))

    assert papers(cast.people()[part]) == ([] if part == "stranger" else ["a.pdf"])
    assert papers(cast.officer) == ["a.pdf", "secret.pdf"]
