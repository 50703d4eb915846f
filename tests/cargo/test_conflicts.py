"""How often a source's word is contested by others."""

from __future__ import annotations

from cargo.conflicts import FIGURES, contested
from cargo.models import Consignment
from feeds.models import Source
from tests.cargo.test_deriving import gate_out
from tests.cargo.test_reading import csv, row, take_in


def test_a_milestone_that_others_date_otherwise_is_contested(
    clerk: Source, gate: Source, consignment: Consignment
) -> None:
    take_in(clerk, csv(row("discharged", 30), row("gate_out", 5), row("border_in", -9, classifier="EST")))
    assert contested() == {clerk.pk: (0, 2)}
    Source.objects.filter(pk=gate.pk).update(rank=200)
    take_in(gate, gate_out("D1", 9, made=4))
    assert contested() == {clerk.pk: (1, 2)}
    assert [figure.name for figure in FIGURES] == ["conflicts"]
