"""The benchmarks of telling: how many notices fan out, and how long news takes from a source to the mail server."""

from __future__ import annotations

import contextlib
import multiprocessing
import queue
import socket
import socketserver
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from threading import Thread
from typing import Any, TypeAlias

from django.conf import settings
from django.db import connection, connections, transaction
from django.utils import timezone

from cargo.reading import read_delivery
from cargo.registration import Particulars, register_many
from corridor.reference import load_reference
from demo.measuring import Result, timed
from feeds.intake import receive
from feeds.models import Source
from feeds.sources import add_source
from liaison.journal import News, record_many
from liaison.models import Membership, Organization, Person
from liaison.people import add_person
from notify.models import Notice
from notify.outbox import fan_out
from notify.tasks import send_due

PEOPLE, NOTICES, LONGEST_S = 2000, 100_000, 60.0
RATE, EACH_SECOND, SECONDS, WARM_S = 200, 4, 20, 2
P95_S, P99_S = 2.0, 5.0
_KIND = "cargo.consignment_moved"
_FORK = multiprocessing.get_context("fork")
# Queues and events of processes have no types that can be named for both kinds of them.
Came: TypeAlias = Any
Waiting: TypeAlias = Any
Done: TypeAlias = Any


def telling() -> Iterator[Result]:
    """The fan-out, and the way of news."""
    yield fanned_out()
    yield from handed_over()


