"""The benchmarks: each measures a way through the real code against a floor that PostgreSQL itself sets, in one run."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median

from django.conf import settings
from django.db import connection
from django.utils import timezone
from stdnum import iso6346

from cargo.models import Consignment, Event
from cargo.reading import read_delivery
from cargo.registration import Particulars, register_many
from corridor.reference import load_reference
from demo.directory_benchmark import directory
from demo.figures_benchmark import figures
from demo.forecast_benchmark import forecasts
from demo.measuring import Result, timed
from demo.page_benchmark import pages
from demo.ping_benchmark import pings
from demo.pull_benchmark import pulls
from demo.telling_benchmark import telling
from demo.ticket_benchmark import troubles
from demo.upload_benchmark import uploads
from feeds.intake import receive
from feeds.models import Source
from feeds.sources import add_source
from liaison.models import Organization
from liaison.people import add_person

CONSIGNMENTS = 1000
ROUNDS = 5
FIRM = "Bench Imports"
START = datetime(2026, 3, 1, tzinfo=UTC)


NAMES = ("ingest", "pings", "pulls", "directory", "telling", "uploads", "pages", "tickets", "figures", "forecasts")


def run(names: Collection[str], consignments: int) -> Iterator[Result]:
    """The benchmarks named, all where none is, in turn; pages, figures and forecasts among so many consignments."""
    every: tuple[Callable[[], Iterable[Result]], ...] = (
        lambda: [ingest()],
        lambda: [pings()],
        pulls,
        directory,
        telling,
        uploads,
        partial(pages, consignments),
        partial(troubles, settings.BENCH_TICKETS),
        partial(figures, consignments),
        partial(forecasts, consignments),
    )
    for name, measure in zip(NAMES, every, strict=True):
        if name in names or not names:
            yield from measure()


def ingest() -> Result:
    """Events a second from raw CODECO to outbox rows, against COPY of the same rows into the same table.

    Each round reads one interchange of gate-outs for a thousand containers of a thousand consignments that have not
    moved before, so that every event is news: a milestone, a journal entry, and an outbox row for each channel of the
    one person to tell. Medians of the rounds; the first is not counted.
    """
    source = _stage()
    ingested: list[float] = []
    copied: list[float] = []
    done = Consignment.objects.filter(consignee__name=FIRM).count() // CONSIGNMENTS
    for number in range(done, done + ROUNDS + 1):
        raw = interchange(_register(number * CONSIGNMENTS), START + timedelta(days=number))
        # Only the benchmark's own events: the database may be one that others use, too.
        own = Event.objects.filter(source=source)
        before = own.count()
        seconds = timed(partial(_take_in, source, raw))
        events = own.count() - before
        latest = own.order_by("-pk").values_list("pk", flat=True).first() or 0
        floor = timed(_copy_of_the_latest(events, source))
        own.filter(pk__gt=latest).delete()
        if number > done:
            ingested.append(events / seconds)
            copied.append(events / floor)
    value, baseline = median(ingested), median(copied)
    return Result("ingest", round(value, 1), "events/s", round(baseline, 1), round(value / baseline, 4))


def _take_in(source: Source, raw: bytes) -> None:
    receipt = receive(source=source, raw=raw, at=timezone.now())
    read_delivery(receipt.delivery.pk)


def _stage() -> Source:
    """A source, and a firm of one person; made once for a database."""
    at = timezone.now()
    load_reference(at=at)
    source, _token = add_source(
        slug="bench-gate", format="codeco", settings={"node": "ke-port-mombasa"}, by=None, at=at
    )
    add_person(email="bench@demo.example", role="owner", organization=FIRM, by=None, at=at)
    return source


def _register(first: int) -> list[str]:
    """A thousand new consignments with one container each; their containers."""
    firm = Organization.objects.get(name=FIRM)
    containers = [_container(number) for number in range(first, first + CONSIGNMENTS)]
    particulars = [Particulars(consignee=firm, containers=[container]) for container in containers]
    register_many(particulars, by=None, at=timezone.now())
    return containers


def _container(number: int) -> str:
    body = f"BNCU{number:06d}"
    return body + str(iso6346.calc_check_digit(body))


def interchange(containers: list[str], at: datetime) -> bytes:
    """One CODECO D.95B interchange that reports each container out of the gate a minute after the one before."""
    stamp = f"{at:%y%m%d:%H%M}"
    segments = [
        "UNB+UNOA:2+KEMBAKPA+PORTAL+" + stamp + "+1",
        "UNH+1+CODECO:D:95B:UN:ITG13",
        "BGM+36+" + f"{at:%Y%m%d%H%M}" + "+9",
    ]
    for number, container in enumerate(containers):
        moment = at + timedelta(minutes=number)
        segments += [
            f"EQD+CN+{container}+22G1:102:5++3+5",
            f"DTM+7:{moment:%Y%m%d%H%M}:203",
            "LOC+165+KEMBA:139:6+KCT:TER:ZZZ",
            f"SEL+KE{number:06d}+CU",
            "TDT+1++3++KT:172::KIGALI TRUCKS+++RAD123B",
        ]
    count = len(segments)
    segments += [f"CNT+16:{len(containers)}", f"UNT+{count + 1}+1", "UNZ+1+1"]
    return ("'".join(segments) + "'").encode()


def _copy_of_the_latest(count: int, source: Source) -> Callable[[], None]:
    """Work that COPYs the latest ``count`` events of ``source`` into their own table once more, under new keys."""
    names = [str(field.column) for field in Event._meta.concrete_fields]
    columns = ", ".join(name for name in names if name not in ("id", "key"))
    buffer = io.StringIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY (SELECT gen_random_uuid(), {columns} FROM cargo_event WHERE source_id = {source.pk:d} "
            f"ORDER BY id DESC LIMIT {count:d}) TO STDOUT",
            buffer,
        )

    def copy() -> None:
        buffer.seek(0)
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY cargo_event (key, {columns}) FROM STDIN", buffer)

    return copy
