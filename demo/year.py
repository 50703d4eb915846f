"""The demo's year: which consignments there are, on which ships, and the trips that they make; one seed, one answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from demo.cast import COFFEE, IMPORTERS, OFTEN, ONCE, Goods, Importer
from demo.figures import BOXES, CARGO_SHARES
from demo.journeys import Journey, after
from demo.numbers import bill_number, chassis_number, container_number
from demo.outward import Outward
from demo.reports import Box, Order, Stage, Trip
from demo.vessels import SERVICES, Call, choose, new_call, timetable

YEAR = timedelta(days=365)
_SIZES = {"22G1": 0.42, "45G1": 0.5, "42G1": 0.08}
_WRONG_CHECK_DIGITS = frozenset({37, 211})
_UNREGISTERED = 2


def seeded(name: str) -> Random:
    """A generator of its own for each thing that is drawn, so that none shifts another."""
    return Random(name)  # noqa: S311 - draws a story, keeps no secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """What the demo was made from; the same three give the same trips to the letter. ``until`` is the load's moment."""

    seed: int
    until: datetime
    consignments: int = 600


def trips(year: Year) -> list[Trip]:
    """All trips of the year, those on their way with what has yet to happen to them, by when they were registered.

    Every trip is registered before ``until``, but for a few that nobody registers; reports made after it are the
    future, as the feeds will tell it.
    """
    until = year.until.replace(second=0, microsecond=0)
    calls = {
        kind: timetable(kind, since=until - YEAR, until=until, random=seeded(f"{year.seed}:calls:{kind}"))
        for kind in SERVICES
    }
    made = [_trip(order, calls[order.goods.cargo_kind], year.seed, until) for order in orders(year)]
    return sorted(made, key=lambda trip: (trip.registered_at, trip.order.number))


def orders(year: Year) -> list[Order]:
    """The consignments: first those that stand in a stage of their own, then what importers buy by their shares."""
    staged = [replace(order, number=number) for number, order in enumerate(_staged())]
    count = year.consignments
    drawn = [_order(number, seeded(f"{year.seed}:order:{number}")) for number in range(len(staged), count)]
    strays = [
        replace(_order(number, seeded(f"{year.seed}:stray:{number}")), is_registered=False)
        for number in range(count, count + _UNREGISTERED)
    ]
    return [*[*staged, *drawn][:count], *strays]


def _order(number: int, random: Random) -> Order:
    kind = random.choices(list(CARGO_SHARES), list(CARGO_SHARES.values()))[0]
    buyers = [(importer, [goods for goods in importer.goods if goods.cargo_kind == kind]) for importer in IMPORTERS]
    able = [(importer, goods) for importer, goods in buyers if goods and importer.share]
    importer, goods = random.choices(able, [importer.share for importer, _goods in able])[0]
    return Order(
        number=number,
        importer=importer,
        goods=random.choice(goods),
        boxes=random.choices(list(BOXES), list(BOXES.values()))[0] if kind == "container" else 0,
        has_wrong_check_digit=number in _WRONG_CHECK_DIGITS,
    )


def _staged() -> list[Order]:
    """The importer's twelve, one in every stage of the way, others who stand where few do, and hers of other kinds."""
    hers = IMPORTERS[0]
    mine = [
        _at("registered", "vessel_departed", 0.5),
        replace(_at("vessel_departed", "vessel_arrived", 0.7), boxes=2),
        _at("vessel_arrived", "discharged", 0.6),
        replace(_at("held", "hold_released", 0.4), is_held=True, boxes=2),
        replace(_at("kra_cleared", "pickup_order", 0.8), late_h=330.0),
        replace(_at("gate_out", "border1_in", 0.45), is_railed=False, boxes=2),
        _at("border1_in", "border1_out", 0.5),
        replace(_at("border1_out", "border2_in", 0.75), slow=3.5),
        _at("border2_in", "border2_out", 0.5),
        replace(_at("arrived_kigali", "released_kigali", 0.35), is_direct=False),
        replace(_at("delivered", "empty_returned", 0.3), boxes=3),
        _at("empty_returned", "", 1.0),
    ]
    others = [
        ("Clear Spring Fuels", _at("at_depot", "loaded", 0.5)),
        ("Night Jar Energy", _at("loaded", "border1_in", 0.5)),
        ("Papyrus Gate Foods", replace(_at("railed_to_icd", "gate_out", 0.5), is_railed=True)),
        ("Woven Basket Wholesale", replace(_at("border1_in", "border1_out", 0.5), is_held_at_border=True)),
        ("Nine Hills Motors", _at("border1_out", "border2_in", 0.5)),
        ("Sorghum Hill Imports", replace(_at("gate_out", "border1_in", 0.7), is_railed=False)),
    ]
    by_name = {importer.name: importer for importer in IMPORTERS}
    return [
        *(_of(hers, order, OFTEN[number % len(OFTEN)]) for number, order in enumerate(mine)),
        *(_of(by_name[name], order, by_name[name].goods[0]) for name, order in others),
        replace(_of(hers, _at("truck_in", "loaded", 0.5), COFFEE), direction="export"),
        *(_of(hers, order, goods) for order, goods in zip(_of_each_kind(), ONCE, strict=True)),
    ]


