"""How far off foretold ships are: by lead, from what is known, and without any."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cargo.arrival.etas import CLASSES, errors, lead_class
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
