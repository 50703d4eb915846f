"""How long things take and how much of them there is: the demo corridor's durations and shares, with their sources.

Names in small capitals below are rows of ``observatory/data/published_figures.csv``; what has no row is an assumption
and says so. Durations are hours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Spread:
    """A shifted lognormal duration in hours: never under ``shift``, half of the draws under ``median``."""

    median: float
    sigma: float
    shift: float = 0.0

    def draw(self, random: Random) -> float:
        """One duration in hours."""
        return self.shift + (self.median - self.shift) * math.exp(random.gauss(0.0, self.sigma))


# vessel_waiting_time_before_berth_container 2023: 0.2 day.
SHIP_WAIT = Spread(4.8, 0.7, 1.0)
# ship_average_working_time 2017-2018: 1.77 to 2.5 days, within which a box comes off at any time.
SHIP_WORK_HOURS = 46.0
# document_processing_time_min and _max 2017-04: 2.03 to 2.89 h.
DOCUMENT_PROCESSING = Spread(2.4, 0.4, 0.5)
# one_stop_centre_clearance_time_min and _max 2017-04: 44.55 to 49.01 h, for cargo selected for verification.
VERIFICATION = Spread(46.8, 0.35, 12.0)
# Assumption: cargo that is not selected is passed within the working day.
UNSELECTED = Spread(6.0, 0.6, 1.0)
VERIFICATION_SHARE = 0.36
# delay_after_customs_release_min and _max 2017-04: 36.96 to 54.74 h. With the two above it gives container_dwell_time
# its published middle (2.73 days in 2024-04 to 3.9 in 2022); the long tail is made by holds and by late importers.
RELEASE_TO_GATE = Spread(44.0, 0.45, 8.0)
HOLD_SHARE, HOLD = 0.05, Spread(90.0, 0.8, 12.0)
LATE_SHARE, LATE = 0.05, Spread(260.0, 0.5, 72.0)

# target_transit_time_mombasa_malaba 2020-12: 60 h; transit_time_mombasa_malaba 2020-01: 3 days, 2022-01: 96 h.
TO_MALABA = Spread(66.0, 0.3, 34.0)
# target_transit_time_mombasa_busia 2020-12: 65 h, five more than by Malaba.
TO_BUSIA = Spread(71.0, 0.3, 36.0)
# transit_time_sample_trucks_busia to _malaba 2020-Q3: 605 to 7,865 trucks.
BUSIA_SHARE = 0.08
# border_crossing_time_kenya_uganda_sct 2016: 7.52 h.
BORDER_KENYA_UGANDA = Spread(7.5, 0.5, 1.5)
# transit_time_mombasa_kampala 2020-Q4: 131 h, less the way to and over the border.
TO_KAMPALA = Spread(48.0, 0.4, 12.0)
# transit_time_mombasa_kigali 2020-Q4: 187 h, less all of the above and what follows.
TO_RWANDA = Spread(48.0, 0.35, 18.0)
# border_crossing_time_kagitumba_mirama 2017: 15 minutes to cross; the queue before it is an assumption.
BORDER_KAGITUMBA = Spread(0.9, 0.5, 0.25)
BORDER_GATUNA = Spread(3.0, 0.5, 0.5)
KAGITUMBA_SHARE = 0.3
TO_KIGALI = Spread(6.5, 0.4, 2.5)

# transit_time_mombasa_malaba_rail 2022-01: 36 h of which 10 h to Naivasha; the share is an assumption.
RAIL_SHARE, TO_NAIVASHA, NAIVASHA_TO_MALABA = 0.05, Spread(30.0, 0.5, 12.0), Spread(24.0, 0.3, 12.0)

# truck_turnaround_klp 2019-10: 3 days; direct delivery to the importer's premises is the rule since 2015.
WAREHOUSE = Spread(66.0, 0.4, 12.0)
DIRECT = Spread(7.0, 0.6, 1.5)
DIRECT_SHARE, KLP_SHARE = 0.55, 0.3
# Assumption, from the lines' 30 to 35 free days: empties are back within two to three weeks.
EMPTY_RETURN = Spread(190.0, 0.45, 70.0)

# Assumptions: the pipeline to Eldoret or Kisumu and the queue for loading there ("a week" in a bad one).
TANKER_WORK = Spread(30.0, 0.4, 10.0)
INTO_PIPELINE = Spread(40.0, 0.5, 6.0)
PIPELINE = Spread(110.0, 0.3, 60.0)
LOADING_QUEUE = Spread(30.0, 0.7, 4.0)
DEPOT_TO_BORDER = Spread(11.0, 0.4, 4.0)

# transit_volume_rwanda_growth 2025: 22.8 percent a year.
YEARLY_GROWTH = 0.228
# Assumption: fewer sailings after the lunar new year, more before the end of the year. January first.
SEASON = (1.0, 0.92, 0.9, 0.96, 1.0, 1.0, 1.02, 1.04, 1.04, 1.06, 1.08, 0.98)
# Shares of consignments, not of tonnes. transit_containers_rwanda 2024-01/2024-06 (13,059 TEU) beside
# transit_volume_rwanda 2024 (684,680 t) puts about half of the tonnes into containers.
CARGO_SHARES = {"container": 0.76, "roro": 0.08, "break_bulk": 0.07, "dry_bulk": 0.05, "liquid_bulk": 0.04}
BOXES = {1: 0.52, 2: 0.27, 3: 0.13, 4: 0.08}
