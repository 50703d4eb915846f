"""What is believed of a leg before any trip was seen: shifted lognormals after published figures."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from cargo.arrival.log import EDGES, Floats

# Median hours of each leg, by where it ends. Cargo's dwell at Mombasa: mode 4.5, median 8, mean 13, P95 27 days;
# transit 3.5, 4, 5 and 10 days (World Bank). Within them the parts are shared out; the sea leg and fuel are guesses.
MEDIANS = {
    "vessel_departed": 72.0, "vessel_arrived": 400.0, "vessel_berthed": 12.0, "discharged": 30.0, "kra_cleared": 80.0,
    "pickup_order": 40.0, "gate_out": 30.0, "discharged_kot": 45.0, "pipeline_in": 48.0, "at_depot": 120.0,
    "loading_order": 12.0, "loaded": 48.0, "border1_in": 60.0, "border1_out": 8.0, "border2_in": 72.0,
    "border2_out": 4.0, "arrived": 8.0,
}  # fmt: skip
# P95 over median of the published dwell is 3.4: a lognormal with this spread, shifted by a tenth of the median.
SPREAD = 0.8
SHIFT = 0.1
# With so many trips' weight the published shape is believed.
TRIPS = 3.0


@lru_cache(maxsize=200)
def survival(median: float) -> Floats:
    """The share that a leg of this median still holds after each of the ``EDGES``."""
    shift = SHIFT * median
    past = np.maximum(EDGES - shift, 1e-9) / (median - shift)
    return np.array([0.5 * math.erfc(math.log(value) / SPREAD / math.sqrt(2.0)) for value in past])
