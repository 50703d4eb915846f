"""Runs the benchmarks."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand

from demo import benchmarks, pull_benchmark


class Command(BaseCommand):
    """``manage.py bench``: one JSON line each."""

    help = "Runs the benchmarks on the database given; one JSON line each."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run and print."""
        for result in chain(benchmarks.run(), pull_benchmark.run()):
            self.stdout.write(json.dumps(result.as_dict()))
