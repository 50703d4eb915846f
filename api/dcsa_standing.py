"""The events that are told in the words of DCSA: those that have a word there and that nobody has withdrawn."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce

from api.dcsa_shapes import OF_A_BOX, WORDS
from cargo.models import Event
from cargo.models.events import EventQuerySet
from liaison.models import Viewer

_NEVER = Value(datetime(1, 1, 1, tzinfo=UTC))
_RANK = Case(When(function="original", then=0), When(function="replace", then=1), default=2)
# In the order in which the source issued them, as milestones are derived.
_ORDER = {
    "issue": Coalesce("restated_at", "issued_at", _NEVER),
    "paper": Case(When(restated_at=None, then=F("document")), default=F("restated_in")),
    "rank": _RANK,
    "spot": Coalesce("node", 0),
}


def standing_events(viewer: Viewer) -> EventQuerySet:
    """The viewer's events that still count and have a word in the specification."""
    rows = Event.objects.visible_to(viewer).filter(kind__in=list(WORDS)).exclude(function="cancel")
    rows = rows.exclude(Q(kind__in=OF_A_BOX, container="")).annotate(**_ORDER)
    later = Event.objects.visible_to(viewer).exclude(function="original")
    named = later.filter(corrects=OuterRef("key")).exclude(pk=OuterRef("pk"))
    named = named.filter(Q(issued_at=None) | Q(issued_at__gte=OuterRef("issue")))
    # As cargo.milestones has it: of one source, kind and goods, by the same document, or at the same moment and place.
    # Each of the two has an index of its own.
    alike = _later_alike(later)
    of_box = alike.exclude(container="").filter(container=OuterRef("container"))
    of_bill = alike.filter(container="").exclude(bill_of_lading="").filter(
        bill_of_lading=OuterRef("bill_of_lading"), container=OuterRef("container")
    )  # fmt: skip
    return rows.filter(~Exists(named), ~Exists(of_box), ~Exists(of_bill))


def _later_alike(later: EventQuerySet) -> EventQuerySet:
    same_document = ~Q(document="") & Q(document=OuterRef("paper"))
    here = Q(spot=OuterRef("spot"))
    same_moment = Q(function="cancel", classifier=OuterRef("classifier"), occurred_at=OuterRef("occurred_at")) & here
    after = (
        Q(issue__gt=OuterRef("issue"))
        | Q(issue=OuterRef("issue"), rank__gt=OuterRef("rank"))
        | Q(issue=OuterRef("issue"), rank=OuterRef("rank"), key__gt=OuterRef("key"))
    )
    rows = later.annotate(**_ORDER).filter(source=OuterRef("source"), kind=OuterRef("kind"))
    return rows.filter(same_document | same_moment, after)
