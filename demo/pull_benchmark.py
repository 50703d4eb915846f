"""The benchmark of a pull: ten thousand consignments from one source over HTTP, page by page, to the outbox."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event as Signal
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.db import connection
from django.utils import timezone
from stdnum import iso6346

from cargo.models import Consignment
from cargo.reading import read_delivery
from cargo.registration import Particulars, register_many
from corridor.reference import load_reference
from demo.measuring import Result
from feeds.models import Delivery, Source
from feeds.pull import Pace, pull
from feeds.sources import add_source
from liaison.models import Organization
from liaison.people import add_person

CONSIGNMENTS = 10_000
PAGE = 100
FIRM = "Bench Pull Imports"
START = datetime(2026, 3, 1, tzinfo=UTC)
# What is asked for: all of it within a minute, and the notices of a page within five seconds of its storing.
LONGEST_S, LONGEST_NOTICE_S = 60.0, 5.0


class Carrier(ThreadingHTTPServer):
    """A carrier's DCSA interface: ``pages`` of events; ``asked_at`` is when each page was asked for."""

    daemon_threads = True

    def __init__(self, pages: Sequence[bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Page)
        self.pages = pages
        self.asked_at: list[float] = []

    @property
    def url(self) -> str:
        """Where the first page is."""
        return f"http://127.0.0.1:{self.server_address[1]}/v2/events?limit={PAGE}"


class _Page(BaseHTTPRequestHandler):
    server: Carrier
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """The page that the cursor names."""
        self.server.asked_at.append(time.perf_counter())
        number = int(parse_qs(urlsplit(self.path).query).get("cursor", ["0"])[0])
        body = self.server.pages[number]
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if number + 1 < len(self.server.pages):
            self.send_header("Next-Page-Cursor", str(number + 1))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


def pulls() -> Iterator[Result]:
    """Seconds from the pull's begin to the last outbox row, and the 95th percentile of a page's way there.

    As in the portal one worker pulls while another reads. A page's way begins when it is stored, which is when the
    next one is asked for, and ends when its notices are in the outbox. The baselines are what is asked for at most.
    """
    done = Consignment.objects.filter(consignee__name=FIRM).count()
    pages = _pages(_register(done), START + timedelta(days=done // max(CONSIGNMENTS, 1)))
    with _serving(pages) as carrier:
        source = _source(carrier.url)
        began = time.perf_counter()
        with _reading(source, len(pages)) as told_at:
            pull(source=source, at=timezone.now(), then=Pace())
            stored_at = [*carrier.asked_at[1:], time.perf_counter()]
    seconds = told_at[-1] - began
    waits = sorted(told - stored for told, stored in zip(told_at, stored_at, strict=True))
    slowest = waits[len(waits) * 95 // 100]
    yield Result("pull", round(seconds, 2), "s", LONGEST_S, round(seconds / LONGEST_S, 4))
    yield Result("pull_notice_p95", round(slowest, 3), "s", LONGEST_NOTICE_S, round(slowest / LONGEST_NOTICE_S, 4))


def _register(first: int) -> list[str]:
    """New consignments of one container each, of a firm of one person; their containers."""
    load_reference(at=timezone.now())
    add_person(email="bench-pull@demo.example", role="owner", organization=FIRM, by=None, at=timezone.now())
    firm = Organization.objects.get(name=FIRM)
    containers = [_container(number) for number in range(first, first + CONSIGNMENTS)]
    register_many(
        [Particulars(consignee=firm, containers=[container]) for container in containers], by=None, at=timezone.now()
    )
    return containers


def _container(number: int) -> str:
    body = f"BPLU{number:06d}"
    return body + str(iso6346.calc_check_digit(body))


def _pages(containers: Sequence[str], at: datetime) -> list[bytes]:
    """The containers' gate-outs as pages of DCSA Track & Trace 2.2."""
    events = [_event(container, at + timedelta(seconds=number)) for number, container in enumerate(containers)]
    return [json.dumps(events[start : start + PAGE]).encode() for start in range(0, len(events), PAGE)]


def _event(container: str, at: datetime) -> dict[str, object]:
    return {
        "eventType": "EQUIPMENT",
        "eventCreatedDateTime": at.isoformat(),
        "eventDateTime": at.isoformat(),
        "eventClassifierCode": "ACT",
        "equipmentEventTypeCode": "GTOT",
        "equipmentReference": container,
        "emptyIndicatorCode": "LADEN",
        "transportCall": {"transportCallID": "bench", "modeOfTransport": "TRUCK", "UNLocationCode": "KEMBA"},
    }


def _source(url: str) -> Source:
    at = timezone.now()
    return add_source(slug="bench-line", format="dcsa", fetch="http", url=url, by=None, at=at)[0]


@contextmanager
def _serving(pages: Sequence[bytes]) -> Iterator[Carrier]:
    carrier = Carrier(pages)
    thread = Thread(target=carrier.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield carrier
    finally:
        carrier.shutdown()
        carrier.server_close()
        thread.join()


@contextmanager
def _reading(source: Source, count: int) -> Iterator[list[float]]:
    """A reader beside the pull, until it has read ``count`` deliveries of ``source``; when it was done with each."""
    told_at: list[float] = []
    is_over = Signal()

    def read() -> None:
        try:
            while len(told_at) < count and not (is_over.is_set() and not _waiting(source)):
                for pk in _waiting(source):
                    read_delivery(pk)
                    told_at.append(time.perf_counter())
                is_over.wait(0.01)
        finally:
            connection.close()

    reader = Thread(target=read)
    reader.start()
    try:
        yield told_at
    finally:
        is_over.set()
        reader.join()


def _waiting(source: Source) -> list[int]:
    return list(Delivery.objects.waiting(timezone.now()).filter(source=source).values_list("pk", flat=True))
