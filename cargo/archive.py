"""Putting consignments away once all is done, and bringing them back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from cargo.models import Consignment, ConsignmentQuerySet, Status
from liaison.journal import News, record_many
from liaison.models import Person

# Of what was delivered nobody asks any more after so long; it is put away by itself.
KEPT_OUT = timedelta(days=90)
BATCH = 1000


def archivable(rows: ConsignmentQuerySet) -> ConsignmentQuerySet:
    """Those of ``rows`` that are delivered and not put away yet."""
    return rows.whole().filter(status__state__in=Status.DONE, archived_at__isnull=True)


@transaction.atomic
def archive(*, ids: Collection[int], by: Person | None, at: datetime) -> int:
    """Put away those of them that are delivered; returns how many. Nothing of them is forgotten."""
    rows = archivable(Consignment.objects.filter(pk__any=list(ids))).order_by("pk")
    return _set("cargo.consignment_archived", rows, at, by=by, at=at)


@transaction.atomic
def bring_back(*, ids: Collection[int], by: Person | None, at: datetime) -> int:
    """Show those of them again that were put away; returns how many. News of one does the same (``cargo.telling``)."""
    rows = Consignment.objects.filter(pk__any=list(ids), archived_at__isnull=False).order_by("pk")
    return _set("cargo.consignment_brought_back", rows, None, by=by, at=at)


def bring_back_open(consignment: Consignment, *, by: Person | None, at: datetime) -> None:
    """Show it again where it was put away and what was added to it is under way."""
    if consignment.archived_at:
        ids = Consignment.objects.filter(pk=consignment.pk).open().values_list("pk", flat=True)
        bring_back(ids=list(ids), by=by, at=at)


def _set(kind: str, rows: ConsignmentQuerySet, archived_at: datetime | None, *, by: Person | None, at: datetime) -> int:
    # Locked first, so that of two who press the button one counts them.
    found = dict(rows.select_for_update(of=("self",), no_key=True).values_list("pk", "ref"))
    if found:
        Consignment.objects.filter(pk__any=list(found)).update(archived_at=archived_at)
        record_many([News(kind=kind, subject="consignment", key=ref) for ref in found.values()], by=by, at=at)
    return len(found)


def archive_done(*, at: datetime) -> int:
    """Put away what was delivered long ago, a thousand at a time; returns how many."""
    done = archivable(Consignment.objects.all()).filter(status__moved_at__lt=at - KEPT_OUT).order_by("pk")
    count = 0
    while ids := list(done.values_list("pk", flat=True)[:BATCH]):
        count += archive(ids=ids, by=None, at=at)
    return count
