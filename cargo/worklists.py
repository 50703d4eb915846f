"""The lists of what somebody should do something about: each a selection, said in one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from cargo.milestones import PAPERS
from cargo.models import Consignment, ConsignmentQuerySet, Forecast, Milestone, Status

# Money burns within so many days, or burns already.
SOON = timedelta(days=3)
# Goods that lie in the port for longer go to the customs warehouse and may be auctioned (see docs/charges.md).
LONG_STAY = timedelta(days=21)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, eq=False)
class Worklist:
    """One list: its word in the address, its name, what it holds, and how it is sorted (see ``liaison.paging``).

    One that ``tells_money`` is only of what the viewer may see the charges of; a ``numeric`` one is sorted by a number.
    """

    slug: str
    label: StrPromise
    hint: StrPromise
    rows: Callable[[ConsignmentQuerySet, datetime], ConsignmentQuerySet]
    order: str = "status__moved_at"
    oldest_first: bool = False
    tells_money: bool = False
    numeric: bool = False


def _burning(rows: ConsignmentQuerySet, at: datetime) -> ConsignmentQuerySet:
    return rows.filter(exposure__burns_at__lte=at + SOON).select_related("exposure")


def _alarmed(rows: ConsignmentQuerySet, at: datetime) -> ConsignmentQuerySet:
    return rows.open().filter(alarm__isnull=False, alarm__ended_at__isnull=True).select_related("alarm")


def _stalled(rows: ConsignmentQuerySet, at: datetime) -> ConsignmentQuerySet:
    late = Forecast.objects.current().filter(consignment=OuterRef("pk"), reason=Forecast.Reason.LATE)
    return rows.open().filter(Exists(late))


def _silent(rows: ConsignmentQuerySet, at: datetime) -> ConsignmentQuerySet:
    return rows.open().filter(silence__isnull=False).select_related("silence__source")


def _long_stay(rows: ConsignmentQuerySet, at: datetime) -> ConsignmentQuerySet:
    landed = Milestone.objects.filter(code="discharged", actual_at__lt=at - LONG_STAY, consignment=OuterRef("pk"))
    # What went inland by rail, or by order to a depot or a freight station, has left the port, by boxes or as a whole.
    moved = Q(code="railed_to_icd") | Q(code="relocated", event__node__kind__in=["icd", "cfs"])
    gone = Milestone.objects.filter(moved, actual_at__isnull=False, consignment=OuterRef("consignment"))
    left = gone.filter(Q(unit=OuterRef("unit")) | Q(unit__isnull=True))
    return rows.filter(Exists(landed.filter(~Exists(left))), status__state=Status.State.AT_PORT)


def _papers(rows: ConsignmentQuerySet, at: datetime) -> ConsignmentQuerySet:
    in_port = Q(status__state=Status.State.AT_PORT, status__next_step__in=sorted(PAPERS))
    return rows.filter(in_port | Q(status__state=Status.State.REGISTERED, status__next_step="export_released"))


def _arriving(rows: ConsignmentQuerySet, at: datetime) -> ConsignmentQuerySet:
    under_way = [state for state in Status.State.values if state not in (*Status.DONE, Status.State.INKIGALI)]
    inward = rows.filter(status__state__in=under_way, direction=Consignment.Direction.IMPORT)
    # Asked of each row in its turn: many are on their way to Kigali, and a page is soon full.
    middle = Forecast.objects.current().filter(consignment=OuterRef("pk")).values("p50")[:1]
    return inward.alias(middle=Subquery(middle)).filter(middle__lte=at + WEEK)


def _empties(rows: ConsignmentQuerySet, at: datetime) -> ConsignmentQuerySet:
    return rows.without_empty()


WORKLISTS = (
    Worklist(
        "alarms",
        _("Alarms"),
        _(
            "The few on which most is to be lost, the most costly first. They are chosen anew every day, never more "
            "than the office can follow."
        ),
        _alarmed,
        order="alarm__loss",
        tells_money=True,
        numeric=True,
    ),
    Worklist(
        "money",
        _("Money"),
        _("Costs already, or within three days: the earliest first. Reckoned every ten minutes."),
        _burning,
        order="exposure__burns_at",
        oldest_first=True,
        tells_money=True,
    ),
    Worklist("stalled", _("Stalled"), _("Has waited longer than nearly all like cargo."), _stalled),
    Worklist(
        "silent",
        _("Nobody tells"),
        _("Who would tell of its next step is silent, or its tracker is: it may have moved without a word."),
        _silent,
        order="silence__since",
    ),
    Worklist(
        "long_stay",
        _("Long stay"),
        _("In the port for more than 21 days: it may be moved to the customs warehouse and auctioned."),
        _long_stay,
    ),
    Worklist(
        "papers", _("Papers missing"), _("In the port, or an export in Kigali, and the next step is a paper."), _papers
    ),
    Worklist("arriving", _("Arriving this week"), _("Half of such cargo reaches Kigali within seven days."), _arriving),
    Worklist("empties", _("Empties to return"), _("Delivered, and the empty container is not back."), _empties),
)
BY_SLUG = {worklist.slug: worklist for worklist in WORKLISTS}
