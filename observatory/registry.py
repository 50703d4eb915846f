"""All indicators by their slug, in the order in which pages show them."""

from __future__ import annotations

from itertools import chain

from observatory.catalogue import corridor, cost, port, sea, trouble, volume
from observatory.indicators import BLOCKS, Indicator

_EVERY = tuple(
    chain(volume.INDICATORS, sea.INDICATORS, port.INDICATORS, corridor.INDICATORS, cost.INDICATORS, trouble.INDICATORS)
)
INDICATORS: dict[str, Indicator] = {
    indicator.slug: indicator for block in BLOCKS for indicator in _EVERY if indicator.block == block
}
# Lengths of time between two milestones of one trip.
TRIP_TIMES: tuple[Indicator, ...] = tuple(one for one in INDICATORS.values() if one.starts and one.stops)
