"""Values of a partner's JSON, whatever stands where something else was agreed."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from feeds.facts import Moment, moment_of
from feeds.grids import Unreadable

Json = dict[str, Any]
# So many values of JSON take half a gigabyte at most; a hundred thousand events have fewer.
MOST_VALUES = 5_000_000
_WEB_PAGE = re.compile(r"\s*<")


def load(raw: bytes) -> Any:
    """The body of a delivery in UTF-8; raises Unreadable where it is empty, a web page or no JSON."""
    if not raw.strip():
        raise Unreadable("empty")
    try:
        said = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("not_text", str(error.reason)) from error
    if _WEB_PAGE.match(said):
        raise Unreadable("html", excerpt=said[:200])
    if sum(map(said.count, ",[{")) > MOST_VALUES:
        raise Unreadable("too_large", excerpt=said[:200])
    try:
        return json.loads(said)
    except (ValueError, RecursionError) as error:
        raise Unreadable("not_json", str(error)[:200], excerpt=said[:200]) from error


def part(owner: Json, name: str) -> Json:
    """The object under a name, or the first of a list of them; empty where there is none."""
    value = owner.get(name)
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> list[Any]:
    """A list, or an empty one where it is something else."""
    return value if isinstance(value, list) else []


def objects(owner: Json, *names: str) -> list[Json]:
    """The objects of the lists under these names."""
    return [item for name in names for item in listed(owner.get(name)) if isinstance(item, dict)]


def text(owner: Json, *names: str) -> str:
    """The first of these fields that holds text or a number."""
    for name in names:
        value = owner.get(name)
        if isinstance(value, str) and value.strip():
            return storable(value.strip())
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**20:
            return str(value)
    return ""


def storable(said: str) -> str:
    """Text without what JSON's escapes can make and no database stores: zeros and halves of characters."""
    said = said.replace("\x00", "\N{SYMBOL FOR NULL}")
    return said if said.isascii() else said.encode("utf-8", "replace").decode("utf-8")


def digits(value: Any) -> str:
    """An IMO number, however it is written."""
    said = storable(str(value)) if isinstance(value, str) or (isinstance(value, int) and 0 < value < 10**12) else ""
    return said.upper().removeprefix("IMO").strip()


def moment(said: str, *, has_false_z: bool = False) -> Moment | None:
    """ISO 8601 with or without an offset, or a day; ``has_false_z`` takes a Z for the place's own time."""
    try:
        value = datetime.fromisoformat(said.upper())
    except ValueError:
        return None
    if has_false_z and said.endswith(("Z", "z")):
        value = value.replace(tzinfo=None)
    return moment_of(value if len(said) > len("2026-01-31") else value.date(), said)
