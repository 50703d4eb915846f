"""An export's trip from the loading in Kigali to the ship's sailing from Mombasa: what happens when, and who tells."""

from __future__ import annotations

from datetime import datetime

from demo import figures
from demo.journeys import Journey, after
from demo.reports import CORRIDOR, CUSTOMS, Report

_KIGALI, _PORT, _GATUNA, _MALABA = "rw-city-kigali", "ke-port-mombasa", "xx-border-gatuna", "xx-border-malaba"


class Outward(Journey):
    """Writes the reports of one export, which has to be at the port before its ship has berthed."""

    def run(self) -> list[Report]:
        """The whole way; the reports in the order in which they are made. Its times are counted back from the ship."""
        berthed_at = self.call.berthed_at
        at_port = after(berthed_at, -self.random.uniform(90.0, 150.0))
        self._drive(at_port)
        self.each(CUSTOMS, "truck_in", at_port, node=_PORT)
        self.note(CUSTOMS, "kra_cleared", after(at_port, self.draw(figures.DOCUMENT_PROCESSING)), node=_PORT)
        aboard_at = after(berthed_at, self.random.uniform(2.0, 16.0))
        self.each(CUSTOMS, "loaded", aboard_at, node=_PORT)
        self.note(CUSTOMS, "vessel_departed", after(berthed_at, figures.SHIP_WORK_HOURS), node=_PORT)
        return sorted(self.reports, key=lambda report: (report.reported_at, report.occurred_at, report.kind))

    def _drive(self, at_port: datetime) -> None:
        """The road by its lengths inland, the last first."""
        into_kenya = after(at_port, -self.draw(figures.TO_MALABA))
        at_malaba = after(into_kenya, -self.draw(figures.BORDER_KENYA_UGANDA))
        into_uganda = after(at_malaba, -self.draw(figures.TO_KAMPALA) - self.draw(figures.TO_RWANDA))
        at_gatuna = after(into_uganda, -self.draw(figures.BORDER_GATUNA))
        stuffed_at = after(at_gatuna, -self.draw(figures.TO_KIGALI) - 2.0)
        self.note(CUSTOMS, "rra_released", after(stuffed_at, -self.random.uniform(3.0, 20.0)), node=_KIGALI)
        self.each(CUSTOMS, "stuffed", stuffed_at, node=_KIGALI)
        self.each(CUSTOMS, "sealed", after(stuffed_at, 1.0), node=_KIGALI)
        for node, in_at, out_at in ((_GATUNA, at_gatuna, into_uganda), (_MALABA, at_malaba, into_kenya)):
            self.each(CORRIDOR, "border_in", in_at, node=node)
            self.each(CORRIDOR, "border_out", out_at, node=node)
