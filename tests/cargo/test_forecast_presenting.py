"""The window and the report card in words: days at Kigali, moves worth a word, unknown as unknown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from cargo.forecast_presenting import DAYS_OUT, Card, arrival_fields, cards, days_ahead, window_of
from cargo.models import Consignment, Forecast, ForecastScore
from cargo.models.forecasts import HORIZONS
from cargo.registration import Particulars, register
from cargo.words import kind_label
from tests.conftest import Cast

MADE = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def made(**more: object) -> Forecast:
    given_: dict[str, object] = {
        "made_at": MADE,
        "p10": MADE + timedelta(days=1),
        "p50": MADE + timedelta(days=2),
        "p90": MADE + timedelta(days=3),
        "days_out": "1-3",
        "trips": 40,
        "fingerprint": "x",
        "reason": "trips",
        "stands": "gate_out",
    }
    return Forecast(**{**given_, **more})


def test_the_windows_of_a_page_are_those_that_hold_and_no_others(
    cast: Cast, consignment: Consignment, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    bare = register(particulars=Particulars(consignee=cast.importer_firm, bill_of_lading="BARE"), by=None, at=MADE)
    theirs = register(particulars=Particulars(consignee=cast.stranger_firm, bill_of_lading="OTHER"), by=None, at=MADE)
    for each, more in (
        (consignment, {"is_current": False, "made_at": MADE - timedelta(days=9), "p10": MADE}),
        (consignment, {}),
        (theirs, {}),
    ):
        made(consignment=each, **more).save()
    with django_assert_num_queries(1):
        ahead = days_ahead([consignment, bare])
    days = (date(2026, 11, 26), date(2026, 11, 27), date(2026, 11, 28))
    assert ahead == {consignment.pk: (*days, "kigali")}
    window = window_of(made(), at=MADE)
    assert window is not None
    assert (window.low, window.middle, window.high) == days


def test_no_forecast_no_window() -> None:
    assert window_of(None, at=MADE) is None


def test_what_the_api_says() -> None:
    assert arrival_fields(None) is None
    assert arrival_fields(made(hits=2, hits_n=3)) == {
        "p10": "2026-11-26T06:00:00+02:00",
        "p50": "2026-11-27T06:00:00+02:00",
        "p90": "2026-11-28T06:00:00+02:00",
        "made_at": "2026-11-25T06:00:00+02:00",
        "hit_rate": 0.667,
        "n": 3,
        "reason": "From past trips of like cargo.",
    }
    unknown = arrival_fields(made())
    assert unknown is not None
    assert (unknown["hit_rate"], unknown["n"]) == (None, 0)


def test_days_are_those_of_kigali() -> None:
    """22:30 in London is half past midnight in Kigali."""
    late = datetime(2026, 11, 27, 22, 30, tzinfo=UTC)
    window = window_of(made(p50=late, p90=late), at=MADE)
    assert window is not None
    assert (window.low, window.middle, window.high) == (date(2026, 11, 26), date(2026, 11, 28), date(2026, 11, 28))


def test_the_words_of_a_window() -> None:
    window = window_of(made(hits=81, hits_n=100, moved_h=14.2), at=MADE)
    assert window is not None
    assert window.reason == "From past trips of like cargo."
    assert window.moved == "14 hours later than said before"
    assert window.since == "Out of the gate"
    assert (window.percent, window.days_out, window.is_old) == (81, "1 to 3 days", False)


@pytest.mark.parametrize(
    ("moved_h", "words"),
    [
        (None, ""),
        (1.9, ""),
        (-1.9, ""),
        (2.0, "2 hours later than said before"),
        (-30.4, "30 hours earlier than said before"),
    ],
)
def test_only_a_move_worth_a_word_has_one(moved_h: float | None, words: str) -> None:
    window = window_of(made(moved_h=moved_h), at=MADE)
    assert window is not None
    assert window.moved == words.replace("%(gate)s", kind_label("gate_out"))


def test_unknown_is_unknown() -> None:
    window = window_of(made(stands=""), at=MADE)
    assert window is not None
    assert (window.percent, window.since) == (None, "")


def test_a_window_that_is_over_is_old() -> None:
    window = window_of(made(), at=MADE + timedelta(days=4))
    assert window is not None
    assert window.is_old


@pytest.mark.parametrize("language", ["fr", "rw", "sw"])
@pytest.mark.parametrize("reason", Forecast.Reason.values)
def test_every_reason_has_words_in_every_language(language: str, reason: str) -> None:
    with translation.override("en"):
        english = window_of(made(reason=reason), at=MADE)
    with translation.override(language):
        other = window_of(made(reason=reason), at=MADE)
    assert english is not None
    assert other is not None
    assert english.reason != other.reason != ""


@given(st.floats(-1000, 1000))
def test_a_move_says_its_direction(moved_h: float) -> None:
    window = window_of(made(moved_h=moved_h), at=MADE)
    assert window is not None
    assert ("later" in window.moved) == (moved_h >= 2)
    assert ("earlier" in window.moved) == (moved_h <= -2)


def score(basis: str, method: str, days_out: str, hits: int, n: int, mae_h: float | None = 10.0) -> ForecastScore:
    return ForecastScore(
        basis=basis, method=method, days_out=days_out, hits=hits, n=n, mae_h=mae_h, width_h=30.0,
        since=MADE - timedelta(days=90), until=MADE,
    )  # fmt: skip


def card(*scores: ForecastScore) -> Card:
    [found] = cards(scores)
    return found


def test_nothing_scored_no_card() -> None:
    assert cards([]) == []
    assert cards([score("said", "C", "all", 0, 0)]) == []


def test_a_card_has_every_horizon_and_the_plain_ones_beside_it() -> None:
    found = card(
        score("replayed", "C", "all", 81, 100),
        score("replayed", "C", "1-3", 30, 60, 12.0),
        score("replayed", "B0", "1-3", 9, 60, 40.0),
        score("replayed", "B1", "1-3", 9, 60, 44.0),
    )
    assert [row.days_out for row in found.rows] == [str(DAYS_OUT[name]) for name in (*HORIZONS, "all")]
    row = found.rows[1]
    assert (row.n, row.hits, row.percent, row.low, row.high) == (60, 30, 50, 38, 62)
    assert (row.mae_h, row.mean_mae_h, row.simple_mae_h) == (12.0, 40.0, 44.0)
    nothing = found.rows[0]
    assert (nothing.n, nothing.percent, nothing.mae_h, nothing.simple_mae_h) == (0, None, None, None)


def test_as_said_comes_first() -> None:
    found = cards([score("replayed", "C", "all", 8, 10), score("said", "C", "all", 7, 10)])
    assert [card.basis for card in found] == ["said", "replayed"]


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        ({}, "14 hours later than said before"),
        (
            {"cause": "passed", "cause_step": "gate_out"},
            "14 hours later than said before: it has reached “%(gate)s”",
        ),
        ({"cause": "ship"}, "14 hours later than said before: the ship’s arrival is foretold anew"),
        (
            {"cause": "pace", "cause_step": "gate_out", "cause_times": 2.0},
            "14 hours later than said before: the way to “%(gate)s” takes 2 times as long as before",
        ),
        (
            {"cause": "wait", "cause_step": "border1_out", "cause_times": 2.1, "cause_node": "Malaba"},
            "14 hours later than said before: at Malaba it takes 2.1 times as long as usual",
        ),
        (
            {"cause": "wait", "cause_step": "gate_out"},
            "14 hours later than said before: it still waits for “%(gate)s”",
        ),
    ],
)
def test_a_move_says_why(cause: dict[str, object], words: str) -> None:
    window = window_of(made(moved_h=14.2, **cause), at=MADE)
    assert window is not None
    assert window.moved == words.replace("%(gate)s", kind_label("gate_out"))
