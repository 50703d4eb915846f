"""COPRAR: what a ship is ordered to land and to take, as a plan with the ship's own times."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from feeds.facts import Fault, Place
from feeds.formats.coprar import read
from tests.feeds.edi import BOX, OTHER, one

SHIP = ["TDT+20+0411+1++CMA:172:20+++9321483:146::UMUGABE", "LOC+9+OMSLL", "LOC+11+KEMBA:139:6+KCT:TER:ZZZ"]
ETA, ETD = "DTM+132:202611180600:203", "DTM+133:20261120:102"
BOXES = [f"EQD+CN+{BOX}+45G1:102:5++3+5", "RFF+BM:UMUC2611001", f"EQD+CN+{OTHER}+22G1:102:5++3+4"]


@pytest.mark.parametrize(
    ("directory", "guide", "code", "kind"),
    [
        ("D:95B", "", "43", "discharged"),
        ("D:95B", "", "45", "loaded"),
        ("D:00B", "SMDG20", "43", "discharged"),
        ("D:00B", "ITG13", "45", "loaded"),
        ("D:00B", "", "118", "discharged"),
        ("D:23A", "", "121", "loaded"),
        ("D:00B", "", "43", ""),
        ("D:00B", "", "45", ""),
        ("D:95B", "", "44", ""),
    ],
)
def test_a_code_means_what_its_directory_or_guide_says(directory: str, guide: str, code: str, kind: str) -> None:
    found = read(one(f"BGM+{code}+D1+9", *SHIP, ETA, *BOXES, type="COPRAR", directory=directory, guide=guide), {})
    assert [(fact.kind, fact.classifier) for fact in found.movements] == [(kind, "PLN")] * (2 if kind else 0)
    assert [(fault.code, fault.detail) for fault in found.faults] == ([] if kind else [("unknown_code", code)])


@pytest.mark.parametrize(
    ("code", "times", "when", "place"),
    [
        ("43", [ETA, ETD], datetime(2026, 11, 18, 6), Place(unlocode="KEMBA", facility="KCT")),  # noqa: DTZ001
        ("43", [ETD], date(2026, 11, 20), Place(unlocode="KEMBA", facility="KCT")),
        ("45", [ETA, ETD], date(2026, 11, 20), Place(unlocode="OMSLL")),
        ("45", [ETA], datetime(2026, 11, 18, 6), Place(unlocode="OMSLL")),  # noqa: DTZ001
    ],
)
def test_a_plan_has_the_ship_s_time_and_port(code: str, times: list[str], when: date, place: Place) -> None:
    facts = read(one(f"BGM+{code}+D1+9", *SHIP, *times, *BOXES, type="COPRAR"), {}).movements
    assert [(fact.container, fact.when.value, fact.place, fact.vessel_imo) for fact in facts] == [
        (BOX, when, place, "9321483"),
        (OTHER, when, place, "9321483"),
    ]
    assert [(fact.bill_of_lading, fact.is_empty) for fact in facts] == [("UMUC2611001", False), ("", True)]


def test_a_box_s_own_time_comes_first() -> None:
    found = read(one("BGM+43+D1+9", ETA, BOXES[0], "DTM+203:202611181415:203", type="COPRAR"), {})
    assert [fact.when.words for fact in found.movements] == ["202611181415"]
    assert found.movements[0].words.endswith("DTM+203:202611181415")


def test_a_plan_without_a_time_says_which_times_there_are() -> None:
    found = read(one("BGM+43+D1+9", "DTM+137:202611170900:203", "DTM+132:soon:203", BOXES[0], type="COPRAR"), {})
    assert (found.movements, [(fault.code, fault.detail) for fault in found.faults]) == (
        (),
        [("no_time", "DTM+137:202611170900; DTM+132:soon")],
    )


def test_an_order_of_nothing_is_a_fault_and_one_that_is_not_followed_a_remark() -> None:
    bare = one("BGM+43+D1+9", *SHIP, ETA, type="COPRAR")
    assert read(bare, {}).faults == (Fault(code="wrong_shape", line=3, detail="EQD"),)
    ignored = read(one("BGM+43+D1+9", *SHIP, ETA, *BOXES, type="COPRAR"), {"code_43": ""})
    assert (ignored.facts, ignored.faults, ignored.flags) == ((), (), ("not_followed",))
