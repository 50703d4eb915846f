"""What the person at the terminal reads: at once, with times where they matter, and never an error of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.console import Refused, say, step, tail
from tests.runner.conftest import ROOT

Read = pytest.CaptureFixture[str]


def test_a_line_is_read_at_once(capsys: Read) -> None:
    say("Ready: http://127.0.0.1:8000")
    assert capsys.readouterr().out == "Ready: http://127.0.0.1:8000\n"


def test_a_terminal_that_has_gone_away_stops_nothing() -> None:
    """Its other end is closed before the first line; what stands behind the line is still done."""
    code = "import os\nfrom runner.console import say\nsay('a')\nsay('b')\nos._exit(7)"
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, stdout=writing, check=False)
    os.close(writing)
    assert ended.returncode == 7


def clock(monkeypatch: pytest.MonkeyPatch, *times: float) -> None:
    left = list(times)
    monkeypatch.setattr(time, "monotonic", lambda: left.pop(0) if len(left) > 1 else left[0])


@pytest.mark.parametrize(
    ("seconds", "lines"),
    [
        (0.0, ["- Starting"]),
        (0.999, ["- Starting"]),
        (1.0, ["- Starting", "  done in 1.0 s"]),
        (61.26, ["- Starting", "  done in 61.3 s"]),
    ],
)
def test_a_step_says_how_long_it_took_where_one_has_waited(
    capsys: Read, monkeypatch: pytest.MonkeyPatch, seconds: float, lines: list[str]
) -> None:
    clock(monkeypatch, 100.0, 100.0 + seconds)
    with step("Starting"):
        pass
    assert capsys.readouterr().out.splitlines() == lines


def test_a_step_is_announced_before_it_begins(capsys: Read) -> None:
    with step("Starting"):
        assert capsys.readouterr().out == "- Starting\n"


def test_a_step_that_fails_is_not_done(capsys: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    clock(monkeypatch, 100.0, 200.0)
    with pytest.raises(Refused, match="no room"), step("Starting"):
        raise Refused("no room")
    assert capsys.readouterr().out == "- Starting\n"


def test_the_end_of_a_log_stands_below_its_name(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("".join(f"line {number}\n" for number in range(30)))
    shown = tail(log, 2).splitlines()
    assert shown == [f"  {log}:", "    line 28", "    line 29"]
    assert len(tail(log).splitlines()) == 13


def test_a_short_log_is_shown_whole_and_an_empty_one_by_its_name(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("only")
    assert tail(log) == f"  {log}:\n    only"
    log.write_text("")
    assert tail(log) == f"  {log}:"


@pytest.mark.parametrize("name", ["none.log", "."])
def test_what_is_no_log_is_shown_as_nothing(tmp_path: Path, name: str) -> None:
    assert tail(tmp_path / name) == ""


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_whatever_a_program_wrote_can_be_shown(tmp_path: Path, raw: bytes) -> None:
    log = tmp_path / "web.log"
    log.write_bytes(raw)
    assert tail(log).startswith(f"  {log}:")
    tail(log).encode()
