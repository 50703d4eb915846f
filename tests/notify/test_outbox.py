"""Outbox rows from written to settled: once, with a lease, whatever fails."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from liaison.journal import record
from liaison.models import AnonymousUser
from notify import sending
from notify.models import Notice, Preference
from notify.outbox import add_row, call_off, fan_out, mark_read
from notify.preferences import Hours, choose, end_topic
from notify.rules import Sending
from notify.sending import BATCH, LEASE, MOST_ATTEMPTS, claim, send, wait_after
from tests.conftest import AT, Cast
from tests.notify.conftest import DROP, PostOffice, Tell

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
LATER = AT + timedelta(minutes=10)
# The next Monday, at seven in Kigali.
DIGEST = datetime(2026, 11, 23, 5, tzinfo=UTC)


def emails() -> list[tuple[str, str, int]]:
    """To whom, state and attempts of each mail."""
    rows = Notice.objects.filter(channel="email").order_by("pk")
    return list(rows.values_list("person__email", "state", "attempts"))


def deliver(at: datetime = AT) -> int:
    return send(claim(Notice, at=at), at=at)


def test_news_is_one_row_per_person_and_channel_however_often_it_is_written(cast: Cast, tell: Tell) -> None:
    entry = tell(cast.importer, cast.agent)
    assert fan_out({entry.pk: [cast.importer.pk, cast.agent.pk, cast.officer.pk]}, at=AT) == 2
    assert fan_out({entry.pk: [cast.importer.pk]}, at=AT) == 0
    rows = Notice.objects.order_by("person_id", "channel").values_list("person", "channel", "state", "sent_at")
    assert list(rows) == [
        row
        for person in (cast.importer, cast.agent, cast.officer)
        for row in ((person.pk, "email", "due", None), (person.pk, "inbox", "sent", AT))
    ]


@pytest.mark.parametrize("told", [{}, {1: []}])
def test_nobody_to_tell_writes_nothing(db: None, told: dict[int, list[int]]) -> None:
    assert fan_out(told, at=AT) == 0


def test_a_change_that_is_rolled_back_tells_nobody(
    cast: Cast, tell: Tell, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    def change_that_fails() -> None:
        with transaction.atomic():
            tell(cast.importer)
            raise LookupError

    with django_capture_on_commit_callbacks() as rings, pytest.raises(LookupError):
        change_that_fails()
    assert (Notice.objects.count(), len(rings)) == (0, 0)
    with django_capture_on_commit_callbacks() as rings:
        entry = tell(cast.importer)
    assert (Notice.objects.count(), len(rings)) == (2, 1)
    with django_capture_on_commit_callbacks() as rings:
        fan_out({entry.pk: [cast.importer.pk]}, at=AT)
    assert len(rings) == 0


def test_a_row_is_sent_once(post: PostOffice, cast: Cast, tell: Tell) -> None:
    tell(cast.importer, cast.agent)
    assert [deliver(), deliver(), deliver(AT + timedelta(days=1))] == [2, 0, 0]
    assert post.sent_to() == [cast.importer.email, cast.agent.email]
    notice = Notice.objects.filter(channel="email").first()
    assert notice is not None
    assert (notice.state, notice.attempts, notice.sent_at, notice.lease_until, notice.error) == (
        "sent",
        1,
        AT,
        None,
        "",
    )


@pytest.mark.parametrize("answer", ["450 4.2.0 Come again", "421 4.3.2 Closing", DROP])
@pytest.mark.parametrize("stage", ["answers", "data_answers"])
def test_what_fails_for_now_is_due_again_later(
    post: PostOffice, cast: Cast, tell: Tell, answer: str, stage: str
) -> None:
    tell(cast.importer, cast.agent)
    getattr(post, stage)[cast.importer.email] = answer
    assert deliver() == 1
    assert emails() == [(cast.importer.email, "due", 1), (cast.agent.email, "sent", 1)]
    notice = Notice.objects.get(state="due")
    assert (notice.due_at, notice.lease_until, notice.error != "") == (AT + 30 * SECOND, None, True)
    getattr(post, stage).clear()
    assert [deliver(AT + 29 * SECOND), deliver(AT + 30 * SECOND)] == [0, 1]
    assert emails() == [(cast.importer.email, "sent", 2), (cast.agent.email, "sent", 1)]


def test_a_line_cut_after_the_message_sends_a_second_copy_that_can_be_known(
    post: PostOffice, cast: Cast, tell: Tell
) -> None:
    tell(cast.importer)
    post.data_answers[cast.importer.email] = DROP
    deliver()
    post.data_answers.clear()
    deliver(AT + 30 * SECOND)
    first, second = post.mails
    assert first["Message-ID"] == second["Message-ID"]


@pytest.mark.parametrize("stage", ["answers", "data_answers"])
def test_what_is_refused_is_refused_for_good(post: PostOffice, cast: Cast, tell: Tell, stage: str) -> None:
    tell(cast.importer, cast.agent)
    getattr(post, stage)[cast.importer.email] = "550 5.1.1 No such mailbox"
    assert [deliver(), deliver(AT + timedelta(days=9))] == [1, 0]
    assert emails() == [(cast.importer.email, "refused", 1), (cast.agent.email, "sent", 1)]
    assert "No such mailbox" in Notice.objects.get(state="refused").error
    assert post.asked.count(cast.importer.email) == 1


def test_a_failure_that_never_passes_is_given_up(post: PostOffice, cast: Cast, tell: Tell) -> None:
    tell(cast.importer)
    post.answers[cast.importer.email] = "450 4.2.0 Come again"
    at = AT
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert deliver(at) == 0
        assert emails() == [(cast.importer.email, "refused" if attempt == MOST_ATTEMPTS else "due", attempt)]
        at += wait_after(attempt)
    assert deliver(at + timedelta(days=1)) == 0
    assert len(post.asked) == MOST_ATTEMPTS


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 30), (2, 60), (3, 120), (9, 7680), (10, 15360), (11, 21600), (500, 21600)]
)
def test_the_wait_doubles_up_to_six_hours(attempts: int, seconds: int) -> None:
    assert wait_after(attempts) == timedelta(seconds=seconds)


@pytest.mark.parametrize("poison", [{"moves": [{"at": "never"}]}, {"ref": ""}, {"kind": "nobody.wrote_words_for_it"}])
def test_a_poisoned_notice_does_not_stop_the_others(
    post: PostOffice, cast: Cast, tell: Tell, poison: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    tell(cast.importer, **poison)
    tell(cast.agent)
    assert deliver() == 1
    assert emails() == [(cast.importer.email, "due", 1), (cast.agent.email, "sent", 1)]
    assert [record.message for record in caplog.records if record.name == "notify.sending"] == [
        f"Notice {Notice.objects.get(state='due').pk} could not be worded or sent"
    ]


def test_a_lease_keeps_others_away_until_it_ends(cast: Cast, tell: Tell) -> None:
    tell(cast.importer)
    (notice,) = claim(Notice, at=AT)
    assert notice.lease_until == AT + LEASE
    assert claim(Notice, at=AT + LEASE) == []
    assert claim(Notice, at=AT + LEASE + SECOND) == [notice]


def test_what_is_due_later_and_what_is_settled_is_not_taken(cast: Cast, tell: Tell) -> None:
    tell(cast.importer, cast.agent, cast.officer)
    later, sent, refused = Notice.objects.filter(channel="email").order_by("pk")
    Notice.objects.filter(pk=later.pk).update(due_at=AT + SECOND)
    Notice.objects.filter(pk=sent.pk).update(state="sent", sent_at=AT)
    Notice.objects.filter(pk=refused.pk).update(state="refused")
    assert claim(Notice, at=AT) == []
    assert claim(Notice, at=AT + SECOND) == [later]


def test_the_longest_due_are_taken_first_and_no_more_than_asked_for(cast: Cast, tell: Tell) -> None:
    for _ in range(5):
        tell(cast.importer)
    pks = list(Notice.objects.filter(channel="email").order_by("pk").values_list("pk", flat=True))
    for age, pk in enumerate(pks):
        Notice.objects.filter(pk=pk).update(due_at=AT - age * SECOND)
    assert {notice.pk for notice in claim(Notice, at=AT, limit=2)} == set(pks[-2:])
    assert {notice.pk for notice in claim(Notice, at=AT, limit=BATCH)} == set(pks[:-2])


def in_another_connection(call: Callable[[], Any]) -> Any:
    def run() -> Any:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(timeout=20)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_hold_the_same_row_and_never_wait_for_each_other(cast: Cast, tell: Tell) -> None:
    for _ in range(4):
        tell(cast.importer)
    with transaction.atomic():
        first = {notice.pk for notice in claim(Notice, at=AT, limit=3)}
        second = in_another_connection(lambda: {notice.pk for notice in claim(Notice, at=AT)})
    assert (len(first), len(second)) == (3, 1)
    assert first | second == set(Notice.objects.filter(channel="email").values_list("pk", flat=True))
    assert in_another_connection(lambda: claim(Notice, at=AT)) == []


def test_a_slow_worker_does_not_end_the_lease_of_the_next(post: PostOffice, cast: Cast, tell: Tell) -> None:
    tell(cast.importer)
    slow = claim(Notice, at=AT)
    later = AT + LEASE + SECOND
    (next_one,) = claim(Notice, at=later)
    post.answers[cast.importer.email] = "450 4.2.0 Come again"
    assert send(slow, at=later) == 0
    assert Notice.objects.get(channel="email").lease_until == next_one.lease_until
    post.answers.clear()
    assert send([next_one], at=later) == 1
    assert send(slow, at=later) == 0
    assert emails() == [(cast.importer.email, "sent", 1)]


def test_a_slow_server_never_outlasts_the_lease(
    post: PostOffice, cast: Cast, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SENDING", timedelta(seconds=0.2))
    post.pause_s = 0.3
    tell(cast.importer, cast.agent, cast.officer)
    assert deliver() == 1
    assert [state for _, state, _ in emails()] == ["sent", "due", "due"]
    assert [deliver(AT + LEASE), deliver(AT + LEASE + SECOND)] == [0, 1]


def test_reading_marks_the_persons_own_inbox_once(cast: Cast, tell: Tell) -> None:
    tell(cast.importer, cast.agent)
    tell(cast.importer)
    assert mark_read(person=cast.importer, at=AT) == 2
    assert mark_read(person=cast.importer, at=AT + SECOND) == 0
    rows = Notice.objects.filter(channel="inbox").order_by("pk").values_list("person", "read_at")
    assert list(rows) == [(cast.importer.pk, AT), (cast.agent.pk, None), (cast.importer.pk, AT)]
    assert not Notice.objects.filter(channel="email", read_at__isnull=False).exists()


def test_everybody_sees_only_her_own(cast: Cast, tell: Tell) -> None:
    tell(*cast.people().values())
    for person in cast.people().values():
        seen = Notice.objects.visible_to(person).values_list("person", flat=True)
        assert set(seen) == {person.pk}


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "lost"}, "notice_state_known"),
        ({"channel": "pigeon"}, "notice_channel_known"),
        ({"state": "sent"}, "notice_sent_has_time"),
        ({"channel": "inbox"}, "notice_once"),
    ],
)
def test_the_database_refuses_what_must_never_be(
    cast: Cast, tell: Tell, values: dict[str, str], constraint: str
) -> None:
    tell(cast.importer)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Notice.objects.filter(channel="email").update(**values)


def test_an_anonymous_viewer_sees_no_notice(cast: Cast, tell: Tell) -> None:
    tell(cast.importer)
    assert list(Notice.objects.visible_to(AnonymousUser())) == []


def told() -> list[tuple[str, str, datetime]]:
    rows = Notice.objects.order_by("entry_id", "person_id", "channel")
    return list(rows.values_list("person__name", "channel", "due_at"))


def test_news_of_later_is_in_the_inbox_at_once_and_rings_no_bell(
    cast: Cast, tell: Tell, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    entry = tell(cast.agent)
    later = AT + timedelta(minutes=5)
    with django_capture_on_commit_callbacks() as rings:
        assert fan_out({entry.pk: [cast.importer.pk]}, at=AT, due_at=later) == 2
    assert rings == []
    assert told()[:2] == [("Importer", "email", later), ("Importer", "inbox", later)]


def test_what_is_called_off_is_only_what_nobody_has_begun(cast: Cast, tell: Tell) -> None:
    entry, other = tell(cast.importer, cast.agent, cast.stranger), tell(cast.officer)
    first, second, third = Notice.objects.filter(channel="email", entry=entry).order_by("pk")
    Notice.objects.filter(pk=first.pk).update(attempts=1)
    Notice.objects.filter(pk=second.pk).update(lease_until=AT)
    assert [call_off([entry.pk]), call_off([entry.pk]), call_off([])] == [1, 0, 0]
    found = Notice.objects.filter(channel="email").order_by("pk").values_list("pk", "state")
    assert [state for _pk, state in found] == ["due", "due", "dropped", "due"]
    assert found[2] == (third.pk, "dropped")
    assert Notice.objects.get(entry=other, channel="email").state == "due"
    assert set(Notice.objects.filter(channel="inbox").values_list("state", flat=True)) == {"sent"}


def test_a_correction_goes_by_the_channels_of_what_it_corrects_and_to_no_other(cast: Cast, tell: Tell) -> None:
    first = tell(cast.importer, cast.agent)
    Notice.objects.filter(person=cast.agent, channel="email").update(state="dropped")
    second = tell(cast.officer)
    Notice.objects.filter(entry=second).delete()
    people = [person.pk for person in (cast.importer, cast.agent, cast.stranger)]
    assert fan_out({second.pk: people}, at=AT, corrects={second.pk: [first.pk]}) == 3
    rows = Notice.objects.filter(entry=second).order_by("person_id", "channel").values_list("person__name", "channel")
    assert list(rows) == [("Importer", "email"), ("Importer", "inbox"), ("Agent", "inbox")]


def test_a_correction_keeps_her_hours_and_her_no_but_what_was_urgent_is_mended_at_once(cast: Cast, tell: Tell) -> None:
    Preference.objects.create(person=cast.importer, digest="daily", changed_at=AT)
    people = [cast.importer, cast.agent]
    first = tell(*people)
    end_topic(person=cast.agent, topic="movement", by=None, at=AT)
    entries = [record(kind=first.kind, subject="consignment", key=first.key, by=None, at=AT) for _number in range(2)]
    for number, entry in enumerate(entries):
        # The second time what is corrected was urgent.
        Notice.objects.filter(entry=first).update(is_urgent=bool(number))
        fan_out({entry.pk: [person.pk for person in people]}, at=AT, corrects={entry.pk: [first.pk]})
    mailed = Notice.objects.filter(channel="email").exclude(state="dropped").order_by("pk")
    digest = Notice.objects.get(entry=first, person=cast.importer, channel="email").due_at
    assert list(mailed.values_list("entry_id", "person_id", "due_at", "is_bundled")) == [
        (first.pk, cast.importer.pk, digest, True),
        (entries[0].pk, cast.importer.pk, digest, True),
        (entries[1].pk, cast.importer.pk, AT, False),
    ]
    assert digest > AT


@pytest.mark.parametrize(
    ("digest", "waiting", "then"),
    [
        # She had a digest when it was written: both come in it, as one message.
        ("weekly", {}, (DIGEST, True)),
        ("weekly", {"is_urgent": True, "is_bundled": False}, (DIGEST, False)),
        # Urgent ones wait for no digest.
        ("weekly", {"is_urgent": True}, (LATER, False)),
        ("", {"due_at": AT + HOUR, "attempts": 3}, (AT + HOUR, False)),
        # What should have gone in a digest still goes first.
        ("weekly", {"due_at": AT}, (LATER, True)),
        # What waits no more, or was due before, holds nothing up.
        ("weekly", {"state": "sent", "sent_at": AT}, (LATER, False)),
        ("", {}, (LATER, False)),
    ],
)
def test_a_correction_comes_no_sooner_than_what_it_corrects(
    cast: Cast, tell: Tell, digest: str, waiting: dict[str, Any], then: tuple[datetime, bool]
) -> None:
    if digest:
        Preference.objects.create(person=cast.importer, digest=digest, changed_at=AT)
    first = tell(cast.importer, cast.agent)
    Notice.objects.filter(person=cast.importer, channel="email").update(**waiting)
    choose(person=cast.importer, hours=Hours(), table={}, by=None, at=LATER)
    entry = record(kind=first.kind, subject="consignment", key=first.key, by=None, at=LATER)
    people = [cast.importer.pk, cast.agent.pk]
    assert fan_out({entry.pk: people}, at=LATER, corrects={entry.pk: [first.pk]}) == 4
    rows = Notice.objects.filter(entry=entry).order_by("person_id", "channel")
    assert list(rows.values_list("person_id", "channel", "due_at", "is_bundled")) == [
        (cast.importer.pk, "email", *then),
        (cast.importer.pk, "inbox", LATER, False),
        (cast.agent.pk, "email", LATER, False),
        (cast.agent.pk, "inbox", LATER, False),
    ]


def test_a_correction_and_what_it_corrects_are_one_mail_of_the_digest(post: PostOffice, cast: Cast, tell: Tell) -> None:
    Preference.objects.create(person=cast.importer, digest="weekly", changed_at=AT)
    first = tell(cast.importer)
    choose(person=cast.importer, hours=Hours(), table={}, by=None, at=LATER)
    withdrawn = {**first.data, "ref": "RW26-000043"}
    entry = record(kind=first.kind, subject="consignment", key=first.key, by=None, at=LATER, **withdrawn)
    fan_out({entry.pk: [cast.importer.pk]}, at=LATER, corrects={entry.pk: [first.pk]})
    assert [deliver(LATER), deliver(DIGEST - SECOND), deliver(DIGEST)] == [0, 0, 2]
    (mail,) = post.mails
    body = mail.get_content()
    assert 0 < body.index("RW26-000042") < body.index("RW26-000043")


def test_a_correction_of_nothing_tells_nobody(cast: Cast, tell: Tell) -> None:
    entry = tell(cast.importer)
    Notice.objects.all().delete()
    assert fan_out({entry.pk: [cast.importer.pk]}, at=AT, corrects={entry.pk: []}) == 0
    assert fan_out({entry.pk: [cast.importer.pk]}, at=AT, corrects={}) == 2


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        ({}, ("movement", False)),
        ({"topic": "hold"}, ("hold", False)),
        ({"topic": "weather", "urgent": True}, ("movement", True)),
        ({"topic": ["hold"]}, ("movement", False)),
        ({"topic": None, "urgent": None}, ("movement", False)),
        ({"kind": "tickets.escalated"}, ("ticket", True)),
        ({"kind": "tickets.escalated", "urgent": False}, ("ticket", False)),
        ({"kind": "nobody.knows_it"}, ("account", False)),
    ],
)
def test_an_entrys_own_data_say_what_it_is_about(
    cast: Cast, tell: Tell, data: dict[str, Any], kept: tuple[str, bool]
) -> None:
    tell(cast.importer, **data)
    assert set(Notice.objects.values_list("topic", "is_urgent")) == {kept}


def test_a_stand_in_is_written_once(cast: Cast, tell: Tell) -> None:
    tell(cast.importer)
    notice = Notice.objects.get(channel="email")
    sending_ = Sending("sms", AT + SECOND, is_bundled=True)
    assert [add_row(notice, sending_, at=AT) for _ in range(2)] == [1, 0]
    added = Notice.objects.get(channel="sms")
    assert (added.entry_id, added.person_id, added.topic, added.due_at, added.is_bundled, added.state) == (
        *(notice.entry_id, notice.person_id, "movement", AT + SECOND, True, "due"),
    )