def _of_each_kind() -> list[Order]:
    """Vehicles at the border, fuel on its trucks, and what came loose in the port and on the road."""
    return [
        _at("border1_in", "border1_out", 0.4),
        _at("loaded", "border1_in", 0.6),
        _at("kra_cleared", "pickup_order", 0.6),
        _at("border2_in", "border2_out", 0.4),
    ]


def _at(reached: str, awaited: str, share: float) -> Order:
    """A consignment of one box, as yet nobody's, that has made one step and waits for another."""
    stage = Stage(after=reached, before=awaited, share=share)
    return Order(number=0, importer=IMPORTERS[0], goods=IMPORTERS[0].goods[0], boxes=1, stage=stage)


def _of(importer: Importer, order: Order, goods: Goods) -> Order:
    boxes = order.boxes if goods.cargo_kind == "container" else 0
    return replace(order, importer=importer, goods=goods, boxes=boxes)


def _trip(order: Order, calls: Sequence[Call], seed: int, until: datetime) -> Trip:
    name = f"{seed}:trip:{order.number}"
    if order.stage is None:
        return _travel(order, choose(calls, until=until, random=seeded(f"{name}:call")), seeded(name), until)
    call = new_call(order.goods.cargo_kind, order.number, until, seeded(f"{name}:call"), is_spare=True)
    trial = _travel(order, call, seeded(name), until)
    return _travel(order, call.moved(until - moment_of(trial, order.stage)), seeded(name), until)


def _travel(order: Order, call: Call, random: Random, until: datetime) -> Trip:
    size = random.choices(list(_SIZES), list(_SIZES.values()))[0]
    boxes = tuple(_box(order, index, size, random) for index in range(order.boxes))
    journey = Outward if order.direction == "export" else Journey
    bill_of_lading = bill_number(call.vessel.operator, order.number, random)
    weight_t, words, vehicles = _weight(order, boxes, random)
    registered_at = _registered_at(order, call, random, until)
    return Trip(
        order=order,
        bill_of_lading=bill_of_lading,
        boxes=boxes,
        vehicles=tuple(chassis_number(order.number * 8 + index) for index in range(vehicles)),
        weight_t=weight_t,
        goods=words,
        call=call,
        registered_at=registered_at,
        reports=tuple(journey(order, call, bill_of_lading, boxes, random).run()),
    )


def _box(order: Order, index: int, size: str, random: Random) -> Box:
    low, high = order.goods.tonnes
    is_wrong = order.has_wrong_check_digit and index == 0
    number = container_number(order.number * 8 + index, is_wrong=is_wrong)
    return Box(number, size, round(1000 * random.uniform(low, high)))


def _weight(order: Order, boxes: Sequence[Box], random: Random) -> tuple[Decimal, str, int]:
    """The whole weight in tonnes, the goods in words with the number of vehicles, and that number."""
    low, high = order.goods.tonnes
    if boxes:
        return Decimal(sum(box.weight_kg for box in boxes)) / 1000, order.goods.name, 0
    if order.goods.cargo_kind != "roro":
        return Decimal(round(random.uniform(low, high) * 10)) / 10, order.goods.name, 0
    count = random.randrange(1, 9)
    return Decimal(round(count * random.uniform(low, high) * 10)) / 10, f"{order.goods.name} ({count})", count


def _registered_at(order: Order, call: Call, random: Random, until: datetime) -> datetime:
    """Most often a few days before the ship sails, now and then when it has sailed; before ``until`` in any case."""
    if order.stage:
        return after(call.departed_at, -60.0)
    drawn = after(call.departed_at, random.uniform(-96.0, -30.0) if random.random() < 0.85 else random.uniform(6, 150))
    return min(drawn, after(until, -random.uniform(1.0, 20.0)))


def moment_of(trip: Trip, stage: Stage) -> datetime:
    """When the trip is in the stage: all of one step done and reported, none of the next."""
    if stage.after == "registered":
        begun_at = trip.registered_at
    else:
        begun_at = max(
            report.reported_at for report in trip.reports if report.step == stage.after and report.classifier == "ACT"
        )
    ended_at = min(trip.times(stage.before)) if stage.before else begun_at + timedelta(days=3)
    return (begun_at + (ended_at - begun_at) * stage.share).replace(second=0, microsecond=0)