def fanned_out() -> Result:
    """Seconds for 100,000 notices, an e-mail and an inbox row for each of 2000 people and 25 entries; baseline 60 s."""
    at = timezone.now()
    people = _people(at)
    with transaction.atomic():
        news = [
            News(kind=_KIND, subject="consignment", key=f"BENCH-{number}") for number in range(NOTICES // PEOPLE // 2)
        ]
        entries = record_many(news, by=None, at=at)
        seconds = timed(lambda: fan_out(dict.fromkeys(entries, people), at=at))
        written = Notice.objects.filter(entry__in=entries).count()
        transaction.set_rollback(True)
    if written != NOTICES:
        raise RuntimeError(f"{written} notices were written, not {NOTICES}")
    return Result("fan_out", round(seconds, 4), "s", LONGEST_S, round(seconds / LONGEST_S, 4))


def _people(at: datetime) -> list[int]:
    """Enough people of a firm; made once for a database."""
    add_person(email="bench-told@demo.example", role="owner", organization="Bench Readers", by=None, at=at)
    firm = Organization.objects.get(name="Bench Readers")
    new = [Person(email=f"bench-told-{number}@demo.example", name="Bench") for number in range(PEOPLE)]
    Person.objects.bulk_create(new, ignore_conflicts=True, batch_size=1000)
    found = Person.objects.filter(email__startswith="bench-told-").order_by("pk")
    held = [Membership(person=person, organization=firm, role="member") for person in found]
    Membership.objects.bulk_create(held, ignore_conflicts=True, batch_size=1000)
    return list(found.values_list("pk", flat=True)[:PEOPLE])


class _Sink(socketserver.StreamRequestHandler):
    """A mail server that takes everything, and says when each mail came and for whom; no more work than that."""

    came: Came

    def handle(self) -> None:
        """Answer line by line until the sender leaves."""
        self._say("220 bench")
        address = ""
        while line := self.rfile.readline().strip():
            word = line[:4].upper()
            if word == b"QUIT":
                self._say("221 Bye")
                return
            if word == b"RCPT":
                address = line.partition(b"<")[2].partition(b">")[0].decode()
            if word != b"DATA":
                self._say("250 OK")
            else:
                self._say("354 Go on")
                while self.rfile.readline() != b".\r\n":
                    pass
                self.came.put((address, time.monotonic()))
                self._say("250 Kept")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


def _serve(port: int, came: Came, done: Done) -> None:
    _Sink.came = came
    with _Server(("127.0.0.1", port), _Sink) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        done.wait()
        server.shutdown()


def handed_over() -> Iterator[Result]:
    """Seconds from a delivery that comes in to its mails at the mail server, at 200 events a second: P95 and P99.

    Every event is news of another consignment for another person. As in the portal one process reads and one sends, by
    three threads; the mail server is a third. The first two seconds, in which they wake up, are not counted.
    """
    source, told = _stage(timezone.now())
    came: Came = _FORK.Queue()
    done, port = _FORK.Event(), _free_port()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    # What is forked shares no connection.
    connections.close_all()
    processes = [_FORK.Process(target=_serve, args=(port, came, done)), _FORK.Process(target=_send, args=(done,))]
    waiting = _FORK.Queue()
    processes.append(_FORK.Process(target=_read, args=(waiting, done)))
    for process in processes:
        process.start()
    try:
        due = _come_in(source, told, waiting)
        arrived = _collected(came, set(due))
    finally:
        done.set()
        for process in processes:
            process.join(10)
    if len(arrived) < len(due):
        raise RuntimeError(f"{len(due) - len(arrived)} of {len(due)} were not told")
    counted = list(due)[RATE * WARM_S :]
    waits = sorted(arrived[address] - due[address] for address in counted)
    for name, share, limit in (("told_p95", 0.95, P95_S), ("told_p99", 0.99, P99_S)):
        value = waits[min(int(share * len(waits)), len(waits) - 1)]
        yield Result(name, round(value, 3), "s", limit, round(value / limit, 4))


def _collected(came: Came, wanted: set[str]) -> dict[str, float]:
    """When each address got its mail; whatever has not come within a minute is left out, and what others get."""
    arrived: dict[str, float] = {}
    ends = time.monotonic() + 60
    while len(arrived) < len(wanted) and time.monotonic() < ends:
        with contextlib.suppress(queue.Empty):
            address, moment = came.get(timeout=1)
            if address in wanted:
                arrived.setdefault(address, moment)
    return arrived


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _stage(at: datetime) -> tuple[Source, list[tuple[str, str]]]:
    """A source, and for each event the bill of lading of a consignment and the address of the one person to tell."""
    load_reference(at=at)
    stamp = f"{at:%y%m%d%H%M%S}"
    source, _token = add_source(slug=f"bench-told-{stamp}", format="csv_events", by=None, at=at)
    count = RATE * SECONDS
    firms = Organization.objects.bulk_create(
        [Organization(name=f"Bench {stamp} {number}", kind="importer", country="RW") for number in range(count)]
    )
    people = Person.objects.bulk_create(
        [Person(email=f"bench-{stamp}-{number}@demo.example", name="Bench") for number in range(count)]
    )
    Membership.objects.bulk_create(
        [Membership(person=one, organization=firm, role="owner") for one, firm in zip(people, firms, strict=True)]
    )
    bills = [f"BN{stamp}{number:05d}" for number in range(count)]
    parts = [Particulars(consignee=firm, bill_of_lading=bill) for firm, bill in zip(firms, bills, strict=True)]
    register_many(parts, by=None, at=at)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return source, [(bill, person.email) for bill, person in zip(bills, people, strict=True)]


def _come_in(source: Source, told: Sequence[tuple[str, str]], waiting: Waiting) -> dict[str, float]:
    """Deliveries for who reads, evenly; when each address's news came in."""
    due: dict[str, float] = {}
    size = max(RATE // EACH_SECOND, 1)
    began = time.monotonic() + 1
    for number, start in enumerate(range(0, len(told), size)):
        time.sleep(max(began + number / EACH_SECOND - time.monotonic(), 0))
        part = told[start : start + size]
        due |= dict.fromkeys((address for _bill, address in part), time.monotonic())
        receipt = receive(source=source, raw=_csv([bill for bill, _address in part]), at=timezone.now())
        waiting.put(receipt.delivery.pk)
    return due


def _csv(bills: Sequence[str]) -> bytes:
    happened = timezone.now() - timedelta(hours=1)
    head = "reference,container,bill_of_lading,kind,classifier,node,occurred_at,remark"
    lines = [f",,{bill},discharged,ACT,ke-port-mombasa,{happened.isoformat()}," for bill in bills]
    return "\n".join([head, *lines]).encode()


def _read(waiting: Waiting, done: Done) -> None:
    while not done.is_set():
        with contextlib.suppress(queue.Empty):
            read_delivery(waiting.get(timeout=0.2))
    connections.close_all()


def _send(done: Done) -> None:
    threads = [Thread(target=_send_on, args=(done,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _send_on(done: Done) -> None:
    while not done.is_set():
        send_due(channel="email")
        time.sleep(0.02)
    connections.close_all()
