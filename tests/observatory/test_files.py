"""Files of an indicator: the same columns for everybody, empty where there is too little, and nothing a program runs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from openpyxl import Workbook, load_workbook

from observatory.asking import Asked
from observatory.figures import Figure
from observatory.files import (
    COLUMNS,
    PUBLISHED_COLUMNS,
    as_book,
    as_csv,
    as_data,
    local,
    metadata,
    period_shape,
    published_shape,
    rows_of,
    target_shape,
)
from observatory.indicators import Indicator
from observatory.page import Shown
from observatory.published import named, of_indicator, target_named
from observatory.registry import INDICATORS

DWELL, TONNES = INDICATORS["container_dwell_time"], INDICATORS["transit_volume_rwanda"]
# Late in the evening in London, past midnight in Kigali.
COUNTED = datetime(2026, 10, 31, 22, 30, 15, 999, tzinfo=UTC)
ENOUGH = Figure(
    starts_on=date(2026, 10, 1), until=date(2026, 10, 31), n=9, missing=3, value=55.123456, p10=1 / 3, p50=55.123456,
    p90=80.0, low=50.00004, high=60.0, counted_at=COUNTED,
)  # fmt: skip
FEW = Figure(starts_on=date(2026, 9, 1), until=date(2026, 9, 30), n=2, missing=0, counted_at=COUNTED)
NOTHING = Figure(starts_on=date(2026, 8, 1), until=date(2026, 8, 31), n=0, missing=0)


def shown(*periods: Figure, indicator: Indicator = DWELL, part: str = "", years: Sequence[Figure] = ()) -> Shown:
    asked = Asked(grain="month", since=date(2026, 8, 1), until=date(2026, 10, 31), part=part)
    whole = periods[-1] if periods else NOTHING
    return Shown(
        indicator,
        asked,
        list(periods),
        whole,
        NOTHING,
        max((one.counted_at for one in periods if one.counted_at), default=None),
        list(years),
    )


def told(found: Shown) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(found), newline="")))


def book_of(found: Shown) -> Workbook:
    with as_book(found) as file:
        return load_workbook(io.BytesIO(file.read()))


def test_a_row_is_as_wide_as_its_head_and_keeps_the_order_of_periods() -> None:
    rows = rows_of(shown(NOTHING, FEW, ENOUGH))
    assert [len(row) for row in rows] == [len(COLUMNS)] * 3
    assert [row[COLUMNS.index("from")] for row in rows] == [date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)]


def test_a_csv_says_what_was_counted_to_the_tenth_of_a_thousandth() -> None:
    (row,) = told(shown(ENOUGH, part="cargo:container"))
    assert row == {
        "indicator": "container_dwell_time", "part": "cargo:container", "grain": "month", "from": "2026-10-01",
        "until": "2026-10-31", "value": "55.1235", "unit": "h", "p10": "0.3333", "p50": "55.1235", "p90": "80.0",
        "median_low_95": "50.0", "median_high_95": "60.0", "n": "9", "not_measured": "3", "coverage_percent": "75.0",
        "made_at": "2026-11-01T00:30:15+02:00", "twelve_months": "",
    }  # fmt: skip


@pytest.mark.parametrize(("figure", "n", "coverage"), [(FEW, "2", "100.0"), (NOTHING, "0", "")])
def test_what_there_is_too_little_of_is_empty_and_no_nought(figure: Figure, n: str, coverage: str) -> None:
    (row,) = told(shown(figure))
    assert (row["n"], row["coverage_percent"]) == (n, coverage)
    assert {row[name] for name in ("value", "p10", "p50", "p90", "median_low_95", "median_high_95")} == {""}


def test_the_twelve_months_up_to_each_stand_beside_it() -> None:
    year = Figure(starts_on=date(2025, 11, 1), until=date(2026, 10, 31), n=90, missing=0, value=1234.5)
    found = shown(FEW, ENOUGH, indicator=TONNES, years=[year])
    assert [row["twelve_months"] for row in told(found)] == ["", "1234.5"]
    assert as_data(found)["twelve_months"] == [period_shape(year)]


def test_a_csv_has_the_line_ends_of_its_standard_and_the_head_alone_of_nothing() -> None:
    assert as_csv(shown()) == ",".join(COLUMNS) + "\r\n"
    assert as_csv(shown(FEW, ENOUGH)).count("\r\n") == as_csv(shown(FEW, ENOUGH)).count("\n") == 3


@pytest.mark.parametrize("part", ["origin:a,b", 'origin:"x"', "origin:a\r\nb", "origin:=1+1", "origin:É日"])
def test_whatever_part_was_asked_comes_back_as_it_was(part: str) -> None:
    (row,) = told(shown(ENOUGH, part=part))
    assert row["part"] == part
    # No cell begins as a formula does.
    assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("language", ["en", "fr", "sw", "rw"])
def test_columns_and_numbers_are_the_same_in_every_language(language: str) -> None:
    plain = as_csv(shown(FEW, ENOUGH))
    with translation.override(language):
        assert as_csv(shown(FEW, ENOUGH)) == plain
        assert period_shape(ENOUGH)["p10"] == 0.3333


def test_a_book_has_three_sheets_and_no_formula() -> None:
    book = book_of(shown(NOTHING, ENOUGH, part="origin:=1+1"))
    assert book.sheetnames == ["figures", "published", "method"]
    head, nothing, enough = book["figures"].iter_rows(values_only=True)
    assert head == COLUMNS
    assert enough[:9] == (
        "container_dwell_time",
        "origin:=1+1",
        "month",
        "2026-10-01",
        "2026-10-31",
        55.1235,
        "h",
        0.3333,
        55.1235,
    )
    assert nothing[COLUMNS.index("value")] is None
    assert nothing[COLUMNS.index("n")] == 0
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert "f" not in kinds


def test_a_books_method_says_what_the_metadata_say() -> None:
    book = book_of(shown(ENOUGH))
    said = {name: value for name, value, *_rest in book["method"].iter_rows(values_only=True)}
    assert list(said) == list(metadata(DWELL))
    assert (said["unit"], said["starts"], said["stops"]) == ("h", "['discharged']", "gate_out")
    assert said["made_at"] == "2026-11-01T00:30:15+02:00"
    rows = list(book["published"].iter_rows(values_only=True))
    assert rows[0] == PUBLISHED_COLUMNS
    assert len(rows) == 1 + len(of_indicator(DWELL.slug, DWELL.also))


def test_data_are_plain_json_and_hold_what_the_metadata_hold() -> None:
    found = as_data(shown(NOTHING, FEW, ENOUGH))
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    about = metadata(DWELL, shown(NOTHING, FEW, ENOUGH))
    assert {name: found[name] for name in about} == about
    assert set(found) - set(about) == {"grain", "part", "series", "twelve_months", "range", "published"}
    assert (found["part"], [one["n"] for one in found["series"]]) == (None, [0, 2, 9])
    assert as_data(shown(ENOUGH, part="cargo:roro"))["part"] == "cargo:roro"


def test_a_period_has_both_bounds_of_its_median_or_none() -> None:
    assert period_shape(ENOUGH)["median_band"] == [50.0, 60.0]
    assert period_shape(FEW)["median_band"] is None
    assert (period_shape(NOTHING)["coverage"], period_shape(NOTHING)["made_at"]) == (None, None)


def test_a_nought_that_was_counted_is_a_nought() -> None:
    none = Figure(starts_on=date(2026, 10, 1), until=date(2026, 10, 31), n=9, missing=0, value=0.0)
    assert period_shape(none)["value"] == 0.0
    assert told(shown(none, indicator=TONNES))[0]["value"] == "0.0"


def test_metadata_of_nothing_counted_have_no_age() -> None:
    assert metadata(DWELL, shown(NOTHING))["made_at"] is None
    assert metadata(DWELL, shown(FEW, NOTHING))["made_at"] == "2026-11-01T00:30:15+02:00"


@pytest.mark.parametrize("slug", list(INDICATORS))
def test_every_indicator_can_be_taken_away(slug: str) -> None:
    indicator = INDICATORS[slug]
    found = as_data(shown(ENOUGH, NOTHING, indicator=indicator))
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert (found["slug"], found["unit"], found["measure"]) == (slug, indicator.unit, indicator.measure)
    assert (found["target"] is None) is (target_named(slug) is None)
    assert (found["starts"] == []) is (found["stops"] is None)


def test_a_target_and_what_was_published_name_their_source() -> None:
    target = target_named("container_dwell_time")
    assert target is not None
    assert target_shape(target) == {"value": 60.0, "unit": "h", "period": "2022-12", "source": target.source_url}
    total = [published_shape(one) for one in named(["transit_volume_total"]) if one.period == "2024"]
    assert sorted((one["value"], one["is_superseded"], one["confidence"] == "superseded") for one in total) == [
        (13_290_000.0, False, False),
        (13_400_000.0, True, True),
    ]
    assert set(total[0]) == {*PUBLISHED_COLUMNS, "is_superseded"}


def test_moments_are_told_by_kigalis_clock() -> None:
    assert local(None) is None
    assert local(datetime(2026, 12, 31, 22, 0, tzinfo=UTC)) == "2027-01-01T00:00:00+02:00"
