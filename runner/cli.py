"""The command line of `./portal`: its commands, and what their exit codes mean."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from runner import configuration
from runner.audit import audit
from runner.bench import bench
from runner.bill import bill_of
from runner.checks import for_tests, test
from runner.children import StopRequested, listen_for_stop
from runner.console import Refused
from runner.run import run

ROOT = Path(__file__).resolve().parent.parent
STOPPED = 130
ENVIRONMENT = """\
environment:
  PORT            the web server's port (8000); PORTAL_HOST its address (127.0.0.1)
  STATE_DIR       where data, logs and env.json lie (.state)
  DATABASE_URL    a PostgreSQL of your own; otherwise a private one is started
  REDIS_URL       a Redis of your own; otherwise a private one is started
  EMAIL_URL       the SMTP server, as smtp://host:port; the demo otherwise runs its own
  DEMO=0          no demo data, no demo sign-ins
  MFA_REQUIRED    1: office and agencies must have a second factor (0 in the demo)
  PORTAL_POSTGRES, PORTAL_REDIS
                  "machine" or "wheel": which program the private server is
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 well, 1 refused or failed, 2 wrongly called, 130 stopped half-way."""
    parser = argparse.ArgumentParser(
        prog="portal",
        description="The portal of the KPA Liaison Office Kigali.",
        epilog=ENVIRONMENT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="run | test | bench | sbom | audit")
    commands.add_parser("run", help="set everything up and run the portal until Ctrl-C")
    commands.add_parser("test", help="set everything up and run every check; further arguments go to pytest")
    benchmarks = commands.add_parser("bench", help="run the benchmarks, or those named, one JSON line each")
    benchmarks.add_argument("names", nargs="*", metavar="NAME")
    benchmarks.add_argument("--minutes", type=float, default=1, help="how long `load` lasts (1); 15 is a day's soak")
    commands.add_parser("sbom", help="print the bill of materials (CycloneDX, JSON) of what is locked")
    commands.add_parser("audit", help="ask the OSV database for known faults of what is locked; needs a way to it")
    chosen, rest = parser.parse_known_args(arguments)
    if rest and chosen.command != "test":
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    listen_for_stop()
    try:
        return _obey(chosen, rest)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except StopRequested:
        return STOPPED


def _obey(chosen: argparse.Namespace, rest: Sequence[str]) -> int:
    if chosen.command == "test":
        return test(configuration.read(ROOT, for_tests(os.environ), part="test"), rest)
    if chosen.command == "bench":
        asked = configuration.read(ROOT, for_tests(os.environ), part="bench")
        return bench(asked, chosen.names, minutes=chosen.minutes)
    if chosen.command == "sbom":
        print(json.dumps(bill_of(ROOT / "requirements" / "base.txt"), indent=1))
        return 0
    if chosen.command == "audit":
        return audit(ROOT / "requirements", os.environ)
    return run(configuration.read(ROOT, os.environ))
