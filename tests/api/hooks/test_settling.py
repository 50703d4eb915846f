"""What becomes of a message by how it was answered: when it is tried again, when it is given up, when all rests."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.hooks.kinds import KINDS
from api.hooks.sending import LONGEST_REST, LONGEST_WAIT, PATIENCE, _keys, _settle, _stop, _wait, wait_after
from api.hooks.webhooks import delete_webhook, make_webhook, send_test
from api.hooks.wire import Reply
from api.models import Webhook, WebhookMessage
from liaison.models import JournalEntry
from liaison.sealing import seal
from tests.conftest import AT, Cast

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def waiting(attempts: int = 1, failures: int = 0, *, ends_in: timedelta = DAY) -> tuple[Webhook, WebhookMessage]:
    """A webhook and its message that has just failed so often; neither is in the database."""
    return Webhook(failures=failures), WebhookMessage(attempts=attempts, due_at=AT, ends_at=AT + ends_in)


@pytest.mark.parametrize("status", [100, 301, 302, 400, 401, 404, 500, 502])
def test_who_answers_with_something_else_is_tried_again_soon_and_rests_not(status: int) -> None:
    hook, message = waiting()
    _wait(hook, message, Reply(status), AT)
    assert 8 * SECOND <= message.due_at - AT <= 12 * SECOND
    assert (message.state, hook.failures, hook.failing_since, hook.rest_until) == ("due", 1, AT, None)


@pytest.mark.parametrize("status", [None, 429, 503])
def test_who_does_not_answer_or_has_enough_rests_for_all_messages(status: int | None) -> None:
    hook, message = waiting()
    _wait(hook, message, Reply(status), AT)
    assert hook.rest_until is not None
    assert 8 * SECOND <= hook.rest_until - AT <= 12 * SECOND
    assert message.due_at <= hook.rest_until
    assert message.state == "due"


@pytest.mark.parametrize(
    ("asked", "rests"),
    [
        ("1800", timedelta(minutes=30)),
        ("Fri, 20 Nov 2026 06:20:00 GMT", timedelta(minutes=20)),
        # No longer than a day, whatever is asked.
        ("999999999", DAY),
        (" 60 ", timedelta(minutes=1)),
    ],
)
def test_who_asks_to_be_left_alone_is(asked: str, rests: timedelta) -> None:
    hook, message = waiting()
    _wait(hook, message, Reply(429, rest=asked), AT)
    assert hook.rest_until == AT + rests


@pytest.mark.parametrize("asked", ["", "0", "-5", "soon", "Fri, 20 Nov 2020 06:00:00 GMT", "١" * 400])
def test_who_asks_for_nothing_that_can_be_kept_rests_as_usual(asked: str) -> None:
    hook, message = waiting()
    _wait(hook, message, Reply(503, rest=asked), AT)
    assert hook.rest_until is not None
    assert 8 * SECOND <= hook.rest_until - AT <= DAY


def test_nobody_rests_longer_by_herself_than_ten_minutes() -> None:
    hook, message = waiting(attempts=12, failures=500)
    _wait(hook, message, Reply(None), AT)
    assert (hook.rest_until, message.due_at) == (AT + LONGEST_REST, AT + LONGEST_REST)
    assert hook.failures == 501


@pytest.mark.parametrize(
    ("attempts", "ends_in", "status", "state"),
    [
        (1, timedelta(seconds=13), 500, "due"),
        (1, timedelta(seconds=7), 500, "refused"),
        (1, -SECOND, None, "refused"),
        (20, timedelta(hours=4), 500, "due"),
        (20, timedelta(hours=2), 500, "refused"),
        (1, DAY, 410, "refused"),
    ],
)
def test_what_could_not_come_in_time_is_given_up(attempts: int, ends_in: timedelta, status: int, state: str) -> None:
    hook, message = waiting(attempts, ends_in=ends_in)
    _wait(hook, message, Reply(status), AT)
    assert message.state == state


def test_since_when_it_fails_is_the_first_failure() -> None:
    hook, message = waiting()
    for number in range(3):
        _wait(hook, message, Reply(500), AT + number * DAY)
    assert (hook.failures, hook.failing_since) == (3, AT)


@settings(max_examples=40)
@given(st.integers(1, 10**9))
def test_no_wait_is_shorter_than_eight_seconds_or_longer_than_four_hours(attempts: int) -> None:
    assert 8 * SECOND <= wait_after(attempts) <= LONGEST_WAIT * 1.2
    assert wait_after(attempts + 2) > wait_after(attempts) or attempts > 9


@pytest.mark.parametrize(("until", "count"), [(None, 1), (AT - SECOND, 1), (AT, 1), (AT + SECOND, 2), (AT + DAY, 2)])
def test_an_old_secret_signs_until_its_end(until: datetime | None, count: int) -> None:
    old, new = "whsec_b2xk", "whsec_bmV3"
    hook = Webhook(secret=seal(new), old_secret=seal(old), old_secret_until=until)
    assert list(_keys(hook, AT)) == [new, old][:count]


@pytest.mark.parametrize("failing_since", [None, AT, AT - PATIENCE + SECOND])
def test_who_has_not_failed_for_days_goes_on(failing_since: datetime | None) -> None:
    """Without a database: nothing is written."""
    hook = Webhook(failing_since=failing_since)
    _stop(hook, Reply(500), AT)
    assert hook.pause == ""


def told(cast: Cast) -> tuple[Webhook, WebhookMessage]:
    made, _secret = make_webhook(
        person=cast.importer, url="https://erp.firm.example/", kinds=tuple(KINDS.values()), by=None, at=AT
    )
    return made, send_test(webhook=made, at=AT)


@pytest.mark.parametrize("reply", [Reply(204), Reply(500), Reply(None), Reply(410)])
def test_what_is_deleted_while_it_is_sent_stays_deleted_and_stops_nobody(cast: Cast, reply: Reply) -> None:
    hook, message = told(cast)
    hook.failing_since = AT - PATIENCE
    delete_webhook(webhook=Webhook.objects.get(), by=cast.importer, at=AT)
    assert _settle(hook, message, reply, AT) is (reply.status == 204)
    assert (Webhook.objects.count(), WebhookMessage.objects.count()) == (0, 0)
    assert not JournalEntry.objects.filter(kind="api.webhook_paused").exists()


def test_of_many_tries_the_last_ten_are_kept(cast: Cast) -> None:
    hook, message = told(cast)
    for number in range(13):
        _settle(hook, message, Reply(500, f"no {number}"), AT + number * SECOND)
    kept = WebhookMessage.objects.get()
    assert [each["words"] for each in kept.tries] == [f"no {number}" for number in range(3, 13)]
    assert (kept.attempts, kept.state, kept.sent_at) == (13, "due", None)
    _settle(hook, message, Reply(200), AT + 60 * SECOND)
    assert WebhookMessage.objects.values_list("state", "sent_at").get() == ("sent", AT + 60 * SECOND)
    assert Webhook.objects.values_list("failures", "failing_since").get() == (0, None)
