"""Fields of a partner's JSON, whatever stands where something else was agreed."""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import Any

from feeds.facts import Moment, moment_of

Json = dict[str, Any]


def object_of(owner: Json, name: str) -> Json:
    """The object under a name; empty where there is none."""
    value = owner.get(name)
    return value if isinstance(value, dict) else {}


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
    """The first of these fields that holds text or a whole number, as text that can be stored."""
    for name in names:
        if said := plain(owner.get(name)):
            return said
    return ""


def plain(value: Any) -> str:
    """Text or a whole number as text that can be stored; empty for all else."""
    if isinstance(value, str):
        return storable(value.strip())
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**20:
        return str(value)
    return ""


def storable(said: str) -> str:
    """Text without what JSON's escapes can make and no database stores: zeros and halves of characters."""
    said = said.replace("\x00", "\N{SYMBOL FOR NULL}")
    return said if said.isascii() else said.encode("utf-8", "replace").decode("utf-8")


def number_of(owner: Json, name: str) -> float | None:
    """The number in this field, also one written as text; None where it is none, or not a finite one."""
    value = owner.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def within(value: float | None, least: float, below: float) -> float | None:
    """The number where it is at least ``least`` and less than ``below``, else None."""
    return value if value is not None and least <= value < below else None


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


def excerpt_of(value: Any) -> str:
    """The beginning of a value, as JSON, for a clerk to look at."""
    try:
        return json.dumps(value)[:200]
    except (ValueError, RecursionError):
        return type(value).__name__
