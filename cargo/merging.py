"""Merging a consignment that was registered twice into one; both histories are kept."""

from __future__ import annotations

from datetime import UTC, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext_lazy as _

from cargo import matching
from cargo.archive import bring_back_open
from cargo.deriving import derive
from cargo.forecast_keeping import end
from cargo.models import (
    Alarm,
    Claim,
    Consignment,
    ConsignmentQuerySet,
    Exposure,
    Look,
    Lot,
    Nomination,
    Note,
    Paper,
    Removal,
    ShareLink,
    Silence,
    Unit,
    Waiver,
)
from cargo.models.naming import NUMBERS
from cargo.nominations import end_lapsed
from liaison.journal import record
from liaison.models import Person
from notify.preferences import hand_on_stances

MERGED = "cargo.consignment_merged"
# What the one that stays takes over of the other where it has nothing of its own.
_TAKEN_OVER = (
    *NUMBERS,
    *"goods hs_code weight_t origin_country trade_regime origin_certificate packages vessel voyage".split(),
)
_SAME = ("consignee_id", "cargo_kind", "direction")
_EVER, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def twins(consignment: Consignment) -> ConsignmentQuerySet:
    """Others of the same consignee that look like the same goods: by bill of lading or a container under way."""
    boxes = consignment.units.filter(tracked_until__isnull=True).order_by().values("container")
    shared = Unit.objects.filter(container__in=boxes, tracked_until__isnull=True).order_by().values("consignment")
    same = Q(pk__in=shared)
    if consignment.bill_of_lading:
        same |= Q(bill_of_lading=consignment.bill_of_lading)
    alike = {name: getattr(consignment, name) for name in _SAME}
    return Consignment.objects.whole().filter(same, **alike).exclude(pk=consignment.pk)


def check_merge(kept: Consignment, other: Consignment) -> None:
    """ValidationError where ``other`` cannot be the same goods as ``kept``."""
    if kept.pk == other.pk:
        raise ValidationError(_("This is the same consignment. Name the other one."), code="same")
    if kept.merged_into_id or other.merged_into_id:
        raise ValidationError(_("One of them has been merged already."), code="merged")
    if any(getattr(kept, name) != getattr(other, name) for name in _SAME):
        raise ValidationError(
            _("They differ in consignee, cargo kind or direction, so they are not the same goods."), code="differ"
        )
    if Lot.objects.filter(consignment=other, number__in=kept.lots.values("number")).exists():
        raise ValidationError(_("Both have a parcel of the same number. Measures cannot be put together."), code="lots")


@transaction.atomic
def merge(*, kept: Consignment, other: Consignment, by: Person, at: datetime) -> Consignment:
    """Make ``other`` a part of ``kept``: units, events, papers, notes and all; its number leads there from now on.

    What ``kept`` does not know of itself it takes from ``other``; what both know stays as ``kept`` has it.
    ValidationError where they cannot be the same goods.
    """
    matching.lock_exclusive()
    locked = Consignment.objects.select_for_update(no_key=True).filter(pk__in=[kept.pk, other.pk]).order_by("pk")
    rows = {row.pk: row for row in locked}
    kept, other = rows[kept.pk], rows[other.pk]
    check_merge(kept, other)
    events = matching.events_naming(kept, other)
    _rejoin(kept, other)
    held = Unit.objects.filter(consignment=kept).values("container")
    Unit.objects.filter(consignment=other).exclude(container__in=held).update(consignment=kept)
    _take_over(kept, other)
    _move(kept, other, at)
    Consignment.objects.filter(merged_into=other).update(merged_into=kept)
    other.merged_into, other.merged_at = kept, at
    other.save(update_fields=["merged_into", "merged_at"])
    touched = matching.rematch(events)
    Unit.objects.filter(consignment=other).delete()
    derive([*touched, kept.pk, other.pk], at=at)
    bring_back_open(kept, by=by, at=at)
    for ref, told in ((kept.ref, {"merged": other.ref}), (other.ref, {"into": kept.ref})):
        record(kind=MERGED, subject="consignment", key=ref, by=by, at=at, **told)
    return kept


