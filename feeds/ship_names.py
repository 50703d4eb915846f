"""Names of ships, without what kind of ship it is and without the marks of footnotes."""

from __future__ import annotations

import re

_KIND = re.compile(r"^(?:MV/MT|M\.?/?V\.?|M\.?/?T\.?|S\.?/?S\.?)[ ./-]+(?=\S)", re.IGNORECASE)
_MARKS = "*†‡§¹²³⁴⁵⁶⁷⁸⁹⁰ "


def bare_name(name: str) -> str:
    """``MV KAGERA``, ``M/V Kagera`` and ``M.T. Kagera*`` as the registers have them: the name alone."""
    return _KIND.sub("", name.strip(_MARKS) or name)
