"""Any of a few things for each of many names, drawn at once."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from hypothesis import strategies as st

# Hypothesis likes small numbers best: a prime takes neighbours far apart.
_PRIME = 1_000_003


def any_of(**choices: Sequence[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """One of its things for each name. One number says which of all: to draw one for each takes seven times as long."""
    many = prod(map(len, choices.values()))

    def which(number: int) -> dict[str, Any]:
        number, found = number * _PRIME % many, {}
        for name, things in choices.items():
            number, place = divmod(number, len(things))
            found[name] = things[place]
        return found

    return st.integers(0, many - 1).map(which)
