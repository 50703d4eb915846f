"""Figures in words: in the reader's language, with as many places as they are worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from babel.numbers import parse_decimal
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.models import Node
from liaison.templatetags.times import locale_now
from observatory.figures import Figure
from observatory.indicators import BLOCKS
from observatory.models import Rollup
from observatory.presenting import (
    BLOCK_NAMES,
    PART_NAMES,
    axis_number,
    definition_of,
    exclusions_of,
    figure_words,
    is_part,
    lacking,
    number,
    part_words,
    period_words,
    place_names,
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
    with translation.override("fr"):
        assert part_words("node:ke-port-mombasa", {"ke-port-mombasa": "Port of Mombasa"}) == "Port de Mombasa"
    assert [part_words(part) for part in ("node:gone", "origin:CN", "mode:rail", "agency:KRA")] == [
        "gone",
        "China",
        "Rail",
        "KRA",
    ]
    assert [part_words(f"sector:{section}") for section in ("C", "unknown", "")] == ["Manufacturing"] + ["unknown"] * 2
    assert [part_words(f"{name}:unknown") for name in ("regime", "origin")] == ["not stated"] * 2
    assert [unit_words(unit) for unit in ("h", "TEU")] == ["hours", "TEU"]


@pytest.mark.parametrize(
    ("part", "is_known"),
    [
        ("cargo:roro", True), ("cargo:gold", False), ("origin:KE", True), ("origin:ZZ", False), ("origin:ANY TEXT", False),
        ("regime:none", True), ("sector:unknown", True), ("sector:", False), ("mode:rail", True), ("milestone:gate_out", True),
        ("category:PORT_DELAY", True), ("node:ke-port-mombasa", True), ("node:x", False), ("horizon:1-3", True),
        ("agency:KRA", False), ("", False),
    ],
)  # fmt: skip
def test_a_part_is_one_that_there_may_be_or_that_was_counted(network: None, part: str, is_known: bool) -> None:
    Rollup.objects.create(
        indicator=DWELL.slug, slice="horizon:1-3", grain="month", starts_on=date(2026, 10, 1), n=1, missing=0, total=0,
        base=0, values=[], counts=[], counted_at=datetime(2026, 11, 1, tzinfo=UTC),
    )  # fmt: skip
    assert is_part(DWELL, part) is is_known


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "1,500,000"), ("fr", "1\u202f500\u202f000"), ("sw", "1,500,000"), ("rw", "1.500.000")],
)
def test_an_axis_groups_digits_as_the_text_does(language: str, words: str) -> None:
    with translation.override(language):
        assert axis_number(1_500_000) == words == number(1_500_000)
        assert axis_number(0.25).replace(",", ".") == "0.25"
        assert axis_number(20) == "20"


def test_a_figure_is_told_with_its_n_or_not_at_all() -> None:
    span = {"starts_on": date(2026, 1, 1), "until": date(2026, 1, 31), "missing": 0}
    nothing = Figure(**span, n=1)  # type: ignore[arg-type]
    assert figure_words(DWELL, nothing) == "not enough data (n = 1)"
    some = Figure(**span, n=9, value=5.0, p10=1.0, p50=5.0, p90=9.0)  # type: ignore[arg-type]
    told = " ".join(figure_words(DWELL, some).split())
    assert told == "median 5.0 h, P10 1.0 h, P90 9.0 h, n = 9"
    few = Figure(**span, n=9, value=5.0, p50=5.0)  # type: ignore[arg-type]
    assert " ".join(figure_words(DWELL, few).split()) == "median 5.0 h, n = 9"
    assert " ".join(figure_words(INDICATORS["exports_rwanda"], some).split()) == "5.0 t"


LANGUAGES = ["en", "fr", "sw", "rw"]


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1e9), st.sampled_from(["", "h", "n", "%", "USD"]), st.sampled_from(LANGUAGES))
def test_a_number_can_be_read_back_and_stays_on_one_line(value: float, unit: str, language: str) -> None:
    with translation.override(language):
        text = number(value, unit)
        assert text.endswith(f"\u00a0{unit}") is (unit not in ("", "n"))
        assert " " not in text
        read = parse_decimal(text.removesuffix(f"\u00a0{unit}") if unit else text, locale=locale_now())
    assert float(read) == pytest.approx(value, abs=0.6 if value >= 99 or unit == "n" else 0.051)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (99.94, "h", "99.9 h"),
        (100.0, "h", "100 h"),
        (0.04, "h", "0.0 h"),
        (0.05, "h", "0.1 h"),
        (2.6, "n", "3"),
        (1e9, "t", "1,000,000,000 t"),
    ],
)
def test_places_at_their_bounds(value: float, unit: str, words: str) -> None:
    assert number(value, unit).replace("\u00a0", " ") == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_has_words_in_every_language(language: str) -> None:
    with translation.override(language):
        for indicator in INDICATORS.values():
            assert definition_of(indicator).endswith("."), indicator.slug
            assert all(words.endswith(".") and "%(" not in words for words in exclusions_of(indicator)), indicator.slug
            assert unit_words(indicator.unit)
        assert [str(BLOCK_NAMES[block]) for block in BLOCKS].count("") == 0
        assert len({str(name) for name in PART_NAMES.values()}) == len(PART_NAMES)
        nothing = Figure(starts_on=date(2026, 1, 1), until=date(2026, 1, 31), n=0, missing=0)
        near = replace(nothing, n=7, held_back=7)
        assert figure_words(DWELL, nothing) == f"{lacking(nothing)} (n = 0)"
        assert figure_words(DWELL, near) == f"{lacking(near)} (n = 7)"
        assert lacking(near) != lacking(nothing)


def test_words_of_one_language_are_never_those_of_another() -> None:
    day = date(2026, 8, 3)
    seen: dict[str, tuple[str, str, str]] = {}
    for _again in range(2):
        for language in LANGUAGES:
            with translation.override(language):
                words = (period_words("month", day), period_words("day", day), number(1234.5, "t"))
                assert seen.setdefault(language, words) == words
    assert seen["en"] != seen["fr"]
    assert seen["fr"][2].replace("\u202f", " ").replace("\u00a0", " ") == "1 234 t"


def test_a_week_over_a_years_end_and_a_year_on_an_axis() -> None:
    assert period_words("week", date(2026, 12, 28)) == "28 Dec – 3 Jan"
    assert [short_period("month", date(2026, number, 1)) for number in (12, 1)] == ["Dec", "Jan 2026"]
    assert [short_period(grain, date(2026, 1, 5)) for grain in ("week", "day")] == ["5 Jan", "5 Jan"]


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("", ""),
        ("cargo:nothing_known", "nothing_known"),
        ("direction:", ""),
        ("mode:sea", "sea"),
        ("horizon:7-14", "7-14"),
        ("origin:", ""),
        ("agency:a:b", "a:b"),
        ("node:a:b", "a:b"),
        ("nonsense", ""),
    ],
)
def test_a_part_that_is_unknown_is_told_as_it_is(part: str, words: str) -> None:
    assert part_words(part) == words


def test_places_are_asked_for_only_where_there_are_some(network: None, django_assert_num_queries: object) -> None:
    Node.objects.filter(slug="ke-port-mombasa").update(name="Here <b>")
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert place_names(["", "cargo:container", "mode:node:ke-port-mombasa"]) == {}
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert place_names(["node:ke-port-mombasa", "node:ke-port-mombasa", "node:xx-gone"]) == {
            "ke-port-mombasa": "Here <b>"
        }


def test_a_figure_of_one_kind_is_told_by_its_own_words() -> None:
    some = Figure(
        starts_on=date(2026, 1, 1), until=date(2026, 1, 31), n=9, missing=0, value=0.0, p10=0.0, p50=0.0, p90=0.0
    )
    assert figure_words(INDICATORS["exports_rwanda"], some) == "0.0\u00a0t"
    assert figure_words(DWELL, some).endswith("n = 9")
    assert figure_words(INDICATORS["burning_usd_day"], some).startswith("median 0.0")


def test_months_of_an_axis_are_those_of_each_language_whichever_was_asked_for_before() -> None:
    said = {}
    for language in ("rw", "fr", "sw", "en"):
        with translation.override(language):
            said[language] = short_period("month", date(2026, 3, 1))
    assert said == {"rw": "wer.", "fr": "mars", "sw": "Mac", "en": "Mar"}
