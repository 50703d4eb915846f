"""Reads deliveries and forecasts what they tell of, when the bell rings and by timetable; measures waits."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from cargo import (
    alarms,
    archive,
    burning,
    drifts,
    exposures,
    forecasting,
    nominations,
    reading,
    scoring,
    sharing,
    silences,
    uploads,
    usual,
    waits,
)
from cargo.models import EventMatch, Nomination, Upload
from feeds.models import Delivery
from liaison.bell import ring
from liaison.pacing import paced

logger = logging.getLogger(__name__)
BATCH = 200
FORECAST_BELL = "cargo.tasks.forecast_delivery"


@shared_task
def read_delivery(*, delivery_id: int) -> None:
    """Read one stored delivery, and have what it tells of forecast."""
    if reading.read_delivery(delivery_id).events:
        ring(FORECAST_BELL, delivery_id=delivery_id)


@shared_task
def read_stored() -> None:
    """Read what waits because no bell rang or an earlier attempt failed; one that fails again holds up no other."""
    waiting = Delivery.objects.waiting(timezone.now()).values_list("pk", flat=True)
    for pk in list(waiting[:BATCH]):
        try:
            if reading.read_delivery(pk).events:
                ring(FORECAST_BELL, delivery_id=pk)
        except Exception:
            logger.exception("Delivery %s could not be read", pk)


@shared_task
def register_upload(*, upload_id: int) -> None:
    """Register the rows of a spreadsheet whose sender has said yes."""
    try:
        uploads.carry_out(upload_id=upload_id, at=timezone.now())
    except uploads.FOR_GOOD:
        logger.exception("The spreadsheet %s cannot be registered", upload_id)
        uploads.give_up(upload_id=upload_id, at=timezone.now())


@shared_task
def register_uploads() -> None:
    """Register the spreadsheets for which no bell was heard; one that fails holds up no other."""
    ordered = Upload.objects.filter(state=Upload.State.ORDERED).order_by("ordered_at")
    for pk, ordered_at in list(ordered.values_list("pk", "ordered_at")):
        try:
            register_upload(upload_id=pk)
        except Exception:
            logger.exception("The spreadsheet %s could not be registered", pk)
            if ordered_at and ordered_at < timezone.now() - uploads.PATIENCE:
                uploads.give_up(upload_id=pk, at=timezone.now())


@shared_task
@paced
def measure_waits() -> None:
    """Count how long goods wait at each node, now and usually."""
    waits.measure_waits(at=timezone.now())


@shared_task
@paced
def measure_usual() -> None:
    """Count how long like cargo usually spends on each part of its way."""
    usual.measure_usual(at=timezone.now())


@shared_task
def count_shared() -> None:
    """Write down how often each link without a login was opened."""
    sharing.count_opened(at=timezone.now())


@shared_task
@paced
def reckon_exposures() -> None:
    """Reckon anew what all costs on which a clock may run, alarm the few worst, tell of what is about to cost."""
    exposures.reckon_costing(at=timezone.now())
    alarms.raise_alarms(at=timezone.now())
    burning.tell_burning(at=timezone.now())


@shared_task
@paced
def tell_drifts() -> None:
    """Tell of arrivals that have moved."""
    drifts.tell_new_drifts(at=timezone.now())


@shared_task
def watch_silences() -> None:
    """Mark the cargo of which nobody can tell now, and no more what can be told of again."""
    silences.watch_silences(at=timezone.now())


@shared_task
def end_lapsed() -> None:
    """End the nominations whose last day has passed."""
    nominations.end_lapsed(Nomination.objects.all(), at=timezone.now())


@shared_task
def archive_done() -> None:
    """Put away what was delivered long ago."""
    archive.archive_done(at=timezone.now())


@shared_task
def forecast_delivery(*, delivery_id: int) -> None:
    """Forecast anew what a delivery told of."""
    told = EventMatch.objects.filter(event__delivery=delivery_id).values_list("consignment", flat=True).distinct()
    if ids := list(told):
        forecasting.forecast_consignments(ids, at=timezone.now())


@shared_task
def forecast_open() -> None:
    """Keep the morning's forecast of everything under way."""
    forecasting.forecast_open(at=timezone.now())


@shared_task
@paced
def forecast_again() -> None:
    """Forecast anew what has waited on, and whatever no bell was heard for."""
    forecasting.forecast_open(at=timezone.now(), is_snapshot=False)


@shared_task
def score_forecasts() -> None:
    """Score what has arrived, and replay the last months."""
    at = timezone.now()
    scoring.score_forecasts(at=at)
    scoring.replay_past(at=at)
