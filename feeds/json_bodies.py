"""Bodies of JSON as systems send them: one value, an array, or a value to each line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from feeds.facts import MOST_PARTS, Fault, Unreadable

# So many values of JSON take half a gigabyte at most; a hundred thousand events have fewer.
MOST_VALUES = 5_000_000
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_COMMA = re.compile(r"\s*,\s*")
_NOT_TEXT = re.compile("[\ud800-\udfff]")
# What stands around the object of a line: blanks, an array's comma, the record separator of RFC 7464.
_AROUND = " \t\r\n,\x00\x1e"
_CLOSING = {"{": "}", "[": "]", '"': '"'} | dict.fromkeys("!$#<", "")
_TORN = object()
_DECODER = json.JSONDecoder()
UNREADABLE = (ValueError, RecursionError)

Document = tuple[int, Any] | Fault
"""A value with the number of its element or line, from 1; or what stands there and is no JSON."""


def load(raw: bytes) -> Any:
    """The one value of a body; raises Unreadable where it is empty, a web page, too large or no JSON."""
    said = _decoded(raw)
    if not _is_text(said):
        raise Unreadable("not_text", excerpt=shown(said))
    try:
        return json.loads(said)
    except UNREADABLE as error:
        raise Unreadable("not_json", str(error)[:200], excerpt=said[:200]) from error


def documents(raw: bytes) -> Iterator[Document]:
    """Each value of a body, an array's elements one by one; each part that is no JSON as a fault.

    An array that was cut off yields the elements before the cut, a file of lines all lines but the bad ones.
    """
    try:
        said = _decoded(raw)
    except Unreadable as error:
        yield from error.reading.faults
        return
    for count, item in enumerate(_values(said)):
        if count >= MOST_PARTS:
            yield Fault(code="too_large", line=MOST_PARTS + 1)
            return
        yield item


def _decoded(raw: bytes) -> str:
    """The text of a body: what is not UTF-8 becomes lone surrogates, so that it spoils its own line and no other."""
    said = raw.decode("utf-8-sig", "surrogateescape").strip()
    if not said.strip("\x00"):
        raise Unreadable("empty")
    if said.startswith("<"):
        raise Unreadable("html", excerpt=shown(said))
    if sum(map(said.count, ",[{")) > MOST_VALUES:
        raise Unreadable("too_large", excerpt=shown(said))
    return said


def _is_text(said: str) -> bool:
    return said.isascii() or not _NOT_TEXT.search(said)


def shown(said: str) -> str:
    """The beginning of a text that was decoded here, as it can be stored."""
    return said[:200].encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _values(said: str) -> Iterator[Document]:
    body = _parsed(said) if _is_text(said) else _TORN
    if body is not _TORN and body is not None:
        yield from enumerate(body if isinstance(body, list) else [body], 1)
    elif _is_text(said) and said.startswith("[") and _parsed(said[: _LINE.match(said).end()]) is _TORN:  # type: ignore[union-attr]
        yield from _cut_array(said)
    else:
        yield from _lines(said)


def _parsed(said: str) -> Any:
    try:
        return json.loads(said)
    except UNREADABLE:
        return _TORN


def _cut_array(said: str) -> Iterator[Document]:
    at, number = 1 + len(said[1:]) - len(said[1:].lstrip()), 0
    while True:
        number += 1
        try:
            value, end = _DECODER.raw_decode(said, at)
        except UNREADABLE:
            yield Fault(code="not_json", line=number, excerpt=said[at : at + 200])
            return
        yield number, value
        comma = _COMMA.match(said, end)
        if comma is None:
            yield Fault(code="not_json", line=number, excerpt=said[end : end + 200])
            return
        at = comma.end()


def _lines(said: str) -> Iterator[Document]:
    """The values of the lines; where none is an object these are no lines of JSON: one trouble, not one for each."""
    torn = next((item for item in _each_line(said) if isinstance(item, Fault) and item.code == "not_json"), None)
    if torn and not any(map(_is_whole, _each_line(said))):
        yield torn
        return
    item: Document | None = None
    for item in _each_line(said):
        yield item
    if item is None:
        yield Fault(code="empty")


def _is_whole(item: Document) -> bool:
    return item.code == "not_text" if isinstance(item, Fault) else isinstance(item[1], dict)


def _each_line(said: str) -> Iterator[Document]:
    for number, line in enumerate(_LINE.finditer(said), 1):
        yield from _line(number, line[0].strip(_AROUND))


def _line(number: int, line: str) -> Iterator[Document]:
    if not line:
        return
    if not _is_text(line):
        yield Fault(code="not_text", line=number, excerpt=shown(line))
        return
    # A million torn lines are told from their ends, which is far cheaper than to have each refused.
    value = _parsed(line) if _CLOSING.get(line[0], line[-1]) == line[-1] else _TORN
    if value is _TORN:
        yield Fault(code="not_json", line=number, excerpt=line[:200])
        return
    yield from ((number, item) for item in (value if isinstance(value, list) else [value]))
