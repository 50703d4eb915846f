"""Loads the big set into a database of its own."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from demo.big_set import load
from demo.own_database import create, exists, name_of, using


class Command(BaseCommand):
    """``manage.py bench_load --consignments N``: some twenty events each, into ``portal_bench_N``, made anew."""

    help = "Loads a big set of cargo into a database of its own, which benchmarks share."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many."""
        parser.add_argument("--consignments", type=int, default=1_000_000)
        parser.add_argument("--keep", action="store_true", help="do nothing where the set is there already")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, with progress."""
        self._said = 0
        count, start = options["consignments"], time.monotonic()
        name = name_of(count)
        if options["keep"] and exists(name):
            return
        create(name)
        with using(name):
            load(count, until=timezone.now(), progress_of=self._progress)
        self.stdout.write(f"{name}: {count} consignments in {time.monotonic() - start:.0f} s")

    def _progress(self, done: int, total: int) -> None:
        percent = done * 100 // total
        if percent // 10 > self._said // 10:
            self._said = percent
            self.stdout.write(f"{percent} %")
