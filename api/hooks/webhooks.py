"""Webhooks, and subscriptions of DCSA: making, changing, pausing, ending, and sending again what was missed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from api.hooks.kinds import DCSA, KINDS, TEST, body_of
from api.hooks.signing import new_secret
from api.hooks.wire import Forbidden, check_address
from api.models import Webhook, WebhookMessage
from cargo.models import EventMatch
from liaison.bell import ring
from liaison.journal import record
from liaison.models import JournalEntry, Person
from liaison.sealing import seal

MOST = 20
# So long the old secret signs beside the new one.
ROTATING = timedelta(hours=24)
# So long it is tried.
TRIED = timedelta(hours=24)
BELL = "api.tasks.send_webhooks"


@transaction.atomic
def make_webhook(
    *, person: Person, url: str, kinds: Sequence[str], by: Person | None, at: datetime
) -> tuple[Webhook, str]:
    """A new webhook and its secret, shown this once. ValidationError for an address that nothing is sent to."""
    _check(person, url)
    secret = new_secret()
    return _made(person, url, secret, kinds=sorted(set(kinds)), by=by, at=at), secret


def _made(person: Person, url: str, secret: str, *, by: Person | None, at: datetime, **rest: Any) -> Webhook:
    made = Webhook(person=person, url=url, secret=seal(secret), made_at=at, after=0, **rest)
    made.after = latest_for(made)
    made.save()
    _record("api.webhook_made", made, by=by, at=at)
    return made


def latest_for(webhook: Webhook) -> int:
    """The latest row of which it need not be told: of the journal, or of the matches of events."""
    rows: QuerySet[Any] = EventMatch.objects.all() if webhook.subscription else JournalEntry.objects.all()
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0


@transaction.atomic
def make_subscription(
    *, person: Person, url: str, secret: str, filters: dict[str, Any], by: Person | None, at: datetime
) -> Webhook:
    """A subscription of DCSA with the secret that the subscriber gave. ValidationError as for a webhook."""
    _check(person, url)
    return _made(person, url, secret, kinds=[DCSA], subscription=uuid4(), filters=filters, by=by, at=at)


@transaction.atomic
def change_subscription(
    *,
    webhook: Webhook,
    by: Person,
    at: datetime,
    url: str = "",
    filters: dict[str, Any] | None = None,
    secret: str = "",
) -> None:
    """Another address with other filters, or another secret. ValidationError for an address that is none."""
    kept = _held(webhook)
    if url:
        _check_address(url)
        kept.url, kept.filters = url, filters or {}
    if secret:
        kept.secret = seal(secret)
    kept.save(update_fields=["url", "filters", "secret"])
    _record("api.webhook_rotated" if secret else "api.webhook_changed", kept, by=by, at=at)


def _check_address(url: str) -> None:
    try:
        check_address(url)
    except Forbidden as error:
        raise ValidationError({"url": [str(error)]}) from error


def _check(person: Person, url: str) -> None:
    _check_address(url)
    Person.objects.select_for_update().get(pk=person.pk)
    if Webhook.objects.filter(person=person).count() >= MOST:
        raise ValidationError({"url": [_("You have as many webhooks as there may be. Delete one first.")]})


@transaction.atomic
def rotate_secret(*, webhook: Webhook, by: Person, at: datetime) -> str:
    """A new secret; what is sent is signed by both for a day."""
    kept, secret = _held(webhook), new_secret()
    kept.old_secret, kept.old_secret_until, kept.secret = kept.secret, at + ROTATING, seal(secret)
    kept.save(update_fields=["old_secret", "old_secret_until", "secret"])
    _record("api.webhook_rotated", kept, by=by, at=at)
    return secret


@transaction.atomic
def choose_kinds(*, webhook: Webhook, kinds: Sequence[str], by: Person, at: datetime) -> None:
    """Of what it is told from now on."""
    Webhook.objects.filter(pk=webhook.pk).update(kinds=sorted(set(kinds)))
    _record("api.webhook_changed", webhook, by=by, at=at, kinds=sorted(set(kinds)))


@transaction.atomic
def pause_webhook(*, webhook: Webhook, why: str, by: Person | None, at: datetime) -> bool:
    """Send nothing more until it is resumed; False where it is paused already."""
    done = Webhook.objects.filter(pk=webhook.pk, pause="").update(pause=why, paused_at=at)
    if done:
        _record("api.webhook_paused", webhook, by=by, at=at, why=why)
    return bool(done)


@transaction.atomic
def resume_webhook(*, webhook: Webhook, by: Person, at: datetime) -> None:
    """Send again, also what waits since before; what happened in between is not sent."""
    fresh = {"pause": "", "paused_at": None, "failures": 0, "failing_since": None, "rest_until": None}
    if Webhook.objects.filter(pk=webhook.pk).exclude(pause="").update(**fresh, after=latest_for(webhook)):
        _record("api.webhook_resumed", webhook, by=by, at=at)
        ring(BELL)


@transaction.atomic
def delete_webhook(*, webhook: Webhook, by: Person, at: datetime) -> None:
    """End it, with all that it was sent."""
    _record("api.webhook_deleted", webhook, by=by, at=at)
    Webhook.objects.filter(pk=webhook.pk).delete()


@transaction.atomic
def send_test(*, webhook: Webhook, at: datetime) -> WebhookMessage:
    """Have a message sent that says nothing but that it is a test."""
    body = body_of(kind=TEST, subject="", key="", data={}, at=at, portal=settings.PORTAL_URL)
    made = WebhookMessage.objects.create(
        webhook=webhook, kind=TEST, about="test:", body=body, written_at=at, due_at=at, ends_at=at + TRIED
    )
    Webhook.objects.filter(pk=webhook.pk).update(rest_until=None)
    ring(BELL)
    return made


@transaction.atomic
def replay(*, webhook: Webhook, at: datetime, since: datetime | None = None, key: UUID | None = None) -> int:
    """Have sent again what was given up, all of it since a moment, or the one of that ``key`` whatever became of it."""
    rows = WebhookMessage.objects.filter(webhook=webhook)
    if key is not None:
        rows = rows.filter(key=key)
    else:
        rows = rows.filter(state=WebhookMessage.State.REFUSED)
        rows = rows.filter(written_at__gte=since) if since else rows
    count = rows.update(state=WebhookMessage.State.DUE, due_at=at, ends_at=at + TRIED, attempts=0, sent_at=None)
    Webhook.objects.filter(pk=webhook.pk).update(rest_until=None)
    if count:
        ring(BELL)
    return count


def remove_messages(before: datetime, at: datetime) -> int:
    """Forget what was written before; returns how many."""
    return WebhookMessage.objects.filter(written_at__lt=before).delete()[0]


def known_kinds(*, with_tickets: bool) -> list[str]:
    """The kinds that can be subscribed to."""
    return [kind for kind in KINDS.values() if with_tickets or not kind.startswith("ticket.")]


def _held(webhook: Webhook) -> Webhook:
    return Webhook.objects.select_for_update().get(pk=webhook.pk)


def _record(kind: str, webhook: Webhook, *, by: Person | None, at: datetime, **data: object) -> JournalEntry:
    facts = {"webhook": webhook.pk, "address": webhook.url, **data}
    return record(kind=kind, subject="person", key=str(webhook.person_id), by=by, at=at, **facts)
