"""What is compared is of one unit, so that it can stand on one scale."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from liaison.models import Viewer
from observatory.comparing import COMPARISONS, compared
from observatory.models import Rollup
from observatory.page import MOST_DRAWN
from observatory.registry import INDICATORS
from tests.conftest import Cast


def test_each_comparison_is_of_one_unit_and_can_be_told_apart() -> None:
    for key, one in COMPARISONS.items():
        units = {INDICATORS[side.slug].unit for side in one.sides}
        assert len(units) == 1, key
        assert 2 <= len(one.sides) <= MOST_DRAWN, key
        assert len(set(one.sides)) == len(one.sides), key


TODAY = date(2026, 11, 26)


def counted(slug: str, part: str, starts_on: date, n: int, p50: float | None, total: float = 0) -> None:
    Rollup.objects.create(
        indicator=slug, slice=part, grain="month", starts_on=starts_on, n=n, missing=0, total=total, base=0,
        values=[p50] if p50 is not None else [], counts=[n] if p50 is not None else [], p10=p50, p50=p50, p90=p50,
        counted_at=datetime(2026, 11, 26, tzinfo=UTC), firms=[len(part) * 100 + number for number in range(n)],
        firm_totals=[total / n] * n,
    )  # fmt: skip


def compare(what: str, since: str = "", until: str = "", part: str = "", by: Viewer | None = None) -> dict[str, Any]:
    query = {"what": what, "from": since, "until": until, "part": part}
    return compared(query, today=TODAY, viewer=by or AnonymousUser())


@pytest.mark.parametrize("what", [*COMPARISONS, "", "nonsense", "Borders"])
def test_of_nothing_every_side_says_so(db: None, what: str) -> None:
    found = compare(what)
    assert found["what"] == (what if what in COMPARISONS else "borders")
    assert found["chart"] is None
    sides = COMPARISONS[found["what"]].sides
    assert [(now["words"], before["words"]) for _indicator, now, before in found["sides"]] == [
        ("not enough data (n = 0)", "not enough data (n = 0)")
    ] * len(sides)
    assert [len(cells) for _name, cells in found["rows"]] == [len(sides)] * 13
    assert len(found["names"]) == len(set(found["names"])) == len(sides)


def test_each_side_is_its_own_part_beside_the_range_before(db: None) -> None:
    for mode, tonnes in (("road", 120), ("rail", 60), ("air", 999)):
        counted("throughput_by_mode", f"mode:{mode}", date(2026, 10, 1), 9, None, tonnes)
    counted("throughput_by_mode", "mode:road", date(2026, 9, 1), 9, None, 100)
    counted("throughput_by_mode", "", date(2026, 10, 1), 27, None, 5000)
    found = compare("modes", "2026-10-01", "2026-10-31", "mode:air")
    assert found["names"] == ["Road", "Rail", "Pipeline"]
    assert [now["value"] for _indicator, now, _before in found["sides"]] == ["120\u00a0t", "60.0\u00a0t", "–"]
    assert [before["figure"].starts_on for _indicator, _now, before in found["sides"]] == [date(2026, 9, 1)] * 3
    assert [before["words"] for _indicator, _now, before in found["sides"]][:2] == [
        "held back (n = 9)",
        "not enough data (n = 0)",
    ]
    assert found["chart"].target_y is None
    assert [len(one.dots) for one in found["chart"].series] == [1, 1, 0]


def test_rows_are_the_latest_first_and_in_the_order_of_the_sides(db: None) -> None:
    counted("border_crossing_time_malaba", "", date(2026, 10, 1), 9, 8.0)
    counted("border_crossing_time_busia", "", date(2026, 9, 1), 9, 4.0)
    found = compare("borders", "2026-09", "2026-10-31")
    assert [(name, [cell["p50"] for cell in cells]) for name, cells in found["rows"]] == [
        ("Oct 2026", ["8.0\u00a0h", "–", "–", "–"]),
        ("Sept 2026", ["–", "4.0\u00a0h", "–", "–"]),
    ]


def test_small_cells_are_compared_by_officials_alone(cast: Cast) -> None:
    counted("border_crossing_time_malaba", "", date(2026, 10, 1), 3, 8.0)
    asked = ("borders", "2026-10", "2026-10-31")
    told = {name: compare(*asked, by=person)["sides"][0][1] for name, person in cast.people().items()}
    assert {name for name, row in told.items() if row["p50"] != "–"} == {"officer", "official"}
    assert {row["figure"].n for row in told.values()} == {3}
    assert compare(*asked, by=cast.stranger)["chart"] is None


@pytest.mark.parametrize("what", list(COMPARISONS))
def test_two_queries_for_each_side_and_one_of_what_may_be_told(
    db: None, what: str, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2 * len(COMPARISONS[what].sides) + 1):
        compare(what)
