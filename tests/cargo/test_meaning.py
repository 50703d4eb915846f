"""What a movement means at a place."""

from __future__ import annotations

import pytest

from cargo.meaning import Spot, milestone_of, settle_kind

PORT = Spot("ke-port-mombasa", "port", "KE")
NAIVASHA = Spot("ke-icd-naivasha", "icd", "KE")
KLP = Spot("rw-port-klp", "dry_port", "RW")
MALABA = Spot("xx-border-malaba", "border", "KE")
GATUNA = Spot("xx-border-gatuna", "border", "RW")
DEPOT = Spot("ke-depot-eldoret", "fuel_depot", "KE")


@pytest.mark.parametrize(
    ("kind", "spot", "is_empty", "settled"),
    [
        ("gate_out", PORT, False, "gate_out"),
        ("gate_in", PORT, False, "gate_in"),
        ("gate_in", PORT, True, "empty_returned"),
        ("gate_in", NAIVASHA, False, "railed_to_icd"),
        ("gate_in", KLP, False, "arrived_kigali"),
        ("gate_in", KLP, None, "arrived_kigali"),
        ("gate_out", KLP, False, "released_kigali"),
        ("gate_out", KLP, True, "gate_out"),
        ("gate_in", KLP, True, "empty_returned"),
        ("gate_in", None, True, "gate_in"),
        ("discharged", PORT, False, "discharged"),
    ],
)
def test_settle_kind(kind: str, spot: Spot | None, is_empty: bool | None, settled: str) -> None:
    assert settle_kind(kind, spot, is_empty=is_empty) == settled


@pytest.mark.parametrize(
    ("kind", "spot", "is_elsewhere", "milestone"),
    [
        ("border_in", MALABA, False, "border1_in"),
        ("border_out", GATUNA, False, "border2_out"),
        ("border_in", PORT, False, ""),
        ("border_in", None, False, ""),
        ("gate_out", PORT, False, "gate_out"),
        ("gate_out", NAIVASHA, False, "gate_out"),
        ("gate_out", KLP, False, ""),
        ("gate_out", None, True, ""),
        ("gate_out", None, False, "gate_out"),
        ("discharged", None, True, ""),
        ("vessel_arrived", PORT, False, "vessel_arrived"),
        ("arrived_port", PORT, False, "vessel_arrived"),
        ("vessel_departed", None, True, "vessel_departed"),
        ("vessel_departed", PORT, False, ""),
        ("do_issued", None, False, "do_issued"),
        ("loaded", DEPOT, False, "loaded"),
        ("loaded", None, True, ""),
        ("weighed", PORT, False, ""),
        ("held", PORT, False, ""),
    ],
)
def test_milestone_of(kind: str, spot: Spot | None, is_elsewhere: bool, milestone: str) -> None:
    assert milestone_of(kind, spot, is_elsewhere=is_elsewhere) == milestone
