"""PostgreSQL and Redis restarted under a real worker that is sending: nothing is lost, and at most one goes twice."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import dj_database_url
import pytest
from celery import Celery
from django.apps import apps
from django.conf import settings as portal
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker, Settings

from liaison.bell import ring
from liaison.celery import app as portal_app
from liaison.models import Person
from notify.models import Notice
from runner import postgres, redis_server
from runner.children import spawn
from runner.processes import WORKERS
from runner.supervision import Supervised, Supervisor
from tests.notify.conftest import PostOffice, Tell
from tests.notify.test_drills import after_the_lease, copies, waited_for
from tests.runner import test_postgres, test_redis_server
from tests.runner.conftest import ROOT, state

__all__ = ["state"]
COUNT = 6
BELL = portal.OUTBOX_BELL


@dataclass
class Portal:
    """A PostgreSQL, a Redis and a worker of the drill's own, kept running as the runner keeps them."""

    cluster: postgres.Cluster
    supervisor: Supervisor = field(default_factory=Supervisor)

    def kill(self, name: str, number: signal.Signals) -> None:
        """End one of them hard; it comes back by itself, when it is watched."""
        (member,) = (member for member in self.supervisor.members if member.name == name)
        assert member.child is not None
        member.child.send_signal(number)
        member.child.wait(10)

    def waited_for(self, wanted: Callable[[], bool]) -> bool:
        def watched() -> bool:
            self.supervisor.watch()
            return wanted()

        return waited_for(watched, 20)

    def is_up(self, socket: Path) -> bool:
        """Whether both servers answer."""
        return postgres.answers(self.cluster.sockets) and redis_server.answers(socket)


@pytest.fixture
def drilled(
    state: Path, settings: Settings, django_db_blocker: DjangoDbBlocker, post: PostOffice
) -> Iterator[tuple[Portal, Callable[[], bool]]]:
    """What is drilled, and whether its servers answer; this process writes there and rings there, too."""
    cluster, redis = test_postgres.opened(state, durable=True), test_redis_server.opened(state, durable=False)
    postgres.make(cluster)
    made = Portal(cluster)
    made.supervisor.add(Supervised("postgres", 0, lambda: postgres.start(cluster), cluster.log, signal.SIGQUIT))
    made.supervisor.add(Supervised("redis", 0, lambda: redis_server.start(redis), redis.log))
    kept = dict(connection.settings_dict)
    bell = Celery("drill", broker=f"redis+socket://{redis.socket}?virtual_host=0")
    bell.conf.task_routes = portal.CELERY_TASK_ROUTES
    try:
        assert made.waited_for(lambda: made.is_up(redis.socket))
        with django_db_blocker.unblock():
            connection.close()
            connection.settings_dict.update(dj_database_url.parse(cluster.url))
            _make_tables(settings)
            made.supervisor.add(_worker(made, redis, settings))
            bell.set_current()
            yield made, lambda: made.is_up(redis.socket)
    finally:
        portal_app.set_current()
        bell.close()
        connection.close()
        connection.settings_dict.update(kept)
        made.supervisor.stop()


def _make_tables(settings: Settings) -> None:
    """The portal's tables as its models have them: going through every migration takes longer than the drill."""
    settings.MIGRATION_MODULES = dict.fromkeys((app.label for app in apps.get_app_configs()), None)
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION pg_trgm")
    call_command("migrate", verbosity=0, run_syncdb=True)


def _worker(made: Portal, redis: redis_server.RedisServer, settings: Settings) -> Supervised:
    """The portal's own worker for what is to be sent, as the runner starts it."""
    given = {
        "DATABASE_URL": made.cluster.url,
        "REDIS_URL": redis.url,
        "EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}",
        "DEFAULT_FROM_EMAIL": settings.DEFAULT_FROM_EMAIL,
        "SECRET_KEY": portal.SECRET_KEY,
        "STATE_DIR": str(made.cluster.state),
    }
    (notifying,) = (process for process in WORKERS if process.name == "worker-notifying")
    command = notifying.command(sys.executable, host="", port=0)
    log = made.cluster.log.with_name("worker.log")
    return Supervised(
        "worker", 1, lambda: spawn(command, env=dict(os.environ) | given, log=log, cwd=ROOT), log, signal.SIGKILL
    )


@pytest.mark.slow
def test_postgresql_and_redis_restarted_under_a_worker_lose_nothing(
    drilled: tuple[Portal, Callable[[], bool]], post: PostOffice, tell: Tell
) -> None:
    made, is_up = drilled
    people = [Person.objects.create(email=f"{n}@portal.example", name=str(n)) for n in range(COUNT)]
    post.pause_s = 0.1
    tell(*people)
    assert made.waited_for(lambda: len(post.mails) >= 2)
    made.kill("postgres", signal.SIGQUIT)
    assert made.waited_for(is_up)
    connection.close()
    after_the_lease()
    ring(BELL, channel="email")
    assert made.waited_for(lambda: not Notice.objects.filter(state="due").exists())
    assert (len(copies(post)), sum(copies(post)) <= COUNT + 1) == (COUNT, True)
    post.mails.clear()
    tell(*people)
    assert made.waited_for(lambda: len(post.mails) >= 2)
    made.kill("redis", signal.SIGKILL)
    # Its bell rings nobody: Redis comes back empty, and the timetable rings for what was written meanwhile.
    tell(*people)
    assert made.waited_for(is_up)
    ring(BELL, channel="email")
    assert made.waited_for(lambda: not Notice.objects.filter(state="due").exists())
    assert copies(post) == [1] * 2 * COUNT
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}
