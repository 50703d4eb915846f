"""Runs the benchmarks."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand

from demo.benchmarks import run


class Command(BaseCommand):
    """``manage.py bench``: one JSON line each."""

    help = "Runs the benchmarks on the database given; one JSON line each."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run and print."""
        for result in run():
            self.stdout.write(json.dumps(result.as_dict()))
