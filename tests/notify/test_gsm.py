"""The alphabet of SMS."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.gsm import gsm, shortened


@pytest.mark.parametrize(
    ("text", "carried"),
    [
        ("Malaba: shut", "Malaba: shut"),
        ("n’y allez pas – “fermé”", 'n\'y allez pas - "fermé"'),
        ("ibiro by’imikoranire", "ibiro by'imikoranire"),
        ("façade, naïve, à côté, œuvre", "facade, naive, à coté, oeuvre"),
        ("5 € [net] {x} a|b ~ ^", "5 EUR (net) (x) a/b - '"),
        ("Ω Δ and Ж 漢", "Ω Δ and ? ?"),
        ("e\u0301", "é"),
        ("a\u00a0b…", "a b..."),
        ("\u2068ش\u2069: open", "?: open"),
    ],
)
def test_what_the_alphabet_lacks_is_put_in_its_likeness(text: str, carried: str) -> None:
    assert gsm(text) == carried


@given(st.text())
def test_it_is_always_in_the_alphabet_and_stays_as_it_is(text: str) -> None:
    carried = gsm(text)
    assert gsm(carried) == carried
    assert all(character < "\u0400" for character in carried)
    assert not set(carried) & set("’‘“”–—[]{}~|\\^€")


@given(st.text(), st.integers(min_value=3, max_value=200))
def test_it_is_cut_to_the_length_and_says_so(text: str, length: int) -> None:
    short = shortened(text, length)
    assert len(short) <= length
    assert short == text or short.endswith("...")
