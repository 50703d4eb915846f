"""Runs the load test against the running portal."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cargo.models import Unit
from demo import footprint, visitors
from demo.day import Bell, bells, ring, ring_each_once
from feeds.models import Source
from feeds.sources import add_source

SLUG = "load-test"
LOOKS = 12


class Command(BaseCommand):
    """``manage.py load_test [--users 200 --seconds 60 --events 50]``; a soak is ``--seconds 900 --day``."""

    help = "Sends visitors and events to the running portal and prints what they waited for, one JSON line each."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many, how long, how fast."""
        parser.add_argument("--users", type=int, default=200)
        parser.add_argument("--seconds", type=float, default=60)
        parser.add_argument("--events", type=int, default=50, help="events a second; 0: none")
        parser.add_argument("--think", type=float, default=visitors.THINK_S, help="seconds between two pages")
        parser.add_argument("--warm", type=float, default=10, help="seconds of visits before, which do not count")
        parser.add_argument("--rest", type=float, default=0, help="minutes to wait at most for workers to be at rest")
        parser.add_argument("--day", action="store_true", help="meanwhile a day of what is rung hourly or more seldom")
        parser.add_argument("--url", default=settings.PORTAL_URL)

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure and print."""
        source = Source.objects.filter(slug=SLUG).first()
        if source is None:
            name = "Load test"
            source, _token = add_source(
                slug=SLUG, format="csv_events", settings={}, token=SLUG, name=name, by=None, at=timezone.now()
            )
        day = bells(settings.CELERY_BEAT_SCHEDULE.values(), seconds=options["seconds"]) if options["day"] else []
        ring_each_once(day)
        if options["rest"]:
            waited_s = footprint.wait_for_rest(most_s=60 * options["rest"])
            self.stderr.write(f"the workers were at rest, or waited for long enough, after {waited_s:.0f} s")
        crowd = visitors.visitors(options["users"])
        tally, looks = visitors.Tally(), list[footprint.Footprint]()
        floor = _floor(options["url"])
        _all_at_once(crowd, options, day, tally, looks)
        events = options["events"] * int(options["seconds"])
        for result in (*visitors.results(tally, floor, events), *footprint.results(looks)):
            self.stdout.write(json.dumps(result.as_dict()))
        if tally.failed:
            self.stderr.write(f"answers that failed, by status: {tally.failed}")


def _all_at_once(
    crowd: list[visitors.Visitor],
    options: dict[str, Any],
    day: list[Bell],
    tally: visitors.Tally,
    looks: list[footprint.Footprint],
) -> None:
    url, seconds, think_s = options["url"], options["seconds"], options["think"]
    address = f"/api/v1/sources/{SLUG}/deliveries/"
    # What a process loads for its first visitors is no part of what the others wait for.
    visitors.visit(url, crowd, seconds=options["warm"], think_s=think_s, tally=visitors.Tally())
    containers = list(Unit.objects.exclude(container="").values_list("container", flat=True)[:5000])
    sent = {"rate": options["events"], "seconds": seconds, "at": timezone.now(), "tally": tally}
    with ThreadPoolExecutor(3) as threads:
        visiting = threads.submit(visitors.visit, url, crowd, seconds=seconds, think_s=think_s, tally=tally)
        sending = threads.submit(visitors.send, url, address, SLUG, containers, **sent)
        ringing = threads.submit(ring, day)
        _watch(seconds, looks)
    for done in (visiting, sending, ringing):
        done.result()


def _watch(seconds: float, looks: list[footprint.Footprint]) -> None:
    # A look takes a tenth of a second of a processor, which the visitors would wait for. The first one comes when
    # everybody has been there: what a process takes at its first work is no growth.
    began = time.monotonic()
    for number in range(1, LOOKS + 1):
        time.sleep(max(0.0, began + seconds * number / LOOKS - time.monotonic()))
        looks.append(footprint.look(at=timezone.now()))


def _floor(url: str) -> float:
    """What the same server takes, with nobody else there, to say that it is alive: the median of twenty, in ms."""
    taken = []
    with closing(visitors.connection_to(url)) as connection:
        for _time in range(20):
            began = time.perf_counter()
            status = visitors.ask(connection, "GET", "/healthz", headers={})
            taken.append(1000 * (time.perf_counter() - began))
            if status != 200:
                raise CommandError(f"{url} does not answer as it should: {status}.")
    return visitors.percentile(taken, 0.5)
