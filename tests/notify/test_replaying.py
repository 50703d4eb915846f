"""Sending again what failed, and stopping channels: only what was refused, once, with all its attempts."""

from __future__ import annotations

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from liaison.models import JournalEntry
from notify import replaying
from notify.board import dead
from notify.models import ChannelState, Notice
from notify.replaying import replay, stop_channel
from tests.conftest import AT, Cast
from tests.notify.conftest import Tell


@pytest.mark.parametrize("state", ["due", "sent", "dropped"])
def test_what_was_not_refused_is_not_sent_again(cast: Cast, tell: Tell, state: str) -> None:
    tell(cast.importer)
    Notice.objects.filter(channel="email").update(state=state, sent_at=AT, attempts=3)
    assert replay(rows=Notice.objects.all(), about="all", by=cast.officer, at=AT) == 0
    assert Notice.objects.values_list("state", "attempts").get(channel="email") == (state, 3)
    assert not JournalEntry.objects.filter(kind="notify.replayed").exists()


def test_the_first_are_taken_where_there_are_too_many_and_the_rest_the_next_time(
    cast: Cast, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "MOST_AT_ONCE", 2)
    for _ in range(3):
        tell(cast.importer)
    Notice.objects.filter(channel="email").update(state="refused", attempts=10, lease_until=AT)
    first, second, third = dead().order_by("pk")
    assert replay(rows=dead(), about="x" * 200, by=cast.officer, at=AT) == 2
    assert list(dead()) == [third]
    found = Notice.objects.filter(pk__in=[first.pk, second.pk]).values_list(
        "state", "attempts", "due_at", "lease_until"
    )
    assert set(found) == {("due", 0, AT, None)}
    assert [replay(rows=dead(), about="rest", by=cast.officer, at=AT) for _ in range(2)] == [1, 0]
    kept = JournalEntry.objects.filter(kind="notify.replayed").order_by("pk").values_list("key", "data__count")
    assert list(kept) == [("x" * 80, 2), ("rest", 1)]


def test_the_bell_rings_once_for_each_channel_that_has_work_again(
    cast: Cast, tell: Tell, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    entry = tell(cast.importer, cast.agent)
    Notice.objects.create(person=cast.importer, entry=entry, channel="sms")
    Notice.objects.exclude(channel="inbox").update(state="refused")
    with django_capture_on_commit_callbacks() as rings:
        assert replay(rows=dead(), about="all", by=cast.officer, at=AT) == 3
    assert len(rings) == 2
    with django_capture_on_commit_callbacks() as rings:
        replay(rows=dead(), about="all", by=cast.officer, at=AT)
    assert rings == []


@pytest.mark.parametrize(
    ("kind", "channel", "count"),
    [
        ("", "", 3),
        ("cargo.consignment_moved", "", 2),
        ("cargo.consignment_moved", "email", 1),
        ("", "sms", 1),
        ("tickets.said", "sms", 0),
        ("tickets.said", "email", 1),
    ],
)
def test_dead_letters_are_chosen_by_kind_and_channel(
    cast: Cast, tell: Tell, kind: str, channel: str, count: int
) -> None:
    entry = tell(cast.importer)
    Notice.objects.create(person=cast.importer, entry=entry, channel="sms")
    tell(cast.agent, kind="tickets.said")
    Notice.objects.exclude(channel="inbox").update(state="refused")
    assert dead(kind, channel).count() == count


def test_stopping_and_starting_is_told_and_a_stop_keeps_the_rest(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    ChannelState.objects.create(channel="sms", rests_until=AT, failures=4, error="HTTP 500")
    with django_capture_on_commit_callbacks() as rings:
        stop_channel(channel="sms", is_stopped=True, by=cast.officer, at=AT)
    held = ChannelState.objects.values_list("is_stopped", "rests_until", "failures", "error")
    assert (held.get(), rings) == ((True, AT, 4, "HTTP 500"), [])
    with django_capture_on_commit_callbacks() as rings:
        stop_channel(channel="sms", is_stopped=False, by=cast.officer, at=AT)
    assert (held.get(), len(rings)) == ((False, None, 0, "HTTP 500"), 1)
    kept = JournalEntry.objects.filter(subject="channel").order_by("pk").values_list("kind", "key", "by")
    assert list(kept) == [
        ("notify.channel_stopped", "sms", cast.officer.pk),
        ("notify.channel_started", "sms", cast.officer.pk),
    ]
