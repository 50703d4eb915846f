"""Loads the demo year into the database."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cargo.models import Consignment
from demo.loading import load, prepare_people, prepare_sources, stored_year
from demo.state import read_state
from demo.year import Year

SEED = 2026


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.get_default_timezone())


def _new_year(options: dict[str, Any], at: datetime) -> Year:
    until = (options["now"] or at).replace(second=0, microsecond=0)
    return Year(seed=options["seed"], until=until, consignments=options["consignments"])


class Command(BaseCommand):
    """``manage.py demo_load [--seed N] [--consignments N] [--now ISO] [--if-empty]``: may be repeated at any time.

    What was loaded once decides: a second load finishes or repeats that one, whatever the options say.
    """

    help = "Loads a year of believable corridor through the real intake."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What the year is made from, and whether a database that holds consignments is left alone."""
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument("--consignments", type=int, default=600, metavar="N")
        parser.add_argument("--now", type=_moment, help="the end of the year, ISO 8601; now where not given")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there are consignments already")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say how far it is; on a terminal in one line that changes."""
        if not settings.DEMO:
            raise CommandError("DEMO=0: this portal is not a demo.")
        at = timezone.now()
        stored = stored_year()
        if stored is None and options["if_empty"] and Consignment.objects.exists():
            self.stdout.write("demo not loaded: there are consignments already")
            return
        year, is_loaded = stored or (_new_year(options, at), False)
        self._prepare(year, at, is_loaded=is_loaded)
        if is_loaded and options["if_empty"]:
            self.stdout.write("demo loaded before")
            return
        self._load(year, at)

    def _prepare(self, year: Year, at: datetime, *, is_loaded: bool) -> None:
        prepare_sources(settings.DEMO_FEED_URL, year, is_loaded=is_loaded, at=at)
        kept = read_state(settings.STATE_DIR)
        if kept is None or kept.year != year or not is_loaded:
            prepare_people(settings.STATE_DIR, year, at=at)

    def _load(self, year: Year, at: datetime) -> None:
        began = time.monotonic()
        loaded = load(year, at=at, progress=_Progress(self))
        prepare_sources(settings.DEMO_FEED_URL, year, is_loaded=True, at=at)
        self.stdout.write(
            f"demo loaded: {loaded.consignments} consignments, {loaded.deliveries} messages, {loaded.events} events, "
            f"{loaded.quarantined} quarantined in {time.monotonic() - began:.0f} s"
        )


class _Progress:
    """Shows how far the load is: one changing line on a terminal, else a line for every tenth."""

    def __init__(self, command: BaseCommand) -> None:
        self.out = command.stdout
        self.is_terminal = self.out.isatty()
        self.shown = 0

    def __call__(self, done: int, total: int) -> None:
        percent = done * 100 // total
        step = 1 if self.is_terminal else 10
        if percent < self.shown + step and done < total:
            return
        self.shown = percent - percent % step
        text = f"demo year {percent:3d} %"
        if self.is_terminal:
            self.out.write(f"\r{text}", ending="\n" if done == total else "")
            self.out.flush()
        else:
            self.out.write(text)
