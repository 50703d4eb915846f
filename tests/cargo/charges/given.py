"""The tariff as the file has it, and tracks of goods, for the tests of charges."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from cargo.charges.clocks import Reached, Track
from cargo.charges.tariff import Rate
from cargo.charges.tariff_file import rate_of, read_tariff

ROOT = Path(__file__).parents[3]
FILE = (ROOT / "cargo/data/tariff.csv").read_text(encoding="utf-8")
ROWS: list[Rate] = [rate for values in read_tariff(FILE) if (rate := rate_of(values))]
DISCHARGED = date(2026, 11, 3)


def track(
    days: Mapping[str, date] | None = None, *, size_type: str = "22G1", quantity: int = 1, line: str = ""
) -> Track:
    """Containers with these milestones, all of them reached; discharged on 3 November where nothing else is said."""
    reached = {code: Reached(on) for code, on in (days or {"discharged": DISCHARGED}).items()}
    return Track(size_type=size_type, quantity=quantity, line=line, reached=reached)
