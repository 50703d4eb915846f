"""The tariff's file: every row has its source, and only figures become rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

import pytest

from cargo.charges.tariff_file import campaign_of, rate_of, read_tariff
from cargo.charges.waivers import Waiver
from tests.cargo.charges.given import FILE


def test_every_row_is_dated_or_says_that_it_is_not_and_has_its_source() -> None:
    rows = read_tariff(FILE)
    assert len(rows) == 120
    assert [row["item"] for row in rows if not row["source_url"].startswith("http")] == []
    assert {row["confidence"] for row in rows} == {"sourced", "inferred"}
    assert sum(row["effective_from"] is None for row in rows) == 4
    assert sum(rate_of(row) is None for row in rows) == 6


def test_a_price_by_the_day_says_from_where_its_days_count() -> None:
    by_day = [row for row in read_tariff(FILE) if row["unit"].endswith("/day")]
    assert {(row["charge_group"], row["counts_from"]) for row in by_day} == {
        ("storage", "start"),
        ("demurrage_detention", "free"),
        ("warehouse", "start"),
        ("border_parking", "start"),
    }


def test_campaigns_have_to_be_applied_for() -> None:
    found = [waiver for row in read_tariff(FILE) if (waiver := campaign_of(row))]
    assert [(waiver.percent, waiver.from_day, waiver.on_application) for waiver in found] == [
        (Decimal(100), 31, True),
        (Decimal(80), 1, True),
        (Decimal(100), 1, True),
    ]
    assert found[0] == Waiver(
        name="100 pct waiver of storage, transit containers over 30 days",
        payee="KPA",
        charge_groups=("storage",),
        percent=Decimal(100),
        from_day=31,
        starts_on=date(2019, 6, 12),
        ends_on=date(2019, 6, 26),
        on_application=True,
        source="https://www.independent.co.ug/ugandan-goods-waived-off-storage-charges-at-mombasa/",
    )


HEADER = FILE.splitlines()[0]


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ("KPA,storage,x,all,,,,20,u,,one,,1,USD,,,s,sourced,", ValueError),
        ("KPA,storage,x,all,,,,20,u,,,,1,USD,2026-13-01,,s,sourced,", ValueError),
        ("KPA,storage,x,all,,,,20,u,,,,cheap,USD,,,s,sourced,", InvalidOperation),
    ],
)
def test_a_file_in_another_form_is_refused(row: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_tariff(f"{HEADER}\n{row}\n")
