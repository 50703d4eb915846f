"""Child processes: they die with us, waiting for them hears a request to stop, and strays are found."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from runner.console import Refused, say, tail

# Every child carries it with the state folder as its value, so that a start finds what a killed one left behind.
MARKER = "PORTAL_STATE"
PR_SET_PDEATHSIG = 1
STILL_AT_IT_S = 15.0
_LIBC = ctypes.CDLL(None, use_errno=True)
# Debian's redis-server is a link to its redis-check-rdb.
_SERVER_PROGRAMS = ("postgres", "redis-server", "redis-check-rdb")
_stop = {"requested": False}


class StopRequested(Exception):
    """Ctrl-C or TERM came; raised where we wait, never in the middle of other work."""


@dataclass(frozen=True)
class Account:
    """The unprivileged user that a server runs as when we are root."""

    name: str
    uid: int
    gid: int


def listen_for_stop() -> None:
    """From now on Ctrl-C, TERM and a closed terminal end the next `pause` with `StopRequested`."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _request_stop)


def _request_stop(_number: int, _frame: FrameType | None) -> None:
    _stop["requested"] = True


def pause(seconds: float) -> None:
    """Sleep, in slices short enough that a request to stop is heard at once. Raises StopRequested."""
    until = time.monotonic() + seconds
    while True:
        if _stop["requested"]:
            raise StopRequested
        left = until - time.monotonic()
        if left <= 0:
            return
        time.sleep(min(left, 0.1))


def spawn(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path | str = "/",
    log: Path | None = None,
    stdout: int | None = None,
    account: Account | None = None,
    on_our_death: signal.Signals = signal.SIGKILL,
) -> subprocess.Popen[bytes]:
    """Start a child in its own session that gets `on_our_death` when we die, however we die.

    Its output is appended to `log`, or goes where ours goes. Call it from the main thread only: the kernel ties the
    signal to the thread that started the child. Raises OSError when the program cannot be started.
    """
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(log.open("ab")) if log else stdout
        return subprocess.Popen(
            [str(part) for part in command],
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT if log else None,
            start_new_session=True,
            preexec_fn=_dies_with(os.getpid(), on_our_death),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )


def _dies_with(parent: int, number: signal.Signals) -> Callable[[], None]:
    def prepare() -> None:
        _LIBC.prctl(PR_SET_PDEATHSIG, int(number))
        # Between the fork and the line above the parent may have died already; then no signal would ever come.
        if os.getppid() != parent:
            os._exit(127)

    return prepare


def complete(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path | str = "/",
    log: Path | None = None,
    stdout: int | None = None,
    account: Account | None = None,
) -> int:
    """Run a child to its end and return its exit code. Raises StopRequested after ending the child."""
    child = spawn(command, env=env, cwd=cwd, log=log, stdout=stdout, account=account, on_our_death=signal.SIGTERM)
    reminder = time.monotonic() + STILL_AT_IT_S
    began = time.monotonic()
    try:
        while child.poll() is None:
            pause(0.02)
            if log and time.monotonic() > reminder:
                say(f"  still at it after {time.monotonic() - began:.0f} s")
                reminder += STILL_AT_IT_S
    finally:
        end(child, signal.SIGTERM, 5)
    return child.returncode


def must(command: Sequence[str | Path], *, what: str, env: Mapping[str, str], log: Path, cwd: Path | str = "/") -> None:
    """Run a child to its end; raises Refused with the end of its log when it fails."""
    if complete(command, env=env, cwd=cwd, log=log) != 0:
        raise Refused(f"{what} failed.\n{tail(log)}")


def end(child: subprocess.Popen[bytes], number: signal.Signals, grace_s: float) -> None:
    """Stop a child politely, and after `grace_s` without asking. Does nothing to one that has ended."""
    if child.poll() is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        child.send_signal(number)
    try:
        child.wait(grace_s)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def leftovers(state: Path, homes: Iterable[Path]) -> list[int]:
    """Processes of an earlier start: with `state` in their environment, or a server working in one of `homes`."""
    marked = f"{MARKER}={state}".encode()
    ours = _ancestors()
    folders = [str(home) for home in homes]
    return [
        pid
        for pid in (int(name) for name in _listing("/proc") if name.isdigit())
        if pid not in ours and (marked in _environment(pid) or _is_server_in(pid, folders))
    ]


def sweep(state: Path, homes: Iterable[Path], grace_s: float = 10) -> None:
    """Wait until nothing of an earlier start is left; what is still there after `grace_s` is killed."""
    homes = list(homes)
    until = time.monotonic() + grace_s
    while left := leftovers(state, homes):
        if time.monotonic() > until:
            for pid in left:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            until = time.monotonic() + 1
        time.sleep(0.1)


def _ancestors() -> set[int]:
    found, pid = {os.getpid()}, os.getppid()
    while pid > 1 and pid not in found:
        found.add(pid)
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            break
    return found


def _listing(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _environment(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _is_server_in(pid: int, folders: list[str]) -> bool:
    # PostgreSQL and Redis write their title over their environment; their working folder gives them away.
    try:
        program, folder = os.readlink(f"/proc/{pid}/exe"), os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        return False
    return os.path.basename(program).startswith(_SERVER_PROGRAMS) and any(
        folder == home or folder.startswith(f"{home}/") for home in folders
    )
