"""How far off foretold ships are: by lead, from what is known, and without any."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cargo.arrival.etas import CLASSES, _quantiles, errors, lead_class
from cargo.arrival.log import Floats, Log
from tests.cargo.arrival.test_log import NOW, log_of

SHARES = (np.arange(200) + 0.5) / 200


def told(called: Floats, eta: Floats, lead: float) -> Log:
    log = log_of(*((number, "vessel_arrived", float(at), float(at)) for number, at in enumerate(called)))
    return replace(log, eta_trip=np.arange(len(called)), eta_at=eta, eta_known=eta - lead)


def found(log: Log, called: Floats) -> list[Floats]:
    return errors(log, called, moment=NOW, half_life=1e9, shares=SHARES)


def test_leads() -> None:
    assert lead_class(np.array([1.0, 59.0, 60.0, 167.0, 168.0, 900.0])).tolist() == [0, 0, 1, 1, 2, 2]


def test_without_a_ship_the_error_grows_with_the_lead() -> None:
    widths = [float(np.ptp(row)) for row in found(told(np.array([10.0]), np.array([np.nan]), 1.0), np.array([np.nan]))]
    assert len(widths) == CLASSES
    assert widths == sorted(widths)


def test_ships_that_come_late_are_expected_late() -> None:
    called = np.linspace(500, 900, 200)
    rows = found(told(called, called - 12.0, 100.0), called)
    assert float(np.median(rows[1])) == pytest.approx(12.0, abs=0.5)
    assert abs(float(np.median(rows[0]))) < 3


def test_an_absurd_word_is_left_out() -> None:
    called = np.linspace(500, 900, 50)
    rows = found(told(called, called + 100_000.0, 100.0), called)
    assert max(float(np.abs(row).max()) for row in rows) < 100


NOBODY = np.array([np.nan])


@pytest.mark.parametrize("lead", [1.0, 100.0, 300.0])
def test_words_move_the_errors_of_their_own_lead_alone(lead: float) -> None:
    called = np.linspace(500, 900, 100)
    plain = found(told(NOBODY, NOBODY, 1.0), NOBODY)
    moved = [
        not np.array_equal(before, after)
        for before, after in zip(plain, found(told(called, called - 0.5, lead), called), strict=True)
    ]
    assert moved == [number == lead_class(np.array([lead]))[0] for number in range(CLASSES)]


def test_what_was_said_later_or_after_the_ship_came_tells_nothing() -> None:
    called = np.linspace(500, 900, 50)
    plain = found(told(NOBODY, NOBODY, 1.0), NOBODY)
    late = replace(told(called, called + 5.0, 10.0), eta_known=np.full(50, NOW + 1))
    after = replace(told(called, called + 5.0, 10.0), eta_known=called + 1.0)
    for log in (late, after):
        for before, seen_now in zip(plain, found(log, called), strict=True):
            np.testing.assert_array_equal(before, seen_now)


def test_a_ship_that_is_not_there_yet_tells_nothing() -> None:
    called = np.full(20, np.nan)
    log = told(np.linspace(500, 900, 20), np.linspace(500, 900, 20), 10.0)
    plain = found(told(NOBODY, NOBODY, 1.0), NOBODY)
    for before, after in zip(plain, found(log, called), strict=True):
        np.testing.assert_array_equal(before, after)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.floats(-500, 500), st.floats(0.01, 10)), min_size=1, max_size=40))
def test_quantiles_rise_and_stay_among_what_was_seen(rows: list[tuple[float, float]]) -> None:
    values, weights = (np.array(column) for column in zip(*rows, strict=True))
    quantiles = _quantiles(values, weights, SHARES)
    assert (np.diff(quantiles) >= -1e-9).all()
    assert values.min() <= quantiles.min() <= quantiles.max() <= values.max()
    np.testing.assert_allclose(_quantiles(values, weights * 7.0, SHARES), quantiles, atol=1e-6)
