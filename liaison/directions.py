"""Names that run from right to left in a line of plain text: kept together by Unicode's isolates (UAX #9).

In a page ``<bdi>`` does the same.
"""

from __future__ import annotations

import re
from typing import Any

_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# First strong isolate, and its end; it ends with its line, too.
_FROM, _TO = "\u2068", "\u2069"


def isolated(value: Any) -> Any:
    """A text with each of its lines that holds such letters isolated; of lists and mappings the texts in them."""
    if isinstance(value, str):
        return "\n".join(map(_line, value.split("\n"))) if _RIGHT_TO_LEFT.search(value) else value
    if isinstance(value, dict):
        return {key: isolated(each) for key, each in value.items()}
    return list(map(isolated, value)) if isinstance(value, list) else value


def _line(line: str) -> str:
    return f"{_FROM}{line}{_TO}" if _RIGHT_TO_LEFT.search(line) else line
