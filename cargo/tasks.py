"""The deriving queue: reads deliveries, one when its bell rings, and whatever waits by timetable."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from cargo import reading
from feeds.models import Delivery

BATCH = 200


@shared_task
def read_delivery(*, delivery_id: int) -> None:
    """Read one stored delivery."""
    reading.read_delivery(delivery_id)


@shared_task
def read_stored() -> None:
    """Read what waits because no bell rang or an earlier attempt failed."""
    waiting = Delivery.objects.waiting(timezone.now()).values_list("pk", flat=True)
    for pk in list(waiting[:BATCH]):
        reading.read_delivery(pk)
