"""Our own samples of every format: a folder each, with what is read from each file beside it.

``.venv/bin/python -m tests.feeds.samples`` writes the expectations anew; what changed is then to be looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from feeds.facts import Reading
from feeds.formats import READERS

FOLDER = Path(__file__).parent
EXPECTED = ".facts.json"
SETTINGS = {"received_at": "2026-11-21T06:00:00+00:00"}


def samples() -> Iterator[Path]:
    """Every sample; the name of its folder is its format."""
    for path in sorted(FOLDER.glob("*/*")):
        if not path.name.endswith(EXPECTED) and path.parent.name in READERS:
            yield path


def read(path: Path) -> Reading:
    """What the reader of its folder's format makes of a sample."""
    return READERS[path.parent.name](path.read_bytes(), SETTINGS)


def told(reading: Reading) -> dict[str, Any]:
    """A reading as plain JSON, without what is as it is where nothing was said."""
    return {
        "facts": [{"fact": type(fact).__name__, **plain(fact)} for fact in reading.facts],
        "faults": [plain(fault) for fault in reading.faults],
        "flags": list(reading.flags),
    }


def plain(value: Any) -> Any:
    """A dataclass as a dictionary of what differs from its defaults; times and numbers as text."""
    if is_dataclass(value):
        return {
            item.name: plain(getattr(value, item.name))
            for item in fields(value)
            if getattr(value, item.name) != _default(item)
        }
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return (
        value.isoformat() if isinstance(value, datetime | date) else str(value) if isinstance(value, Decimal) else value
    )


def _default(item: Field[Any]) -> Any:
    return item.default if item.default is not MISSING else item.default_factory


def expected(path: Path) -> Path:
    """Where it is written what is read from a sample."""
    return path.with_name(path.name + EXPECTED)


def write() -> None:
    """Write down what is read from every sample now."""
    for path in samples():
        expected(path).write_text(json.dumps(told(read(path)), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
