"""Reads deliveries, one when its bell rings, and whatever waits by timetable; measures waits by timetable."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from cargo import reading, waits
from feeds.models import Delivery

logger = logging.getLogger(__name__)
BATCH = 200


@shared_task
def read_delivery(*, delivery_id: int) -> None:
    """Read one stored delivery."""
    reading.read_delivery(delivery_id)


@shared_task
def read_stored() -> None:
    """Read what waits because no bell rang or an earlier attempt failed; one that fails again holds up no other."""
    waiting = Delivery.objects.waiting(timezone.now()).values_list("pk", flat=True)
    for pk in list(waiting[:BATCH]):
        try:
            reading.read_delivery(pk)
        except Exception:
            logger.exception("Delivery %s could not be read", pk)


@shared_task
def measure_waits() -> None:
    """Count how long goods wait at each node, now and usually."""
    waits.measure_waits(at=timezone.now())
