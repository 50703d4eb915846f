"""Boxes that have left the port, whose figures many tests ask for."""

from __future__ import annotations

from django.utils import timezone

from cargo.registration import Particulars, register_many
from feeds.models import Source
from observatory import counting
from tests.cargo.test_reading import csv, row, take_in
from tests.conftest import Cast
from tests.test_queries import box

HOURS = (30, 40, 50, 60, 70, 80)


def six_boxes(cast: Cast, clerk: Source) -> None:
    """Six that stayed in the port for 30 to 80 hours and left it an hour ago, two of them through Malaba since."""
    firm = cast.importer_firm
    many = [Particulars(consignee=firm, containers=[box(n)], weight_t="20") for n in range(len(HOURS))]  # type: ignore[arg-type]
    register_many(many, by=cast.importer, at=timezone.now())
    told = [row("discharged", hours + 1, box=box(n)) for n, hours in enumerate(HOURS)]
    told += [row("gate_out", 1, box=box(n)) for n in range(len(HOURS))]
    told += [row("border_in", 0.9, box=box(n), node="xx-border-malaba") for n in range(2)]
    told += [row("border_out", 0.5, box=box(n), node="xx-border-malaba") for n in range(2)]
    take_in(clerk, csv(*told))
    counting.count(at=timezone.now())
