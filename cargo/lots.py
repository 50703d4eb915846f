"""Liquid bulk: lots, what was measured of each on its way, and how much was lost between the stages.

Litres are at 20 °C, to which ASTM D1250 (API MPMS 11.1) reduces what was measured, so that heat neither gains nor loses
any.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cargo.models import Consignment, Lot, Measure
from liaison.journal import record
from liaison.models import Person

STAGES = [stage.value for stage in Measure.Stage]
_PER_CENT = Decimal("0.01")
# Allowed losses as a share of what came in. Which tariff or agreement binds here is not known to the portal: these are
# assumptions to compare with, named as such wherever they are shown.
ASSUMED_ALLOWED: dict[str, Decimal] = {
    # A vessel's usual trade allowance.
    "ashore": Decimal("0.005"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """One stage of a lot: litres and tonnes, and what was lost since the stage before it that was measured.

    ``loss`` in litres is below 0 where more arrived than left; ``percent`` is of what left. None is unknown; ``tonnes``
    is so, too, where the density of a part is. ``allowed`` are the assumed litres, None where nothing is assumed.
    """

    stage: str
    litres: Decimal
    tonnes: Decimal | None
    parts: int
    before: str = ""
    loss: Decimal | None = None
    percent: Decimal | None = None
    allowed: Decimal | None = None

    @property
    def label(self) -> str:
        """The stage in words."""
        return str(Measure.Stage(self.stage).label)

    @property
    def before_label(self) -> str:
        """The stage that it is compared with, in words."""
        return str(Measure.Stage(self.before).label) if self.before else ""

    @property
    def is_over(self) -> bool | None:
        """Whether more was lost than is assumed to be allowed; None where one of the two is unknown."""
        return None if self.loss is None or self.allowed is None else self.loss > self.allowed


@dataclass(frozen=True, slots=True)
class LotLine:
    """A lot with its measures that count, stage by stage, and from the first to the last of them."""

    lot: Lot
    stages: list[Reckoned]
    measures: list[Measure]

    @property
    def whole(self) -> Reckoned | None:
        """The last stage against the first; None before two were measured."""
        return compared(self.stages[-1], self.stages[0]) if len(self.stages) > 1 else None


def reckon(measures: Iterable[Measure]) -> list[Reckoned]:
    """The stages that were measured, in the order of the way, each against the one before it; pure."""
    by_stage: dict[str, list[Measure]] = {}
    for measure in measures:
        if measure.taken_back_at is None:
            by_stage.setdefault(measure.stage, []).append(measure)
    found: list[Reckoned] = []
    for stage in STAGES:
        if stage in by_stage:
            summed = _sum(stage, by_stage[stage])
            found.append(compared(summed, found[-1]) if found else summed)
    return found


def _sum(stage: str, measures: Sequence[Measure]) -> Reckoned:
    tonnes = [measure.tonnes for measure in measures]
    known = [each for each in tonnes if each is not None]
    return Reckoned(
        stage=stage,
        litres=sum((measure.litres for measure in measures), Decimal(0)),
        tonnes=sum(known, Decimal(0)) if len(known) == len(tonnes) else None,
        parts=len(measures),
    )


def compared(later: Reckoned, earlier: Reckoned) -> Reckoned:
    """A stage against an earlier one: what was lost, also in per cent of what was there."""
    loss = earlier.litres - later.litres
    share = ASSUMED_ALLOWED.get(later.stage) if earlier.stage == _BEFORE.get(later.stage) else None
    return Reckoned(
        stage=later.stage,
        litres=later.litres,
        tonnes=later.tonnes,
        parts=later.parts,
        before=earlier.stage,
        loss=loss,
        percent=(loss * 100 / earlier.litres).quantize(_PER_CENT, ROUND_HALF_UP),
        allowed=None if share is None else (earlier.litres * share).quantize(Decimal(1), ROUND_HALF_UP),
    )


_BEFORE = dict(zip(STAGES[1:], STAGES, strict=False))


def lot_lines(consignment: Consignment) -> list[LotLine]:
    """The lots of a consignment; none, and no query, for any cargo but liquid bulk. Two queries."""
    if consignment.cargo_kind != Consignment.CargoKind.LIQUID_BULK:
        return []
    lots = consignment.lots.prefetch_related("measures").order_by("number")
    lines = []
    for lot in lots:
        counting = [measure for measure in lot.measures.all() if measure.taken_back_at is None]
        counting.sort(key=lambda measure: (STAGES.index(measure.stage), measure.measured_on, measure.pk))
        lines.append(LotLine(lot, reckon(counting), counting))
    return lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was measured: litres at 20 °C, the density at 20 °C in kg/l where it is known, of which truck and paper."""

    number: str
    product: str
    stage: str
    litres: Decimal
    measured_on: date
    density: Decimal | None = None
    plate: str = ""
    document: str = ""


