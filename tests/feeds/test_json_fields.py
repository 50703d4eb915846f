"""Fields of a partner's JSON where something else stands than was agreed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.json_fields import digits, excerpt_of, moment, number_of, object_of, objects, part, plain, storable, text

VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        *((" a ", "a"), (7, "7"), (0, "0"), (True, ""), (None, ""), (1.5, ""), ([], ""), ({}, ""), (10**20, "")),
        *(("\ud800", "?"), ("a\x00b", "a\N{SYMBOL FOR NULL}b"), ("é", "é"), ("  ", "")),
    ],
)
def test_the_text_of_a_field(value: object, said: str) -> None:
    assert text({"a": value}, "a") == said
    assert text({"a": value, "b": "other"}, "a", "b") == (said or "other")


@pytest.mark.parametrize(
    ("value", "number"),
    [
        *(("IMO 9321483", "9321483"), (9321483, "9321483"), ("9321483", "9321483"), (None, ""), (-1, ""), (10**13, "")),
        *((9.5, ""), ([9321483], ""), ("imo9321483 ", "9321483")),
    ],
)
def test_an_imo_number_however_it_is_written(value: object, number: str) -> None:
    assert digits(value) == number


@given(VALUE)
def test_parts_and_lists_of_anything(value: Any) -> None:
    owner = {"a": value}
    first = value[0] if isinstance(value, list) and value else value
    assert part(owner, "a") == (first if isinstance(first, dict) else {})
    assert objects(owner, "a", "b") == [
        item for item in (value if isinstance(value, list) else []) if isinstance(item, dict)
    ]


@given(st.text(max_size=20))
def test_any_text_can_be_stored_and_stays_what_it_became(said: str) -> None:
    kept = storable(said + "\ud800\x00")
    assert kept.encode().decode() == kept == storable(kept)
    assert "\x00" not in kept


@given(st.text("0123456789-T:Z+. ", max_size=25), st.booleans())
def test_no_text_makes_a_time_raise(said: str, has_false_z: bool) -> None:
    found = moment(said, has_false_z=has_false_z)
    assert found is None or found.words == said


@pytest.mark.parametrize(
    ("value", "number", "said"),
    [
        (1, 1.0, "1"),
        (-1.5, -1.5, ""),
        (" 2.5 ", 2.5, "2.5"),
        ("x", None, "x"),
        ("a\x00b\ud800", None, "a\N{SYMBOL FOR NULL}b?"),
        (True, None, ""),
        (None, None, ""),
        ([1], None, ""),
        (float("nan"), None, ""),
        (float("inf"), None, ""),
        ("1e400", None, "1e400"),
        (10**400, None, ""),
    ],
)
def test_fields_of_any_type(value: Any, number: float | None, said: str) -> None:
    owner = {"empty": "", "field": value}
    assert (number_of(owner, "field"), text(owner, "none", "empty", "field"), plain(value)) == (number, said, said)
    assert object_of(owner, "field") == {}


def test_the_beginning_of_a_value_is_shown() -> None:
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    assert (excerpt_of({"a": "\ud800"}), excerpt_of(deep)) == ('{"a": "\\ud800"}', "list")
    assert object_of({"a": {"b": 1}}, "a") == {"b": 1}
