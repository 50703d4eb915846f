"""An answer is JSON whatever is asked for, and a body is read by the view where it has no parser."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.renderers import BrowsableAPIRenderer, JSONRenderer
from rest_framework.request import Request

from api.negotiation import AlwaysJson, KeepableJson


@pytest.mark.parametrize("accept", ["", "text/html", "application/xml;q=0.9", "*/*", "nonsense"])
def test_the_first_renderer_is_taken_whatever_is_accepted(accept: str) -> None:
    request = Request(RequestFactory().get("/?format=api", headers={"accept": accept}))
    first = JSONRenderer()
    assert AlwaysJson().select_renderer(request, [first, BrowsableAPIRenderer()], "api") == (first, "application/json")


def test_the_first_parser_is_taken_or_none() -> None:
    request = Request(RequestFactory().post("/", b"", content_type="text/csv"))
    parser = JSONParser()
    assert [AlwaysJson().select_parser(request, found) for found in ([parser], [])] == [parser, None]


def read(raw: bytes) -> Any:
    return KeepableJson().parse(BytesIO(raw), "application/json", {})


kept = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(kept, st.booleans())
def test_what_can_be_kept_is_read_as_it_is(said: Any, is_escaped: bool) -> None:
    assert read(json.dumps(said, ensure_ascii=is_escaped).encode()) == said


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff",
        b"NaN",
        b'{"a": Infinity}',
        b'"\\ud800"',
        b'{"\\udfff": 1}',
        b'[{"a": ["x\\ud83d"]}]',
        b"[" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b"9" * 5_000,
    ],
)
def test_what_cannot_be_kept_is_no_json(raw: bytes) -> None:
    with pytest.raises(ParseError):
        read(raw)


def test_two_halves_are_one_character() -> None:
    assert read(b'"\\ud83d\\ude9a"') == "\N{DELIVERY TRUCK}"
