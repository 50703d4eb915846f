"""Every clock, every lack and every charge that the code knows has words."""

from __future__ import annotations

import csv
import re
from decimal import Decimal

import pytest
from django.utils import translation

from cargo.charge_words import (
    CLOCKS,
    GROUPS,
    LACKS,
    amount_words,
    clock_label,
    group_label,
    lack_words,
    owed_words,
    priced_in,
)
from cargo.charges.amounts import Lack, Owed
from cargo.charges.clocks import RULES
from tests.shape import ROOT


def test_every_clock_and_its_charges_have_words() -> None:
    assert set(CLOCKS) == {rule.name for rule in RULES}
    assert {group for rule in RULES for group in (rule.free_group, rule.day_group)} <= set(GROUPS)
    assert clock_label("no_such") == "no_such"
    assert (group_label("storage"), group_label("rail_freight")) == ("Storage", "rail freight")


def test_every_lack_has_words() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "cargo/charges").glob("*.py")))
    named = {*re.findall(r'Lack\("(\w+)"', code), *re.findall(r'"(no_\w+)"', code), "size_unknown"}
    assert named == set(LACKS)
    assert lack_words(Lack("rows_disagree", "shipping line", "USD 1–2")) == (
        "the shipping line: sources give different figures, USD 1–2."
    )


@pytest.mark.parametrize(
    ("owed", "words"),
    [
        (Owed(), "USD\u00a00"),
        (Owed({"USD": Decimal(0)}), "USD\u00a00"),
        (Owed({"USD": Decimal("30.0000"), "KES": Decimal("0.5")}), "KES\u00a00.50 + USD\u00a030"),
        (Owed({"USD": Decimal(0)}, (Lack("no_rate", "KRA"),)), ""),
    ],
)
def test_what_is_owed_in_words(owed: Owed, words: str) -> None:
    assert owed_words(owed) == words


def test_an_amount_has_cents_only_where_there_are_some() -> None:
    assert amount_words(Decimal("1234567.8"), "RWF") == "RWF\u00a01,234,567.80"


def test_a_row_of_the_tariff_says_in_words_what_it_is_counted_in() -> None:
    said = [priced_in(unit, Decimal(rate)) for unit, rate in (("day", "1.0"), ("day", "21"), ("percent", "2"))]
    assert said == ["day", "days", "%"]
    with translation.override("fr"):
        assert priced_in("USD/container/day", None) == "USD / conteneur / jour"
    units = {row["unit"] for row in csv.DictReader((ROOT / "cargo/data/tariff.csv").read_text().splitlines())}
    with translation.override("rw"):
        # What is in the tariff is either a currency, a weight or a distance, or has its words.
        plain = {"KES", "USD", "RWF", "kg", "100km", "%", "version", "note"}
        words = {part for unit in units for part in priced_in(unit, Decimal(2)).split(" / ")}
        assert words - plain == {
            "iminsi", "umunsi", "kontineri", "umwaka", "dosiye", "inyandiko", "inyandiko y’ubwikorezi (B/L)", "kashe",
            "toni", "urugendo", "kimwe", "uko ubwato bugeze ku cyambu",
        }  # fmt: skip
