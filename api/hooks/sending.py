"""Sending messages: for each webhook one at a time, each thing's in order, again until a day has passed."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from api.dcsa_shapes import VERSION
from api.hooks.signing import signed, signed_for_dcsa
from api.hooks.webhooks import pause_webhook
from api.hooks.wire import Forbidden, Reply, post
from api.hooks.writing import visible_among
from api.models import Webhook, WebhookMessage
from liaison.models import JournalEntry
from liaison.patience import retry_after
from liaison.sealing import unseal
from notify.outbox import fan_out

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=3)
# No message is begun after this part of the lease.
SENDING = timedelta(minutes=1)
AT_ONCE = 16
FIRST_WAIT, LONGEST_WAIT, LONGEST_REST = timedelta(seconds=10), timedelta(hours=3), timedelta(minutes=10)
# After so long without any success it is paused, and its person is told.
PATIENCE = timedelta(days=3)
KEPT_TRIES = 10
GONE = 410
BUSY = (429, 503)
State = WebhookMessage.State
_NEVER_SENT = "Not sent: %s"


def send_due(*, at: datetime) -> int:
    """Send what is due to webhooks that nobody else serves; returns how many messages arrived."""
    hooks = _claim(at)
    ends, sent = time.monotonic() + SENDING.total_seconds(), 0
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        serving = hooks
        while serving and time.monotonic() < ends:
            heads = [(hook, message) for hook in serving if (message := _head(hook, at))]
            # Only the network is left to threads; what became of it is written here.
            replies = list(pool.map(partial(_deliver, at=at), heads))
            sent += sum(_settled(*head, reply, at) for head, reply in zip(heads, replies, strict=True))
            serving = [hook for hook, _message in heads if not hook.pause and not hook.rest_until]
    Webhook.objects.filter(pk__in=[hook.pk for hook in hooks]).update(lease_until=None)
    return sent


@transaction.atomic
def _claim(at: datetime) -> list[Webhook]:
    waiting = WebhookMessage.objects.filter(webhook=OuterRef("pk"), state=State.DUE, due_at__lte=at)
    rows = Webhook.objects.running().filter(Q(lease_until=None) | Q(lease_until__lt=at), Exists(waiting))
    due = rows.filter(Q(rest_until=None) | Q(rest_until__lte=at)).order_by("rest_until", "pk")
    ids = list(due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:AT_ONCE])
    Webhook.objects.filter(pk__in=ids).update(lease_until=at + LEASE, rest_until=None)
    return list(Webhook.objects.filter(pk__in=ids).select_related("person").order_by("pk"))


def _head(hook: Webhook, at: datetime) -> WebhookMessage | None:
    """The oldest message that is due and before which nothing else about the same thing waits, still hers to know."""
    earlier = WebhookMessage.objects.filter(
        webhook=OuterRef("webhook"), about=OuterRef("about"), state=State.DUE, pk__lt=OuterRef("pk")
    )
    rows = WebhookMessage.objects.filter(~Exists(earlier), webhook=hook, state=State.DUE, due_at__lte=at)
    for message in rows.order_by("pk"):
        subject, _colon, key = message.about.partition(":")
        if not key or visible_among([(subject, key)], hook.person):
            return message
        _give_up(message, "The person may not see it any more.", at)
    return None


def _deliver(head: tuple[Webhook, WebhookMessage], at: datetime) -> Reply:
    hook, message = head
    body = message.body.encode()
    try:
        return post(hook.url, headers=_headers(hook, message, body, at), body=body)
    except Forbidden as error:
        return Reply(None, _NEVER_SENT % error)
    except Exception as error:
        logger.exception("The message %s of the webhook %s could not be sent", message.pk, hook.pk)
        return Reply(None, _NEVER_SENT % type(error).__name__)


def _headers(hook: Webhook, message: WebhookMessage, body: bytes, at: datetime) -> dict[str, str]:
    keys = _keys(hook, at)
    if hook.subscription is None:
        return signed(message=message.name, body=body, keys=keys, at=at)
    return signed_for_dcsa(subscription=str(hook.subscription), body=body, key=keys[0], version=VERSION)


def _keys(hook: Webhook, at: datetime) -> Sequence[str]:
    is_rotating = hook.old_secret_until is not None and hook.old_secret_until > at
    return [unseal(hook.secret), *([unseal(hook.old_secret)] if is_rotating else [])]


def _settled(hook: Webhook, message: WebhookMessage, reply: Reply, at: datetime) -> bool:
    """Whether it arrived. An answer with which nobody reckoned stops no other webhook, and rests its own."""
    try:
        return _settle(hook, message, reply, at)
    except Exception:
        logger.exception("What became of the message %s of the webhook %s is not known", message.pk, hook.pk)
        hook.rest_until = at + LONGEST_REST
        _keep(hook, "rest_until")
        return False


def _settle(hook: Webhook, message: WebhookMessage, reply: Reply, at: datetime) -> bool:
    is_sent = reply.status is not None and 200 <= reply.status < 300
    message.attempts += 1
    tried = {"at": at.isoformat(), "status": reply.status, "words": reply.words}
    message.tries = [*message.tries[1 - KEPT_TRIES :], tried]
    if is_sent:
        message.state, message.sent_at = State.SENT, at
        hook.failures, hook.failing_since = 0, None
    else:
        _wait(hook, message, reply, at)
    with transaction.atomic():
        # Either may have been deleted while it was sent.
        _keep(message, "attempts", "tries", "state", "sent_at", "due_at")
        if _keep(hook, "failures", "failing_since", "rest_until"):
            _stop(hook, reply, at)
    return is_sent


def _keep(row: Webhook | WebhookMessage, *names: str) -> bool:
    rows: QuerySet[Any] = type(row)._default_manager.filter(pk=row.pk)
    return bool(rows.update(**{name: getattr(row, name) for name in names}))


def _wait(hook: Webhook, message: WebhookMessage, reply: Reply, at: datetime) -> None:
    """When it is tried again. A receiver that does not answer, or has enough, is left alone for all messages."""
    message.due_at = at + wait_after(message.attempts)
    hook.failures += 1
    hook.failing_since = hook.failing_since or at
    if message.due_at > message.ends_at or reply.status == GONE:
        message.state = State.REFUSED
    if reply.status is None or reply.status in BUSY:
        asked = timedelta(seconds=retry_after(reply.rest, at) or 0)
        hook.rest_until = at + max(min(wait_after(hook.failures), LONGEST_REST), asked)
        message.due_at = min(message.due_at, hook.rest_until)


def wait_after(attempts: int) -> timedelta:
    """How long after so many failures: 10 s, doubling, three hours at most, a fifth more or less."""
    wait = min(FIRST_WAIT * (1 << min(attempts - 1, 12)), LONGEST_WAIT)
    # Chance only parts those who would come at once.
    return wait * float(random.uniform(0.8, 1.2))  # noqa: S311


def _stop(hook: Webhook, reply: Reply, at: datetime) -> None:
    """Pause it where the receiver is gone, or has failed for days; its person is told."""
    is_gone = reply.status == GONE
    if not is_gone and (hook.failing_since is None or at - hook.failing_since < PATIENCE):
        return
    hook.pause = Webhook.Pause.GONE if is_gone else Webhook.Pause.FAILING
    if pause_webhook(webhook=hook, why=hook.pause, by=None, at=at):
        entry = JournalEntry.objects.filter(kind="api.webhook_paused", key=str(hook.person_id)).latest("pk")
        fan_out({entry.pk: [hook.person_id]}, at=at)


def _give_up(message: WebhookMessage, why: str, at: datetime) -> None:
    tried = {"at": at.isoformat(), "status": None, "words": why}
    WebhookMessage.objects.filter(pk=message.pk).update(state=State.REFUSED, tries=[*message.tries, tried])
