"""Loads the big set of tickets into a database of its own."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from demo.own_database import create, using
from demo.ticket_benchmark import set_name
from demo.ticket_set import MESSAGES, load


class Command(BaseCommand):
    """``manage.py bench_tickets --tickets N``: four messages each, into ``portal_bench_tickets_N``, made anew."""

    help = "Loads a big set of tickets into a database of its own, which the benchmark measures."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many."""
        parser.add_argument("--tickets", type=int, default=100_000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, with progress."""
        self._said = 0
        count, start = options["tickets"], time.monotonic()
        name = set_name(count)
        create(name)
        with using(name):
            load(count, until=timezone.now(), progress_of=self._progress)
        seconds = time.monotonic() - start
        self.stdout.write(f"{name}: {count} tickets, {MESSAGES * count} messages in {seconds:.0f} s")

    def _progress(self, done: int, total: int) -> None:
        percent = done * 100 // total
        if percent // 10 > self._said // 10:
            self._said = percent
            self.stdout.write(f"{percent} %")
