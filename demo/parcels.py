"""What was measured of the demo's fuel on its way: on board, ashore, in the pipeline, at the depot and on trucks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from cargo.lots import Measured, note_measure
from cargo.models import Consignment, Lot
from demo.numbers import plate
from demo.reports import Trip
from liaison.models import Person

# Older parcels are of no use to who looks at the demo.
LATELY = timedelta(days=60)
# What the demo's fuels are, and their density at 20 degrees in kilogrammes per litre.
PRODUCTS = {
    "Gas oil": (Lot.Product.AGO, Decimal("0.8350")),
    "Motor spirit": (Lot.Product.PMS, Decimal("0.7450")),
    "Jet fuel": (Lot.Product.DPK, Decimal("0.7950")),
}
_TRUCK_L = 36_000
# Where it is measured, by the step that is done by then, and the share that is lost before it, least and most.
_STAGES = (
    ("tanker", "vessel_arrived", (0.0, 0.0)),
    ("ashore", "discharged_kot", (0.001, 0.004)),
    ("pipeline", "pipeline_in", (0.0001, 0.0008)),
    ("depot", "at_depot", (0.001, 0.003)),
    ("loaded", "loaded", (0.0005, 0.0015)),
    ("delivered", "delivered", (0.0005, 0.004)),
)


def play_parcels(trips: Sequence[Trip], *, until: datetime) -> int:
    """Note what was measured of each parcel of the last weeks, unless that was done; returns how many measures."""
    recent = {
        trip.bill_of_lading: trip
        for trip in trips
        if trip.order.goods.cargo_kind == "liquid_bulk" and trip.call.arrived_at > until - LATELY
    }
    officer = Person.objects.get(email="officer@demo.example")
    found = Consignment.objects.filter(bill_of_lading__in=recent, lots__isnull=True).order_by("pk")
    noted = 0
    for consignment in found:
        for at, said in measures(recent[consignment.bill_of_lading], until):
            note_measure(consignment=consignment, said=said, by=officer, at=at)
            noted += 1
    return noted


def measures(trip: Trip, until: datetime) -> Iterator[tuple[datetime, Measured]]:
    """What was measured up to ``until`` and when: by the truck where it is on trucks, else of the whole."""
    random = Random(f"{trip.bill_of_lading}:parcel")  # noqa: S311 - draws a story, keeps no secret
    product, density = PRODUCTS[trip.order.goods.name]
    litres = round(trip.weight_t * 1000 / density)
    plates = [plate(random) for _ in range(-(-litres // _TRUCK_L))]
    for stage, step, lost in _STAGES:
        litres -= round(litres * random.uniform(*lost))
        at = max(trip.times(step), default=until) + timedelta(hours=1)
        if at > until:
            return
        for truck, part in _parts(stage, litres, plates):
            yield at, Measured(
                number=f"{trip.call.voyage}-{trip.bill_of_lading[-3:]}", product=product, stage=stage,
                litres=Decimal(part), measured_on=at.date(), density=density, plate=truck,
            )  # fmt: skip


def _parts(stage: str, litres: int, plates: Sequence[str]) -> Iterator[tuple[str, int]]:
    if stage not in ("loaded", "delivered"):
        yield "", litres
        return
    each = litres // len(plates)
    for number, truck in enumerate(plates):
        yield truck, each if number else litres - each * (len(plates) - 1)
