"""People as the rules see them: side, clock, what is reachable, what was sent to them of late."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from liaison.models import Membership, Organization, Person
from notify.addresses import phone_of, proven_phone_of
from notify.correspondents import start, stop
from notify.models import Bounce, Notice, Phone, Stance
from notify.preferences import Hours, choose, preference_of, table_of
from notify.readers import lately_of, reader_of, readers_of, stances_of, watchers_of
from notify.rules import BURST, DEFAULTS, Lately, Reader
from tests.conftest import AT, Cast
from tests.notify.conftest import Tell

EVERY = ["email", "whatsapp", "sms"]
BEFORE = AT - BURST


@pytest.mark.parametrize(
    ("facts", "reachable"),
    [
        ({}, {"email"}),
        ({"verified_at": AT}, {"email", "whatsapp", "sms"}),
        ({"code": "x"}, {"email"}),
    ],
)
def test_a_telephone_counts_while_it_is_proven_and_not_stopped(
    cast: Cast, settings: Settings, facts: dict[str, Any], reachable: set[str]
) -> None:
    settings.PERSONAL_CHANNELS = EVERY
    Phone.objects.create(person=cast.importer, number="+250788000001", asked_at=AT, **facts)
    assert reader_of(cast.importer).reachable == reachable
    assert reader_of(cast.agent).reachable == {"email"}


def test_stop_is_by_channel(cast: Cast, settings: Settings) -> None:
    settings.PERSONAL_CHANNELS = EVERY
    number = "+250788000001"
    Phone.objects.create(person=cast.importer, number=number, asked_at=AT, verified_at=AT)

    def reached() -> tuple[set[str], str, str]:
        person = Person.objects.select_related("messaging").get(pk=cast.importer.pk)
        return set(reader_of(person).reachable), phone_of(person), proven_phone_of(person)

    stop(channel="whatsapp", address=number, stopped_by="user", at=AT)
    assert reached() == ({"email", "sms"}, number, number)
    stop(channel="sms", address=number, stopped_by="user", at=AT)
    start(channel="whatsapp", address=number, at=AT)
    assert reached() == ({"email", "whatsapp"}, "", number)
    start(channel="sms", address=number, at=AT)
    assert reached() == ({"email", "sms", "whatsapp"}, number, number)


def test_a_stop_from_before_stop_was_by_channel_holds_for_sms_alone(cast: Cast, settings: Settings) -> None:
    settings.PERSONAL_CHANNELS, number = EVERY, "+250788000001"
    Phone.objects.create(person=cast.importer, number=number, asked_at=AT, verified_at=AT, stopped_at=AT)
    assert reader_of(cast.importer).reachable == {"email", "whatsapp"}
    assert start(channel="sms", address=number, at=AT)
    assert reader_of(cast.importer).reachable == {"email", "whatsapp", "sms"}


def test_a_dead_address_is_its_persons_alone_and_the_telephone_stays(cast: Cast, settings: Settings) -> None:
    settings.PERSONAL_CHANNELS = EVERY
    Phone.objects.create(person=cast.importer, number="+250788000001", asked_at=AT, verified_at=AT)
    Bounce.objects.create(address=cast.importer.email, at=AT)
    found = readers_of([cast.importer.pk, cast.agent.pk])
    assert [found[person.pk].reachable for person in (cast.importer, cast.agent)] == [{"whatsapp", "sms"}, {"email"}]


def test_what_the_portal_does_not_offer_reaches_nobody(cast: Cast, settings: Settings) -> None:
    settings.PERSONAL_CHANNELS = []
    assert reader_of(cast.importer).reachable == set()


def test_whoever_is_of_the_office_too_is_told_as_the_office_and_without_a_role_as_the_trade(cast: Cast) -> None:
    office = Organization.objects.get(membership__person=cast.officer)
    role = Membership.objects.get(person=cast.officer).role
    Membership.objects.create(person=cast.importer, organization=office, role=role)
    roleless = Person.objects.create(email="nobody@portal.example", name="Nobody", time_zone="Asia/Kolkata")
    assert (reader_of(cast.importer).side, reader_of(cast.agent).side) == ("office", "trade")
    assert reader_of(roleless) == Reader(zone="Asia/Kolkata")


def test_many_readers_cost_one_query_and_nobody_none_are_found(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        found = readers_of([person.pk for person in cast.people().values()])
    assert set(found) == {person.pk for person in cast.people().values()}
    assert (readers_of([]), readers_of([0])) == ({}, {})


def test_hours_without_a_digest_still_say_from_which_drift_on(cast: Cast) -> None:
    hours = Hours(quiet_from=time(22), quiet_until=time(5, 30), threshold_h=48)
    choose(person=cast.importer, hours=hours, table={}, by=None, at=AT)
    assert reader_of(cast.importer) == Reader(quiet=(time(22), time(5, 30)), threshold_h=48)
    assert preference_of(cast.importer).threshold_h == 48
    assert (preference_of(cast.agent).threshold_h, preference_of(cast.agent).pk) == (12, cast.agent.pk)


def test_a_table_is_what_is_usual_for_ones_side_with_ones_own_word(cast: Cast) -> None:
    choose(person=cast.desk, hours=Hours(), table={("hold", "sms"): True}, by=None, at=AT)
    usual = DEFAULTS["agency"]
    table = table_of(cast.desk)
    assert {cell for cell, is_on in table.items() if is_on} == {
        *((topic, channel) for topic, channels in usual.items() for channel in channels),
        ("hold", "sms"),
    }


def stand(person: Person, key: str, *, is_muted: bool, subject: str = "consignment") -> None:
    Stance.objects.create(person=person, subject=subject, key=key, is_muted=is_muted, since=AT)


def test_watchers_are_the_active_ones_by_thing_and_no_one_who_muted_it(cast: Cast) -> None:
    stand(cast.importer, "A", is_muted=False)
    stand(cast.agent, "A", is_muted=False)
    stand(cast.stranger, "A", is_muted=True)
    stand(cast.importer, "B", is_muted=False)
    stand(cast.officer, "A", is_muted=False, subject="ticket")
    Person.objects.filter(pk=cast.agent.pk).update(is_active=False)
    assert watchers_of("consignment", ["A", "B", "C"]) == {"A": {cast.importer.pk}, "B": {cast.importer.pk}}
    assert (watchers_of("consignment", []), watchers_of("ticket", ["B"])) == ({}, {})


def test_stances_are_of_those_asked_for_by_person_subject_and_key(cast: Cast) -> None:
    stand(cast.importer, "A", is_muted=False)
    stand(cast.importer, "B", is_muted=True)
    stand(cast.agent, "A", is_muted=True)
    asked = [cast.importer.pk, cast.stranger.pk]
    assert stances_of(asked, {("consignment", "A"), ("consignment", "C")}) == {
        (cast.importer.pk, "consignment", "A"): False
    }
    assert (stances_of([], {("consignment", "A")}), stances_of(asked, set())) == ({}, {})


def lately(person: Person, channel: str = "email") -> Lately | None:
    return lately_of([person.pk], BEFORE).get(person.pk, {}).get(channel)


def test_of_late_counts_what_was_sent_one_by_one_and_says_when_a_bundle_goes(cast: Cast, tell: Tell) -> None:
    for _ in range(6):
        tell(cast.importer)
    tell(cast.agent)
    pks = list(Notice.objects.filter(person=cast.importer, channel="email").order_by("pk").values_list("pk", flat=True))
    changes: list[dict[str, Any]] = [
        {"state": "sent", "sent_at": AT},
        {"is_bundled": True, "due_at": AT + BURST},
        {"is_bundled": True, "due_at": AT + 2 * BURST},
        {"state": "refused"},
        {"is_urgent": True},
        {"written_at": BEFORE},
    ]
    for pk, change in zip(pks, changes, strict=True):
        Notice.objects.filter(pk=pk).update(**{"written_at": AT} | change)
    assert lately(cast.importer) == Lately(1, AT + BURST)
    assert (lately(cast.agent), lately(cast.stranger), lately(cast.importer, "inbox")) == (Lately(1), None, None)


@pytest.mark.parametrize(("written_at", "count"), [(BEFORE, None), (BEFORE + timedelta(microseconds=1), 1), (AT, 1)])
def test_of_late_is_within_the_burst(cast: Cast, tell: Tell, written_at: datetime, count: int | None) -> None:
    tell(cast.importer)
    Notice.objects.update(written_at=written_at)
    found = lately(cast.importer)
    assert (found.count if found else None) == count
