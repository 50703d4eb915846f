"""Webhooks to a real receiver: each message once, in the order of its thing, whatever the receiver does meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from api.hooks.kinds import KINDS
from api.hooks.sending import PATIENCE, send_due, wait_after
from api.hooks.webhooks import make_webhook, pause_webhook, replay, resume_webhook, rotate_secret, send_test
from api.hooks.writing import write_messages
from api.models import Webhook, WebhookMessage
from cargo.models import Consignment, Nomination
from cargo.registration import Particulars, register
from feeds.models import Source
from liaison.journal import record
from liaison.models import JournalEntry
from notify.models import Notice
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import AT, Cast
from tests.fakes.receiver import Receiver
from tests.fakes.serving import serving

NOW = timezone.now()


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """A receiver on this machine, which a test allows."""
    settings.WEBHOOK_LOOPBACK = True
    with serving(Receiver()) as server:
        yield server


def hook_of(cast: Cast, receiver: Receiver, part: str = "importer", *kinds: str) -> Webhook:
    person = cast.people()[part]
    chosen = kinds or tuple(KINDS.values())
    made, receiver.secret = make_webhook(person=person, url=receiver.url, kinds=chosen, by=person, at=NOW)
    return made


def happened(consignment: Consignment, number: int) -> None:
    facts = {"moves": [{"code": str(number)}], "more": 0, "goods": "SECRET"}
    record(kind="cargo.consignment_moved", subject="consignment", key=consignment.ref, by=None, at=AT, **facts)


def told(receiver: Receiver) -> list[tuple[str, str]]:
    return [(body["data"]["ref"], body["data"]["moves"][0]["code"]) for _name, body in receiver.taken]


def states() -> list[str]:
    return list(WebhookMessage.objects.order_by("pk").values_list("state", flat=True))


def test_an_answer_with_which_nobody_reckoned_stops_no_other_webhook(
    cast: Cast, consignment: Consignment, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asks(said: str, at: datetime) -> int:
        raise OverflowError(said)

    monkeypatch.setattr("api.hooks.sending.retry_after", asks)
    hook_of(cast, receiver)
    receiver.answers = [503] * 9
    with serving(Receiver()) as good:
        hook_of(cast, good, "agent")
        for number in (1, 2):
            happened(consignment, number)
        write_messages(at=NOW)
        assert [send_due(at=NOW + timedelta(seconds=20 * turn)) for turn in range(3)] == [2, 0, 0]
        assert told(good) == [(consignment.ref, "1"), (consignment.ref, "2")]
    assert len(receiver.answers) == 8


def test_what_a_source_says_arrives_signed_and_once(
    cast: Cast, clerk: Source, consignment: Consignment, receiver: Receiver
) -> None:
    hook_of(cast, receiver)
    take_in(clerk, csv(row("gate_out", 1)))
    assert [write_messages(at=NOW), write_messages(at=NOW)] == [1, 0]
    assert [send_due(at=NOW), send_due(at=NOW)] == [1, 0]
    [(name, body)] = receiver.taken
    assert name == WebhookMessage.objects.get().name
    assert (body["type"], sorted(body["data"])) == ("consignment.moved", ["more", "moves", "ref", "url"])
    assert (body["data"]["ref"], body["data"]["moves"][0]["code"]) == (consignment.ref, "gate_out")


def test_nobody_is_told_of_what_she_may_not_see(cast: Cast, consignment: Consignment, receiver: Receiver) -> None:
    agent, stranger = hook_of(cast, receiver, "agent"), hook_of(cast, receiver, "stranger")
    receiver.secret = ""
    happened(consignment, 1)
    assert write_messages(at=NOW) == 1
    assert WebhookMessage.objects.get().webhook == agent
    assert stranger.messages.count() == 0
    # Between the writing and the sending the agent loses the goods.
    Nomination.objects.update(ended_at=NOW)
    assert send_due(at=timezone.now()) == 0
    assert (receiver.taken, states()) == ([], ["refused"])


def test_only_kinds_that_were_chosen_and_only_what_happens_from_now_on(
    cast: Cast, consignment: Consignment, receiver: Receiver
) -> None:
    happened(consignment, 1)
    hook = hook_of(cast, receiver, "importer", "consignment.moved")
    record(kind="cargo.consignment_amended", subject="consignment", key=consignment.ref, by=None, at=AT, changed=[])
    happened(consignment, 2)
    assert (write_messages(at=NOW), send_due(at=NOW), told(receiver)) == (1, 1, [(consignment.ref, "2")])
    pause_webhook(webhook=hook, why="owner", by=cast.importer, at=NOW)
    happened(consignment, 3)
    assert write_messages(at=NOW) == 0
    resume_webhook(webhook=hook, by=cast.importer, at=NOW)
    happened(consignment, 4)
    assert (write_messages(at=NOW), send_due(at=NOW), told(receiver)[1:]) == (1, 1, [(consignment.ref, "4")])


def test_after_an_hour_without_a_receiver_all_arrives_in_order_once_each(
    cast: Cast, consignment: Consignment, settings: Settings
) -> None:
    settings.WEBHOOK_LOOPBACK = True
    particulars = Particulars(consignee=cast.importer_firm, bill_of_lading="B2")
    other = register(particulars=particulars, by=cast.importer, at=NOW)
    gone = Receiver()
    gone.server_close()
    hook_of(cast, gone)
    at, written = NOW, 0
    while at < NOW + timedelta(hours=1):
        for held in (consignment, other):
            happened(held, written)
        written += 1
        write_messages(at=at)
        assert send_due(at=at) == 0
        at += timedelta(minutes=5)
    with serving(Receiver(gone.secret, port=gone.port)) as receiver:
        arrived = 0
        while at < NOW + timedelta(hours=2):
            arrived += send_due(at=at)
            at += timedelta(minutes=5)
    assert arrived == 2 * written == len({name for name, _body in receiver.taken}) == len(receiver.taken)
    for held in (consignment, other):
        assert [code for ref, code in told(receiver) if ref == held.ref] == [str(each) for each in range(written)]
    assert Webhook.objects.values_list("failing_since", "failures").get() == (None, 0)


def test_what_one_thing_waits_for_holds_up_no_other(cast: Cast, consignment: Consignment, receiver: Receiver) -> None:
    other = register(particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="B2"), by=None, at=NOW)
    hook_of(cast, receiver)
    for held, number in ((consignment, 1), (other, 2), (consignment, 3), (other, 4)):
        happened(held, number)
    write_messages(at=NOW)
    receiver.answers = [500]
    assert send_due(at=NOW) == 2
    assert told(receiver) == [(other.ref, "2"), (other.ref, "4")]
    assert send_due(at=NOW + timedelta(minutes=1)) == 2
    assert told(receiver)[2:] == [(consignment.ref, "1"), (consignment.ref, "3")]
    first = receiver.refused[0]
    assert [name for name, _body in receiver.taken].count(first) == 1


@pytest.mark.parametrize(
    ("status", "headers", "rests"),
    [(503, {"Retry-After": "1800"}, True), (429, {"Retry-After": "1800"}, True), (302, {"Location": "/other"}, False)],
)
def test_who_has_enough_is_left_alone_and_nobody_is_followed(
    cast: Cast, consignment: Consignment, receiver: Receiver, status: int, headers: dict[str, str], rests: bool
) -> None:
    hook_of(cast, receiver)
    happened(consignment, 1)
    write_messages(at=NOW)
    receiver.answers, receiver.headers = [status], headers
    assert send_due(at=NOW) == 0
    message = WebhookMessage.objects.get()
    assert ([each["status"] for each in message.tries], len(receiver.refused)) == ([status], 1)
    assert send_due(at=NOW + timedelta(minutes=20)) == (0 if rests else 1)
    assert send_due(at=NOW + timedelta(minutes=31)) == (1 if rests else 0)


def test_who_is_gone_is_asked_no_more_and_its_person_is_told(
    cast: Cast, consignment: Consignment, receiver: Receiver
) -> None:
    hook = hook_of(cast, receiver)
    happened(consignment, 1)
    write_messages(at=NOW)
    receiver.answers = [410]
    assert send_due(at=NOW) == 0
    hook.refresh_from_db()
    assert (hook.pause, states()) == ("gone", ["refused"])
    assert Notice.objects.filter(entry__kind="api.webhook_paused").values_list("person", flat=True)[0] == hook.person_id
    happened(consignment, 2)
    assert (write_messages(at=NOW), send_due(at=NOW + timedelta(days=1))) == (0, 0)


def test_who_fails_for_days_is_paused_and_may_have_all_again(
    cast: Cast, consignment: Consignment, receiver: Receiver
) -> None:
    hook = hook_of(cast, receiver)
    at = NOW
    while at <= NOW + PATIENCE + timedelta(hours=6):
        happened(consignment, 1)
        write_messages(at=at)
        receiver.answers = [500] * 50
        assert send_due(at=at) == 0
        at += timedelta(hours=8)
    hook.refresh_from_db()
    assert hook.pause == "failing"
    refused = states().count("refused")
    assert refused > 0
    receiver.answers = []
    resume_webhook(webhook=hook, by=cast.importer, at=at)
    assert replay(webhook=hook, at=at) == refused
    assert send_due(at=at) == len(states())
    assert set(states()) == {"sent"}


def test_both_secrets_sign_for_a_day(cast: Cast, receiver: Receiver) -> None:
    hook = hook_of(cast, receiver)
    old = receiver.secret
    new = rotate_secret(webhook=hook, by=cast.importer, at=NOW)
    arrived = []
    for secret, at in ((old, NOW), (new, NOW), (old, NOW + timedelta(hours=25)), (new, NOW + timedelta(hours=26))):
        receiver.secret = secret
        made = send_test(webhook=hook, at=at)
        arrived.append(send_due(at=at))
        WebhookMessage.objects.filter(pk=made.pk).delete()
        Webhook.objects.update(rest_until=None)
    assert arrived == [1, 1, 0, 1]
    assert receiver.taken[0][1]["type"] == "test"
    assert JournalEntry.objects.filter(kind="api.webhook_rotated").count() == 1


def test_one_message_is_sent_again_under_its_own_id(cast: Cast, consignment: Consignment, receiver: Receiver) -> None:
    hook = hook_of(cast, receiver)
    happened(consignment, 1)
    write_messages(at=NOW)
    send_due(at=NOW)
    message = WebhookMessage.objects.get()
    assert replay(webhook=hook, at=NOW) == 0
    assert replay(webhook=hook, at=NOW, key=message.key) == 1
    assert send_due(at=NOW) == 1
    assert [name for name, _body in receiver.taken] == [message.name] * 2


def test_one_whose_secret_opens_no_more_stops_no_other_webhook(
    cast: Cast, consignment: Consignment, receiver: Receiver
) -> None:
    bad, good = hook_of(cast, receiver), hook_of(cast, receiver, "agent")
    Webhook.objects.filter(pk=bad.pk).update(secret="not sealed")
    happened(consignment, 1)
    write_messages(at=NOW)
    assert [send_due(at=NOW), send_due(at=NOW)] == [1, 0]
    assert list(WebhookMessage.objects.order_by("webhook").values_list("webhook", "state", "attempts")) == [
        (bad.pk, "due", 1),
        (good.pk, "sent", 1),
    ]
    assert list(Webhook.objects.filter(rest_until__gt=NOW, lease_until=None)) == [bad]


def test_waits_double_to_three_hours() -> None:
    hours = [[wait_after(attempts) for _each in range(20)] for attempts in (1, 2, 5, 20)]
    assert [
        (min(each) >= least * 0.8, max(each) <= least * 1.2) for each, least in zip(hours, _WAITS, strict=True)
    ] == [(True, True)] * 4


_WAITS = [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=160), timedelta(hours=3)]


def test_nobody_is_served_by_two(cast: Cast, receiver: Receiver) -> None:
    hook = hook_of(cast, receiver)
    send_test(webhook=hook, at=NOW)
    Webhook.objects.update(lease_until=NOW + timedelta(minutes=1))
    assert send_due(at=NOW) == 0
    assert send_due(at=NOW + timedelta(minutes=2)) == 1
