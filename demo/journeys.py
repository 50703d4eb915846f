"""One trip from the ship's departure to the empty container's return: what happens when, and who reports it."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from demo import figures
from demo.cast import TRANSPORTERS
from demo.figures import Spread
from demo.numbers import plate, seal_number
from demo.reports import CORRIDOR, CUSTOMS, GATE, LINE, TERMINAL, Box, Order, Report
from demo.vessels import Call, Port

# Hours between a thing and its report, least and most, by source.
_LAGS = {LINE: (0.7, 5.0), TERMINAL: (0.3, 1.2), GATE: (0.1, 0.5), CUSTOMS: (0.2, 1.2), CORRIDOR: (0.1, 0.6)}
_PORT_NODE = "ke-port-mombasa"
# Where trucks are weighed and how far along its leg the place lies.
_KENYA_SCALES = (("ke-wb-mariakani", 0.04), ("ke-wb-athi-river", 0.5), ("ke-wb-gilgil", 0.66), ("ke-wb-webuye", 0.94))
_UGANDA_SCALES = (("ug-wb-busitema", 0.12),)
_SOUTH_SCALES = (("ug-wb-lukaya", 0.3),)


def after(at: datetime, hours: float) -> datetime:
    """``at`` and so many hours, to the minute."""
    return at + timedelta(minutes=round(hours * 60))


class Journey:
    """Writes the reports of one trip. The draws do not depend on the calendar: the same order moves with its call."""

    def __init__(self, order: Order, call: Call, bill_of_lading: str, boxes: tuple[Box, ...], random: Random) -> None:
        self.order, self.call, self.bill_of_lading, self.boxes, self.random = order, call, bill_of_lading, boxes, random
        self.reports: list[Report] = []
        self.units: list[Box | None] = list(boxes) or [None]
        self.plates = [plate(random) for _ in self.units]
        self.seals = [seal_number(random) for _ in self.units]
        self.transporter = random.choice(TRANSPORTERS)
        self.lags = self._convoy()
        self.is_by_busia = self.is_bonded = False

    def _convoy(self) -> list[float]:
        """How many hours each box leaves after the first; now and then the last one is days behind."""
        lags = [0.0]
        for _ in self.units[1:]:
            lags.append(lags[-1] + self.random.uniform(0.1, 0.6))
        if len(lags) > 1 and self.order.stage is None and self.random.random() < 0.1:
            lags[-1] += self.random.uniform(18.0, 60.0)
        return lags

    def note(
        self,
        source: str,
        kind: str,
        at: datetime,
        *,
        node: str = "",
        port: Port | None = None,
        facility: str = "",
        number: int | None = None,
        expected_at: datetime | None = None,
        is_empty: bool = False,
        remark: str = "",
    ) -> None:
        """One report by ``source``, of the box ``number`` or of the whole; an estimate with ``expected_at``."""
        box = None if number is None else self.units[number]
        self.reports.append(
            Report(
                source=source,
                kind=kind,
                classifier="EST" if expected_at else "ACT",
                occurred_at=expected_at or at,
                reported_at=after(at, self.random.uniform(*_LAGS[source])),
                bill_of_lading=self.bill_of_lading,
                node=node,
                port=port,
                facility=facility,
                box=box,
                is_empty=is_empty,
                call=self.call,
                plate=self.plates[number or 0],
                transporter=self.transporter,
                seal=self.seals[number or 0],
                remark=remark,
            )
        )

    def each(self, source: str, kind: str, at: datetime, *, node: str, facility: str = "", remark: str = "") -> None:
        """The same of every box, in convoy behind ``at``."""
        for number, lag in enumerate(self.lags):
            self.note(source, kind, after(at, lag), node=node, facility=facility, number=number, remark=remark)

    def draw(self, spread: Spread) -> float:
        """A duration in hours."""
        return spread.draw(self.random)

    def chance(self, share: float, wanted: bool | None = None) -> bool:
        """Whether something that happens to ``share`` of all happens here; ``wanted`` overrides it after the draw."""
        drawn = self.random.random() < share
        return drawn if wanted is None else wanted

    def run(self) -> list[Report]:
        """The whole way; the reports in the order in which they are made."""
        self._sail()
        if self.order.goods.cargo_kind == "liquid_bulk":
            left_at, border_h = self._fuel()
        else:
            left_at, border_h = self._leave_port(self._clear(self._discharge()))
        self._deliver(self._cross_uganda(self._cross_border(after(left_at, border_h))))
        return sorted(self.reports, key=lambda report: (report.reported_at, report.occurred_at, report.kind))

    def _sail(self) -> None:
        call, random = self.call, self.random
        source = LINE if self.boxes else CUSTOMS
        for number in range(len(self.boxes)):
            self.note(LINE, "loaded", after(call.departed_at, -random.uniform(3, 28)), port=call.origin, number=number)
        if self.boxes:
            self.note(LINE, "booked", after(call.departed_at, random.uniform(2, 30)), port=call.origin)
        self.note(source, "vessel_departed", call.departed_at, port=call.origin, remark=call.origin.name)
        way_h = (call.arrived_at - call.departed_at) / timedelta(hours=1)
        for at, error_h in ((call.departed_at, 30.0), (after(call.departed_at, way_h / 2), 12.0)):
            expected_at = after(call.arrived_at, round(random.gauss(0.0, error_h)))
            self.note(source, "vessel_arrived", at, node=_PORT_NODE, expected_at=max(expected_at, after(at, 24.0)))
        soon = after(call.arrived_at, random.uniform(-4, 4))
        self.note(source, "vessel_arrived", after(call.arrived_at, -48), node=_PORT_NODE, expected_at=soon)
        node = call.node if self.order.goods.cargo_kind == "liquid_bulk" else _PORT_NODE
        self.note(source, "vessel_arrived", call.arrived_at, node=node)

    def _discharge(self) -> datetime:
        """The box or lot comes ashore; the terminal says so, and the line says when by its own books."""
        call, random = self.call, self.random
        begun_at = after(call.berthed_at, random.uniform(2.0, figures.SHIP_WORK_HOURS - 6.0))
        landed_at = begun_at
        for number in range(len(self.boxes)):
            landed_at = after(landed_at, random.uniform(0.1, 2.0))
            self.note(TERMINAL, "discharged", landed_at, node=call.node, facility=call.facility, number=number)
            off_h = random.uniform(3.0, 9.0) if random.random() < 0.05 else random.uniform(0.05, 0.3)
            self.note(
                LINE, "discharged", after(landed_at, off_h), node=call.node, facility=call.facility, number=number
            )
        if not self.boxes:
            self.note(CUSTOMS, "discharged", landed_at, node=call.node)
        return landed_at

    def _clear(self, landed_at: datetime) -> datetime:
        """The papers in Kigali and Mombasa; returns when KRA has passed the entry."""
        random = self.random
        entered_at = self._enter(landed_at)
        order_at = after(landed_at, random.uniform(-20.0, 26.0))
        self.note(CUSTOMS, "do_issued", order_at, node=_PORT_NODE, remark=f"DO {random.randrange(10**6):06d}")
        papers_at = max(landed_at, entered_at, order_at)
        cleared_at = after(papers_at, 2.0 + self.draw(figures.DOCUMENT_PROCESSING))
        is_verified = self.chance(figures.VERIFICATION_SHARE)
        cleared_at = after(cleared_at, self.draw(figures.VERIFICATION if is_verified else figures.UNSELECTED))
        hold_h = self.draw(figures.HOLD)
        if self.chance(figures.HOLD_SHARE, self.order.is_held):
            held_at = after(papers_at, random.uniform(3.0, 9.0))
            cleared_at = after(max(cleared_at, held_at), hold_h)
            why = random.choice(
                ["Valuation query", "Scanner image to be explained", "Weight differs from the manifest"]
            )
            self.note(CUSTOMS, "held", held_at, node=_PORT_NODE, remark=f"KRA: {why}")
            self.note(CUSTOMS, "hold_released", after(cleared_at, -1.0), node=_PORT_NODE, remark="KRA")
        remark = "verified" if is_verified else "documents only"
        self.note(CUSTOMS, "kra_cleared", cleared_at, node=_PORT_NODE, remark=remark)
        return cleared_at

    def _enter(self, landed_at: datetime) -> datetime:
        """The entry in Rwanda, most often while the ship is at sea; returns when RRA has released it."""
        random = self.random
        early_h = -random.uniform(20.0, 120.0) if random.random() < 0.82 else random.uniform(2.0, 40.0)
        declared_at = after(self.call.arrived_at if early_h < 0 else landed_at, early_h)
        entry = f"IM4 C {random.randrange(10_000, 99_999)}"
        self.note(CUSTOMS, "declared", declared_at, node="rw-city-kigali", remark=entry)
        paid_at = after(declared_at, random.uniform(1.5, 28.0))
        self.is_bonded = random.random() < 0.4
        kind = "bond_debited" if self.is_bonded else "duty_paid"
        self.note(CUSTOMS, kind, paid_at, node="rw-city-kigali", remark=entry)
        released_at = after(paid_at, random.uniform(1.0, 12.0))
        self.note(CUSTOMS, "rra_released", released_at, node="rw-city-kigali", remark=entry)
        return released_at

    def _leave_port(self, cleared_at: datetime) -> tuple[datetime, float]:
        """Pick-up order, seal and gate, by road or from Naivasha; when it left and how many hours the border is off."""
        random = self.random
        wait_h = self.draw(figures.RELEASE_TO_GATE)
        late_h = self.draw(figures.LATE)
        if self.order.late_h is not None or self.chance(figures.LATE_SHARE):
            wait_h += self.order.late_h or late_h
        out_at = after(cleared_at, wait_h)
        ordered_at = after(out_at, -random.uniform(14.0, 30.0))
        self.note(CUSTOMS, "pickup_order", max(ordered_at, after(cleared_at, 1.0)), node=_PORT_NODE)
        rail_h = self.draw(figures.TO_NAIVASHA)
        if self.chance(figures.RAIL_SHARE, self.order.is_railed) and self.boxes:
            return self._leave_naivasha(after(out_at, rail_h))
        node = self.call.node
        self.each(CUSTOMS, "truck_in", after(out_at, -random.uniform(1.6, 6.0)), node=node)
        self.each(CUSTOMS, "sealed", after(out_at, -random.uniform(0.5, 1.4)), node=node)
        source = GATE if self.boxes else CUSTOMS
        self.each(source, "gate_out", out_at, node=node, facility=self.call.facility)
        self.is_by_busia = self.chance(figures.BUSIA_SHARE)
        way_h = self.draw(figures.TO_BUSIA if self.is_by_busia else figures.TO_MALABA)
        self._weigh(out_at, way_h, _KENYA_SCALES)
        return out_at, way_h

    def _leave_naivasha(self, railed_at: datetime) -> tuple[datetime, float]:
        self.each(CUSTOMS, "railed_to_icd", railed_at, node="ke-icd-naivasha", remark="SGR")
        out_at = after(railed_at, 10.0 + self.draw(figures.NAIVASHA_TO_MALABA))
        self.each(CUSTOMS, "sealed", after(out_at, -self.random.uniform(0.6, 2.5)), node="ke-icd-naivasha")
        self.each(CUSTOMS, "gate_out", out_at, node="ke-icd-naivasha")
        way_h = self.draw(figures.NAIVASHA_TO_MALABA)
        self._weigh(out_at, way_h, (("ke-wb-webuye", 0.85),))
        return out_at, way_h

    def _fuel(self) -> tuple[datetime, float]:
        """Tanker, pipeline, depot and loading; when the trucks left the depot and how far the border is."""
        random = self.random
        landed_at = after(self.call.berthed_at, self.draw(figures.TANKER_WORK))
        self.note(CUSTOMS, "discharged_kot", landed_at, node=self.call.node)
        papers_at = max(landed_at, self._enter(landed_at))
        self.note(CUSTOMS, "kra_cleared", after(papers_at, self.draw(figures.DOCUMENT_PROCESSING)), node=_PORT_NODE)
        piped_at = after(landed_at, self.draw(figures.INTO_PIPELINE))
        self.note(CUSTOMS, "pipeline_in", piped_at, node=_PORT_NODE, remark="KPC")
        self.is_by_busia = random.random() < 0.3
        depot = "ke-depot-kisumu" if self.is_by_busia else "ke-depot-eldoret"
        stored_at = after(piped_at, self.draw(figures.PIPELINE))
        self.note(CUSTOMS, "at_depot", stored_at, node=depot, remark="KPC")
        loaded_at = after(stored_at, 6.0 + self.draw(figures.LOADING_QUEUE))
        self.note(CUSTOMS, "loading_order", after(stored_at, random.uniform(1.0, 5.5)), node=depot)
        self.note(CUSTOMS, "loaded", loaded_at, node=depot)
        self.note(CUSTOMS, "sealed", after(loaded_at, 0.5), node=depot, remark="fuel seal")
        return loaded_at, self.draw(figures.DEPOT_TO_BORDER)

    def _weigh(self, since: datetime, way_h: float, scales: tuple[tuple[str, float], ...]) -> None:
        """Mariakani always, the others as the agreed rule of entry and exit is kept or not."""
        for node, share in scales:
            if self.random.random() < (1.0 if node == "ke-wb-mariakani" else 0.6):
                self.each(CORRIDOR, "weighed", after(since, way_h * share), node=node, remark="within limits")

    def _cross_border(self, at: datetime) -> datetime:
        node = "xx-border-busia" if self.is_by_busia else "xx-border-malaba"
        stay_h = self.draw(figures.BORDER_KENYA_UGANDA)
        if self.order.is_held_at_border:
            stay_h += 70.0
            self.note(CORRIDOR, "held", after(at, 2.0), node=node, remark="URA: seal number differs from the C2")
            self.note(CORRIDOR, "hold_released", after(at, stay_h - 1.0), node=node, remark="URA")
        self.each(CORRIDOR, "border_in", at, node=node)
        self.each(CORRIDOR, "border_out", after(at, stay_h), node=node)
        return after(at, stay_h)

    def _cross_uganda(self, at: datetime) -> datetime:
        kampala_h = self.draw(figures.TO_KAMPALA)
        self._weigh(at, kampala_h, _UGANDA_SCALES)
        at = after(at, kampala_h)
        way_h = self.draw(figures.TO_RWANDA) * self.order.slow
        self._weigh(at, way_h, _SOUTH_SCALES)
        at = after(at, way_h)
        is_kagitumba = self.chance(figures.KAGITUMBA_SHARE)
        node = "xx-border-kagitumba" if is_kagitumba else "xx-border-gatuna"
        stay_h = self.draw(figures.BORDER_KAGITUMBA if is_kagitumba else figures.BORDER_GATUNA)
        self.each(CORRIDOR, "border_in", at, node=node)
        self.each(CORRIDOR, "border_out", after(at, stay_h), node=node)
        return after(at, stay_h + self.draw(figures.TO_KIGALI))

    def _deliver(self, at: datetime) -> None:
        """To the importer's premises, to the Kigali Logistics Platform or to MAGERWA; then the empties go back."""
        random = self.random
        direct_h, warehouse_h = self.draw(figures.DIRECT), self.draw(figures.WAREHOUSE)
        is_direct = self.chance(figures.DIRECT_SHARE, self.order.is_direct) or not self.boxes
        is_klp = self.chance(figures.KLP_SHARE / (1 - figures.DIRECT_SHARE))
        released_at = after(at, direct_h if is_direct else warehouse_h)
        node = "rw-city-kigali" if is_direct else "rw-port-klp" if is_klp else "rw-wh-magerwa"
        source, facility = (GATE, "KLP") if node == "rw-port-klp" else (CORRIDOR, "")
        self.each(source, "arrived_kigali", at, node=node, facility=facility)
        self.each(CUSTOMS, "unsealed", after(at, direct_h * 0.5), node=node)
        self.each(source, "released_kigali", released_at, node=node, facility=facility)
        delivered_at = after(released_at, random.uniform(0.5, 5.0))
        self.each(CORRIDOR, "delivered", delivered_at, node="rw-city-kigali")
        empty_at = after(delivered_at, self.draw(figures.EMPTY_RETURN))
        for number in range(len(self.boxes)):
            at = after(empty_at, self.lags[number] * 4)
            self.note(GATE, "empty_returned", at, node=_PORT_NODE, number=number, is_empty=True)
        retired_at = after(delivered_at, random.uniform(40.0, 240.0))
        if self.is_bonded:
            self.note(CUSTOMS, "bond_cancelled", retired_at, node="rw-city-kigali")
