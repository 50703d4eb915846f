"""The charts of indicators: kinds of marks, targets, and published figures only where they fit the scale."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation

from observatory.charts import Chart, Event
from observatory.drawing import draw, draw_published, target_of, years_shown
from observatory.figures import Figure
from observatory.indicators import Indicator
from observatory.presenting import period_words, short_period
from observatory.published import of_indicator
from observatory.registry import INDICATORS

DWELL, TONNES = INDICATORS["container_dwell_time"], INDICATORS["transit_volume_rwanda"]


def months(*values: float | None) -> list[Figure]:
    return [
        Figure(
            starts_on=date(2026, number, 1), until=date(2026, number, 28), n=9, missing=0, value=value,
            p10=value and value / 2, p50=value, p90=value and value * 2,
        )
        for number, value in enumerate(values, 1)
    ]  # fmt: skip


def drawn(indicator: Indicator, *rows: list[Figure], **rest: object) -> Chart:
    found = draw(indicator, [(f"s{n}", row) for n, row in enumerate(rows)], grain="month", **rest)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_length_of_time_is_a_line_with_its_band_and_its_target() -> None:
    found = drawn(DWELL, months(60, 70, 80))
    line = found.series[0]
    assert (line.kind, len(line.lines), len(line.bands), len(line.bars)) == ("line", 1, 1, 0)
    assert found.target_y is not None
    words = " ".join(line.dots[0].words.split())
    assert words == "Jan 2026: median 60.0 h, P10 30.0 h, P90 120 h, n = 9"


def test_a_sum_is_bars_and_a_share_a_line_without_a_band() -> None:
    bars = drawn(TONNES, months(60, None, 80)).series[0]
    assert (bars.kind, len(bars.bars), len(bars.lines)) == ("bars", 2, 0)
    share = drawn(INDICATORS["offtake_rail"], months(5, 6, 7))
    assert (share.series[0].kind, share.series[0].bands, share.target_y) == ("line", [], None)


def test_twelve_months_are_a_line_against_the_goal_of_a_year_and_a_table() -> None:
    years = [
        Figure(starts_on=date(2025, number, 1), until=date(2026, number - 1, 28), n=9, missing=0, value=value)
        for number, value in ((9, 800_000.0), (10, None), (11, 900_000.0), (12, 950_000.0))
    ]
    years[1] = replace(years[1], held_back=9)
    found = years_shown(TONNES, years)
    (line,) = found["chart"].series
    assert (line.kind, len(line.lines), line.dots[0].words) == ("line", 1, "Aug 2026: 800,000\u00a0t")
    assert found["chart"].target_y == found["chart"].up[-2].at
    assert [(name, words) for name, words, _row in found["rows"]] == [
        ("Nov 2026", "950,000\u00a0t"), ("Oct 2026", "900,000\u00a0t"), ("Sept 2026", "held back"),
        ("Aug 2026", "800,000\u00a0t"),
    ]  # fmt: skip
    assert years_shown(INDICATORS["exports_rwanda"], years)["chart"].target_y is None
    assert years_shown(TONNES, []) == {"chart": None, "rows": []}


def test_several_are_told_apart_by_their_dashes_and_have_no_target_in_common() -> None:
    found = drawn(DWELL, months(1, 2), months(3, 4), months(5, 6))
    assert [one.name for one in found.series] == ["s0", "s1", "s2"]
    assert len({one.dash for one in found.series}) == 3
    assert [one.bands for one in found.series] == [[], [], []]
    assert found.target_y is None


def test_published_figures_of_the_time_shown_stand_in_the_same_drawing() -> None:
    published = of_indicator("container_dwell_time")
    assert len(drawn(DWELL, months(60, 70), published=published).series[1].dots) == 0
    alone = draw_published(DWELL, published)
    assert alone is not None
    assert len(alone.series[0].dots) == len([one for one in published if not one.is_superseded])
    assert alone.target_y is not None
    assert draw_published(DWELL, []) is None
    # Trucks a day and weighings are no one scale.
    traffic = INDICATORS["weighbridge_traffic"]
    assert draw_published(traffic, of_indicator(traffic.slug, traffic.also)) is None


def test_months_are_as_high_as_they_can_be_whatever_was_published_of_years() -> None:
    """A year's tonnes are two hundred times those of a month that the portal counts."""
    years = of_indicator(TONNES.slug)
    year = replace(years[-1], since=date(2026, 1, 1), until=date(2026, 12, 31), value=840_787.0)
    month = replace(year, since=date(2026, 2, 1), until=date(2026, 2, 28), value=50.0)
    bars, marks = drawn(TONNES, months(60, None, 80), published=[*years, year, month]).series
    assert max(bar.height for bar in bars.bars) > 150
    assert [dot.words for dot in marks.dots] == [f"{month.period}: 50.0\u00a0t ({month.host})"]


