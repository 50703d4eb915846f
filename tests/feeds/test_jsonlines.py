"""JSON by line or whole: what is good is yielded, what is not is told, and fields of any type are read safely."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.facts import Fault
from feeds.jsonlines import documents, excerpt_of, number_of, object_of, plain, text_of


def told(raw: bytes) -> list[object]:
    """What is yielded, with faults by line and code."""
    return [(found.line, found.code) if isinstance(found, Fault) else found for found in documents(raw)]


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b'{"a": 1}', [(1, {"a": 1})]),
        (b'[{"a": 1}, 2]', [(1, {"a": 1}), (2, 2)]),
        (b'\xef\xbb\xbf{"a": 1}\r\n\r\n{"a": 2}\r\n', [(1, {"a": 1}), (3, {"a": 2})]),
        (b'{"a": 1}\r{"a": 2},\n\x1e{"a": 3}', [(1, {"a": 1}), (2, {"a": 2}), (3, {"a": 3})]),
        (b'{"a": 1}\n{"a"\n[{"a": 3}, 4]', [(1, {"a": 1}), (2, "not_json"), (3, {"a": 3}), (3, 4)]),
        (b'[{"a": 1}]\n[{"a": 2}]', [(1, {"a": 1}), (2, {"a": 2})]),
        (b'{"a": "\xe9"}\n{"a": "\xc3\xa9"}', [(1, "not_text"), (2, {"a": "é"})]),
        (b'[{"a": 1},\n {"a": 2},\n {"a":', [(1, {"a": 1}), (2, {"a": 2}), (3, "not_json")]),
        (b'[{"a": 1} {"a": 2}]', [(1, {"a": 1}), (1, "not_json")]),
        (b'{"a": {\n"b": 1,\n"c"', [(1, "not_json")]),
        (b'{"a": 1, "a": 2}', [(1, {"a": 2})]),
        (b"[" * 100_000, [(1, "not_json")]),
        (b'{"a": ' + b"9" * 5000 + b"}", [(1, "not_json")]),
        (b"[]", []),
        (b"[]\n[]", [(0, "empty")]),
        (b" \r\n", [(0, "empty")]),
        (b"\x00\x00", [(0, "empty")]),
        (b"<html>502</html>", [(0, "html")]),
    ],
)
def test_values_by_line_or_element(raw: bytes, found: list[object]) -> None:
    assert told(raw) == found


@given(
    good=st.lists(st.dictionaries(st.text(), st.integers(), max_size=2), min_size=1, max_size=4),
    junk=st.text(st.characters(codec="utf-8", exclude_characters="\r\n[{"), min_size=1, max_size=20),
    at=st.integers(0, 4),
)
def test_one_bad_line_leaves_the_others(good: list[dict[str, int]], junk: str, at: int) -> None:
    at = min(at, len(good))
    lines = [json.dumps(value) for value in good]
    found = list(documents("\n".join([*lines[:at], f"x{junk}", *lines[at:]]).encode()))
    assert [item[1] for item in found if not isinstance(item, Fault)] == good
    assert [(item.line, item.code) for item in found if isinstance(item, Fault)] == [(at + 1, "not_json")]


@pytest.mark.parametrize(
    ("value", "number", "text"),
    [
        (1, 1.0, "1"),
        (-1.5, -1.5, ""),
        (" 2.5 ", 2.5, "2.5"),
        ("x", None, "x"),
        ("a\x00b\ud800", None, "ab?"),
        (True, None, ""),
        (None, None, ""),
        ([1], None, ""),
        (float("nan"), None, ""),
        (float("inf"), None, ""),
        ("1e400", None, "1e400"),
        (10**400, None, ""),
    ],
)
def test_fields_of_any_type(value: Any, number: float | None, text: str) -> None:
    owner = {"empty": "", "field": value}
    assert (number_of(owner, "field"), text_of(owner, "none", "empty", "field"), plain(value)) == (number, text, text)
    assert object_of(owner, "field") == {}


def test_the_beginning_of_a_value_is_shown() -> None:
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    assert (excerpt_of({"a": "\ud800"}), excerpt_of(deep)) == ('{"a": "\\ud800"}', "list")
    assert object_of({"a": {"b": 1}}, "a") == {"b": 1}
