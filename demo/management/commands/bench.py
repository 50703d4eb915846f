"""Runs the benchmarks."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from demo.benchmarks import NAMES, run


class Command(BaseCommand):
    """``manage.py bench [NAME …]``: one JSON line each."""

    help = "Runs the benchmarks on the database given; one JSON line each."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which ones, and among how many consignments the pages are measured."""
        parser.add_argument("names", nargs="*", choices=[[], *NAMES], metavar="NAME", help=f"of: {', '.join(NAMES)}")
        parser.add_argument("--consignments", type=int, default=settings.BENCH_CONSIGNMENTS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run and print."""
        for result in run(options["names"], options["consignments"]):
            self.stdout.write(json.dumps(result.as_dict()))
