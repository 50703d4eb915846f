"""JSON in which a part was written before: to the byte what it is where nothing was."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.renderers import JSONRenderer

from api.rendering import Encoder, Json, Written, written

TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def partly(value: Any, draw: Any) -> Any:
    """The value with some of its parts written before."""
    if draw(st.booleans()):
        return Written(written(value))
    if isinstance(value, dict):
        return {name: partly(part, draw) for name, part in value.items()}
    return [partly(part, draw) for part in value] if isinstance(value, list) else value


@given(VALUES, st.data())
def test_it_is_the_same_whatever_was_written_before(value: Any, data: st.DataObject) -> None:
    plain = JSONRenderer().render([value])
    assert Json().render([value]) == plain
    assert Json().render([partly(value, data.draw)]) == plain


def test_what_is_no_plain_value_is_written_as_ever() -> None:
    assert json.loads(json.dumps({"a": date(2026, 11, 25), "b": Written('{"c":[1]}')}, cls=Encoder)) == {
        "a": "2026-11-25",
        "b": {"c": [1]},
    }
    with pytest.raises(TypeError):
        json.dumps({"a": object()}, cls=Encoder)


def test_a_text_that_would_be_taken_for_a_place_is_refused() -> None:
    assert Json().render(["\x00"]) == b'["\\u0000"]'
    with pytest.raises(ValueError, match="zip"):
        Json().render(["\x00", Written("1")])
