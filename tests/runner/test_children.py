"""Children end with us, however we end, and strays of an earlier start are found."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runner.children import MARKER, complete, end, leftovers, must, spawn, sweep
from runner.console import Refused
from tests.runner.conftest import ROOT

PATH = {"PATH": os.environ["PATH"]}


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone_within(pid: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while is_there(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not is_there(pid)


def parent_of(code: str) -> subprocess.Popen[str]:
    """A Python process that runs `code` with the runner's functions at hand; its output is a pipe."""
    start = "import os, time\nfrom runner.children import *\n"
    return subprocess.Popen([sys.executable, "-c", start + code], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_ends_when_its_parent_is_killed(number: signal.Signals) -> None:
    parent = parent_of(
        f"child = spawn(['sleep', '600'], env=os.environ, on_our_death={int(number)})\n"
        "print(child.pid, flush=True)\ntime.sleep(600)"
    )
    child = int(first_line(parent))
    assert is_there(child)
    parent.kill()
    parent.communicate()
    assert gone_within(child, 3)


def test_a_request_to_stop_ends_what_is_waited_for() -> None:
    parent = parent_of(
        "listen_for_stop()\nprint(os.getpid(), flush=True)\n"
        "try:\n    complete(['sleep', '600'], env=os.environ)\nexcept StopRequested:\n    print('stopped')"
    )
    first_line(parent)
    time.sleep(0.3)
    parent.send_signal(signal.SIGINT)
    assert parent.communicate(timeout=5)[0] == "stopped\n"
    assert parent.returncode == 0


def test_the_exit_code_of_what_is_waited_for_comes_back() -> None:
    assert complete(["sh", "-c", "exit 3"], env=PATH) == 3
    assert complete(["true"], env=PATH) == 0


def test_a_failure_is_shown_with_the_end_of_its_log(tmp_path: Path) -> None:
    log = tmp_path / "setup.log"
    with pytest.raises(Refused) as refusal:
        must(["sh", "-c", "echo first; echo the disk is full >&2; exit 1"], what="Copying", env=PATH, log=log)
    assert str(refusal.value) == f"Copying failed.\n  {log}:\n    first\n    the disk is full"


def test_who_ignores_a_polite_stop_is_killed() -> None:
    child = spawn(["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"], env=PATH)
    time.sleep(0.2)
    end(child, signal.SIGTERM, 0.3)
    assert child.returncode == -signal.SIGKILL
    end(child, signal.SIGTERM, 0.3)


def test_strays_of_one_state_folder_are_found_and_swept(state: Path, tmp_path: Path) -> None:
    stray = spawn(["sleep", "600"], env=PATH | {MARKER: str(state)})
    other = spawn(["sleep", "600"], env=PATH | {MARKER: str(state / "test")})
    try:
        assert leftovers(state, []) == [stray.pid]
        assert leftovers(tmp_path, []) == []
        sweep(state, [], grace_s=0)
        assert stray.wait(2) == -signal.SIGKILL
        assert other.poll() is None
    finally:
        end(other, signal.SIGKILL, 1)
        end(stray, signal.SIGKILL, 1)
