"""The pulling queue over a real Redis: one task a source, and no failure that takes anything else down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from feeds.intake import receive
from feeds.models import Delivery, Replay, Source, SourceDay
from feeds.pull import LEASE, begin, claim_due, pull
from feeds.tasks import count_source_figures, pull_due, pull_source, put_back, put_back_unfinished, watch_sources
from tests.conftest import AT
from tests.feeds.conftest import Partner, pulled
from tests.liaison.test_bell import Rung

NOWHERE = "http://127.0.0.1:1/"


def test_every_due_source_gets_a_task_of_its_own_in_the_pulling_queue(rung: Rung) -> None:
    first, second = (pulled(slug, NOWHERE, at=timezone.now() - LEASE) for slug in ("first", "second"))
    pulled("later", NOWHERE, at=timezone.now() + LEASE)
    pull_due()
    tasks = rung("pulling")
    assert tasks == [("feeds.tasks.pull_source", {"source_id": source.pk}) for source in (first, second)]


def test_a_second_beat_sends_nothing_while_the_first_is_at_work(rung: Rung) -> None:
    pulled("first", NOWHERE)
    pull_due()
    pull_due()
    assert len(rung("pulling")) == 1


def test_a_task_that_was_lost_is_sent_again_after_the_lease(rung: Rung) -> None:
    source = pulled("first", NOWHERE)
    pull_due()
    Source.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    pull_due()
    assert [ids for _task, ids in rung("pulling")] == [{"source_id": source.pk}] * 2


def claim_and_pull(source: Source) -> None:
    """What the beat and the queue do with a source that is due, one after the other."""
    Source.objects.filter(pk=source.pk).update(due_at=AT, opened_until=None)
    assert claim_due(at=timezone.now()) == [source.pk]
    pull_source(source_id=source.pk)


def test_a_task_pulls_its_source(partner: Partner, carrier: Source) -> None:
    partner.offer(b"x", ETag='"1"')
    before = timezone.now()
    claim_and_pull(carrier)
    delivery = Delivery.objects.get()
    assert (bytes(delivery.raw), delivery.source, delivery.received_at >= before) == (b"x", carrier, True)


def test_of_two_tasks_for_one_claim_the_second_finds_nothing(partner: Partner, carrier: Source) -> None:
    partner.offer(b"x", ETag='"1"')
    claim_and_pull(carrier)
    pull_source(source_id=carrier.pk)
    assert (Delivery.objects.count(), len(partner.asked)) == (1, 1)
    claim_and_pull(carrier)
    assert (Delivery.objects.count(), partner.asked[1]["If-None-Match"]) == (1, '"1"')


def test_a_queue_that_lags_beyond_the_lease_pulls_once(partner: Partner, carrier: Source) -> None:
    partner.offer(b"x")
    Source.objects.update(due_at=AT)
    claims = [claim_due(at=AT + n * LEASE) for n in range(4)]
    assert begin(source_id=carrier.pk, at=AT + 4 * LEASE) == carrier
    assert begin(source_id=carrier.pk, at=AT + 4 * LEASE) is None, "the first is at work"
    pull(source=carrier, at=AT + 4 * LEASE)
    assert begin(source_id=carrier.pk, at=AT + 5 * LEASE) is None, "the first is done"
    assert (claims, len(partner.asked)) == ([[carrier.pk]] * 4, 1)


def test_a_pull_that_died_is_claimed_again_after_its_lease(partner: Partner, carrier: Source) -> None:
    partner.offer(b"x")
    Source.objects.update(due_at=AT, is_claimed=True)
    assert begin(source_id=carrier.pk, at=AT) == carrier
    assert [claim_due(at=AT + LEASE - timedelta(seconds=1)), claim_due(at=AT + LEASE)] == [[], [carrier.pk]]
    pull_source(source_id=carrier.pk)
    assert Delivery.objects.count() == 1


def test_a_failure_is_noted_with_the_source_and_in_the_log_and_ends_the_task_well(
    partner: Partner, carrier: Source, caplog: pytest.LogCaptureFixture
) -> None:
    partner.give = lambda desk: desk.say(status=503)
    claim_and_pull(carrier)
    carrier.refresh_from_db()
    assert (carrier.failures, carrier.last_error, Delivery.objects.count()) == (1, "HTTP 503", 0)
    assert [record.message for record in caplog.records if record.name == "feeds.tasks"] == [
        f"Source {carrier.pk}: HTTP 503"
    ]


def test_failures_are_counted_from_task_to_task(partner: Partner, carrier: Source) -> None:
    partner.give = lambda desk: desk.say(status=503)
    for _ in range(5):
        claim_and_pull(carrier)
    carrier.refresh_from_db()
    assert (carrier.failures, carrier.opened_until) == (5, carrier.due_at)


def test_the_timetable_asks_for_what_is_due_and_loses_no_beat(settings: Settings) -> None:
    beat = settings.CELERY_BEAT_SCHEDULE["pull-due-sources"]
    assert (beat["task"], beat["schedule"] < LEASE.total_seconds()) == (pull_due.name, True)


def test_the_board_s_tasks_count_and_watch_in_the_queue_of_reports(clerk: Source, settings: Settings) -> None:
    Source.objects.update(promise_s=60, last_success_at=AT)
    replay = Replay.objects.create(source=clerk, started_at=AT)
    receive(source=clerk, raw=b"x", at=timezone.now())
    Source.objects.update(last_success_at=AT)
    watch_sources()
    count_source_figures()
    put_back_unfinished()
    put_back(replay_id=replay.pk)
    replay.refresh_from_db()
    assert (SourceDay.objects.count(), Source.objects.silent().count(), bool(replay.ended_at)) == (1, 1, True)
    names = ("watch_sources", "count_source_figures", "put_back_unfinished")
    beat = {str(entry["task"]) for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {f"feeds.tasks.{name}" for name in names} - beat == set()
    assert [settings.CELERY_TASK_ROUTES[f"feeds.tasks.{name}"]["queue"] for name in (*names, "put_back")] == [
        "reports"
    ] * 4


@pytest.mark.parametrize("state", [{"paused_at": AT, "pause_reason": "their server moves"}, {"is_active": False}])
def test_what_was_paused_since_it_was_claimed_is_not_asked(
    partner: Partner, carrier: Source, state: dict[str, object]
) -> None:
    partner.offer(b"x")
    Source.objects.update(is_claimed=True, **state)
    pull_source(source_id=carrier.pk)
    carrier.refresh_from_db()
    assert (partner.asked, Delivery.objects.count(), carrier.last_tried_at) == ([], 0, None)
    pull_source(source_id=987_654)
