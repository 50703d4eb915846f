"""How the portal itself does, in the format that Prometheus reads: read when it is asked for, by few queries."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import redis
from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Min, QuerySet
from prometheus_client import REGISTRY, CollectorRegistry, Gauge, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from cargo.models import Event, Forecast
from feeds.models import Delivery, Quarantine, Source
from liaison.health import HEARTBEAT_KEY, connect
from liaison.models import JournalEntry
from notify.models import Letter, Notice, Outgoing
from tickets.models import Ticket

# A figure's name, its help, its labels and its values, each with the values of the labels.
Figure = tuple[str, str, Sequence[str], Sequence[tuple[Sequence[str], float]]]


def exposition(*, at: datetime) -> bytes:
    """All figures as text. What cannot be asked just now (Redis away) is left out: its absence is an alarm."""
    registry = CollectorRegistry()
    for name, words, labels, values in (
        *_outbox(at),
        *_feeds(at),
        *_tickets(at),
        *_backups(at),
        *_machine(),
        *_workers(),
    ):
        # A gauge without labels is 0 from its beginning: one of which nothing is known has a label and no value.
        gauge = Gauge(name, words, labels if labels or values else ("unknown",), registry=registry)
        for chosen, value in values:
            (gauge.labels(*chosen) if labels else gauge).set(value)
    return generate_latest(registry) + generate_latest(_requests())


def _requests() -> CollectorRegistry:
    """What the processes of the web server have counted; see ``liaison.metering``."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _outbox(at: datetime) -> Iterable[Figure]:
    """Only what is due is counted: there is an index on that, while what was sent grows without end."""
    due, oldest = [], []
    everything: dict[str, QuerySet[Any]] = {"notice": Notice.objects.all(), "letter": Letter.objects.all()}
    for kind, written in everything.items():
        rows = written.filter(state=Outgoing.State.DUE, due_at__lte=at)
        for channel, count, first in rows.order_by().values_list("channel").annotate(Count("pk"), Min("due_at")):
            due.append(((kind, channel), count))
            oldest.append(((kind, channel), (at - first).total_seconds()))
    labels = ("kind", "channel")
    yield "portal_outbox_due", "Rows of the outbox that are due.", labels, due
    yield "portal_outbox_oldest_seconds", "Seconds by which the oldest unsent row is overdue.", labels, oldest


def _feeds(at: datetime) -> Iterable[Figure]:
    sources = Source.objects.filter(is_active=True).order_by("slug")
    rows = list(sources.values_list("slug", "last_success_at", "silent_at", "paused_at"))
    lags = [((slug,), (at - success).total_seconds()) for slug, success, _silent, _paused in rows if success]
    silent = [((slug,), float(bool(silent and not paused))) for slug, _success, silent, paused in rows]
    yield "portal_source_lag_seconds", "Seconds since a source last sent something good.", ("source",), lags
    yield "portal_source_silent", "1 where a source is silent beyond what is usual for it.", ("source",), silent
    waiting = Delivery.objects.waiting(at).count()
    yield "portal_deliveries_waiting", "Deliveries that are stored and not read yet.", (), [((), waiting)]
    yield "portal_quarantine_open", "Parts in quarantine.", (), [((), Quarantine.objects.open().count())]
    events = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    yield "portal_events_last_id", "The number of the newest event; it grows with each.", (), [((), events)]
    made = Forecast.objects.aggregate(last=Max("made_at"))["last"]
    age = [((), (at - made).total_seconds())] if made else []
    yield "portal_forecast_age_seconds", "Seconds since the newest forecast was made.", (), age


def _tickets(at: datetime) -> Iterable[Figure]:
    opened = Ticket.objects.open()
    by_state = opened.order_by().values_list("state").annotate(Count("pk"))
    yield "portal_tickets_open", "Tickets that are not over.", ("state",), [((s,), n) for s, n in by_state]
    broken = opened.filter(next_breach_at__lte=at).count()
    yield "portal_tickets_breached", "Open tickets of which a promise is broken.", (), [((), broken)]


def _backups(at: datetime) -> Iterable[Figure]:
    made = JournalEntry.objects.filter(kind="liaison.backup_made").order_by("-id").first()
    age = [((), (at - made.at).total_seconds())] if made else []
    yield "portal_backup_age_seconds", "Seconds since the newest backup was made.", (), age


def _machine() -> Iterable[Figure]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_database_size(current_database()), "
            "(SELECT count(*) FROM pg_stat_activity WHERE datname = current_database())"
        )
        size, connections = cursor.fetchone() or (0, 0)
    yield "portal_database_bytes", "Size of the database.", (), [((), size)]
    yield "portal_database_connections", "Connections to the database.", (), [((), connections)]
    folder = settings.STATE_DIR if settings.STATE_DIR.exists() else settings.BASE_DIR
    usage = shutil.disk_usage(folder)
    yield "portal_disk_free_bytes", "Free space where the portal keeps its state.", (), [((), usage.free)]
    yield "portal_disk_size_bytes", "Size of the disk where the portal keeps its state.", (), [((), usage.total)]


def _workers() -> Iterable[Figure]:
    try:
        client, now = connect(), time.time()
        depths = [((queue,), float(client.llen(queue))) for queue in settings.QUEUES]
        beats = {queue: client.get(HEARTBEAT_KEY.format(queue=queue)) for queue in settings.QUEUES}
    except redis.RedisError:
        return
    ages = [((queue,), now - float(str(beat))) for queue, beat in beats.items() if beat]
    yield (
        "portal_queue_depth",
        "Tasks that wait in a queue; they are bells, the work stands in rows.",
        ("queue",),
        depths,
    )
    yield "portal_worker_heartbeat_age_seconds", "Seconds since a worker of the queue was heard.", ("queue",), ages
