"""Figures in words: in the reader's language, with as many places as they are worth."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from observatory.figures import Figure
from observatory.presenting import (
    definition_of,
    exclusions_of,
    figure_words,
    number,
    part_words,
    period_words,
    short_period,
    unit_words,
)
from observatory.registry import INDICATORS

DWELL = INDICATORS["container_dwell_time"]


@pytest.mark.parametrize(
    ("value", "unit", "language", "words"),
    [
        (None, "h", "en", "–"),
        (0.0, "h", "en", "0.0 h"),
        (81.54, "h", "en", "81.5 h"),
        (840_787.4, "t", "en", "840,787 t"),
        (840_787.4, "t", "fr", "840 787 t"),
        (7.0, "n", "en", "7"),
        (99.96, "%", "fr", "100,0 %"),
    ],
)
def test_numbers(value: float | None, unit: str, language: str, words: str) -> None:
    with translation.override(language):
        # One language's words are never remembered for another.
        assert " ".join(number(value, unit).split()) == words


def test_periods_have_names_in_every_language() -> None:
    first = date(2026, 1, 1)
    assert (period_words("month", first), short_period("month", first)) == ("Jan 2026", "Jan 2026")
    assert short_period("month", date(2026, 2, 1)) == "Feb"
    assert period_words("week", date(2026, 11, 23)) == "23 Nov – 29 Nov"
    assert period_words("day", first) == "1 Jan 2026"
    with translation.override("fr"):
        assert period_words("month", first) == "janv. 2026"


def test_a_definition_names_what_begins_and_ends_it() -> None:
    assert definition_of(DWELL) == "From “Discharged” to “Out of the gate”, by the day of its end."
    clearance = definition_of(INDICATORS["one_stop_centre_clearance_time"])
    assert clearance.startswith("From the last of “Discharged”, ")
    assert " / " in definition_of(INDICATORS["document_processing_time"])
    assert definition_of(INDICATORS["weighbridge_compliance"]).startswith("Published by others")
    assert definition_of(INDICATORS["transit_volume_rwanda"]).startswith("Tonnes of consignments")


def test_what_is_left_out() -> None:
    assert exclusions_of(DWELL)[-2:] == [
        "Only of this cargo: Containers.",
        "Not counted: what left the port by rail to an inland depot.",
    ]
    assert exclusions_of(INDICATORS["port_throughput_total"]) == []
    assert "Only of what left the port by rail" in " ".join(exclusions_of(INDICATORS["icdn_dwell_time"]))


def test_parts_and_units() -> None:
    assert part_words("cargo:container") == "Containers"
    assert part_words("node:xx-border-malaba", {"xx-border-malaba": "Malaba"}) == "Malaba"
    assert [part_words(part) for part in ("node:gone", "origin:CN", "mode:rail", "agency:KRA")] == [
        "gone",
        "China",
        "Rail",
        "KRA",
    ]
    assert [unit_words(unit) for unit in ("h", "TEU")] == ["hours", "TEU"]


def test_a_figure_is_told_with_its_n_or_not_at_all() -> None:
    span = {"starts_on": date(2026, 1, 1), "until": date(2026, 1, 31), "missing": 0}
    nothing = Figure(**span, n=1)  # type: ignore[arg-type]
    assert figure_words(DWELL, nothing) == "not enough data (n = 1)"
    some = Figure(**span, n=9, value=5.0, p10=1.0, p50=5.0, p90=9.0)  # type: ignore[arg-type]
    told = " ".join(figure_words(DWELL, some).split())
    assert told == "median 5.0 h, P10 1.0 h, P90 9.0 h, n = 9"
    assert " ".join(figure_words(INDICATORS["exports_rwanda"], some).split()) == "5.0 t"
