"""Whose ticket a mail belongs to, as the database knows it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from cargo.models import Consignment
from liaison.models import JournalEntry, Membership
from notify.models import Notice
from tests.conftest import AT, Cast
from tests.tickets.conftest import opened
from tests.tickets.letters.mails import letter, mail
from tickets.correspondence import person_of, thread_of
from tickets.models import REOPEN_WINDOW, Message, Ticket

Found = tuple[str, str, str]


def found(**headers: str) -> Found:
    thread, ticket = thread_of(letter(mail(**headers)), at=timezone.now())
    return ticket.ref if ticket else "", thread.by, thread.refused


def over(ticket: Ticket, *, days: int) -> None:
    resolved_at = timezone.now() - timedelta(days=days)
    facts = {"state": "closed", "resolved_at": resolved_at, "cause": "port", "waiting_on": "", "next_breach_at": None}
    Ticket.objects.filter(pk=ticket.pk).update(**facts)


def test_who_has_an_account(cast: Cast) -> None:
    assert [person_of(address) for address in ("IMPORTER@portal.example", "nobody@x.example", "")] == [
        *(cast.importer, None, None),
    ]
    cast.importer.is_active = False
    cast.importer.save(update_fields=["is_active"])
    assert person_of(cast.importer.email) is None


def test_everybody_who_may_see_a_ticket_may_write_in_it(cast: Cast, ticket: Ticket) -> None:
    named = {part: found(From=person.email, Subject=f"[{ticket.ref}]") for part, person in cast.people().items()}
    mine, refused = (ticket.ref, "token", ""), ("", "", "foreign_token")
    assert named == {
        "importer": mine,
        "agent": mine,
        "stranger": refused,
        "officer": mine,
        "desk": refused,
        "official": refused,
    }


def test_who_has_left_the_firm_writes_in_its_tickets_no_more(cast: Cast, ticket: Ticket) -> None:
    Membership.objects.filter(person=cast.importer).delete()
    assert found(From=cast.importer.email, Subject=f"[{ticket.ref}]") == ("", "", "foreign_token")
    assert found(From=cast.importer.email, Subject=ticket.title) == ("", "", "")


def test_who_wrote_in_a_ticket_from_outside_may_go_on(cast: Cast, ticket: Ticket) -> None:
    outside = {"From": "line@msc.example", "Subject": f"Re: [{ticket.ref}]"}
    assert found(**outside) == ("", "", "foreign_token")
    Message.objects.create(ticket=ticket, kind="agency", address="line@msc.example", text="x", at=AT)
    Message.objects.create(ticket=ticket, kind="agency", address="line@msc.example", text="y", at=AT)
    assert found(**outside) == (ticket.ref, "token", "")
    assert found(**{**outside, "From": "other@msc.example"}) == ("", "", "foreign_token")


def test_a_caller_without_an_account_has_his_own(cast: Cast, ticket: Ticket) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(caller="eve@elsewhere.example")
    assert found(From="eve@elsewhere.example", Subject=f"Re: {ticket.title}") == (ticket.ref, "subject", "")


def test_a_number_of_a_notice_alone_leads_nowhere(cast: Cast, ticket: Ticket) -> None:
    told = JournalEntry.objects.filter(subject="ticket", key=ticket.ref).latest("pk")
    other = JournalEntry.objects.create(kind="cargo.moved", subject="consignment", key=ticket.ref, at=AT)
    notices = [Notice.objects.create(person=cast.importer, entry=entry, channel="email").pk for entry in (told, other)]
    ids = [
        f"<notice-{notices[0]}@liaison.example>",
        f"<notice-{notices[1]}@liaison.example>",
        f"<notice-{notices[0]}@elsewhere.example>",
        f"<letter-{notices[0]}@liaison.example>",
        "<notice-999999999999@liaison.example>",
    ]
    assert [found(From=cast.importer.email, In_Reply_To=each) for each in ids] == [
        (ticket.ref, "reference", ""),
        *[("", "", "")] * 4,
    ]


def test_a_subject_leads_to_what_is_not_over_alone(cast: Cast, ticket: Ticket) -> None:
    def by_subject() -> Found:
        return found(From=cast.importer.email, Subject=f"Re: {ticket.title}")

    assert by_subject() == (ticket.ref, "subject", "")
    over(ticket, days=REOPEN_WINDOW.days - 1)
    assert by_subject() == (ticket.ref, "subject", "")
    over(ticket, days=REOPEN_WINDOW.days + 1)
    assert by_subject() == ("", "", "")
    assert found(From=cast.importer.email, Subject=f"[{ticket.ref}]") == (ticket.ref, "token", "")


def test_of_two_with_one_subject_neither(cast: Cast, ticket: Ticket, consignment: Consignment) -> None:
    opened(cast, consignment, title=ticket.title)
    assert found(From=cast.importer.email, Subject=ticket.title) == ("", "", "")


def test_a_chain_of_merged_tickets_is_followed_to_its_end(cast: Cast, ticket: Ticket, consignment: Consignment) -> None:
    second, third = (opened(cast, consignment, title=title) for title in ("Second box", "Third box"))
    for one, into in ((third, second), (second, ticket)):
        Ticket.objects.filter(pk=one.pk).update(state="merged", merged_into=into, waiting_on="", next_breach_at=None)
    assert found(From=cast.importer.email, Subject=f"[{third.ref}]") == (ticket.ref, "token", "")


@pytest.mark.django_db
def test_nobody_has_no_ticket() -> None:
    assert found(From="", Subject="Box not loaded") == ("", "", "")
