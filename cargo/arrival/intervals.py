"""How sure a share is: Wilson's interval of a binomial share."""

from __future__ import annotations

import math

_Z = 1.96


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Between which shares the true one lies with 95 per cent, by Wilson's formula; all of them where n is zero."""
    if not n:
        return 0.0, 1.0
    share, z2 = hits / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(middle - half, 0.0), min(middle + half, 1.0)
