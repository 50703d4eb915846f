"""A big set of cargo for benchmarks: any number of consignments with some twenty events each, written by COPY.

What is derived is written beside the events, by the same pure functions that derive it; a test rebuilds a small set
and finds nothing changed.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from stdnum import iso6346

from cargo.archive import KEPT_OUT
from cargo.meaning import Spot, milestone_of
from cargo.milestones import HOLDERS, next_step, progress, rail_of, tells_place
from cargo.models import Status
from cargo.tariffs import load_tariff
from corridor.models import Node
from corridor.reference import load_reference
from feeds.models import Delivery, Source
from feeds.sources import add_source
from liaison.models import Organization
from liaison.people import add_person

SPAN = timedelta(days=730)
BATCH = 5000
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Step:
    """One event of every trip: what, where, and how many hours after the consignment was registered at most pace 1."""

    kind: str
    node: str
    after_h: float
    source: str


_LINE, _TERMINAL, _CUSTOMS, _ROAD = "big-line", "big-terminal", "big-customs", "big-road"
_SOURCES = {_LINE: "dcsa", _TERMINAL: "coarri", _CUSTOMS: "csv_events", _ROAD: "csv_events"}
_PORT, _QUAY, _KIGALI = "ke-port-mombasa", "ke-term-ct2", "rw-city-kigali"
STEPS = (
    Step("booked", "", 1, _LINE),
    Step("vessel_departed", "", 24, _LINE),
    Step("declared", _KIGALI, 200, _CUSTOMS),
    Step("duty_paid", _KIGALI, 220, _CUSTOMS),
    Step("rra_released", _KIGALI, 230, _CUSTOMS),
    Step("vessel_arrived", _PORT, 400, _LINE),
    Step("discharged", _QUAY, 430, _TERMINAL),
    Step("do_issued", _PORT, 440, _CUSTOMS),
    Step("kra_cleared", _PORT, 470, _CUSTOMS),
    Step("pickup_order", _PORT, 490, _CUSTOMS),
    Step("truck_in", _QUAY, 510, _CUSTOMS),
    Step("sealed", _QUAY, 512, _CUSTOMS),
    Step("gate_out", _QUAY, 513, _TERMINAL),
    Step("weighed", "ke-wb-mariakani", 516, _ROAD),
    Step("border_in", "xx-border-malaba", 560, _ROAD),
    Step("border_out", "xx-border-malaba", 568, _ROAD),
    Step("border_in", "xx-border-gatuna", 600, _ROAD),
    Step("border_out", "xx-border-gatuna", 603, _ROAD),
    Step("arrived_kigali", _KIGALI, 606, _ROAD),
    Step("delivered", _KIGALI, 640, _ROAD),
    Step("empty_returned", _PORT, 900, _ROAD),
)
# One firm has a fiftieth of everything; the others share the rest.
IMPORTER, OFFICER, OFFICIAL = "importer@big.example", "officer@big.example", "official@big.example"
_EVERY_FOR_THE_FIRST = 50


def load(consignments: int, *, until: datetime, progress_of: Progress, span: timedelta = SPAN) -> None:
    """Write the set, registered evenly over ``span``, into an empty, migrated database; ``progress_of`` hears how many
    consignments are written."""
    load_reference(at=until)
    load_tariff(at=until)
    with _unguarded(_TABLES):
        writer = _Writer(consignments, until, span)
        for first in range(0, consignments, BATCH):
            with transaction.atomic():
                writer.write(first, min(first + BATCH, consignments))
            progress_of(min(first + BATCH, consignments), consignments)
        with connection.cursor() as cursor:
            for table in _TABLES:
                if table != "cargo_status":
                    sequence = f"pg_get_serial_sequence('{table}', 'id')"
                    cursor.execute(f"SELECT setval({sequence}, coalesce(max(id), 1)) FROM {table}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


_EVENT = (
    "id key source_id delivery_id line kind classifier node_id place zone occurred_at is_day received_at container "
    "bill_of_lading reference seals plate vessel voyage document function words remark flags is_matched declaration"
).split()
_COLUMNS: dict[str, list[str]] = {
    "cargo_consignment": (
        "id ref consignee_id bill_of_lading cargo_kind goods hs_code weight_t vessel voyage registered_at "
        "own_reference archived_at"
    ).split(),
    "cargo_unit": "id consignment_id container size_type".split(),
    "cargo_event": _EVENT,
    "cargo_eventmatch": "event_id consignment_id unit_id".split(),
    "cargo_milestone": "consignment_id unit_id code actual_at is_day event_id is_contested".split(),
    "cargo_status": "consignment_id consignee_id state event_id is_held held_by next_step moved_at changed_at".split(),
}
_TABLES = tuple(_COLUMNS)


@dataclass(frozen=True, slots=True)
class _Known:
    """A step with what the database and the pure functions say of it."""

    step: Step
    node_id: str
    zone: str
    source_id: int
    code: str
    tells_place: bool


class _Writer:
    """Writes batches of consignments; number n is consignment n + 1, its unit has the same id."""

    def __init__(self, consignments: int, until: datetime, span: timedelta) -> None:
        self.count, self.until, self.span = consignments, until, span
        self.firms = _firms(max(20, consignments // 200), until)
        self.steps = _steps(until)
        self.delivery = _delivery(until)
        self.standings = [_standing([known.code for known in self.steps[:n]]) for n in range(len(self.steps) + 1)]

    def write(self, first: int, last: int) -> None:
        """COPY the consignments of the numbers from ``first`` up to ``last``."""
        rows: dict[str, list[str]] = {table: [] for table in _TABLES}
        for number in range(first, last):
            self._consignment(number, rows)
        with connection.cursor() as cursor:
            for table, lines in rows.items():
                text = io.StringIO("".join(lines))
                cursor.copy_expert(f"COPY {table} ({', '.join(_COLUMNS[table])}) FROM STDIN", text)

    def _consignment(self, number: int, rows: dict[str, list[str]]) -> None:
        pk, pace = number + 1, 0.8 + 0.4 * (number * 7919 % 1000) / 1000
        registered_at = self.until - self.span * (1 - (number + 1) / self.count)
        firm = self.firms[0 if number % _EVERY_FOR_THE_FIRST == 0 else number % len(self.firms)]
        body = f"BG{chr(65 + number // 10**6 % 26)}U{number % 10**6:06d}"
        container, bill = body + str(iso6346.calc_check_digit(body)), f"BGBL{number:08d}"
        ref = f"RW{registered_at:%y}-{pk:06d}"
        rows["cargo_unit"].append(f"{pk}\t{pk}\t{container}\t22G1\n")
        done, moved_at, event_id, is_placed = 0, registered_at, "\\N", False
        for known in self.steps:
            at = registered_at + timedelta(seconds=int(known.step.after_h * 3600 * pace))
            if at > self.until:
                break
            event = number * len(self.steps) + done + 1
            self._event(event, pk, known, at, container, rows)
            done, moved_at = done + 1, at
            if known.tells_place or not is_placed:
                event_id, is_placed = str(event), known.tells_place
        state = self.standings[done]
        away = moved_at + KEPT_OUT if state[0] in Status.DONE and moved_at < self.until - KEPT_OUT else "\\N"
        rows["cargo_consignment"].append(
            f"{pk}\t{ref}\t{firm}\t{bill}\tcontainer\tRice\t1006\t24.5\tMONSOON ABACUS\t100W\t{registered_at}\t"
            f"PO{number}\t{away}\n"
        )
        stands = f"{state[0]}\t{event_id}\tf\t{state[1]}\t{state[2]}"
        rows["cargo_status"].append(f"{pk}\t{firm}\t{stands}\t{moved_at}\t{moved_at}\n")

    def _event(
        self, event: int, pk: int, known: _Known, at: datetime, container: str, rows: dict[str, list[str]]
    ) -> None:
        heard_at = at + timedelta(minutes=20)
        kind, number = known.step.kind, pk - 1
        declaration, seal, second, plate = said_of(number)
        seals, plate = (f"{seal} {second}", plate) if kind == "sealed" else ("", "")
        declaration = declaration if kind == "declared" else ""
        rows["cargo_event"].append(
            f"{event}\t{event:032x}\t{known.source_id}\t{self.delivery[known.step.source]}\t1\t{kind}\tACT\t"
            f"{known.node_id}\t\t{known.zone}\t{at}\tf\t{heard_at}\t{container}\t\t\t{seals}\t{plate}\t\t\t\toriginal\t"
            f"{kind} {container}\t\t{{}}\tt\t{declaration}\n"
        )
        rows["cargo_eventmatch"].append(f"{event}\t{pk}\t{pk}\n")
        if known.code:
            rows["cargo_milestone"].append(f"{pk}\t{pk}\t{known.code}\t{at}\tf\t{event}\tf\n")


def said_of(number: int) -> tuple[str, str, str, str]:
    """What events alone say of a consignment: its declaration, its two seals, and one of five thousand trucks."""
    plate = f"RA{chr(65 + number // 1000 % 5)}{number % 1000:03d}B"
    return f"C{number:08d}", f"SEAL{number:08d}", f"X{number:08d}", plate


def _steps(at: datetime) -> list[_Known]:
    nodes = {node.slug: node for node in Node.objects.all()}
    sources = {slug: add_source(slug=slug, format=format, by=None, at=at)[0].pk for slug, format in _SOURCES.items()}
    found = []
    for step in STEPS:
        node = nodes.get(step.node)
        spot = Spot(node.slug, node.kind, node.country) if node else None
        code = milestone_of(step.kind, spot, is_elsewhere=False)
        zone = node.time_zone if node else "Africa/Nairobi"
        found.append(
            _Known(
                step, str(node.pk) if node else "\\N", zone, sources[step.source], code, tells_place(step.kind, spot)
            )
        )
    return found


def _standing(codes: Sequence[str]) -> tuple[str, str, str]:
    """State, holder and next step of a container that has reached ``codes``."""
    done = [code for code in codes if code]
    step = next_step(rail_of("container"), done)
    return progress(done)[1], HOLDERS.get(step, ""), step


def _firms(count: int, at: datetime) -> list[int]:
    """The importers, the first of whom has a person who signs in; an officer and an official."""
    rows = [Organization(name=f"Big Imports {n}", kind="importer", created_at=at) for n in range(count)]
    firms = Organization.objects.bulk_create(rows, batch_size=BATCH)
    add_person(email=IMPORTER, role="owner", organization=firms[0].name, by=None, at=at)
    add_person(email=OFFICER, role="officer", by=None, at=at)
    add_person(email=OFFICIAL, role="official", by=None, at=at)
    return [firm.pk for firm in firms]


def _delivery(at: datetime) -> dict[str, int]:
    """One delivery for each source, which all its events came with."""
    return {
        source.slug: Delivery.objects.create(
            source=source, received_at=at, read_at=at, state="read", raw=b"-", size=1, content_key="big"
        ).pk
        for source in Source.objects.filter(slug__in=_SOURCES)
    }


@contextmanager
def _unguarded(tables: Sequence[str]) -> Iterator[None]:
    """Without plain indexes and foreign keys of ``tables``, which are made again, and checked, when all is written."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)",
            [list(tables)],
        )
        keys = cursor.fetchall()
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i "
            "WHERE indrelid::regclass::text = ANY(%s) AND NOT indisprimary AND NOT indisunique",
            [list(tables)],
        )
        indexes = cursor.fetchall()
        for table, name, _definition in keys:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
    yield
    with connection.cursor() as cursor:
        for _name, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in keys:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
