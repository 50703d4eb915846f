"""`./portal bench`: lines of JSON alone on standard output, and the benchmarks' own exit code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from runner.children import leftovers
from tests import databases
from tests.runner.conftest import ROOT, forget
from tests.runner.test_stage import GIVEN, project_in

BENCH = """
import os, sys
from pathlib import Path
from runner.bench import bench
from runner.configuration import read
from runner.console import Refused
try:
    sys.exit(bench(read(Path(sys.argv[1]), os.environ, part="bench"), os.environ["NAMES"].split(), minutes=0.5))
except Refused as refusal:
    sys.exit(str(refusal))
"""
MANAGE = """
import json, os, sys
command = sys.argv[1]
with open("calls", "a") as calls:
    print(*sys.argv[1:], os.environ["DATABASE_URL"], os.environ["REDIS_URL"], os.environ["DEMO"], file=calls)
is_measured = command in ("bench", "load_test")
print(json.dumps({"name": command}) if is_measured else f"{command} says this")
print(f"{command} warns", file=sys.stderr)
sys.exit(int(os.environ.get("FAIL_" + command, "0")))
"""


@pytest.fixture(autouse=True)
def _nothing_left(state: Path) -> Iterator[None]:
    yield
    forget(state / "bench")


def bench_in(
    state: Path, names: str = "ingest", files: Mapping[str, str] | None = None, /, **environ: str
) -> tuple[subprocess.CompletedProcess[str], Path]:
    """The benchmarks of a project that only notes what it is asked."""
    root = project_in(state)
    for name, text in {"manage.py": MANAGE, **(files or {})}.items():
        (root / name).write_text(text)
    env = {"PATH": os.environ["PATH"], "STATE_DIR": str(state / "own"), "NAMES": names, **GIVEN, **environ}
    command = [sys.executable, "-c", BENCH, str(root)]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False), root


def test_standard_output_is_the_benchmarks_alone(state: Path) -> None:
    done, root = bench_in(state)
    assert (done.returncode, done.stdout) == (0, '{"name": "bench"}\n')
    said = ["migrate says this", "migrate warns", "reference_load says this", "reference_load warns", "bench warns"]
    assert [line for line in said if line not in done.stderr.splitlines()] == []
    servers = f"{GIVEN['DATABASE_URL']} {GIVEN['REDIS_URL']} 1"
    assert (root / "calls").read_text().splitlines() == [
        f"migrate --no-input --verbosity 0 {servers}",
        f"reference_load {servers}",
        f"bench ingest {servers}",
    ]


WEB = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
host, _colon, port = sys.argv[sys.argv.index("--bind") + 1].rpartition(":")
HTTPServer((host, int(port)), Answer).serve_forever()
"""


def test_the_load_test_has_a_whole_portal_on_a_set_of_its_own(state: Path) -> None:
    files = {"gunicorn.py": WEB, "celery.py": "import time; time.sleep(60)"}
    done, root = bench_in(state, "load pings", files, BENCH_CONSIGNMENTS="77")
    assert (done.returncode, done.stdout) == (0, '{"name": "bench"}\n{"name": "load_test"}\n'), done.stderr
    calls = [line.rsplit(maxsplit=3)[:2] for line in (root / "calls").read_text().splitlines()]
    own = GIVEN["DATABASE_URL"].replace("/portal", "/portal_bench_77")
    assert [call for call, _database in calls][:4] == [
        "migrate --no-input --verbosity 0", "reference_load", "bench pings", "bench_load --consignments 77 --keep",
    ]  # fmt: skip
    assert calls[4] == ["prepare", own]
    test, database = calls[5]
    assert (test.startswith("load_test --rest 30 --seconds 30.0 --url http://127.0.0.1:"), database) == (True, own)


def test_its_state_is_its_own(state: Path) -> None:
    bench_in(state)
    kept = state / "own" / "bench" / "env.json"
    assert json.loads(kept.read_text())["DATABASE_URL"] == GIVEN["DATABASE_URL"]
    assert kept.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in (state / "own").iterdir()) == ["bench"]


def test_a_benchmark_that_fails_fails_the_command(state: Path) -> None:
    assert bench_in(state, FAIL_bench="3")[0].returncode == 3


@pytest.mark.parametrize("command", ["migrate", "reference_load"])
def test_without_a_database_there_is_nothing_to_measure(state: Path, command: str) -> None:
    done, root = bench_in(state, "ingest", None, **{f"FAIL_{command}": "1"})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == f"manage.py {command} failed; the reason stands above."
    assert "bench" not in [line.split()[0] for line in (root / "calls").read_text().splitlines()]


def test_servers_that_are_not_given_are_its_own(state: Path) -> None:
    done, root = bench_in(state, "ingest", None, DATABASE_URL="", REDIS_URL="")
    assert (done.returncode, done.stdout) == (0, '{"name": "bench"}\n'), done.stderr
    (*_before, call) = (root / "calls").read_text().splitlines()
    assert re.fullmatch(r"bench ingest postgres://portal@%2F\S+/portal unix:///\S+ 1", call)
    assert leftovers(state / "own" / "bench", [state / "own" / "bench" / name for name in ("postgres", "redis")]) == []


@pytest.fixture
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker, template: str) -> Iterator[str]:
    """The address of a migrated, empty database."""
    name = f"{template}_bench"
    with django_db_blocker.unblock():
        databases.copy(template, name)
        yield databases.url_of(name)
        databases.drop(name)


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_real_benchmark_is_one_line_of_json(state: Path, database: str) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "portal", "bench", "pings"],
        cwd="/",
        env={**os.environ, "STATE_DIR": str(state), "DATABASE_URL": database, "REDIS_URL": settings.REDIS_URL},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    [line] = [json.loads(line) for line in done.stdout.splitlines()]
    assert list(line) == ["name", "value", "unit", "baseline", "ratio"]
    assert (line["name"], line["value"] > 0 < line["baseline"]) == ("pings", True)
    assert line["ratio"] == pytest.approx(line["value"] / line["baseline"], rel=0.01)