def test_what_was_restated_is_not_drawn() -> None:
    total = INDICATORS["transit_volume_total"]
    found = draw_published(total, of_indicator(total.slug))
    assert found is not None
    assert not any("13,400,000" in dot.words for dot in found.series[0].dots)


def test_what_happened_is_numbered() -> None:
    events = [Event(date(2026, 2, 3), 1, "Malaba: Shut"), Event(date(2027, 2, 3), 2, "later")]
    found = drawn(DWELL, months(60, 70, 80), events=events)
    assert [(flag.number, flag.words) for flag in found.flags] == [(1, "Malaba: Shut")]


@pytest.mark.parametrize(
    ("slug", "target"),
    [
        ("container_dwell_time", 60.0),
        ("ship_turnaround_time", 75.0),
        ("vessel_waiting_time_before_berth", 7.2),
        ("document_processing_time", 2.0),
        ("delay_after_customs_release", 36.0),
        ("transit_time_mombasa_malaba", 60.0),
        ("transit_time_mombasa_busia", 65.0),
        ("transit_time_mombasa_kigali", None),
        ("transit_volume_rwanda", None),
    ],
)
def test_the_charters_targets(slug: str, target: float | None) -> None:
    found = target_of(INDICATORS[slug])
    assert (found.value if found else None) == target


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw(DWELL, [("s", months(None, None))], grain="month") is None
    assert draw(DWELL, [], grain="month") is None


def test_a_single_month_holds_only_what_was_published_of_it() -> None:
    april = [Figure(starts_on=date(2020, 4, 1), until=date(2020, 4, 30), n=9, missing=0, value=60, p50=60)]
    published = [one for one in of_indicator("container_dwell_time") if not one.is_superseded]
    within = [one for one in published if date(2020, 4, 1) <= one.middle <= date(2020, 4, 30)]
    assert len(drawn(DWELL, april, published=published).series[1].dots) == len(within)


def test_every_published_year_stands_in_its_own_place() -> None:
    volume = of_indicator(TONNES.slug)
    found = draw_published(TONNES, volume)
    assert found is not None
    years = [int(tick.words) for tick in found.across]
    assert years == sorted(set(years))
    step = (found.right - found.left) / (
        max(one.until.year for one in volume) - min(one.since.year for one in volume) + 1
    )
    for dot in found.series[0].dots:
        year = int(dot.words[:4])
        place = int((dot.x - found.left + 0.05) / step)
        assert place == year - min(one.since.year for one in volume), dot.words


def test_what_is_in_another_unit_has_no_place_in_the_drawing() -> None:
    days = [replace(one, unit="d") for one in of_indicator("container_dwell_time")]
    assert [one.kind for one in drawn(DWELL, months(60, 70), published=days).series] == ["line"]
    assert draw_published(DWELL, days) is None


def test_a_read_out_of_a_gap_is_never_a_nought() -> None:
    line = drawn(DWELL, months(60, None, 80)).series[0]
    assert [dot.words[:3] for dot in line.dots] == ["Jan", "Mar"]
    bars = drawn(TONNES, months(None, 0, 5)).series[0]
    assert [(bar.height == 0, bar.words) for bar in bars.bars] == [
        (True, "Feb 2026: 0.0\u00a0t"),
        (False, "Mar 2026: 5.0\u00a0t"),
    ]


@pytest.mark.parametrize("language", ["en", "fr", "sw", "rw"])
def test_a_chart_is_labelled_in_the_readers_language(language: str) -> None:
    with translation.override(language):
        found = drawn(DWELL, months(60, 70))
        labels = [tick.words for tick in found.across]
        assert labels == [short_period("month", date(2026, number, 1)) for number in (1, 2)]
        assert all(period_words("month", date(2026, 1, 1)) in dot.words for dot in found.series[0].dots[:1])
