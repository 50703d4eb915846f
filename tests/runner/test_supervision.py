"""Children that die are started again, with growing pauses; all are stopped in order."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from runner import postgres
from runner.children import spawn
from runner.supervision import SETTLED_AFTER_S, Supervised, Supervisor
from tests.runner.conftest import ROOT, configured


def member(name: str, script: str, log: Path, *, rank: int = 0, grace_s: float = 5) -> Supervised:
    env = {"PATH": os.environ["PATH"]}
    return Supervised(name, rank, lambda: spawn(["sh", "-c", script], env=env, log=log), log, grace_s=grace_s)


def watch_for(supervisor: Supervisor, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        supervisor.watch()
        time.sleep(0.02)


def test_one_that_dies_is_started_again_after_growing_pauses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "worker.log"
    supervisor = Supervisor()
    supervisor.add(member("worker", "echo started; exit 7", log))
    watch_for(supervisor, 1.6)
    assert log.read_text() == "started\n" * 2
    assert capsys.readouterr().out.splitlines() == [
        f"! worker ended (exit code 7); starting it again in {pause} s. Its log: {log}" for pause in (1, 2)
    ]
    supervisor.stop()


def test_the_pause_has_an_end_and_a_long_life_forgives(tmp_path: Path) -> None:
    supervisor = Supervisor()
    worker = member("worker", "exit 1", tmp_path / "log")
    child = supervisor.add(worker)
    child.wait()
    worker.deaths = 20
    supervisor.watch()
    assert 29 < worker.due_at - time.monotonic() <= 30
    worker.child, worker.started_at = child, time.monotonic() - SETTLED_AFTER_S - 1
    supervisor.watch()
    assert worker.deaths == 1


def test_a_kill_is_told_as_a_signal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    supervisor = Supervisor()
    child = supervisor.add(member("beat", "exec sleep 600", tmp_path / "log"))
    child.kill()
    child.wait()
    supervisor.watch()
    assert capsys.readouterr().out.startswith("! beat ended (signal 9); ")
    supervisor.stop()


def test_who_needs_another_is_stopped_before_it(tmp_path: Path) -> None:
    order = tmp_path / "order"
    supervisor = Supervisor()
    for rank, name in enumerate(["database", "web"]):
        script = f"trap 'sleep 0.2; echo {name} >> {order}; exit' TERM; while :; do sleep 0.05; done"
        supervisor.add(member(name, script, tmp_path / "log", rank=rank))
    time.sleep(0.2)
    supervisor.stop()
    assert order.read_text().split() == ["web", "database"]
    assert supervisor.members == []


def test_who_does_not_stop_in_time_is_killed(tmp_path: Path) -> None:
    supervisor = Supervisor()
    child = supervisor.add(member("web", "trap '' TERM; while :; do sleep 0.05; done", tmp_path / "log", grace_s=0.3))
    time.sleep(0.2)
    supervisor.stop()
    assert child.returncode == -signal.SIGKILL


def test_a_killed_database_comes_back_with_its_data(state: Path) -> None:
    cluster = postgres.open_cluster(configured(state), postgres.find_programs(ROOT), durable=True)
    assert cluster is not None
    postgres.make(cluster)
    supervisor = Supervisor()
    database = Supervised("postgres", 0, lambda: postgres.start(cluster), cluster.log, stop_signal=signal.SIGINT)
    first = supervisor.add(database)
    try:
        postgres.wait_until_ready(cluster, first)
        first.kill()
        watch_for(supervisor, 1.3)
        again: subprocess.Popen[bytes] | None = database.child
        assert again is not None
        postgres.wait_until_ready(cluster, again)
        assert again.pid != first.pid
    finally:
        supervisor.stop()
    assert not postgres.answers(cluster.sockets)
