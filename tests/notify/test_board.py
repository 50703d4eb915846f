"""The outbox board: how channels stand, what failed and is sent again, and what was sent to whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from liaison.models import JournalEntry, Organization, Person
from liaison.people import OFFICE_ORGANIZATION
from notify.board import MOST_PEOPLE, Standing, dead, dead_letters, marks, reports_of, sent_to, standings
from notify.health import Outcome, note_outcome
from notify.kinds import SENT_BY
from notify.models import Bounce, ChannelState, ChannelTally, Letter, Notice, Phone, Report
from notify.replaying import replay, stop_channel
from notify.tasks import send_due
from tests.conftest import AT, Cast, somebody
from tests.notify.conftest import PostOffice, Tell

As = Callable[[Person | None], Client]
HOUR = timedelta(hours=1)


@pytest.fixture
def chief(cast: Cast) -> Person:
    office = Organization.objects.get(name=OFFICE_ORGANIZATION)
    return somebody(office, "administrator", "chief@portal.example")


def test_each_channel_stands_as_its_rows_and_its_tally_say(
    cast: Cast, tell: Tell, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tell(cast.importer, cast.agent, cast.officer)
    first, _second, third = Notice.objects.filter(channel="email").order_by("pk")
    Notice.objects.filter(pk=first.pk).update(due_at=AT - HOUR, attempts=2)
    Notice.objects.filter(pk=third.pk).update(due_at=AT + HOUR)
    Letter.objects.create(address="keza@firm.example", subject="s", body="b", due_at=AT)
    Letter.objects.create(channel="sms", address="+250788000001", subject="", body="b", due_at=AT)
    note_outcome("email", Outcome(sent=5, failed=2, error="HTTP 500"), at=AT, is_down=True)
    note_outcome("sms", Outcome(sent=2, refused=1, cost=Decimal(18)), at=AT - 2 * HOUR, is_down=False)
    ChannelTally.objects.create(channel="sms", starts_at=AT - timedelta(days=40), sent=9, cost=90)
    with django_assert_num_queries(4):
        found = {each.channel: each for each in standings(at=AT)}
    mail, sms = found["email"], found["sms"]
    assert (mail.waiting, mail.retried, mail.later, mail.oldest_at) == (3, 1, 1, AT - HOUR)
    assert (mail.sent_day, mail.failed_hour, mail.error, mail.state, mail.sent_at) == (5, 2, "HTTP 500", "resting", AT)
    assert (sms.waiting, sms.sent_day, sms.refused_day, sms.failed_hour, sms.cost_month) == (1, 2, 1, 0, Decimal(18))
    assert (found["push"].waiting, found["push"].state, found["push"].sent_at) == (0, "fine", None)


def refused(tell: Tell, *people: Person) -> None:
    tell(*people)
    Notice.objects.filter(channel="email").update(state="refused", attempts=10, error="550 gone")


def test_dead_letters_are_sent_again_one_by_one_or_by_kind_by_those_who_decide(
    cast: Cast, tell: Tell, as_person: As, chief: Person, post: PostOffice
) -> None:
    refused(tell, cast.importer, cast.agent)
    first, second = dead().order_by("pk")
    page = as_person(cast.officer).get("/outbox/failed/").content.decode()
    assert ("550 gone" in page, "Send again" in page) == (True, False)
    assert as_person(cast.officer).post(f"/outbox/failed/{first.pk}/replay/").status_code == 403
    client = as_person(chief)
    assert "Send again" in client.get("/outbox/failed/?channel=email").content.decode()
    assert client.post(f"/outbox/failed/{first.pk}/replay/").status_code == 302
    assert client.post(f"/outbox/failed/{first.pk}/replay/").status_code == 404
    assert list(dead()) == [second]
    client.post("/outbox/failed/replay/", {"kind": "", "channel": ""})
    client.post("/outbox/failed/replay/", {"kind": "tickets.said", "channel": ""})
    assert list(dead()) == [second]
    client.post("/outbox/failed/replay/", {"kind": "cargo.consignment_moved", "channel": ""})
    assert (dead().count(), Notice.objects.get(pk=second.pk).attempts) == (0, 0)
    send_due()
    assert sorted(post.sent_to()) == sorted([cast.importer.email, cast.agent.email])
    said = JournalEntry.objects.filter(kind="notify.replayed").order_by("pk").values_list("key", "data__count", "by")
    assert list(said) == [(str(first.pk), 1, chief.pk), ("cargo.consignment_moved", 1, chief.pk)]
    assert replay(rows=dead(), about="none", by=chief, at=AT) == 0


def test_what_was_sent_is_found_by_person_and_reference(cast: Cast, tell: Tell, as_person: As) -> None:
    tell(cast.importer, cast.agent)
    Phone.objects.create(person=cast.agent, number="+250788000001", asked_at=AT)
    for who, people in (
        ("Importer", {cast.importer.pk}),
        ("agent@portal", {cast.agent.pk}),
        ("+250788000001", {cast.agent.pk}),
        ("", {cast.importer.pk, cast.agent.pk}),
        ("nobody", set()),
    ):
        assert {row.person_id for row in sent_to(who, "rw26-000042")} == people
    assert not sent_to("Importer", "RW26-000041").exists()
    client = as_person(cast.officer)
    page = client.get("/outbox/", {"who": "importer", "about": "RW26-000042"}).content.decode()
    assert (page.count('<li class="card">'), cast.agent.email in page) == (2, False)
    Notice.objects.filter(person=cast.importer, channel="email").update(provider_id="x1")
    Report.objects.create(channel="email", provider_id="x1", state="delivered", reason="Oh", reported_at=AT)
    Report.objects.create(channel="sms", provider_id="x1", state="failed", reason="No", reported_at=AT)
    page = client.get("/outbox/", {"who": "importer"}).content.decode()
    assert ("in the mailbox" in page, "Oh" in page, "No<" in page) == (True, True, False)
    assert "Nothing like that" in client.get("/outbox/", {"who": "nobody"}).content.decode()


def test_an_administrator_stops_a_channel_and_starts_it_again(
    cast: Cast, tell: Tell, as_person: As, chief: Person, post: PostOffice
) -> None:
    tell(cast.importer)
    assert as_person(cast.officer).post("/outbox/channels/email/", {"stop": "yes"}).status_code == 403
    assert as_person(chief).post("/outbox/channels/pigeon/", {"stop": "yes"}).status_code == 404
    as_person(chief).post("/outbox/channels/email/", {"stop": "yes"})
    send_due()
    assert (post.mails, Notice.objects.get(channel="email").attempts) == ([], 0)
    assert "stopped by an administrator" in as_person(chief).get("/outbox/").content.decode()
    ChannelState.objects.update(rests_until=AT + timedelta(days=9999), failures=3)
    stop_channel(channel="email", is_stopped=False, by=chief, at=AT)
    send_due()
    assert (len(post.mails), Notice.objects.get(channel="email").state) == (1, "sent")


@pytest.mark.parametrize("language", ["en", "rw"])
def test_wording_is_looked_at_and_tried_on_oneself(cast: Cast, as_person: As, language: str) -> None:
    client = as_person(cast.officer)
    asked = {"kind": "cargo.money_burns", "language": language}
    page = client.get("/outbox/wording/", asked).content.decode()
    assert ("RW26-000042" in page, f'lang="{language}"' in page) == (True, True)
    assert client.get("/outbox/wording/", {"kind": "no.such"}).status_code == 404
    assert client.post("/outbox/wording/", asked).status_code == 302
    letters = Letter.objects.values_list("channel", "address")
    assert list(letters) == [("email", cast.officer.email)]
    Phone.objects.create(person=cast.officer, number="+250788000001", asked_at=AT, verified_at=AT)
    client.post("/outbox/wording/", asked)
    assert list(letters.order_by("pk"))[-1] == ("sms", "+250788000001")


def standing(**facts: Any) -> Standing:
    empty: dict[str, Any] = {
        **dict.fromkeys(("waiting", "retried", "later", "sent_day", "failed_hour", "refused_day"), 0),
        **dict.fromkeys(("oldest_at", "sent_at", "failed_at", "rests_until")),
        "channel": "email",
        "cost_month": Decimal(0),
        "error": "",
        "is_stopped": False,
    }
    return Standing(**empty | facts)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, "fine"),
        ({"waiting": 9}, "fine"),
        ({"failed_hour": 9}, "fine"),
        ({"waiting": 1, "failed_hour": 1}, "late"),
        ({"waiting": 1, "failed_hour": 1, "rests_until": AT}, "resting"),
        ({"is_stopped": True, "rests_until": AT}, "stopped"),
    ],
)
def test_the_worst_of_a_channel_is_said_in_one_word(facts: dict[str, Any], state: str) -> None:
    assert standing(**facts).state == state


def test_an_empty_outbox_has_every_channel_and_a_rest_that_ended_is_none(db: None) -> None:
    ChannelState.objects.create(channel="email", rests_until=AT)
    found = standings(at=AT)
    assert [(each.channel, each.state, each.waiting, each.oldest_at) for each in found] == [
        (channel, "fine", 0, None) for channel in SENT_BY
    ]
    assert (dead_letters(), marks()) == (0, (0, 0))


def test_every_piece_of_one_message_has_its_report(
    cast: Cast, tell: Tell, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        tell(cast.importer)
    tell(cast.agent)
    Notice.objects.filter(channel="email", person=cast.importer).update(channel="sms", provider_id="one")
    said = Report.objects.create(channel="sms", provider_id="one", state="delivered", reported_at=AT)
    rows = list(Notice.objects.order_by("pk"))
    with django_assert_num_queries(1):
        found = reports_of(rows)
    assert found == {notice.pk: said for notice in rows if notice.channel == "sms"}
    assert len(found) == 3
    assert reports_of([]) == {}


def test_marks_are_addresses_that_are_dead_and_telephones_that_said_stop(cast: Cast) -> None:
    for number, person in enumerate((cast.importer, cast.agent, cast.stranger)):
        stopped_at = AT if number else None
        Phone.objects.create(person=person, number=f"+25078800000{number}", asked_at=AT, stopped_at=stopped_at)
    Bounce.objects.create(address="keza@firm.example", at=AT)
    assert marks() == (1, 2)


@pytest.mark.parametrize("who", ["%", "_", "importer%", "\\", "@portal.example"])
def test_a_search_takes_every_sign_as_it_is(cast: Cast, tell: Tell, who: str) -> None:
    tell(cast.importer)
    assert list(sent_to(who, "")) == []


def test_a_name_that_many_have_finds_no_more_than_so_many_people(cast: Cast, tell: Tell) -> None:
    many = Person.objects.bulk_create(
        Person(email=f"keza{number}@firm.example", name="Keza") for number in range(MOST_PEOPLE + 2)
    )
    tell(*many)
    assert sent_to("keza", "").values("person").distinct().count() == MOST_PEOPLE


@pytest.mark.parametrize("path", ["/outbox/", "/outbox/failed/", "/outbox/wording/"])
def test_the_board_is_the_offices_alone(cast: Cast, as_person: As, path: str) -> None:
    people = cast.people()
    seen = {part: as_person(person).get(path).status_code for part, person in people.items()}
    assert seen == dict.fromkeys(people, 403) | {"officer": 200}


@pytest.mark.parametrize("path", ["/outbox/failed/replay/", "/outbox/channels/email/", "/outbox/failed/1/replay/"])
def test_nobody_but_the_heads_sends_again_or_stops(cast: Cast, as_person: As, path: str) -> None:
    sent = {as_person(person).post(path, {"stop": "yes"}).status_code for person in cast.people().values()}
    assert (sent, ChannelState.objects.exists()) == ({403}, False)
    assert as_person(cast.officer).get(path).status_code in (403, 405)
