"""Folders to start servers in, and a look at what is left of them afterwards."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.children import leftovers, sweep
from runner.configuration import Configuration, private_home, read

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def state() -> Iterator[Path]:
    """A state folder that every user can pass into, as below /srv or /home; nothing of it is left afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="portal-test-", dir="/var/tmp"))
    folder.chmod(0o711)
    yield folder
    forget(folder)


@pytest.fixture
def hidden_state() -> Iterator[Path]:
    """A state folder below one that only its owner may enter, as below /root."""
    parent = Path(tempfile.mkdtemp(prefix="portal-test-", dir="/var/tmp"))
    (parent / "state").mkdir(mode=0o711)
    yield parent / "state"
    forget(parent / "state")
    shutil.rmtree(parent)


def forget(state: Path) -> None:
    """End what a failed test left running, and remove the state with its private home."""
    homes = [state / "postgres", state / "redis"]
    if (state / "home").exists():
        homes.append(private_home(state))
    sweep(state, homes, grace_s=0)
    assert leftovers(state, homes) == []
    for folder in (*homes, state):
        shutil.rmtree(folder, ignore_errors=True)


def configured(state: Path, root: Path = ROOT, **environ: str) -> Configuration:
    """A configuration on `state` with its log folder made."""
    configuration = read(root, {"STATE_DIR": str(state), **environ})
    configuration.logs.mkdir(exist_ok=True)
    return configuration
