"""What keeps the portal from doing its work: as plain sentences for /readyz, and in words for everybody on /status/."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

HEARTBEAT_KEY = "portal:heartbeat:{queue}"
HEARTBEAT_MAX_AGE_S = 60
OUTBOX_MAX_AGE_S = 600
FORECAST_MAX_AGE_S = 3600


def troubles() -> list[str]:
    """The reasons why the portal is not ready; an empty list when it is."""
    found: list[str] = []
    for check in (_database_trouble, _redis_trouble):
        found += check()
    return found


class State(StrEnum):
    """How a part of the portal is: well, behind its time, away, or not to be known just now."""

    WELL, LATE, AWAY, UNKNOWN = "well", "late", "away", "unknown"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the portal, in words for everybody: nothing of who sends what."""

    what: StrPromise
    state: State
    words: str = ""


def parts() -> list[Part]:
    """How each part is, for the public page; each is asked for itself, so that one that is away hides no other."""
    return [*_asked(_stored_parts, _STORED), *_asked(_working_parts, [_("Work in the background")])]


_STORED = [_("Pages and what is kept"), _("Messages to people"), _("News from partners"), _("Forecasts of arrival")]


def _asked(ask: Callable[[], list[Part]], names: Sequence[StrPromise]) -> list[Part]:
    try:
        return ask()
    except (Error, redis.RedisError):
        return [Part(names[0], State.AWAY), *(Part(name, State.UNKNOWN) for name in names[1:])]


def _stored_parts() -> list[Part]:
    with connection.cursor() as cursor:
        cursor.execute(_STANDING)
        unsent, silent, sources, made = cursor.fetchone() or (None, 0, 0, None)
    words = _("%(silent)d of %(all)d sources are silent") % {"silent": silent, "all": sources} if silent else ""
    return [
        Part(_STORED[0], State.WELL),
        Part(_STORED[1], State.LATE if unsent and unsent > OUTBOX_MAX_AGE_S else State.WELL),
        Part(_STORED[2], State.LATE if silent else State.WELL if sources else State.UNKNOWN, str(words)),
        Part(_STORED[3], State.UNKNOWN if made is None else State.LATE if made > FORECAST_MAX_AGE_S else State.WELL),
    ]


def _working_parts() -> list[Part]:
    return [Part(_("Work in the background"), State.LATE if late_queues() else State.WELL)]


_STANDING = """
    SELECT (SELECT extract(epoch FROM now() - min(due_at)) FROM (
            SELECT due_at FROM notify_notice WHERE state = 'due' AND due_at < now()
            UNION ALL SELECT due_at FROM notify_letter WHERE state = 'due' AND due_at < now()) AS unsent),
        (SELECT count(*) FROM feeds_source WHERE is_active AND silent_at IS NOT NULL AND paused_at IS NULL),
        (SELECT count(*) FROM feeds_source WHERE is_active),
        (SELECT extract(epoch FROM now() - max(made_at)) FROM cargo_forecast)
"""


def _database_trouble() -> list[str]:
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return ["PostgreSQL: migrations are waiting"]
        return _outbox_trouble()
    except Error as error:
        return [f"PostgreSQL: {error.__class__.__name__}"]


def _outbox_trouble() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST_UNSENT)
        (age,) = cursor.fetchone() or (None,)
    return [f"Outbox: the oldest unsent row is {int(age)} s overdue"] if age and age > OUTBOX_MAX_AGE_S else []


_OLDEST_UNSENT = """
    SELECT extract(epoch FROM now() - min(due_at)) FROM (
        SELECT due_at FROM notify_notice WHERE state = 'due' AND due_at < now()
        UNION ALL SELECT due_at FROM notify_letter WHERE state = 'due' AND due_at < now()
    ) AS unsent
"""


def _redis_trouble() -> list[str]:
    try:
        return [f"Worker {queue}: no heartbeat" for queue in late_queues()]
    except redis.RedisError as error:
        return [f"Redis: {error.__class__.__name__}"]


def late_queues() -> list[str]:
    """The queues of which no worker was heard for a while. Raises RedisError."""
    client, now = connect(), time.time()
    beats = {queue: client.get(HEARTBEAT_KEY.format(queue=queue)) for queue in settings.QUEUES}
    return [queue for queue, beat in beats.items() if not beat or now - float(str(beat)) > HEARTBEAT_MAX_AGE_S]


def connect() -> redis.Redis:
    """A client of the portal's Redis that answers with text."""
    return redis.Redis.from_url(settings.REDIS_URL, decode_responses=True, socket_timeout=2)


def forget_beats() -> None:
    """Forget the heartbeats of an earlier run, so that readiness is that of this one."""
    connect().delete(*(HEARTBEAT_KEY.format(queue=queue) for queue in settings.QUEUES))


def beat(queue: str) -> None:
    """Note that a worker of ``queue`` is alive now."""
    connect().set(HEARTBEAT_KEY.format(queue=queue), time.time(), ex=10 * HEARTBEAT_MAX_AGE_S)
