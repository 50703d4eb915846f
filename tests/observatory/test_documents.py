"""What the document on indicators says is what the code does."""

from __future__ import annotations

import re

from liaison.timetable import TIMETABLE
from observatory.board import GOAL_T
from observatory.distribution import EXACT, band_ranks
from observatory.outlook import outlook
from observatory.published import whole_years
from observatory.reports import LANGUAGES
from observatory.rolling import SETTLING
from observatory.telling import LEAST, LEAST_PUBLIC
from tests.shape import ROOT

TEXT = " ".join((ROOT / "docs" / "indicators.md").read_text(encoding="utf-8").split())


def test_the_numbers_are_the_real_ones() -> None:
    assert f"of fewer than {LEAST_PUBLIC} readings the public" in TEXT
    assert f"figures from {LEAST} on" in TEXT
    officials, public = (
        next(n for n in range(99) if (ranks := band_ranks(n)) and ranks[0] + 1 >= least)
        for least in (LEAST, LEAST_PUBLIC)
    )
    assert f"to officials from {officials} readings on, to the public from {public}, " in TEXT
    assert f"up to {EXACT} different values" in TEXT
    assert f"every {TIMETABLE['count-indicators']['schedule']:.0f} seconds" in TEXT
    assert (SETTLING.days, LANGUAGES) == (3, ("en", "fr"))


def test_the_goal_is_reached_when_it_says() -> None:
    yearly = whole_years("transit_volume_rwanda")
    found = outlook(yearly, GOAL_T)
    assert found is not None
    said = [f"{yearly[year]:,.0f} t" for year in (2023, 2024)]
    assert all(words in TEXT for words in said)
    days = (found.reached_on, found.earliest, found.latest)
    assert all(str(day) in TEXT for day in days)
    assert f"{found.growth:.1f} % a year" in TEXT


def test_the_addresses_are_there() -> None:
    assert set(re.findall(r"`(\.\w[\w.]*)`", TEXT)) == {".xlsx", ".json", ".metadata.json", ".svg", ".png"}
