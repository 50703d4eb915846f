"""The checks of `./portal test`: each is run, and told with its time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from runner.bootstrap import TEST_GROUPS
from runner.checks import CHECKS, PYTEST, Check, failing, for_tests, passes
from runner.checks import test_environment as environment_of_tests
from runner.stage import Stage
from runner.supervision import Supervisor
from tests.runner.conftest import ROOT, configured


def test_what_is_checked() -> None:
    assert [check.name for check in CHECKS] == [
        "types",
        "format",
        "lint",
        "architecture",
        "templates",
        "migrations",
        "settings",
        "leaks",
        "compose",
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


def saying(name: str, words: str, code: int, seconds: float = 0) -> Check:
    return Check(name, ("-c", f"import time; time.sleep({seconds}); print({words!r}); raise SystemExit({code})"))


def test_checks_run_beside_each_other_and_none_interrupts_another(
    state: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    project = state / "project"
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / ".venv" / "bin" / "python").symlink_to(sys.executable)
    slow, bad, good = saying("slow", "a\nb", 0, 1), saying("bad", "wrong", 1), saying("good", "c", 0)
    assert failing([slow, bad, good], configured(state, project), dict(os.environ)) == ["bad"]
    told = [re.sub(r" +[\d.]+ s$", "", line) for line in capfd.readouterr().out.splitlines()]
    assert told == ["wrong", "FAILED bad", "c", "ok     good", "a", "b", "ok     slow"]


def test_continuous_integration_runs_the_same() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text().splitlines()[-1] == 'exec ./portal test "$@"'
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0


def test_tests_are_of_the_default_portal_and_send_nothing() -> None:
    shell = {"DEMO": "0", "EMAIL_URL": "smtp://mail", "AFRICASTALKING_API_KEY": "k", "DATABASE_URL": "u", "CI": "true"}
    assert for_tests(shell) == {"DATABASE_URL": "u", "CI": "true"}


def test_each_check_has_a_name_of_its_own_and_says_what_it_runs() -> None:
    names = [check.name for check in (*CHECKS, PYTEST)]
    assert len(set(names)) == len(names)
    assert [check.name for check in CHECKS if not check.arguments] == []
    # A check that would mend what it finds would hide it.
    assert [check.name for check in CHECKS if {"--fix", "--reformat"} & set(check.arguments)] == []


@pytest.mark.parametrize(
    ("name", "is_kept"),
    [
        ("DEMO", False),
        ("DEMO_FEED_URL", False),
        ("EMAIL_URL", False),
        ("SECRET_KEY", False),
        ("PORTAL_URL", False),
        ("ALLOWED_HOSTS", False),
        ("AFRICASTALKING_USERNAME", False),
        ("WHATSAPP_TOKEN", False),
        ("MFA_REQUIRED", False),
        ("PORTAL_POSTGRES", True),
        ("REDIS_URL", True),
        ("STATE_DIR", True),
        ("PATH", True),
        ("MY_DEMO", True),
    ],
)
def test_what_the_shell_says_to_the_tests(name: str, is_kept: bool) -> None:
    given = {name: "x", "HOME": "/home/keza"}
    assert for_tests(given) == {"HOME": "/home/keza"} | ({name: "x"} if is_kept else {})
    assert given == {name: "x", "HOME": "/home/keza"}


def test_the_tests_use_the_servers_that_were_set_up_and_the_default_settings(state: Path) -> None:
    configuration = configured(state)
    stage = Stage(configuration, Supervisor(), "postgres://here", "unix://there")
    env = environment_of_tests(stage)
    assert (env["DATABASE_URL"], env["REDIS_URL"]) == ("postgres://here", "unix://there")
    assert (env["DJANGO_SETTINGS_MODULE"], env["STATE_DIR"]) == ("liaison.settings", str(state))
