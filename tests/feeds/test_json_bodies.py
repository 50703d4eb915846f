"""JSON by line or whole: what is good is yielded, what is not is told, and no body is read beyond its bounds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import json_bodies
from feeds.facts import Fault, Unreadable
from feeds.json_bodies import MOST_VALUES, documents, load
from tests.feeds.test_json_fields import VALUE


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


@pytest.mark.parametrize("unit", [b'"a",', b"{},", b"{}\n", b'[""]\n'])
def test_more_values_than_memory_holds_are_refused_at_once(unit: bytes) -> None:
    raw = b"[" + unit * (MOST_VALUES + 1)
    assert told(raw) == [(0, "too_large")]
    with pytest.raises(Unreadable) as refused:
        load(raw)
    assert refused.value.code == "too_large"


@pytest.mark.parametrize("raw", [b"[1,2,3,4]", b"[1,2,3,4,", b"[{}]\n2\n3\n4\n", b"[1,2]\n{}\n4\n5\n"])
def test_beyond_the_most_parts_nothing_is_read(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_bodies, "MOST_PARTS", 3)
    assert len(told(raw)) == 4
    assert told(raw)[-1] == (4, "too_large")
