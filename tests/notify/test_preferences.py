"""What people chose, as the outbox follows it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from liaison.models import JournalEntry, Person
from notify.models import Notice, Phone, Preference, Stance, Wish
from notify.outbox import fan_out
from notify.preferences import Hours, choose, end_topic, stance_on, table_of, take_stance
from notify.readers import readers_of, watchers_of
from notify.rules import BURST, FREE, Reader
from notify.sending import LEASE, claim
from tests.conftest import AT, Cast
from tests.notify.conftest import Tell

USUAL = Hours()


def rows(person: Person) -> list[tuple[str, str, datetime, bool]]:
    found = Notice.objects.filter(person=person).order_by("entry_id", "channel")
    return list(found.values_list("channel", "topic", "due_at", "is_bundled"))


def prove(person: Person, number: str = "+250788000001") -> None:
    Phone.objects.create(person=person, number=number, asked_at=AT, verified_at=AT)


def test_a_reader_is_what_she_chose_and_what_is_proven(cast: Cast, settings: Settings) -> None:
    settings.PERSONAL_CHANNELS = ["email", "sms"]
    prove(cast.importer)
    Phone.objects.create(person=cast.agent, number="+250788000002", asked_at=AT)
    hours = Hours(quiet_from=time(20), quiet_until=time(5), holds_email=True, digest="weekly", threshold_h=24)
    choose(person=cast.agent, hours=hours, table={("movement", "email"): False}, by=cast.agent, at=AT)
    found = readers_of([person.pk for person in cast.people().values()])
    assert found == {
        cast.importer.pk: Reader(reachable=frozenset({"email", "sms"})),
        cast.agent.pk: Reader(
            wishes={("movement", "email"): False},
            quiet=(time(20), time(5)),
            holds_email=True,
            digest="weekly",
            threshold_h=24,
        ),
        cast.stranger.pk: Reader(),
        cast.officer.pk: Reader(side="office"),
        cast.desk.pk: Reader(side="agency"),
        cast.official.pk: Reader(side="agency"),
    }


def test_news_goes_as_chosen_watched_or_muted(cast: Cast, tell: Tell, settings: Settings) -> None:
    settings.PERSONAL_CHANNELS = ["email", "sms"]
    prove(cast.importer)
    choose(person=cast.agent, hours=Hours(digest="daily"), table={}, by=cast.agent, at=AT)
    end_topic(person=cast.stranger, topic="hold", by=None, at=AT)
    take_stance(person=cast.officer, subject="consignment", key="RW26-000042", stance="mute", by=None, at=AT)
    tell(cast.importer, cast.agent, cast.stranger, cast.officer, topic="hold")
    tomorrow = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
    assert [rows(person) for person in (cast.importer, cast.agent, cast.stranger, cast.officer)] == [
        [("email", "hold", AT, False), ("inbox", "hold", AT, False), ("sms", "hold", AT, False)],
        [("email", "hold", tomorrow, True), ("inbox", "hold", AT, False)],
        [("inbox", "hold", AT, False)],
        [("inbox", "hold", AT, False)],
    ]


def test_a_flood_is_held_back_within_one_call_and_across_calls(
    cast: Cast, tell: Tell, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    free = FREE["email"]
    entries = [tell(cast.agent) for _ in range(free + 1)]
    Notice.objects.all().delete()
    with django_assert_max_num_queries(6):
        fan_out({entry.pk: [cast.importer.pk] for entry in entries}, at=AT)
    tell(cast.importer)
    mails = [row for row in rows(cast.importer) if row[0] == "email"]
    assert [is_bundled for _channel, _topic, _due, is_bundled in mails] == [False] * free + [True, True]
    assert {due for _channel, _topic, due, is_bundled in mails if is_bundled} == {AT + BURST}


def test_what_is_usual_is_not_kept_and_ending_a_topic_is_a_wish(cast: Cast) -> None:
    usual = table_of(cast.importer)
    choose(person=cast.importer, hours=USUAL, table=usual | {("ticket", "sms"): True}, by=None, at=AT)
    end_topic(person=cast.importer, topic="movement", by=None, at=AT)
    wishes = Wish.objects.order_by("topic").values_list("topic", "channel", "is_wanted")
    assert list(wishes) == [("movement", "email", False), ("ticket", "sms", True)]
    choose(person=cast.importer, hours=USUAL, table=usual, by=None, at=AT)
    assert (Wish.objects.count(), table_of(cast.importer) == usual) == (0, True)
    kinds = JournalEntry.objects.filter(kind__startswith="notify.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["notify.preferences_changed", "notify.topic_ended", "notify.preferences_changed"]


def test_ending_a_topic_ends_it_for_what_is_watched_too(cast: Cast, tell: Tell) -> None:
    take_stance(person=cast.importer, subject="consignment", key="RW26-000042", stance="watch", by=None, at=AT)
    end_topic(person=cast.importer, topic="movement", by=None, at=AT)
    for topic in ("movement", "hold"):
        tell(cast.importer, topic=topic)
    assert [row[:2] for row in rows(cast.importer)] == [("inbox", "movement"), ("email", "hold"), ("inbox", "hold")]


def test_what_waits_for_a_digest_goes_no_more_once_its_topic_is_ended(cast: Cast, tell: Tell) -> None:
    Preference.objects.create(person=cast.importer, digest="weekly", changed_at=AT)
    first, held = tell(cast.importer), tell(cast.importer)
    Notice.objects.filter(entry=held).update(lease_until=AT)
    tell(cast.importer, topic="hold")
    end_topic(person=cast.importer, topic="movement", by=None, at=AT)
    mails = Notice.objects.filter(channel="email").order_by("pk").values_list("entry__data__topic", "state")
    assert list(mails) == [(None, "dropped"), (None, "due"), ("hold", "due")]
    assert Notice.objects.get(entry=first, channel="inbox").state == "sent"


@pytest.mark.parametrize(
    ("lease", "facts", "state"),
    [
        (timedelta(microseconds=-1), {}, "dropped"),
        (timedelta(microseconds=-1), {"attempts": 1}, "dropped"),
        # Somebody sends it now.
        (timedelta(0), {}, "due"),
        (LEASE, {}, "due"),
        (-LEASE, {"is_urgent": True}, "due"),
        (-LEASE, {"channel": "sms"}, "due"),
        (-LEASE, {"topic": "hold"}, "due"),
        (-LEASE, {"state": "sent", "sent_at": AT}, "sent"),
    ],
)
def test_what_a_dead_worker_has_left_behind_ends_with_its_topic_and_what_is_being_sent_does_not(
    cast: Cast, tell: Tell, lease: timedelta, facts: dict[str, Any], state: str
) -> None:
    tell(cast.importer, cast.agent)
    mails = Notice.objects.filter(channel="email").order_by("pk")
    mine, others = mails.values_list("pk", flat=True)
    mails.update(lease_until=AT + lease)
    Notice.objects.filter(pk=mine).update(**facts)
    end_topic(person=cast.importer, topic="movement", by=None, at=AT)
    found = Notice.objects.in_bulk([mine, others])
    assert (found[mine].state, found[others].state) == (state, "due")
    is_claimed = mine in {row.pk for row in claim(Notice, at=AT + 2 * LEASE)}
    assert is_claimed is (state == "due")


def test_a_stance_is_one_and_ones_own(cast: Cast) -> None:
    for stance in ("watch", "mute", "watch"):
        take_stance(person=cast.importer, subject="consignment", key="A", stance=stance, by=None, at=AT)
        assert stance_on(cast.importer, "consignment", "A") == stance
    assert (stance_on(cast.agent, "consignment", "A"), stance_on(cast.importer, "ticket", "A")) == ("", "")
    assert watchers_of("consignment", ["A", "B"]) == {"A": {cast.importer.pk}}
    assert not Stance.objects.visible_to(cast.agent).exists()
    before = JournalEntry.objects.count()
    take_stance(person=cast.agent, subject="consignment", key="A", stance="", by=None, at=AT)
    assert JournalEntry.objects.count() == before


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"quiet_from": time(1)}, "preference_quiet_has_both_ends"),
        ({"quiet_from": time(1), "quiet_until": time(1)}, "preference_quiet_ends"),
        ({"digest": "hourly"}, "preference_digest_known"),
        ({"digest_hour": 24}, "preference_digest_time"),
        ({"threshold_h": 0}, "preference_threshold_in_reach"),
    ],
)
def test_the_database_refuses_preferences_that_mean_nothing(
    cast: Cast, values: dict[str, object], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Preference.objects.create(person=cast.importer, changed_at=AT, **values)


def test_the_database_refuses_wishes_and_telephones_that_mean_nothing(cast: Cast) -> None:
    wish: dict[str, Any] = {"person": cast.importer, "topic": "movement", "channel": "email", "is_wanted": True}
    phone: dict[str, Any] = {"person": cast.importer, "number": "+250788000001", "asked_at": AT}
    proven = {"verified_at": AT}
    stance: dict[str, Any] = {"person": cast.agent, "subject": "s", "key": "k", "is_muted": True, "since": AT}
    for make in (
        lambda: Wish.objects.create(**wish | {"topic": "weather"}),
        lambda: Wish.objects.create(**wish | {"channel": "inbox"}),
        lambda: Phone.objects.create(**phone | {"number": "0788"}),
        lambda: Phone.objects.create(**phone | {"code": "x", "verified_at": AT}),
        lambda: Phone.objects.bulk_create([Phone(**phone | proven), Phone(**phone | proven | {"person": cast.agent})]),
        lambda: Stance.objects.bulk_create([Stance(**stance), Stance(**stance)]),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make()


def test_nobody_is_told_again_of_the_same(cast: Cast, tell: Tell) -> None:
    entry = tell(cast.importer)
    assert fan_out({entry.pk: [cast.importer.pk]}, at=AT + timedelta(days=1)) == 0
