"""Where a channel fails, the person's next one stands in: at once for what is refused, later for what is stuck."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from notify.models import Notice
from notify.outbox import add_row
from notify.readers import lately_of, reachable_now, reader_of
from notify.rules import BURST, Lately, News, stand_in, timed

# Urgent news that could not be sent for so long goes by another channel, too.
PATIENCE = timedelta(minutes=5)
MOST_AT_ONCE = 1000


def pass_on(notice: Notice, *, at: datetime) -> str | None:
    """Tell the person by her next channel, where no other has told her or is about to; which one that is."""
    rows = Notice.objects.filter(entry=notice.entry_id, person=notice.person_id).exclude(channel=Notice.Channel.INBOX)
    tried = dict(rows.values_list("channel", "state"))
    others = {state for channel, state in tried.items() if channel != notice.channel}
    if others & {Notice.State.SENT, Notice.State.DUE}:
        return None
    reader = reachable_now(reader_of(notice.person), is_urgent=notice.is_urgent, at=at)
    channel = stand_in(notice.topic or "account", reader, tried, is_urgent=notice.is_urgent)
    if channel:
        # It is no worse a time than for any other news: by night nothing rings that can wait, nor many at once.
        lately = lately_of([notice.person_id], at - BURST).get(notice.person_id, {}).get(channel, Lately())
        news = News(topic=notice.topic or "account", is_urgent=notice.is_urgent, due_at=at)
        add_row(notice, timed(channel, news, reader, lately), at=at)
    return channel


def pass_on_unsent(*, at: datetime) -> int:
    """Send by another channel the urgent news that has waited or been tried for too long; returns how many."""
    late = at - PATIENCE
    is_late = Q(attempts__gt=0, written_at__lt=late) | Q(attempts=0, due_at__lt=late)
    told = Notice.objects.filter(
        entry=OuterRef("entry"), person=OuterRef("person"), state__in=[Notice.State.DUE, Notice.State.SENT]
    ).exclude(channel=Notice.Channel.INBOX)
    elsewhere = Exists(told.exclude(channel=OuterRef("channel")))
    stuck = Notice.objects.filter(is_late, ~elsewhere, state=Notice.State.DUE, is_urgent=True).select_related("person")
    return sum(pass_on(notice, at=at) is not None for notice in stuck.order_by("-pk")[:MOST_AT_ONCE])
