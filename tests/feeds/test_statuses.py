"""Status codes: numbers of Recommendation 24, letters of X12, a party's own, and what depends on mode and country."""

from __future__ import annotations

import pytest

from feeds.facts import KINDS
from feeds.statuses import Circumstances, kind_of, mode_of

SEA, RAIL, ROAD = Circumstances("sea"), Circumstances("rail"), Circumstances("road")
KENYA, RWANDA, CHINA = (Circumstances(country=country) for country in ("KE", "RW", "CN"))


@pytest.mark.parametrize(
    ("code", "at", "kind"),
    [
        ("1", SEA, "vessel_arrived"),
        ("1", ROAD, "reached"),
        ("1", Circumstances(), "reached"),
        ("1", Circumstances("rail", "KE"), "railed_to_icd"),
        ("1", Circumstances("rail", "US"), "reached"),
        ("24", SEA, "vessel_departed"),
        ("24", RAIL, "left"),
        ("29", SEA, "discharged"),
        ("29", Circumstances(), "discharged"),
        ("29", RAIL, "dropped_off"),
        ("029", SEA, "discharged"),
        ("12", KENYA, "kra_cleared"),
        ("12", RWANDA, "rra_released"),
        ("12", CHINA, None),
        ("39", RWANDA, "released_kigali"),
        ("39", KENYA, None),
        ("82", Circumstances(is_empty=True), "empty_returned"),
        ("82", Circumstances(), None),
        ("83", KENYA, "sealed"),
        ("83", CHINA, None),
        ("21", ROAD, "delivered"),
        ("16", ROAD, "border_out"),
        ("49", SEA, None),
        ("104", SEA, ""),
        ("0", SEA, ""),
        ("VD", SEA, "vessel_departed"),
        ("va", Circumstances(), "vessel_arrived"),
        ("AE", SEA, "loaded"),
        ("UV", SEA, "discharged"),
        ("I", ROAD, "gate_in"),
        ("OA", ROAD, "gate_out"),
        ("EE", ROAD, "picked_up"),
        ("RD", ROAD, "empty_returned"),
        ("AL", RAIL, "loaded"),
        ("AR", KENYA, "railed_to_icd"),
        ("AR", Circumstances("rail", "US"), "reached"),
        ("P", RAIL, "left"),
        ("CT", KENYA, "kra_cleared"),
        ("CR", KENYA, "do_issued"),
        ("PA", KENYA, "held"),
        ("AV", SEA, None),
        ("D2", SEA, ""),
        ("", SEA, ""),
        ("É", SEA, ""),
    ],
)
def test_what_a_code_says(code: str, at: Circumstances, kind: str | None) -> None:
    assert kind_of(code, "", {}, at) == kind
    assert not kind or kind in KINDS


@pytest.mark.parametrize(
    ("table", "agency", "kind"),
    [
        ({}, "", "vessel_departed"),
        ({"code_VD": "left"}, "", "left"),
        ({"code_VD": ""}, "", None),
        ({"code_VD": "teleported"}, "", "vessel_departed"),
        ({"code_vd": "left"}, "", "vessel_departed"),
        ({}, "87", ""),
        ({"code_VD": "left"}, "87", "left"),
        ({}, "6", "vessel_departed"),
        ({}, "HS", "vessel_departed"),
    ],
)
def test_a_source_s_own_table_comes_first_and_alone_for_its_own_codes(
    table: dict[str, str], agency: str, kind: str | None
) -> None:
    assert kind_of("VD", agency, table, SEA) == kind


@pytest.mark.parametrize(
    ("mode", "means", "found"),
    [("1", "", "sea"), ("2", "31", "rail"), ("", "25", "rail"), ("", "31", "road"), ("", "13", "sea"), ("", "6", "")],
)
def test_the_means_of_transport(mode: str, means: str, found: str) -> None:
    assert mode_of(mode, means) == found
