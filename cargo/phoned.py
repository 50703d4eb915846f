"""What somebody told the office by telephone: one row of the documented CSV, taken in and read like any delivery."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from cargo.entries import spot_of
from cargo.meaning import milestone_of, settle_kind
from cargo.models import Consignment, Event, Milestone
from cargo.reading import Outcome, read_delivery
from corridor.models import Node
from feeds.formats.csv_events import COLUMNS, ISSUED
from feeds.intake import Receipt, receive
from feeds.models import Delivery, Source
from feeds.sources import own_source
from liaison.models import Person

SLUG = "office"
NAME = "Told to the office"
# A system's word is trusted before one that was heard over a bad line.
RANK = 200
_CONTAINER = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}")
_REFERENCE = re.compile(r"RW[0-9]{2}-[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was said: ``when`` is the place's own time without an offset, or a day; ``by`` and ``agency`` who said so.

    ``goods`` is a container, a bill of lading or a reference of ours. ``phone`` is kept for the office alone.
    """

    kind: str
    classifier: str
    node: Node
    when: datetime | date
    goods: str
    caller: str
    agency: str
    phone: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """The delivery that it became, what was read, and whether the very same had been told before."""

    delivery: Delivery
    outcome: Outcome
    is_duplicate: bool


@transaction.atomic
def take_down(*, told: Told, by: Person, at: datetime) -> Heard:
    """Keep what was told as a delivery of the office's own source and read it at once; the same again adds nothing.

    What is expected may return to what it was before: then it is said anew, for the latest word counts.
    """
    source = own_source(slug=SLUG, format="csv_events", name=NAME, rank=RANK, at=at)
    # Who takes down the same at the same moment waits, and then finds it.
    source = Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    standing = _standing(source, told)
    receipt = Receipt(standing, is_duplicate=True) if standing else _receive(source, told, by, at)
    # Of a call that was taken down before but never read the reading is made up for.
    outcome = read_delivery(receipt.delivery.pk)
    return Heard(receipt.delivery, outcome, receipt.is_duplicate)


def _standing(source: Source, told: Told) -> Delivery | None:
    """The delivery of the very same expectation, where no other of the milestone counts by now, from whomever."""
    kind = settle_kind(told.kind, spot_of(told.node), is_empty=None)
    named = Event.objects.exclude(classifier=Event.Classifier.ACTUAL).filter(**{column_of(told.goods): told.goods})
    ours = named.filter(source=source, kind=kind, node=told.node).select_related("delivery", "node")
    last = ours.order_by(F("issued_at").desc(nulls_last=True), "-pk").first()
    if last is None or bytes(last.delivery.raw) != as_csv(told, issued_at=last.delivery.received_at):
        return None
    return None if _is_overtaken(last, named) else last.delivery


def _is_overtaken(last: Event, named: QuerySet[Event]) -> bool:
    """Whether another expectation of its milestone counts; of goods that are not registered yet, a later one of them
    that are ``named`` as they are.
    """
    codes = _milestones_of(last)
    if last.is_matched:
        own = Q(consignment__matches__unit=F("unit")) | Q(consignment__matches__unit__isnull=True)
        counting = Milestone.objects.filter(own, consignment__matches__event=last, actual_at__isnull=True)
        return counting.filter(code__in=codes).exclude(event=last).exists()
    later = named.filter(issued_at__gt=last.issued_at).select_related("node")
    return any(codes & _milestones_of(event) for event in later)


def _milestones_of(event: Event) -> set[str]:
    """What it reaches of an import and of an export."""
    spot = spot_of(event.node)
    ways = Consignment.Direction.values
    return {milestone_of(event.kind, spot, is_elsewhere=False, direction=way) for way in ways} - {""}


def _receive(source: Source, told: Told, by: Person, at: datetime) -> Receipt:
    return receive(
        source=source,
        raw=as_csv(told, issued_at=None if told.classifier == Event.Classifier.ACTUAL else at),
        at=at,
        file_name="telephone.csv",
        content_type="text/csv",
        by=by,
        note=", ".join(filter(None, (told.caller, told.agency, told.phone))),
    )


def as_csv(told: Told, *, issued_at: datetime | None = None) -> bytes:
    """The documented CSV with one row; the telephone number is not in it, since the goods' parties read its words.

    ``issued_at`` is when an expectation was said.
    """
    column = column_of(told.goods)
    when = told.when.isoformat(timespec="minutes") if isinstance(told.when, datetime) else told.when.isoformat()
    said = {
        column: told.goods,
        "kind": told.kind,
        "classifier": told.classifier,
        "node": told.node.slug,
        "occurred_at": when,
        ISSUED: issued_at.isoformat() if issued_at else "",
        "remark": ": ".join(filter(None, (f"{told.caller}, {told.agency}", " ".join(told.remark.split())))),
    }
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    columns = (*COLUMNS, ISSUED) if issued_at else COLUMNS
    rows.writerows([columns, [said.get(name, "") for name in columns]])
    return text.getvalue().encode()


def column_of(goods: str) -> str:
    """In which column of the CSV a number of goods stands."""
    if _CONTAINER.fullmatch(goods):
        return "container"
    return "reference" if _REFERENCE.fullmatch(goods) else "bill_of_lading"
