"""What a place is stands in the reader's language, what it is called as it is called; nothing is lost or made up."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import given
from hypothesis import settings as few
from hypothesis import strategies as st

from corridor.models import Node
from corridor.place_words import place_words

with (Path(settings.BASE_DIR) / "corridor" / "data" / "nodes.csv").open(encoding="utf-8") as file:
    NAMES = [row["name"] for row in csv.DictReader(file)]
# Whose names are proper ones from beginning to end.
PROPER = {"Kampala", "Mbarara", "Kigali", "Tororo", "Jinja", "Kigali Logistics Platform (Masaka)"}


@pytest.mark.parametrize(
    ("name", "french", "kinyarwanda", "swahili"),
    [
        ("Port of Mombasa", "Port de Mombasa", "Icyambu cya Mombasa", "Bandari ya Mombasa"),
        ("Gilgil weighbridge", "Pont-bascule de Gilgil", "Umunzani wa Gilgil", "Mizani ya Gilgil"),
        (
            "Mai Mahiu and Suswa weighbridges",
            "Pont-bascule de Mai Mahiu / Suswa",
            "Umunzani wa Mai Mahiu / Suswa",
            "Mizani ya Mai Mahiu / Suswa",
        ),
        (
            "Malaba one-stop border post",
            "Poste-frontière à arrêt unique de Malaba",
            "Umupaka uhuriweho wa Malaba",
            "Kituo cha pamoja cha mpaka cha Malaba",
        ),
        ("Shimanzi Oil Terminal", "Terminal pétrolier de Shimanzi", "Icyambu cya peteroli cya Shimanzi", "Gati la mafuta la Shimanzi"),
        ("Kampala", "Kampala", "Kampala", "Kampala"),
        ("a yard behind the weighbridge of Gilgil",) * 4,
    ],
)  # fmt: skip
def test_what_it_is_in_her_language_and_its_own_name(name: str, french: str, kinyarwanda: str, swahili: str) -> None:
    for language, words in (("en", name), ("fr", french), ("rw", kinyarwanda), ("sw", swahili), ("de", name)):
        with translation.override(language):
            assert (place_words(name), str(Node(name=name))) == (words, name)


@pytest.mark.parametrize("language", ["fr", "rw", "sw"])
def test_every_place_of_ours_is_worded_and_keeps_its_numbers_and_its_name(language: str) -> None:
    with translation.override(language):
        assert (place_words(""), place_words(None)) == ("", "")
        said = {name: place_words(name) for name in NAMES}
    assert {name for name, words in said.items() if words == name} == PROPER
    for name, words in said.items():
        assert re.findall(r"\d+", name) == re.findall(r"\d+", words), words
        assert "%" not in words
    assert len(set(said.values())) == len(NAMES)


@few(max_examples=40, deadline=None)
@given(st.text(max_size=40), st.sampled_from(["fr", "rw", "sw"]))
def test_a_sender_s_own_words_stay_whatever_they_are(text: str, language: str) -> None:
    with translation.override(language):
        assert place_words(text) == text or re.search(
            "Port|bridge|post|Depot|depot|stations|Terminal|berths|warehouse", text
        )
        assert text in place_words(f"Port of {text}") or " and " in text or "\n" in text
