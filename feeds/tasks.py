"""The pulling queue: one task finds what is due, one pulls a single source."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from feeds.models import Source
from feeds.pull import Pace, claim_due, pull

logger = logging.getLogger(__name__)


@shared_task
def pull_due() -> None:
    """Claim the due sources and send one task each, so that a dead source delays no other."""
    for pk in claim_due(at=timezone.now()):
        pull_source.delay(source_id=pk)


@shared_task
def pull_source(*, source_id: int) -> None:
    """Pull one source; its troubles are noted with the source."""
    haul = pull(source=Source.objects.get(pk=source_id), at=timezone.now(), then=Pace())
    for words in (*haul.troubles, *filter(None, [haul.failure])):
        logger.warning("Source %s: %s", source_id, words)
