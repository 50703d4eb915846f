"""The pulling queue, and by timetable the counts, the alarms and the replays of what was quarantined."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from feeds import replays
from feeds.days import count_days
from feeds.figures import count_figures
from feeds.pull import Pace, begin, claim_due, pull
from feeds.silence import watch
from liaison.pacing import paced

logger = logging.getLogger(__name__)


@shared_task
def pull_due() -> None:
    """Claim the due sources and send one task each, so that a dead source delays no other."""
    for pk in claim_due(at=timezone.now()):
        pull_source.delay(source_id=pk)


@shared_task
def pull_source(*, source_id: int) -> None:
    """Pull one source; its troubles are noted with the source. A second task for the same claim finds nothing."""
    now = timezone.now()
    source = begin(source_id=source_id, at=now)
    if source is None:
        return
    haul = pull(source=source, at=now, then=Pace())
    for words in (*haul.troubles, *filter(None, [haul.failure])):
        logger.warning("Source %s: %s", source_id, words)


@shared_task
def watch_sources() -> None:
    """Count what came, and raise or end the alarms of silence."""
    now = timezone.now()
    count_days(at=now)
    watch(at=now)


@shared_task
@paced
def count_source_figures() -> None:
    """Count what the apps above know of each source."""
    count_figures(at=timezone.now())


@shared_task
def put_back(*, replay_id: int) -> None:
    """Put the next batch of a replay back; the bell for the one after it rings by itself."""
    replays.put_back(replay_id=replay_id, at=timezone.now())


@shared_task
def put_back_unfinished() -> None:
    """Go on with the replays whose bell was lost."""
    for pk in replays.unfinished():
        replays.put_back(replay_id=pk, at=timezone.now())
