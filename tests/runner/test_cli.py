"""The command line: what is understood, and the exit codes."""

from __future__ import annotations

import ast
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runner.conftest import ROOT


def portal(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "portal", *arguments],
        env={"PATH": os.environ["PATH"], **environ},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_help_names_the_commands_and_the_variables() -> None:
    answer = portal("--help")
    assert answer.returncode == 0
    for word in ("run", "test", "bench", "PORT", "STATE_DIR", "DATABASE_URL", "REDIS_URL", "DEMO=0"):
        assert word in answer.stdout


@pytest.mark.parametrize("arguments", [(), ("start",), ("run", "--fast"), ("bench", "--all")])
def test_what_is_not_understood_is_wrongly_called(arguments: tuple[str, ...]) -> None:
    assert portal(*arguments).returncode == 2


def test_a_port_in_use_is_refused_at_once(state: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        answer = portal("run", STATE_DIR=str(state), PORT=str(port))
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith(f"Port {port} is in use on 127.0.0.1")


def test_a_refusal_is_a_sentence_and_no_traceback() -> None:
    answer = portal("run", PORT="none")
    assert (answer.returncode, answer.stderr) == (1, "PORT is 'none'; it must be a number from 1 to 65535.\n")


def test_the_runner_imports_nothing_but_the_standard_library() -> None:
    allowed = sys.stdlib_module_names | {"runner"}
    imported: set[str] = set()
    for path in [ROOT / "portal", *(ROOT / "runner").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.split(".")[0])
    assert imported - allowed == set()
