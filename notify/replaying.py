"""Sending again what could not be sent, and stopping and starting a channel."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from liaison.bell import ring
from liaison.journal import record
from liaison.models import Person
from notify.models import ChannelState, Notice, NoticeQuerySet

MOST_AT_ONCE = 5000


@transaction.atomic
def replay(*, rows: NoticeQuerySet, about: str, by: Person, at: datetime) -> int:
    """Have these refused notices sent once more, with all their attempts; returns how many, MOST_AT_ONCE at most."""
    chosen = list(rows.filter(state=Notice.State.REFUSED).order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
    given = {"state": Notice.State.DUE, "attempts": 0, "due_at": at, "lease_until": None}
    count = Notice.objects.filter(pk__any=chosen, state=Notice.State.REFUSED).update(**given)
    if count:
        record(kind="notify.replayed", subject="outbox", key=about[:80], by=by, at=at, count=count)
        for channel in set(Notice.objects.filter(pk__any=chosen).values_list("channel", flat=True)):
            ring(settings.OUTBOX_BELL, channel=channel)
    return count


@transaction.atomic
def stop_channel(*, channel: str, is_stopped: bool, by: Person, at: datetime) -> None:
    """Send nothing by a channel until it is started again; what is due waits and loses no attempts."""
    given = {"is_stopped": is_stopped, **({} if is_stopped else {"rests_until": None, "failures": 0})}
    ChannelState.objects.update_or_create(channel=channel, defaults=given)
    kind = "notify.channel_stopped" if is_stopped else "notify.channel_started"
    record(kind=kind, subject="channel", key=channel, by=by, at=at)
    if not is_stopped:
        ring(settings.OUTBOX_BELL, channel=channel)
