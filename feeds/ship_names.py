"""Names of ships, without what kind of ship it is."""

from __future__ import annotations

import re

_KIND = re.compile(r"^(?:MV/MT|M\.?/?V\.?|M\.?/?T\.?|S\.?/?S\.?)[ ./-]+(?=\S)", re.IGNORECASE)


def bare_name(name: str) -> str:
    """``MV KAGERA``, ``M/V Kagera`` and ``M.T. Kagera`` as the registers have them: the name alone."""
    return _KIND.sub("", name)