@transaction.atomic
def note_measure(*, consignment: Consignment, said: Measured, by: Person, at: datetime) -> Measure:
    """Note what was measured of a lot, which is made with its first measure.

    ValidationError where the cargo is no liquid bulk, the lot is of another product, or the same truck and paper were
    noted for the stage.
    """
    kept = Consignment.objects.select_for_update(no_key=True).get(pk=consignment.pk)
    if kept.cargo_kind != Consignment.CargoKind.LIQUID_BULK:
        raise ValidationError(_("Lots are of liquid bulk alone."))
    number, plate = _fitting(said)
    measure = Measure(
        lot=_lot_of(kept, number, said.product),
        stage=said.stage,
        litres=said.litres,
        density=said.density,
        plate=plate,
        document=said.document.strip(),
        measured_on=said.measured_on,
        by=by,
        at=at,
    )
    try:
        with transaction.atomic():
            measure.save()
    except IntegrityError as error:
        words = _("This has been noted already. Name the truck or the paper to tell one from the other.")
        raise ValidationError(words) from error
    _tell("cargo.measure_noted", kept, measure, by=by, at=at)
    return measure


def _lot_of(consignment: Consignment, number: str, product: str) -> Lot:
    """The lot of that number; where none of its measures counts any more, its product is what is said now."""
    lot, _is_new = Lot.objects.get_or_create(consignment=consignment, number=number, defaults={"product": product})
    if lot.product == product:
        return lot
    if lot.measures.filter(taken_back_at__isnull=True).exists():
        words = _("Parcel %(number)s is %(product)s.")
        raise ValidationError({"product": words % {"number": number, "product": lot.get_product_display()}})
    lot.product = product
    lot.save(update_fields=["product"])
    return lot


def _fitting(said: Measured) -> tuple[str, str]:
    """The number and the plate as they are kept; upper case may have more letters than what was typed."""
    kept = {"number": " ".join(said.number.upper().split()), "plate": "".join(said.plate.upper().split())}
    long = [name for name, most in (("number", 40), ("plate", 20)) if len(kept[name]) > most]
    if long:
        raise ValidationError(dict.fromkeys(long, _("This is too long.")))
    return kept["number"], kept["plate"]


@transaction.atomic
def take_back(*, measure: Measure, by: Person, at: datetime) -> bool:
    """Count a measure no more; it stays on record. False where it was taken back before."""
    if not Measure.objects.filter(pk=measure.pk, taken_back_at__isnull=True).update(taken_back_at=at):
        return False
    _tell("cargo.measure_taken_back", measure.lot.consignment, measure, by=by, at=at)
    return True


def _tell(kind: str, consignment: Consignment, measure: Measure, *, by: Person, at: datetime) -> None:
    record(
        kind=kind,
        subject="consignment",
        key=consignment.ref,
        by=by,
        at=at,
        lot=measure.lot.number,
        stage=measure.stage,
        litres=str(measure.litres),
        plate=measure.plate,
    )
