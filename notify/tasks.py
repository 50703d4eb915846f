"""The notifying queue: sends whatever is due, each channel by itself, however often it is rung."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from notify import standing_in
from notify.channels import CHANNELS
from notify.health import may_send, turn
from notify.models import Letter, Notice
from notify.sending import BATCH, Row, claim, release, send


@shared_task
def send_due(*, channel: str = "") -> None:
    """Send what is due by one channel; without one, by each in turn."""
    for name in [channel] if channel else CHANNELS:
        send_by(name)


@shared_task
def pass_on_unsent() -> None:
    """Have urgent news that does not get through go by another channel."""
    standing_in.pass_on_unsent(at=timezone.now())


def send_by(channel: str) -> None:
    """Claim and send batch by batch until nothing is due by the channel, or it rests.

    Only so many send by one channel at a time: whoever finds all turns taken leaves, and whoever has one looks once
    more after giving it back, so that nothing waits that was written meanwhile.
    """
    while _is_due(channel):
        with turn(channel) as is_mine:
            if not is_mine or not _send_all(channel):
                return


def _is_due(channel: str) -> bool:
    at = timezone.now()
    if may_send(channel, at=at) < 0:
        return False
    return any(kind.objects.filter(channel=channel).due(at).exists() for kind in (Letter, Notice))


def _send_all(channel: str) -> bool:
    """Somebody waits for a letter, so these go first; news for subscribers, which may be many, go last."""
    while (allowed := may_send(channel, at=timezone.now())) >= 0:
        limit = allowed or BATCH
        if not (
            _send_batch(Letter, limit, channel=channel, is_news=False)
            or _send_batch(Notice, limit, channel=channel)
            or _send_batch(Letter, limit, channel=channel, is_news=True)
        ):
            return True
    return False


def _send_batch(kind: type[Row], limit: int, **only: bool | str) -> bool:
    rows = claim(kind, at=timezone.now(), limit=limit, **only)
    try:
        send(rows, at=timezone.now())
    except BaseException:
        release(rows)
        raise
    return bool(rows)
