"""The whole `./portal run`, from a fresh clone to nothing left, with real servers and real processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from runner import processes
from runner.children import leftovers
from runner.configuration import free_port
from runner.run import sign_ins, waits_only_to_send
from tests.runner.conftest import ROOT

FIRST_START_S, SECOND_START_S = 90, 20


@pytest.fixture
def clone() -> Iterator[Path]:
    """A clone of the project in a folder that only its owner may enter."""
    folder = Path(tempfile.mkdtemp(prefix="portal-clone-", dir="/var/tmp"))
    done = subprocess.run(["git", "clone", "--quiet", "--depth", "1", f"file://{ROOT}", folder / "portal"], check=False)
    if done.returncode:
        pytest.skip("not a git repository")
    yield folder / "portal"
    shutil.rmtree(folder)


class Portal:
    """A `./portal run` and what it printed."""

    def __init__(self, root: Path, state: Path, port: int) -> None:
        self.root, self.state, self.port = root, state, port
        self.env = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8"}
        self.env |= {"STATE_DIR": str(state), "PORT": str(port), "DEMO": "0"}
        self.env |= {
            name: os.environ[name]
            for name in os.environ
            if name.upper().startswith(("PIP_", "UV_", "SSL_", "HTTP", "NO_PROXY"))
        }
        self.output = state.with_name(f"{state.name}.out")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, within_s: float, until: str = "") -> None:
        """Until it is ready, or as far as it says so itself."""
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "portal", "run"], cwd=self.root, env=self.env, stdout=out, stderr=out
            )
        self.wait_for(until or f"Portal ready: http://127.0.0.1:{self.port}\n", within_s)

    def wait_for(self, text: str, within_s: float) -> None:
        until = time.monotonic() + within_s
        while text not in self.output.read_text():
            assert self.process is not None
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < until, self.output.read_text()
            time.sleep(0.05)

    def send(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(20)

    def left(self) -> list[int]:
        return leftovers(self.state, [self.state / "postgres", self.state / "redis"])

    def left_after(self, seconds: float) -> list[int]:
        until = time.monotonic() + seconds
        while self.left() and time.monotonic() < until:
            time.sleep(0.1)
        return self.left()

    def manage(self, *arguments: str) -> str:
        """The output of `manage.py` in another terminal, which knows the state folder alone."""
        env = {name: value for name, value in self.env.items() if name in ("PATH", "HOME", "LANG", "STATE_DIR")}
        done = subprocess.run(
            [".venv/bin/python", "manage.py", *arguments],
            cwd=self.root,
            env=env,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_from_a_fresh_clone_to_nothing_left(clone: Path, state: Path) -> None:
    portal = Portal(clone, state, free_port(None, 0))
    try:
        portal.start(FIRST_START_S)
        with urlopen(f"http://127.0.0.1:{portal.port}/healthz", timeout=5) as answer:
            assert answer.status == 200
        assert stat.S_IMODE((state / "env.json").stat().st_mode) == 0o600
        assert portal.manage("migrate", "--check") == ""
        _refuses_a_second_one(portal)
        _restarts_a_killed_worker(portal)
        assert portal.send(signal.SIGKILL) == -signal.SIGKILL
        assert portal.left_after(8) == []
        portal.start(SECOND_START_S)
        assert portal.send(signal.SIGINT) == 0
        assert portal.left() == []
        # The other signal, and halfway: the processes of the portal have just been started.
        portal.start(SECOND_START_S, until="- Web server, workers, timetable\n")
        assert portal.send(signal.SIGTERM) == 0
        assert portal.left() == []
    finally:
        if portal.process and portal.process.poll() is None:
            portal.process.kill()
            portal.process.wait()
        portal.output.unlink(missing_ok=True)


def _refuses_a_second_one(portal: Portal) -> None:
    second = subprocess.run(
        [sys.executable, "portal", "run"], cwd=portal.root, env=portal.env, capture_output=True, text=True, check=False
    )
    assert portal.process is not None
    expected = f"The portal is already running on {portal.state} (process {portal.process.pid}).\n"
    assert (second.returncode, second.stdout, second.stderr) == (1, "", expected)


def _restarts_a_killed_worker(portal: Portal) -> None:
    name = processes.WORKERS[0].name
    workers = [pid for pid in portal.left() if b"\0pulling\0" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(min(workers), signal.SIGKILL)
    portal.wait_for(f"! {name} ended (signal 9); starting it again in 1 s. Its log: ", 5)
    portal.wait_for("starting it again", 5)


def test_sign_ins_are_told_with_their_password(tmp_path: Path) -> None:
    people = [{"email": "importer@demo.example", "role": "owner"}, {"email": "a@demo.example", "role": "member"}]
    (tmp_path / "demo.json").write_text(json.dumps({"password": "kigali-42", "people": people}))
    assert sign_ins(tmp_path / "demo.json") == [
        "Demo sign-ins, all with the same password: kigali-42",
        "  importer@demo.example  owner",
        "  a@demo.example         member",
    ]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"password": "x", "people": [1]}', '{"password": "x"}'])
def test_no_sign_ins_are_told_when_none_are_known(tmp_path: Path, text: str) -> None:
    (tmp_path / "demo.json").write_text(text)
    assert sign_ins(tmp_path / "demo.json") == []
    assert sign_ins(tmp_path / "absent.json") == []


@pytest.mark.parametrize(
    ("reasons", "told"),
    [
        (["Outbox: the oldest unsent row is 802 s overdue"], True),
        (["Outbox: the oldest unsent row is 802 s overdue", "Workers: no heartbeat of pulling"], False),
        (["Workers: no heartbeat of pulling"], False),
        ([], False),
    ],
)
def test_a_start_waits_for_workers_and_not_for_what_an_earlier_one_left_unsent(reasons: list[str], told: bool) -> None:
    assert waits_only_to_send(json.dumps({"ready": False, "reasons": reasons})) is told


@pytest.mark.parametrize("answer", ["", "no answer", "[]", "{}"])
def test_what_is_no_answer_of_the_portal_is_waited_on(answer: str) -> None:
    assert waits_only_to_send(answer) is False
