"""JSON as systems send it: one object, an array of them, or one to a line; and fields of any type read safely."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from feeds.facts import Fault

Json = dict[str, Any]

_WEB_PAGE = re.compile(r"\s*<")
_LINE_END = re.compile(r"\r\n|\n|\r")
_COMMA = re.compile(r"\s*,\s*")
_NOT_TEXT = re.compile("[\ud800-\udfff]")
# What stands around the object of a line: blanks, an array's comma, the record separator of RFC 7464.
_AROUND = " \t,\x00\x1e"
_CLOSING = {"{": "}", "[": "]", '"': '"'} | dict.fromkeys("!$#<", "")
_TORN = object()
_DECODER = json.JSONDecoder()
_UNREADABLE = (ValueError, RecursionError)


def documents(raw: bytes) -> Iterator[tuple[int, Any] | Fault]:
    """Each value with the number of its element or line, both from 1; each part that is no JSON as a fault.

    An array that was cut off yields the elements before the cut, a file of lines all lines but the bad ones.
    """
    # What is not UTF-8 becomes lone surrogates, so that it spoils its own line and no other.
    text = raw.decode("utf-8-sig", "surrogateescape").strip()
    if not text.strip("\x00"):
        yield Fault(code="empty")
    elif _WEB_PAGE.match(text):
        yield Fault(code="html", excerpt=_shown(text))
    else:
        yield from _values(text)


def _values(text: str) -> Iterator[tuple[int, Any] | Fault]:
    is_text = text.isascii() or not _NOT_TEXT.search(text)
    try:
        body = json.loads(text) if is_text else None
    except _UNREADABLE:
        body = None
    if body is not None:
        yield from enumerate(body if isinstance(body, list) else [body], 1)
    elif is_text and text.startswith("[") and not _is_json(_LINE_END.split(text, maxsplit=1)[0]):
        yield from _cut_array(text)
    else:
        yield from _lines(text)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except _UNREADABLE:
        return False
    return True


def _cut_array(text: str) -> Iterator[tuple[int, Any] | Fault]:
    at, number = 1 + len(text[1:]) - len(text[1:].lstrip()), 0
    while True:
        number += 1
        try:
            value, end = _DECODER.raw_decode(text, at)
        except _UNREADABLE:
            yield Fault(code="not_json", line=number, excerpt=text[at : at + 200])
            return
        yield number, value
        comma = _COMMA.match(text, end)
        if comma is None:
            yield Fault(code="not_json", line=number, excerpt=text[end : end + 200])
            return
        at = comma.end()


def _lines(text: str) -> Iterator[tuple[int, Any] | Fault]:
    found = [
        item for number, line in enumerate(_LINE_END.split(text), 1) for item in _line(number, line.strip(_AROUND))
    ]
    torn = [item for item in found if isinstance(item, Fault) and item.code == "not_json"]
    if torn and not any(_is_whole(item) for item in found):
        # No line is an object, so these are no lines of JSON: one trouble, not one for each.
        found = [torn[0]]
    if not found:
        yield Fault(code="empty")
    yield from found


def _is_whole(item: tuple[int, Any] | Fault) -> bool:
    return item.code == "not_text" if isinstance(item, Fault) else isinstance(item[1], dict)


def _line(number: int, line: str) -> Iterator[tuple[int, Any] | Fault]:
    if not line:
        return
    if not line.isascii() and _NOT_TEXT.search(line):
        yield Fault(code="not_text", line=number, excerpt=_shown(line))
        return
    try:
        # A million torn lines are told from their ends, which is far cheaper than to have each refused.
        value = json.loads(line) if _CLOSING.get(line[0], line[-1]) == line[-1] else _TORN
    except _UNREADABLE:
        value = _TORN
    if value is _TORN:
        yield Fault(code="not_json", line=number, excerpt=line[:200])
        return
    yield from ((number, item) for item in (value if isinstance(value, list) else [value]))


def _shown(text: str) -> str:
    return text[:200].encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def excerpt_of(value: Any) -> str:
    """The beginning of a value, as JSON, for a clerk to look at."""
    try:
        return json.dumps(value)[:200]
    except _UNREADABLE:
        return type(value).__name__


def object_of(owner: Json, name: str) -> Json:
    """The object in this field; an empty one where there is none."""
    value = owner.get(name)
    return value if isinstance(value, dict) else {}


def text_of(owner: Json, *names: str) -> str:
    """The first of these fields that holds text or a whole number, as text that can be stored."""
    for name in names:
        if text := plain(owner.get(name)):
            return text
    return ""


def plain(value: Any) -> str:
    """Text or a whole number as text that can be stored: without NUL and halves of characters; empty for all else."""
    if isinstance(value, str):
        text = value.replace("\x00", "").strip()
        return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**20:
        return str(value)
    return ""


def number_of(owner: Json, name: str) -> float | None:
    """The number in this field, also one written as text; None where it is none, or not a finite one."""
    value = owner.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def within(number: float | None, least: float, below: float) -> float | None:
    """The number where it is at least ``least`` and less than ``below``, else None."""
    return number if number is not None and least <= number < below else None
