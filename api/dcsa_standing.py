"""The events that are told in the words of DCSA: those that have a word there and that nobody has withdrawn."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

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
    rows = rows.annotate(**_ORDER)
    # As cargo.milestones has it: by name, or of one source, kind and goods. Each of these has an index of its own.
    named = every.exclude(function="original").filter(corrects=OuterRef("key")).exclude(pk=OuterRef("pk"))
    rows = rows.filter(~Exists(named.filter(Q(issued_at=None) | Q(issued_at__gte=OuterRef("issue")))))
    alike = every.filter(source=OuterRef("source"), kind=OuterRef("kind"), container=OuterRef("container"))
    of_bill = alike.filter(container="", bill_of_lading=OuterRef("bill_of_lading")).exclude(bill_of_lading="")
    # By document and moment it is found anywhere, by what else it says in a consignment of the row's alone.
    shared = Consignment.objects.visible_to(viewer).filter(matches__event=OuterRef("pk"))
    is_together = Exists(shared.filter(matches__event=OuterRef(OuterRef("pk"))))
    is_naming = Exists(every.filter(key=OuterRef("corrects")))
    for others in (alike.exclude(container=""), of_bill):
        together = others.filter(is_together)
        rows = rows.filter(~Exists(_later(others)), ~Exists(_in_series(together)))
        rows = rows.filter(Exact(Coalesce(_is_replaced(together, is_naming), False), False))
    return rows


_HERE = Q(classifier=OuterRef("classifier"), spot=OuterRef("spot"))
_AFTER = (
    Q(issue__gt=OuterRef("issue"))
    | Q(issue=OuterRef("issue"), rank__gt=OuterRef("rank"))
    | Q(issue=OuterRef("issue"), rank=OuterRef("rank"), key__gt=OuterRef("key"))
)


def _later(others: EventQuerySet) -> EventQuerySet:
    same_document = ~Q(document="") & Q(document=OuterRef("paper"))
    same_moment = Q(function="cancel", occurred_at=OuterRef("occurred_at")) & _HERE
    return others.annotate(**_ORDER).filter(same_document | same_moment, _AFTER).exclude(function="original")


def _in_series(others: EventQuerySet) -> EventQuerySet:
    return others.annotate(**_ORDER).filter(Q(series=OuterRef("series"), said__gt=OuterRef("said")))


def _is_replaced(others: EventQuerySet, is_naming: Exists) -> Subquery:
    """Whether what was issued next at the row's node is a replacement that names nothing."""
    names_nothing = Q(function="replace", document="") & ~Q(spot=0) & ~Q(is_naming)
    found = others.annotate(**_ORDER, is_it=Case(When(names_nothing, then=True), default=False))
    found = found.filter(_HERE, _AFTER).exclude(function="cancel").order_by(F("issue"), F("rank"), "key")
    return Subquery(found.values("is_it")[:1])
