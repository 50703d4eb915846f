"""Webhooks: making, changing secrets, pausing, ending, and sending again what a receiver has missed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from api.hooks.kinds import KINDS, TEST, body_of
from api.hooks.signing import new_secret
from api.hooks.wire import Forbidden, check_address
from api.models import Webhook, WebhookMessage
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
    try:
        check_address(url)
    except Forbidden as error:
        raise ValidationError({"url": [str(error)]}) from error
    Person.objects.select_for_update().get(pk=person.pk)
    if Webhook.objects.filter(person=person).count() >= MOST:
        raise ValidationError({"url": [_("You have as many webhooks as there may be. Delete one first.")]})
    secret = new_secret()
    latest = JournalEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
    made = Webhook.objects.create(
        person=person,
        url=url,
        kinds=sorted(set(kinds)),
        secret=seal(secret),
        after=latest or 0,
        made_at=at,
    )
    _record("api.webhook_made", made, by=by, at=at)
    return made, secret


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
    latest = JournalEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
    fresh = {"pause": "", "paused_at": None, "failures": 0, "failing_since": None, "rest_until": None}
    if Webhook.objects.filter(pk=webhook.pk).exclude(pause="").update(**fresh, after=latest or 0):
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
