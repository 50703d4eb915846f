"""One demo year for all tests that only look at it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from demo.messages import Reports
from demo.reports import Trip
from demo.year import Year, trips

UNTIL = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def year() -> Year:
    """A year of as many consignments as shares and medians need."""
    return Year(seed=2026, until=UNTIL, consignments=1500)


@pytest.fixture(scope="session")
def found(year: Year) -> list[Trip]:
    """Its trips."""
    return trips(year)


@pytest.fixture(scope="session")
def few() -> list[Trip]:
    """The trips of a small year."""
    return trips(Year(seed=2026, until=UNTIL, consignments=60))


@pytest.fixture(scope="session")
def reports(few: list[Trip]) -> Reports:
    """What the sources say of the small year."""
    return Reports(few)
