"""Values of a partner's JSON where something else stands than was agreed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.grids import Unreadable
from feeds.json_text import digits, load, moment, objects, part, storable, text

VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        *((b"", "empty"), (b" \n", "empty"), (b"<html>", "html"), (b"\xff\xfe{", "not_text"), (b"{", "not_json")),
        *((b"[" * 100_000, "not_json"), (b"9" * 5000, "not_json")),
    ],
)
def test_what_is_no_json_says_why(raw: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        load(raw)
    assert (refused.value.code, refused.value.reading.faults[0].code) == (code, code)


@given(VALUE)
def test_a_body_is_read_as_it_was_written_with_or_without_its_mark(body: Any) -> None:
    raw = json.dumps(body).encode()
    assert json.dumps(load(b"\xef\xbb\xbf" + raw)) == json.dumps(load(raw)) == json.dumps(body)


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
