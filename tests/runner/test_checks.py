"""The checks of `./portal test`: each is run, and told with its time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from runner.bootstrap import TEST_GROUPS
from runner.checks import CHECKS, PYTEST, Check, for_tests, passes
from tests.runner.conftest import ROOT, configured


def test_what_is_checked() -> None:
    assert [check.name for check in CHECKS] == [
        "format",
        "lint",
        "types",
        "architecture",
        "templates",
        "migrations",
        "settings",
    ]
    assert PYTEST.arguments == ("-m", "pytest", "-n", "2")
    assert TEST_GROUPS == ("base", "embedded", "demo", "test")


@pytest.mark.parametrize(("code", "mark"), [(0, "ok    "), (1, "FAILED"), (5, "FAILED")])
def test_a_check_is_told_with_its_time(state: Path, capfd: pytest.CaptureFixture[str], code: int, mark: str) -> None:
    project = state / "project"
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / ".venv" / "bin" / "python").symlink_to(sys.executable)
    check = Check("format", ("-c", f"print('its own words'); raise SystemExit({code})"))
    assert passes(check, configured(state, project), dict(os.environ)) is (code == 0)
    words, line = capfd.readouterr().out.splitlines()
    assert words == "its own words"
    assert line.startswith(f"{mark} format ")
    assert line.endswith(" s")


def test_continuous_integration_runs_the_same() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text().splitlines()[-1] == 'exec ./portal test "$@"'
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0


def test_tests_are_of_the_default_portal_and_send_nothing() -> None:
    shell = {"DEMO": "0", "EMAIL_URL": "smtp://mail", "AFRICASTALKING_API_KEY": "k", "VAPID_PRIVATE_KEY": "v"}
    assert for_tests(shell | {"DATABASE_URL": "u", "CI": "true"}) == {"DATABASE_URL": "u", "CI": "true"}
