"""The events that are told in the words of DCSA: those that have a word there and that nobody has withdrawn."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce

from api.dcsa_shapes import OF_A_BOX, WORDS
from cargo.models import Consignment, Event
from cargo.models.events import EventQuerySet
from liaison.models import Viewer

_NEVER = Value(datetime(1, 1, 1, tzinfo=UTC))
_RANK = Case(When(function="original", then=0), When(function="replace", then=1), default=2)
# In the order in which the source issued them, as milestones are derived.
_ORDER = {
    "said": Coalesce("restated_at", "issued_at"),
    "issue": Coalesce("restated_at", "issued_at", _NEVER),
    "paper": Case(When(restated_at=None, then=F("document")), default=F("restated_in")),
    "rank": _RANK,
    "spot": Coalesce("node", 0),
}


def standing_events(viewer: Viewer) -> EventQuerySet:
    """The viewer's events that still count and have a word in the specification."""
    every = Event.objects.visible_to(viewer)
    rows = every.filter(kind__in=list(WORDS)).exclude(function="cancel").exclude(Q(kind__in=OF_A_BOX, container=""))
    # As cargo.milestones has it: by name, by series, or of one source, kind and goods. Each has an index of its own.
    # By document and moment it is found anywhere, by what else it says in a consignment of the row's alone.
    named = every.exclude(function="original").filter(corrects=OuterRef("key")).exclude(pk=OuterRef("pk"))
    named = named.filter(Q(issued_at=None) | Q(issued_at__gte=OuterRef("issue")))
    shared = Consignment.objects.visible_to(viewer).filter(matches__event=OuterRef("pk"))
    is_together = Exists(shared.filter(matches__event=OuterRef(OuterRef("pk"))))
    rows = rows.annotate(**_ORDER).filter(~Exists(named), ~Exists(_in_series(every.filter(is_together))))
    for others in _alike(every):
        replacing = _replacing(others.filter(is_together), every.filter(is_together))
        rows = rows.filter(~Exists(_later(others)), ~Exists(replacing))
    return rows


def _alike(every: EventQuerySet) -> tuple[EventQuerySet, EventQuerySet]:
    """Those of the row's source, kind and goods: of its container, or of its bill of lading."""
    rows = every.filter(source=OuterRef("source"), kind=OuterRef("kind"), container=OuterRef("container"))
    of_bill = rows.filter(container="", bill_of_lading=OuterRef("bill_of_lading")).exclude(bill_of_lading="")
    return rows.exclude(container=""), of_bill


def _here() -> Q:
    return Q(classifier=OuterRef("classifier"), spot=OuterRef("spot"))


def _issued(order: Literal["gt", "lt"], issue: F, rank: F, key: F) -> Q:
    """Later or earlier than what was issued then, and of one moment by function and key."""
    at_once = Q(issue=issue)
    return (
        Q((f"issue__{order}", issue))
        | at_once & Q((f"rank__{order}", rank))
        | at_once & Q(rank=rank) & Q((f"key__{order}", key))
    )


def _after() -> Q:
    return _issued("gt", OuterRef("issue"), OuterRef("rank"), OuterRef("key"))


def _later(others: EventQuerySet) -> EventQuerySet:
    same_document = ~Q(document="") & Q(document=OuterRef("paper"))
    same_moment = Q(function="cancel", occurred_at=OuterRef("occurred_at")) & _here()
    return others.annotate(**_ORDER).filter(same_document | same_moment, _after()).exclude(function="original")


def _in_series(others: EventQuerySet) -> EventQuerySet:
    return others.annotate(**_ORDER).filter(Q(series=OuterRef("series"), said__gt=OuterRef("said")))


def _replacing(others: EventQuerySet, every: EventQuerySet) -> EventQuerySet:
    """The replacement that names nothing and before which nothing but the row was issued last at that node."""
    goods = ("source", "kind", "container", "bill_of_lading")
    between = every.filter(**{name: OuterRef(name) for name in goods}).exclude(function="cancel").annotate(**_ORDER)
    between = between.filter(
        _here(),
        _issued("lt", OuterRef("issue"), OuterRef("rank"), OuterRef("key")),
        _issued("gt", *(OuterRef(OuterRef(name)) for name in ("issue", "rank", "key"))),
    )
    # What corrects has an index, and is rare.
    rows = others.filter(function="replace", document="", corrects__isnull=False).annotate(**_ORDER)
    rows = rows.filter(~Q(spot=0), _here(), _after())
    return rows.filter(~Exists(every.filter(key=OuterRef("corrects"))), ~Exists(between))
