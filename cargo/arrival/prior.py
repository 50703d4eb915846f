"""What is believed of a leg before any trip was seen: shifted lognormals after published figures."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from cargo.arrival.log import EDGES, Floats

# Median hours of each leg, by where it ends. Cargo's dwell at Mombasa: mode 4.5, median 8, mean 13, P95 27 days;
# transit from its gate 3.5, 4, 5 and 10 days (World Bank). Within them the parts are shared out such that together they
# come to that; the sea leg, fuel and what comes after the arrival are guesses. Exports are taken to be as long on the
# same roads and at the same borders; their papers, loading and wait for a ship are guesses too.
MEDIANS = {
    "vessel_departed": 72.0, "vessel_arrived": 400.0, "vessel_berthed": 12.0, "discharged": 30.0, "kra_cleared": 72.0,
    "pickup_order": 36.0, "railed_to_icd": 36.0, "gate_out": 27.0, "discharged_kot": 45.0, "pipeline_in": 48.0,
    "at_depot": 120.0, "loading_order": 12.0, "loaded": 48.0, "border1_in": 33.0, "border1_out": 5.0,
    "border2_in": 40.0, "border2_out": 2.5, "arrived": 5.0, "delivered": 36.0, "empty_returned": 240.0,
    "export_released": 48.0, "export_loaded": 24.0, "export_border2_in": 5.0, "export_border2_out": 2.5,
    "export_border1_in": 40.0, "export_border1_out": 5.0, "export_at_port": 33.0, "export_aboard": 120.0,
}  # fmt: skip
# Lognormals with this spread, shifted by a tenth of the median; what waits for papers and money in the port is wider.
SPREAD = 0.85
SPREADS = dict.fromkeys(("kra_cleared", "pickup_order", "gate_out"), 1.2)
SHIFT = 0.1
# With so many trips' weight the published shape is believed.
TRIPS = 3.0


@lru_cache(maxsize=200)
def survival(median: float, spread: float = SPREAD) -> Floats:
    """The share that a leg of this median and spread still holds after each of the ``EDGES``."""
    shift = SHIFT * median
    past = np.maximum(EDGES - shift, 1e-9) / (median - shift)
    return np.array([0.5 * math.erfc(math.log(value) / spread / math.sqrt(2.0)) for value in past])
