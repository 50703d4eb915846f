"""The fuzzer itself: it runs on a clean reader to its end, and keeps what it found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.shape import ROOT

pytest.importorskip("atheris")


@pytest.mark.slow
def test_a_short_run_of_one_format_ends_well(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.fuzz", "csv_events", "--runs", "200", "--folder", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, "Done 200 runs" in done.stderr) == (0, True)
    assert (tmp_path / "csv_events" / "corpus" / "seed0").is_file()
