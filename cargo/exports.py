"""Consignments as a table for other programs: CSV and XLSX with the same columns, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import IO

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from cargo.charges.days import day_of
from cargo.models import KIGALI, Consignment, ConsignmentQuerySet, Exposure, Forecast, Unit
from cargo.presenting import status_line
from liaison import sheets
from liaison.jobs import Kind, Made, note_progress
from liaison.journal import record
from liaison.models import Job, Person
from liaison.sheets import CONTENT_TYPE, write_book

MOST_EXPORTED = 50_000
BATCH = 500


def headings() -> list[str]:
    """The columns' names in the language of the reader."""
    return [
        _("Reference"), _("Own reference"), _("Bill of lading"), _("Containers"), _("Cargo kind"), _("Goods"),
        _("Weight in tonnes"), _("Consignee"), _("Stage"), _("Where"), _("Since"), _("Source"), _("Heard at"),
        _("In the hands of"), _("What comes next"), _("In Kigali, earliest"), _("In Kigali, latest"),
        _("In Mombasa, earliest"), _("In Mombasa, latest"), _("Aboard a ship, earliest"), _("Aboard a ship, latest"),
        _("Last free day"), _("Owed in USD"), _("Tomorrow in USD"), _("Reckoned at"),
    ]  # fmt: skip


def lines(rows: ConsignmentQuerySet, *, viewer: Person) -> Iterator[list[object]]:
    """A line for each, after the headings; money only of those of which the viewer may see it."""
    yield list(headings())
    related = rows.select_related("consignee", "status__event__node", "status__event__source").prefetch_related(
        Prefetch("units", Unit.objects.order_by("pk")), Prefetch("forecasts", Forecast.objects.current())
    )
    found = related.order_by("-status__moved_at", "-pk")[:MOST_EXPORTED].iterator(chunk_size=BATCH)
    while some := list(islice(found, BATCH)):
        seen = Consignment.objects.money_visible_among(viewer, some)
        money = Exposure.objects.filter(consignment__in=seen).in_bulk()
        yield from (_line(each, money.get(each.pk)) for each in some)


def _line(consignment: Consignment, money: Exposure | None) -> list[object]:
    status = status_line(consignment.status)
    window = next(iter(consignment.forecasts.all()), None)
    burns_at = money.burns_at if money else None
    return [
        consignment.ref,
        consignment.own_reference,
        consignment.bill_of_lading,
        " ".join(unit.container for unit in consignment.units.all()),
        consignment.get_cargo_kind_display(),
        consignment.goods,
        consignment.weight_t,
        consignment.consignee.name,
        status.state_label,
        status.node_name,
        status.since,
        status.source_name,
        status.received_at,
        status.held_by,
        status.next_step,
        *_ends(consignment, window),
        day_of(burns_at - timedelta(days=1)) if burns_at else None,
        money.accrued if money else None,
        money.tomorrow if money else None,
        money.reckoned_at if money else None,
    ]


def _ends(consignment: Consignment, window: Forecast | None) -> list[date | None]:
    """The first and last days of being in Kigali, of an export those of being in Mombasa and aboard a ship."""
    if window is None:
        return [None] * 6
    ends = [moment and moment.astimezone(KIGALI).date() for moment in (window.p10, window.p90)]
    if consignment.direction == Consignment.Direction.IMPORT:
        return [*ends, *[None] * 4]
    port = [moment and moment.astimezone(KIGALI).date() for moment in (window.gate_p10, window.gate_p90)]
    return [None, None, *port, *ends]


def csv_lines(table: Iterator[list[object]]) -> Iterator[str]:
    """The table as CSV: UTF-8 with a byte-order mark, by which spreadsheets know it; times carry their offset."""
    yield "\ufeff"
    yield from sheets.csv_lines([_text(value) for value in line] for line in table)


def book(table: Iterator[list[object]]) -> IO[bytes]:
    """The table as an XLSX file; times are Kigali's."""
    return write_book([(_("Consignments"), ([_value(value) for value in line] for line in table))])


def make_table(job: Job) -> Made:
    """The table of the consignments that were on somebody's list, of those that she may still see.

    Which ones are in it, and of which their money, is kept beside it: both are asked again when it is fetched.
    """
    chosen = list(job.asked["consignments"])
    rows = Consignment.objects.visible_to(job.by).filter(pk__in=chosen)
    job.asked["told"] = list(rows.order_by("pk").values_list("pk", flat=True))
    priced = rows.money_visible_to(job.by).order_by("pk")
    job.asked["priced"] = list(priced.values_list("pk", flat=True))

    def counted() -> Iterator[list[object]]:
        for number, line in enumerate(lines(rows, viewer=job.by)):
            if number % BATCH == 0:
                note_progress(job, number, len(chosen))
            yield line

    if job.asked.get("as") == "csv":
        return Made("consignments.csv", "text/csv; charset=utf-8", "".join(csv_lines(counted())).encode())
    with book(counted()) as file:
        return Made("consignments.xlsx", CONTENT_TYPE, file.read())


def _may_have_table(job: Job) -> bool:
    """Each that is in it must still be hers to see, and the money of each of which it tells; without a note of all."""
    told = set(job.asked.get("told", job.asked["consignments"]))
    priced = set(job.asked.get("priced", told))
    seen = Consignment.objects.visible_to(job.by).filter(pk__in=told)
    money = Consignment.objects.money_visible_to(job.by).filter(pk__in=priced)
    return seen.count() == len(told) and money.count() == len(priced)


JOBS = {"consignments": Kind(make_table, _may_have_table)}


def note_export(*, kind: str, asked: Sequence[str], by: Person, at: datetime) -> None:
    """Tell the journal that a table was taken out; of what was searched for only that there was something."""
    record(
        kind="cargo.consignments_exported", subject="consignments", key="export", by=by, at=at, format=kind,
        filters=sorted(asked),
    )  # fmt: skip


def _text(value: object) -> object:
    return value.astimezone(KIGALI).isoformat(timespec="minutes") if isinstance(value, datetime) else value


def _value(value: object) -> object:
    return value.astimezone(KIGALI).replace(tzinfo=None) if isinstance(value, datetime) else value
