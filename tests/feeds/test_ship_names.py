"""What stands before a ship's name and is none of it."""

from __future__ import annotations

import pytest

from feeds.ship_names import bare_name


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("MV KAGERA", "KAGERA"),
        ("m/v  Kagera", "Kagera"),
        ("M.T. KAGERA", "KAGERA"),
        ("MV/MT KAGERA", "KAGERA"),
        ("SS-KAGERA", "KAGERA"),
        ("MVULE", "MVULE"),
        ("MSC MV", "MSC MV"),
        ("MV", "MV"),
        *(("NYANZA*", "NYANZA"), ("NYANZA **", "NYANZA"), ("MV NYANZA†", "NYANZA"), ("NYANZA ‡", "NYANZA")),
        *(("NYANZA¹", "NYANZA"), ("NYANZA²³", "NYANZA"), ("* MV NYANZA", "NYANZA"), ("SEA STAR 7", "SEA STAR 7")),
        *(("KAGERA II", "KAGERA II"), ("*", "*")),
        ("", ""),
    ],
)
def test_the_name_alone(given: str, name: str) -> None:
    assert bare_name(given) == name
