"""Erasing a person: nothing of her is left in any table but her number."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from cargo.models import Consignment
from liaison.erasure import erase
from liaison.holdings import held_of
from liaison.models import (
    CallNote,
    Consent,
    FocalPoint,
    Invitation,
    JournalEntry,
    Membership,
    Organization,
    Person,
    SheetDraft,
)
from liaison.people import add_person
from notify.addresses import note_bounce
from notify.letters import write_letter
from notify.models import Letter, Notice
from tests.conftest import AT, Cast
from tests.liaison.traces import ADDRESS, WORDS, leave_traces
from tests.rows import put_kept
from tests.tickets.conftest import opened
from tickets.models import Mail


@pytest.fixture
def traced(cast: Cast) -> Person:
    return leave_traces(cast.agent, cast.importer_firm)


@pytest.fixture
def categories(db: None) -> None:
    """The taxonomy of tickets."""
    put_kept("categories")


def tables_that_say(*words: str) -> list[str]:
    """Every table of the database that has one of the words in any column, whatever the case."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" AS row WHERE row::text ILIKE ANY (%s)', [
                [f"%{word}%" for word in words]
            ])  # fmt: skip
            if cursor.fetchone()[0]:
                found.add(table)
    return sorted(found)


def test_nothing_of_her_is_left_in_any_table(traced: Person) -> None:
    before = tables_that_say(ADDRESS, WORDS)
    assert len(before) >= 6
    assert erase(person=traced, by=traced, at=AT) is True
    # The papers that the firm sent stay with the firm; their test digest bears the address.
    assert tables_that_say(ADDRESS, WORDS, "+250788123456", "192.0.2.7") == ["liaison_document"]


def test_nothing_is_left_of_any_address_that_she_has_proved(cast: Cast, categories: None, traced: Person) -> None:
    private = "private@home.example"
    leave_traces(cast.stranger, cast.stranger_firm, address=private, words="Somebody Else")
    Person.objects.filter(pk=cast.stranger.pk).update(email="other@firm.example")
    EmailAddress.objects.filter(email=private).update(user=traced, primary=False)
    Organization.objects.create(name="Private@home.example", kind="importer", country="RW", email=private)
    note_bounce(address=private, words="failed", at=AT)
    came = {"raw": private.encode(), "received_at": AT, "read_at": AT, "sender": private, "text": private}
    ticket = opened(cast)
    Mail.objects.create(digest="1", state="left", reason="nobody", **came)
    Mail.objects.create(digest="2", state="taken", ticket=ticket, subject=f"Of {private}", **came)
    held = held_of(traced)
    names = ("invitations", "registrations", "focal_points", "subscriptions", "letters", "bounces", "ticket_mails")
    assert [len(held[name]) for name in names] == [2, 2, 2, 2, 2, 1, 2]
    assert len(tables_that_say(private)) >= 8
    erase(person=traced, by=traced, at=AT)
    # What is another's stays with him: the paper, the talk and the name of a program, of which the tests made it a mark.
    assert tables_that_say(private) == ["liaison_document", "tickets_talk"]
    assert list(Mail.objects.values_list("ticket", "subject", "sender")) == [(ticket.pk, "", "")]
    assert [bytes(mail.raw) for mail in Mail.objects.all()] == [b""]


def test_an_address_that_she_has_not_proved_takes_nothing_with_it(cast: Cast, traced: Person) -> None:
    EmailAddress.objects.create(user=traced, email=cast.importer.email, verified=False)
    write_letter(address=cast.importer.email, subject="Your code", body="x", at=AT)
    assert len(held_of(traced)["letters"]) == 1
    erase(person=traced, by=traced, at=AT)
    assert list(Letter.objects.values_list("address", flat=True)) == [cast.importer.email]


def test_the_row_stays_as_a_number(traced: Person) -> None:
    erase(person=traced, by=traced, at=AT)
    found = Person.objects.get(pk=traced.pk)
    assert (found.email, found.name, found.phone, found.is_active, found.erased_at, found.last_login) == (
        f"erased-{traced.pk}@invalid.example", f"#{traced.pk}", "", False, AT, None,
    )  # fmt: skip
    assert found.has_usable_password() is False
    assert (found.roles, found.organization_ids()) == (frozenset(), [])
    held = held_of(found)
    left = {name: len(rows) for name, rows in held.items() if rows}
    assert left == {"profile": 1, "consents": 1, "work": 2, "done": 2, "done_to": 2}


def test_a_consent_is_withdrawn_and_stays_as_proof(traced: Person) -> None:
    erase(person=traced, by=traced, at=AT + timedelta(days=2))
    assert list(Consent.objects.values_list("person", "withdrawn_at")) == [(traced.pk, AT + timedelta(days=2))]