def _rejoin(kept: Consignment, other: Consignment) -> None:
    """What was taken for two trips of a container because both were registered is one, from its beginning to its end.

    ValidationError where the container was on another trip in between.
    """
    theirs = {unit.container: unit for unit in other.units.all()}
    for unit in kept.units.filter(container__in=list(theirs)):
        trips = [(each.tracked_from or _EVER, each.tracked_until or _NEVER) for each in (unit, theirs[unit.container])]
        (begin, first), (then, last) = sorted(trips)
        if first < then:
            words = _("Container %(container)s was on another trip in between, so they are not the same goods.")
            raise ValidationError(words, code="trips", params={"container": unit.container})
        end = max(first, last)
        unit.tracked_from = None if begin == _EVER else begin
        unit.tracked_until = None if end == _NEVER else end
        unit.save(update_fields=["tracked_from", "tracked_until"])


def _take_over(kept: Consignment, other: Consignment) -> None:
    taken = [name for name in _TAKEN_OVER if not getattr(kept, name) and getattr(other, name)]
    # A certificate goes with its own regime alone.
    if kept.trade_regime and "trade_regime" not in taken and kept.trade_regime != other.trade_regime:
        taken = [name for name in taken if name != "origin_certificate"]
    for name in taken:
        setattr(kept, name, getattr(other, name))
    kept.save(update_fields=taken)


def _move(kept: Consignment, other: Consignment, at: datetime) -> None:
    """All that people put beside the other; of a paper sent to both one is kept, and of a nomination given for both."""
    _settle_removals(kept, other, at)
    for model in (Note, ShareLink, Lot, Claim, Waiver, Removal):
        model.objects.filter(consignment=other).update(consignment=kept)
    Look.objects.filter(consignment=other).delete()
    Exposure.objects.filter(consignment=other).delete()
    Alarm.objects.filter(consignment=other).delete()
    Silence.objects.filter(consignment=other).delete()
    end([other.pk])
    hand_on_stances(subject="consignment", key=other.ref, into=kept.ref)
    _move_papers(kept, other)
    _move_nominations(kept, other, at)


def _move_nominations(kept: Consignment, other: Consignment, at: datetime) -> None:
    """Of two open ones of the same firm and task one stays: that in force, else that of ``kept``."""
    end_lapsed(Nomination.objects.filter(consignment__in=[kept, other]), at=at)
    own, theirs = (Nomination.objects.filter(consignment=each, ended_at__isnull=True) for each in (kept, other))
    held = own.in_force(at).values_list("nominee", "task")
    for nominee, task in set(theirs.in_force(at).values_list("nominee", "task")).difference(held):
        own.filter(nominee=nominee, task=task).update(ended_at=at)
    for nominee, task in own.values_list("nominee", "task"):
        theirs.filter(nominee=nominee, task=task).update(ended_at=at)
    Nomination.objects.filter(consignment=other).update(consignment=kept)


def _settle_removals(kept: Consignment, other: Consignment, at: datetime) -> None:
    """Of a container that either has, nothing is taken out any more; what was taken out of both is so once."""
    out = Removal.objects.filter(consignment__in=[kept, other], back_at__isnull=True)
    out.filter(container__in=kept.units.values("container")).update(back_at=at)
    twice = Removal.objects.filter(consignment=kept, back_at__isnull=True).values_list("container", flat=True)
    out.filter(consignment=other, container__in=list(twice)).update(back_at=at)


def _move_papers(kept: Consignment, other: Consignment) -> None:
    """The other's versions come after those that are kept."""
    papers = Paper.objects.filter(consignment=kept).order_by()
    for organization, digest in papers.values_list("organization", "sha256"):
        Paper.objects.filter(consignment=other, organization=organization, sha256=digest).delete()
    latest = papers.values("organization", "kind").annotate(latest=Max("version"))
    for row in latest.values_list("organization", "kind", "latest"):
        theirs = Paper.objects.filter(consignment=other, organization=row[0], kind=row[1])
        # Away from the numbers that the others of the kind still have, one after the other.
        for pk in theirs.order_by("-version").values_list("pk", flat=True):
            Paper.objects.filter(pk=pk).update(version=F("version") + row[2])
    Paper.objects.filter(consignment=other).update(consignment=kept)
