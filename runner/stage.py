"""What every command sets up first: the lock on the state folder, the environment, the private servers."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from runner import postgres, redis_server
from runner.bootstrap import prepare_environment
from runner.children import sweep
from runner.configuration import Configuration, hold, private_home
from runner.console import step
from runner.machine import can_install, install_packages
from runner.servers import provide
from runner.supervision import Supervised, Supervisor

POSTGRES_RANK, REDIS_RANK, DEMO_RANK, PORTAL_RANK = range(4)


@dataclass(frozen=True)
class Stage:
    """The addresses of the servers in use and the supervisor that holds those of our own."""

    configuration: Configuration
    supervisor: Supervisor
    database_url: str
    redis_url: str


@contextlib.contextmanager
def held(configuration: Configuration) -> Iterator[None]:
    """Hold the state folder, with nothing of an earlier start left in it. Raises Refused."""
    with hold(configuration):
        sweep(configuration.state, homes_of(configuration.state))
        yield


@contextlib.contextmanager
def set_up(configuration: Configuration, groups: Sequence[str], *, durable: bool) -> Iterator[Stage]:
    """Install, start the servers; on leaving stop all that the supervisor holds. Raises Refused, StopRequested."""
    supervisor = Supervisor()
    try:
        prepare_environment(configuration.root, groups, configuration.log("setup"))
        database_url = configuration.given("DATABASE_URL") or _start_postgres(configuration, supervisor, durable)
        redis_url = configuration.given("REDIS_URL") or _start_redis(configuration, supervisor, durable)
        yield Stage(configuration, supervisor, database_url, redis_url)
    finally:
        supervisor.stop()
        sweep(configuration.state, homes_of(configuration.state), grace_s=3)


def homes_of(state: Path) -> list[Path]:
    """The folders in which the servers of a state work."""
    homes = [state / "postgres", state / "redis"]
    return [*homes, private_home(state)] if (state / "home").exists() else homes


def _start_postgres(configuration: Configuration, supervisor: Supervisor, durable: bool) -> str:
    log = configuration.log("setup")
    choice = configuration.given("PORTAL_POSTGRES")

    def find() -> postgres.Cluster | None:
        found = postgres.find_programs(configuration.root, choice)
        return postgres.open_cluster(configuration, found, durable=durable)

    install = (lambda names: install_packages(names, log)) if can_install() else None
    cluster = provide(find, package="postgresql", install=install)
    with step(f"PostgreSQL {cluster.programs.major} ({cluster.programs.origin}) in {cluster.data.parent}"):
        postgres.make(cluster)
        member = Supervised(
            "postgres",
            POSTGRES_RANK,
            lambda: postgres.start(cluster),
            cluster.log,
            stop_signal=signal.SIGINT,
            grace_s=30,
        )
        postgres.wait_until_ready(cluster, supervisor.add(member))
    return cluster.url


def _start_redis(configuration: Configuration, supervisor: Supervisor, durable: bool) -> str:
    log = configuration.log("setup")
    choice = configuration.given("PORTAL_REDIS")
    install = (lambda names: install_packages(names, log)) if can_install() else None
    program = provide(
        lambda: redis_server.find_program(configuration.root, choice), package="redis-server", install=install
    )
    server = redis_server.open_server(configuration, program, durable=durable)
    with step(f"Redis ({os.fspath(program)})"):
        member = Supervised("redis", REDIS_RANK, lambda: redis_server.start(server), server.log)
        redis_server.wait_until_ready(server, supervisor.add(member))
    return server.url