def test_of_others_nothing_goes(cast: Cast, traced: Person) -> None:
    other = leave_traces(cast.stranger, cast.stranger_firm, address="other@firm.example", words="Somebody Else")
    before = held_of(other)
    erase(person=traced, by=traced, at=AT)
    assert held_of(Person.objects.get(pk=other.pk)) == before
    assert sorted(CallNote.objects.values_list("spoken_to", flat=True)) == ["", "SOMEBODY ELSE"]
    assert SheetDraft.objects.get().by == other
    assert [
        model.objects.count() for model in (Invitation, FocalPoint, Letter, UserSession, Session, Authenticator)
    ] == [1] * 6
    assert not EmailAddress.objects.filter(user=traced).exists()
    assert EmailAddress.objects.count() == len(cast.people()) - 1
    assert Notice.objects.count() == 2


def test_the_business_record_stays(cast: Cast, consignment: Consignment) -> None:
    other = add_person(email="co@firm.example", role="owner", organization="Umucyo Traders", by=None, at=AT)
    erase(person=cast.importer, by=cast.importer, at=AT)
    consignment.refresh_from_db()
    assert consignment.registered_by_id == cast.importer.pk
    assert list(Consignment.objects.visible_to(other)) == [consignment]
    assert list(Consignment.objects.visible_to(Person.objects.get(pk=cast.importer.pk))) == []


def test_the_journal_tells_that_and_by_whom_and_nothing_else(cast: Cast, traced: Person) -> None:
    erase(person=traced, by=cast.officer, at=AT)
    entry = JournalEntry.objects.latest("pk")
    assert (entry.kind, entry.key, entry.by, entry.data) == (
        "liaison.person_erased", str(traced.pk), cast.officer, {},
    )  # fmt: skip


def test_once_is_enough(traced: Person) -> None:
    erase(person=traced, by=None, at=AT)
    entries = JournalEntry.objects.count()
    assert erase(person=traced, by=None, at=AT + timedelta(days=1)) is False
    assert (JournalEntry.objects.count(), Person.objects.get(pk=traced.pk).erased_at) == (entries, AT)


def test_she_is_signed_out_everywhere(cast: Cast, traced: Person) -> None:
    client = Client()
    client.force_login(traced)
    assert client.get("/me/").status_code == 200
    erase(person=traced, by=None, at=AT)
    assert client.get("/me/").status_code == 302


def test_her_address_can_begin_anew(traced: Person) -> None:
    erase(person=traced, by=None, at=AT)
    again = add_person(email=ADDRESS, role="member", organization="Umucyo Traders", by=None, at=AT)
    assert again.pk != traced.pk
    assert held_of(again)["notices"] == []


def test_a_firm_that_bears_her_address_loses_it(db: None) -> None:
    person = add_person(email="trader@firm.example", role="owner", by=None, at=AT)
    Organization.objects.update(email="Trader@firm.example")
    erase(person=person, by=person, at=AT)
    assert list(Organization.objects.values_list("name", "email")) == [(f"erased-{person.pk}", "")]


def test_what_she_offered_to_others_is_withdrawn(cast: Cast) -> None:
    Invitation.objects.create(
        organization=cast.agent_firm, email="new@firm.example", role="member", token_digest="d",
        invited_by=cast.agent, invited_at=AT, expires_at=AT + timedelta(days=7),
    )  # fmt: skip
    erase(person=cast.agent, by=None, at=AT)
    assert Invitation.objects.get().withdrawn_at == AT


@pytest.mark.parametrize(
    ("other", "may"),
    [
        (None, True),
        ({"role": "member"}, False),
        ({"role": "owner"}, True),
        ({"role": "owner", "suspended_at": AT}, False),
    ],
    ids=["alone", "a member", "another owner", "a suspended owner"],
)
def test_the_last_owner_hands_over_first(cast: Cast, other: dict[str, object] | None, may: bool) -> None:
    if other:
        Membership.objects.create(person=cast.agent, organization=cast.importer_firm, **other)
    if may:
        assert erase(person=cast.importer, by=cast.importer, at=AT) is True
        return
    with pytest.raises(ValidationError, match="Umucyo Traders"):
        erase(person=cast.importer, by=cast.importer, at=AT)
    found = Person.objects.get(pk=cast.importer.pk)
    assert (found.email, found.erased_at) == ("importer@portal.example", None)


def test_an_inactive_owner_is_no_heir_and_the_last_administrator_stays(cast: Cast) -> None:
    Membership.objects.create(person=cast.agent, organization=cast.importer_firm, role="owner")
    Person.objects.filter(pk=cast.agent.pk).update(is_active=False)
    administrator = add_person(email="admin@portal.example", role="administrator", by=None, at=AT)
    for person in (cast.importer, administrator):
        with pytest.raises(ValidationError):
            erase(person=person, by=person, at=AT)
    add_person(email="second@portal.example", role="administrator", by=None, at=AT)
    assert erase(person=administrator, by=administrator, at=AT) is True
