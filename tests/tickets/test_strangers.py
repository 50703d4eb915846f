"""People without a firm or an account: they are answered by mail, and see their own ticket."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from liaison.models import JournalEntry, Membership, Person
from liaison.retention import rules
from notify.message_ids import message_id
from notify.models import Letter
from tests.conftest import AT, Cast
from tests.tickets.letters.mails import HOST, mail
from tests.tickets.test_mail_ways import fate, hand_in, write
from tickets.conversation import Saying, say
from tickets.inbound import MOST_MAILS
from tickets.merging import merge
from tickets.models import Mail, Message, Presence, Ticket
from tickets.posting import MOST_LETTERS
from tickets.resolving import resolve

As = Callable[[Person | None], Client]
EVE = "eve@elsewhere.example"


@pytest.fixture(autouse=True)
def _host(settings: Settings) -> None:
    settings.EMAIL_TRUSTED_HOST, settings.EMAIL_INBOUND_SECRET = HOST, "open-sesame"


def letters() -> list[str]:
    return [letter.body.split("\n")[0] for letter in Letter.objects.filter(address=EVE).order_by("pk")]


def test_a_stranger_is_answered_by_mail_from_the_first_to_the_last(cast: Cast, categories: None) -> None:
    first = write(EVE, "Where is my box?", Subject="My box")
    assert first.ticket
    ticket = first.ticket
    say(ticket=ticket, saying=Saying(text="In the yard."), by=cast.officer, at=timezone.now())
    say(ticket=ticket, saying=Saying(text="Hush", kind="note"), by=cast.officer, at=timezone.now())
    letter = Letter.objects.latest("pk")
    again = write(EVE, "Thanks!", Subject="No token", In_Reply_To=message_id(letter))
    assert fate(again) == ("taken", "", ticket.ref)
    resolve(ticket=ticket, cause="port", words="Loaded.", by=cast.officer, at=timezone.now())
    assert letters() == ["Good day,", "In the yard.", "Loaded."]
    assert {letter.subject for letter in Letter.objects.all()} == {f"[{ticket.ref}] My box"}


def test_strangers_whose_tickets_were_merged_are_each_answered_and_go_on(cast: Cast, categories: None) -> None:
    bob = "bob@elsewhere.example"
    left, gone = write(EVE, "Nothing moves.", Subject="My box").ticket, write(bob, "Trucks stand.").ticket
    assert left
    assert gone
    merge(ticket=gone, into=left, by=cast.officer, at=timezone.now())
    Letter.objects.all().delete()
    say(ticket=left, saying=Saying(text="Noon."), by=cast.officer, at=timezone.now())
    assert list(Letter.objects.order_by("pk").values_list("address", "subject")) == [
        (EVE, f"[{left.ref}] My box"),
        (bob, f"[{gone.ref}] {gone.title}"),
    ]
    assert fate(write(bob, "Thanks.", Subject=f"[{gone.ref}]")) == ("taken", "", left.ref)
    assert letters() == ["Noon."]
    resolve(ticket=left, cause="port", words="Open.", by=cast.officer, at=timezone.now())
    assert sorted(Letter.objects.filter(body__startswith="Open.").values_list("address", flat=True)) == [bob, EVE]


def test_a_stranger_s_mail_is_not_read_by_somebody_without_a_firm_into_whose_ticket_hers_was_merged(
    cast: Cast, categories: None
) -> None:
    Membership.objects.filter(person=cast.stranger).delete()
    left, gone = write(cast.stranger, "A question of mine").ticket, write(EVE, "Trucks stand.").ticket
    assert left
    assert gone
    assert left.opener == cast.stranger
    merge(ticket=gone, into=left, by=cast.officer, at=timezone.now())
    found = write(EVE, "For the office.", Subject=f"[{gone.ref}]")
    assert (found.state, found.ticket in (left, gone, None)) == ("taken", False)


def test_machines_lists_and_loops_are_not_answered(cast: Cast, categories: None) -> None:
    hand_in(mail("Away", From=EVE, Auto_Submitted="auto-replied"))
    hand_in(mail("News", From=EVE, List_Id="<x.example>"))
    assert (letters(), Ticket.objects.count()) == ([], 0)
    ticket = write(EVE, "Help").ticket
    assert ticket
    for number in range(MOST_LETTERS + 3):
        say(ticket=ticket, saying=Saying(text=f"{number}"), by=cast.officer, at=timezone.now())
    assert len(letters()) == MOST_LETTERS


def test_who_belongs_to_no_firm_sees_what_she_asked_and_nothing_else(cast: Cast, ticket: Ticket, as_person: As) -> None:
    Membership.objects.filter(person=cast.stranger).delete()
    alone = Person.objects.get(pk=cast.stranger.pk)
    found = write(alone, "A question of mine").ticket
    assert found
    client = as_person(alone)
    assert [row["ticket"].pk for row in client.get("/tickets/").context["rows"]] == [found.pk]
    statuses = [client.get(f"/tickets/{each.ref}/").status_code for each in (found, ticket)]
    assert statuses == [200, 404]
    assert client.post(f"/tickets/{found.ref}/messages/", {"kind": "reply", "text": "More"}).status_code == 302
    assert Message.objects.latest("pk").author == alone
    assert as_person(cast.official).get("/tickets/").status_code == 403


def test_for_whom_she_acts_on_her_pages_narrows_no_mail(cast: Cast, ticket: Ticket) -> None:
    Membership.objects.create(person=cast.importer, organization=cast.stranger_firm, role="member")
    Person.objects.filter(pk=cast.importer.pk).update(acting_for=cast.stranger_firm)
    assert fate(write(cast.importer, "Here.", Subject=f"[{ticket.ref}]")) == ("taken", "", ticket.ref)


def test_a_flood_is_counted_by_when_it_came_and_not_when_it_is_read(cast: Cast, categories: None) -> None:
    def rows(minutes: float, **more: str) -> None:
        came = timezone.now() - timedelta(minutes=minutes)
        values = {"raw": b"x", "received_at": came, "read_at": came, "state": "left", "sender": EVE, **more}
        Mail.objects.bulk_create(Mail(digest=f"{minutes} {more} {n}", **values) for n in range(MOST_MAILS))

    rows(11, reason="nobody")
    rows(1, reason="forged_sender")
    assert fate(write(EVE, "One"))[0] == "taken"
    rows(2, reason="flood")
    assert fate(write(EVE, "Two"))[:2] == ("left", "flood")


def test_a_left_mail_is_put_into_its_ticket_by_hand_and_handed_out_raw(
    cast: Cast, ticket: Ticket, as_person: As
) -> None:
    left = write(EVE, "It is about hers.", Subject=f"[{ticket.ref}]")
    assert left.state == "left"
    client = as_person(cast.officer)
    said = client.post(f"/tickets/mails/{left.pk}/put/", {"ref": "T26-999999"}, follow=True).content.decode()
    assert "There is no ticket with this reference." in said
    answer = client.post(f"/tickets/mails/{left.pk}/put/", {"ref": ticket.ref.lower()})
    assert answer.headers["Location"] == f"/tickets/{ticket.ref}/"
    message = Message.objects.latest("pk")
    assert (message.ticket, message.address, message.author, message.kind) == (ticket, EVE, None, "reply")
    assert Mail.objects.get().state == "taken"
    twice = client.post(f"/tickets/mails/{left.pk}/put/", {"ref": ticket.ref}, follow=True).content.decode()
    assert "This mail cannot be put into a ticket." in twice
    raw = client.get(f"/tickets/mails/{left.pk}/raw/")
    assert (raw.content, raw["Content-Type"]) == (bytes(left.raw), "application/octet-stream")
    noted = JournalEntry.objects.get(kind="tickets.mail_handed_out")
    assert (noted.by, noted.key) == (cast.officer, str(left.pk))
    assert as_person(cast.importer).get(f"/tickets/mails/{left.pk}/raw/").status_code == 403


def test_mails_are_kept_for_as_long_as_their_purpose(cast: Cast, ticket: Ticket) -> None:
    taken = write(cast.importer, "Hers.", Subject=f"[{ticket.ref}]")
    write(EVE, "Not hers", Subject=f"[{ticket.ref}]")
    Presence.objects.create(ticket=ticket, person=cast.officer, seen_at=AT)
    ours = {rule.name: rule for rule in rules() if rule.name in ("mails_left", "mails_raw", "presences")}
    now = timezone.now()

    def run(days: int) -> list[int]:
        at = now + timedelta(days=days)
        return [rule.remove(at - rule.period, at) for rule in ours.values()]

    assert [run(0), run(180), run(190), run(740), run(741)] == [[0, 0, 1], [0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0]]
    taken.refresh_from_db()
    assert (bytes(taken.raw), taken.text, taken.message.text if taken.message else "") == (b"", "", "Hers.")
