"""The benchmarks of telling: how many notices fan out, and how long news takes from a source to the mail server."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from threading import Event as Signal
from threading import Thread

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
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
RATE, SECONDS = 200, 20
P95_S, P99_S = 2.0, 5.0
_KIND = "cargo.consignment_moved"


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
    return Result("fan_out", round(seconds, 2), "s", LONGEST_S, round(seconds / LONGEST_S, 4))


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


class _Sink:
    """A mail server that notes when each mail came, and for whom."""

    def __init__(self) -> None:
        self.came: dict[str, float] = {}

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Answer at once."""
        now = time.monotonic()
        for address in envelope.rcpt_tos:
            self.came.setdefault(address, now)
        await asyncio.sleep(0)
        return "250 Kept"


def handed_over() -> Iterator[Result]:
    """Seconds from a delivery that comes in to its mails at the mail server, at 200 events a second: P95 and P99.

    Every event is news of another consignment for another person. Reading and sending run beside what comes in, as
    they do in the portal's workers, but in threads of one process.
    """
    at = timezone.now()
    source, told = _stage(at)
    sink = _Sink()
    server = Controller(sink, hostname="127.0.0.1", port=_free_port())
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, server.port
    try:
        due = _come_in(source, told)
    finally:
        server.stop()
    waits = sorted(sink.came[address] - moment for address, moment in due.items() if address in sink.came)
    if len(waits) < len(due):
        raise RuntimeError(f"{len(due) - len(waits)} of {len(due)} were not told")
    for name, share, limit in (("told_p95", 0.95, P95_S), ("told_p99", 0.99, P99_S)):
        value = waits[min(int(share * len(waits)), len(waits) - 1)]
        yield Result(name, round(value, 3), "s", limit, round(value / limit, 4))


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


def _come_in(source: Source, told: Sequence[tuple[str, str]]) -> dict[str, float]:
    """Ten deliveries a second, and the threads that read and send meanwhile; when each address's news came in."""
    waiting: list[int] = []
    done = Signal()
    due: dict[str, float] = {}
    workers = [Thread(target=_read, args=(waiting, done))]
    workers += [Thread(target=_send, args=(done,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    size = RATE // 10
    began = time.monotonic()
    for number, start in enumerate(range(0, len(told), size)):
        time.sleep(max(began + number / 10 - time.monotonic(), 0))
        part = told[start : start + size]
        moment = time.monotonic()
        receipt = receive(source=source, raw=_csv([bill for bill, _address in part]), at=timezone.now())
        due |= {address: moment for _bill, address in part}
        waiting.append(receipt.delivery.pk)
    while waiting or Notice.objects.filter(person__email__in=list(due)[-size:], state="due").exists():
        time.sleep(0.05)
    time.sleep(1)
    done.set()
    for worker in workers:
        worker.join()
    return due


def _csv(bills: Sequence[str]) -> bytes:
    happened = timezone.now() - timedelta(hours=1)
    head = "reference,container,bill_of_lading,kind,classifier,node,occurred_at,remark"
    lines = [f",,{bill},discharged,ACT,ke-port-mombasa,{happened.isoformat()}," for bill in bills]
    return "\n".join([head, *lines]).encode()


def _read(waiting: list[int], done: Signal) -> None:
    while not done.is_set():
        while waiting:
            read_delivery(waiting[0])
            waiting.pop(0)
        time.sleep(0.01)
    connections.close_all()


def _send(done: Signal) -> None:
    while not done.is_set():
        send_due(channel="email")
        time.sleep(0.05)
    connections.close_all()
