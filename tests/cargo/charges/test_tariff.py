"""Which row holds for a box on a day, and what is said where none or several do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cargo.charges.amounts import Lack
from cargo.charges.tariff import Box, Case, Free, Rate, box_of, day_row, free_row
from tests.cargo.charges.given import ROWS

DAY = date(2026, 11, 20)
STORAGE = Case(payee="KPA", charge_group="storage", place="ke-port-mombasa", box=Box(20))


@pytest.mark.parametrize(
    ("code", "box"),
    [
        ("22G1", Box(20)),
        ("42V0", Box(40)),
        ("45R1", Box(40, "REEFER")),
        ("22T6", Box(20, "SPECIAL")),
        ("l5g1", Box(45)),
        ("", None),
        ("M5G1", None),
        ("22G", None),
    ],
)
def test_the_box_of_a_size_and_type_code(code: str, box: Box | None) -> None:
    assert box_of(code) == box


def rate(**fields: Any) -> Rate:
    row: dict[str, Any] = {
        "payee": "KPA", "charge_group": "storage", "item": "x", "unit": "USD/container/day", "rate": Decimal(1),
        "currency": "USD", "source": "https://x.example",
    }  # fmt: skip
    return Rate(**{**row, **fields})


def priced(rows: list[Rate], *, number: int = 16, case: Case = STORAGE) -> str:
    found = day_row(case, rows, DAY, number=number, free=Free(15))
    return f"{found.code} {found.detail}".strip() if isinstance(found, Lack) else found.item


def test_what_is_said_of_the_regime_wins_over_what_is_said_of_all() -> None:
    of_all, own = rate(item="all"), rate(item="own", regime="transit_import")
    assert priced([of_all, own]) == "own"
    assert priced([of_all, replace(own, regime="transit_export")]) == "all"


def test_bands_win_over_one_price_for_any_day() -> None:
    assert priced([rate(item="any"), rate(item="band", day_from=16, day_to=21)]) == "band"
    assert priced([rate(item="band", day_from=16, day_to=21)], number=22) == "no_rate"


def test_rows_that_disagree_give_no_price() -> None:
    low, high = rate(rate=Decimal(9000), currency="KES"), rate(rate=Decimal(15000), currency="KES")
    assert priced([low, high]) == "rows_disagree KES 9000–15000"
    assert priced([low, replace(low, item="again", confidence="confirmed")]) == "again"


def test_the_press_range_for_exports_is_no_price() -> None:
    found = day_row(replace(STORAGE, regime="transit_export"), ROWS, DAY, number=21, free=Free(20))
    assert found == Lack("rows_disagree", "KPA", "KES 9000–15000")


def test_bands_after_another_free_time_say_nothing() -> None:
    assert priced([rate(day_from=31)]) == "bands_of_other_free_time"
    assert priced([rate(item="after", day_from=1, counts_from="free")]) == "after"


def test_a_box_of_unknown_size_has_a_price_only_where_all_sizes_have_one() -> None:
    unknown = replace(STORAGE, box=None)
    assert priced([rate(container="20")], case=unknown) == "size_unknown"
    assert priced([rate(container="20/40")], case=unknown) == "x"
    # What is said of all sizes at large is not what holds for this case.
    at_large, own = rate(container="20/40", rate=Decimal(9)), rate(container="20", day_from=16, item="own")
    assert [priced([at_large, own], case=case) for case in (unknown, STORAGE)] == ["size_unknown", "own"]
    assert priced([at_large, replace(own, day_from=None, container="20/40")], case=unknown) == "rows_disagree USD 1–9"
    assert priced([], case=unknown) == "no_rate"
    assert priced([rate(container="20REEFER")]) == "no_rate"


def test_the_price_of_a_box_of_unknown_size_depends_on_it() -> None:
    found = [day_row(replace(STORAGE, box=box), ROWS, DAY, number=16, free=Free(15)) for box in (None, STORAGE.box)]
    assert [row if isinstance(row, Lack) else row.rate for row in found] == [Lack("size_unknown", "KPA"), 30]


def test_what_is_meant_for_other_places_goods_or_payees_does_not_hold() -> None:
    for other in (
        {"places": ("ke-icd-naivasha",)},
        {"goods": "dangerous"},
        {"payee": "KRA"},
        {"destinations": ("UG",)},
    ):
        assert priced([rate(**other)]) == "no_rate"


@pytest.mark.parametrize(
    ("starts", "ends", "holds"),
    [
        (None, None, True),
        (DAY, DAY, True),
        (date(2026, 11, 21), None, False),
        (None, date(2026, 11, 19), False),
    ],
)
def test_both_days_of_a_row_belong_to_it(starts: date | None, ends: date | None, holds: bool) -> None:
    assert rate(effective_from=starts, effective_to=ends).holds_on(DAY) is holds


def test_the_free_days_by_country_of_destination() -> None:
    case = Case(payee="shipping line", charge_group="line_free_time")

    def days(destination: str) -> str:
        found = free_row(replace(case, destination=destination), ROWS, DAY)
        return f"{found.code} {found.detail}" if isinstance(found, Lack) else str(found.rate)

    assert [days(code) for code in ("RW", "BI", "UG", "CD", "TZ")] == [
        "35",
        "35",
        "30",
        "45",
        "rows_disagree day 30–52",
    ]
