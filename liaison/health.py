"""What keeps the portal from doing its work, as plain sentences; used by /readyz."""

from __future__ import annotations

import time

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

HEARTBEAT_KEY = "portal:heartbeat:{queue}"
HEARTBEAT_MAX_AGE_S = 60
OUTBOX_MAX_AGE_S = 600


def troubles() -> list[str]:
    """The reasons why the portal is not ready; an empty list when it is."""
    found: list[str] = []
    for check in (_database_trouble, _redis_trouble):
        found += check()
    return found


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
        client = connect()
        beats = {queue: client.get(HEARTBEAT_KEY.format(queue=queue)) for queue in settings.QUEUES}
    except redis.RedisError as error:
        return [f"Redis: {error.__class__.__name__}"]
    now = time.time()
    late = [q for q, beat in beats.items() if not beat or now - float(str(beat)) > HEARTBEAT_MAX_AGE_S]
    return [f"Worker {queue}: no heartbeat" for queue in late]


def connect() -> redis.Redis:
    """A client of the portal's Redis that answers with text."""
    return redis.Redis.from_url(settings.REDIS_URL, decode_responses=True, socket_timeout=2)


def forget_beats() -> None:
    """Forget the heartbeats of an earlier run, so that readiness is that of this one."""
    connect().delete(*(HEARTBEAT_KEY.format(queue=queue) for queue in settings.QUEUES))


def beat(queue: str) -> None:
    """Note that a worker of ``queue`` is alive now."""
    connect().set(HEARTBEAT_KEY.format(queue=queue), time.time(), ex=10 * HEARTBEAT_MAX_AGE_S)
