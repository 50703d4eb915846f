"""`./portal test`: every check of the project, two at a time, with a timed line for each; pytest comes last."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from runner.bootstrap import TEST_GROUPS
from runner.children import complete, end, pause, spawn
from runner.configuration import Configuration, environment_of, settings_for
from runner.console import Refused, say
from runner.machine import can_install, install_packages
from runner.stage import Stage, held, set_up

NOT_FOR_TESTS = (
    *("DEMO", "EMAIL_", "PORTAL_URL", "ALLOWED_HOSTS", "SECRET_KEY", "MFA_"),
    *("AFRICASTALKING_", "SMS_", "USSD_", "WHATSAPP_"),
    *("VAPID_", "PUSH_"),
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Check:
    """A check by its name, with the arguments of `python`."""

    name: str
    arguments: tuple[str, ...]


# The longest first: the others pass beside it.
CHECKS = (
    Check("types", ("-m", "mypy", ".")),
    Check("format", ("-m", "ruff", "format", "--check", ".")),
    Check("lint", ("-m", "ruff", "check", ".")),
    Check("architecture", ("-c", "from importlinter.cli import lint_imports_command as run; run()")),
    Check("templates", ("-m", "djlint", "templates", "--check", "--lint")),
    Check("migrations", ("manage.py", "makemigrations", "--check", "--dry-run")),
    Check("settings", ("manage.py", "check")),
    Check("leaks", ("-m", "runner.leaks")),
    Check("compose", ("-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml")),
)
PYTEST = Check("pytest", ("-m", "pytest", "-n", "2"))
AT_ONCE = 2


def test(configuration: Configuration, pytest_arguments: Sequence[str]) -> int:
    """Set up, run every check whatever the others said; 0 when all passed. Raises Refused, StopRequested."""
    with held(configuration), set_up(configuration, TEST_GROUPS, durable=False) as stage:
        need_browser(configuration)
        env = test_environment(stage)
        failed = failing(CHECKS, configuration, env)
        say(f"{len(CHECKS) - len(failed)} of {len(CHECKS)} static checks passed; now the tests")
        if not passes(Check(PYTEST.name, (*PYTEST.arguments, *pytest_arguments)), configuration, env):
            failed.append(PYTEST.name)
    if (pictures := configuration.state / "pictures").is_dir():
        say(f"Pictures of the journeys, to be looked at: {pictures}")
    say(f"FAILED: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def test_environment(stage: Stage) -> dict[str, str]:
    """The environment of the checks: the test servers and the default settings."""
    settings = settings_for(stage.configuration, stage.database_url, stage.redis_url)
    return environment_of(stage.configuration, settings)


def for_tests(environ: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment without what would make it another portal or send real messages."""
    return {name: value for name, value in environ.items() if not name.startswith(NOT_FOR_TESTS)}


def passes(check: Check, configuration: Configuration, env: dict[str, str]) -> bool:
    """Run one check, its output to the terminal, and print its line."""
    started = time.monotonic()
    code = complete([configuration.python, *check.arguments], env=env, cwd=configuration.root)
    return _told(check, code, started)


def failing(checks: Sequence[Check], configuration: Configuration, env: Mapping[str, str]) -> list[str]:
    """Run checks beside each other, and print what each said, with its line, when it has ended; the names of those that
    failed. Raises StopRequested after ending those that run."""
    waiting, failed = list(checks), []
    running: dict[Check, tuple[subprocess.Popen[bytes], float]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < AT_ONCE:
                check = waiting.pop(0)
                log = configuration.log(f"check-{check.name}")
                log.unlink(missing_ok=True)
                command: list[str | Path] = [configuration.python, *check.arguments]
                child = spawn(command, env=env, cwd=configuration.root, log=log, on_our_death=signal.SIGTERM)
                running[check] = child, time.monotonic()
            pause(0.02)
            for check in [check for check, (child, _started) in running.items() if child.poll() is not None]:
                child, started = running.pop(check)
                say(configuration.log(f"check-{check.name}").read_text(errors="replace").rstrip())
                failed += [] if _told(check, child.returncode, started) else [check.name]
    finally:
        for child, _started in running.values():
            end(child, signal.SIGTERM, 5)
    return failed


def _told(check: Check, code: int, started: float) -> bool:
    say(f"{'ok    ' if code == 0 else 'FAILED'} {check.name:<13}{time.monotonic() - started:6.1f} s")
    return code == 0


def need_browser(configuration: Configuration) -> None:
    """Install Chromium, and the library that the browser's driver needs, where they are missing. Raises Refused."""
    missing = [] if any(shutil.which(name) for name in BROWSERS) else ["chromium"]
    libraries = (Path("/usr/lib"), Path("/lib"), Path("/usr/local/lib"))
    if not any(
        found for folder in libraries for found in (*folder.glob("libatomic.so.1"), *folder.glob("*/libatomic.so.1"))
    ):
        missing.append("libatomic1")
    if not missing:
        return
    if not can_install():
        raise Refused(f"The browser tests need {' and '.join(missing)}: apt-get install {' '.join(missing)}")
    install_packages(missing, configuration.log("setup"))
