"""What stands before a ship's name and is none of it."""

from __future__ import annotations

import pytest

from feeds.ship_names import ShipSaid, bare_name, ship_said


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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *(("MV KAGERA", ShipSaid("KAGERA")), ("SEA STAR 7", ShipSaid("SEA STAR 7")), ("", ShipSaid(""))),
        *(
            (f"KAGERA {imo}", ShipSaid("KAGERA", imo="9321483"))
            for imo in ("(9321483)", "(IMO 9321483)", "/ IMO9321483")
        ),
        *((text, ShipSaid(text)) for text in ("KAGERA 1234568", "9321483", "KAGERA II", "KAGERA V")),
        *(
            (f"KAGERA {it}", ShipSaid("KAGERA", voyage="411E"))
            for it in ("V.411E", "VOY 411E", "/ VOY. 411E", "V. 411E")
        ),
        ("KAGERA VOY.411E/412W", ShipSaid("KAGERA", voyage="411E/412W")),
        *(
            (f"KAGERA {it}", ShipSaid("KAGERA", omission="CANCELLED"))
            for it in ("(CANCELLED)", "- CANCELLED", "CANCELLED*")
        ),
        *((f"Omitted{it}Kagera", ShipSaid("Kagera", omission="Omitted")) for it in (": ", " - ", " ")),
        *((text, ShipSaid(text)) for text in ("CANCELLED", "OMITTA STAR", "SKIPPER", "CANCELLEDSHIP")),
    ],
)
def test_what_the_cell_of_a_ship_s_name_says(text: str, said: ShipSaid) -> None:
    assert ship_said(text, has_voyage=False) == said


def test_a_name_is_parted_from_a_voyage_without_a_word_only_where_there_may_be_one() -> None:
    assert ship_said("KAGERA / 411E", has_voyage=True) == ShipSaid("KAGERA", voyage="411E")
    assert ship_said("KAGERA / 411E", has_voyage=False) == ShipSaid("KAGERA / 411E")
