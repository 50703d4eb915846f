"""The road from the port to Kigali: transit times, borders, weighbridges, the end of the trip."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from observatory.indicators import amount, hours

_way = partial(hours, "corridor")
_MALABA, _BUSIA, _GATUNA, _KAGITUMBA = "xx-border-malaba", "xx-border-busia", "xx-border-gatuna", "xx-border-kagitumba"
_EAST, _SOUTH = "border1_in > border1_out", "border2_in > border2_out"
_RELEASE = ("border_crossing_time_kenya_uganda_sct", "border_crossing_time_kenya_uganda_transit")

INDICATORS = (
    _way(
        "ship_to_kigali_time",
        _("From the ship's arrival to Kigali"),
        "vessel_arrived > arrived_kigali",
        also=("vessel_arrival_to_delivery_kigali_min", "vessel_arrival_to_delivery_kigali_max"),
    ),
    _way(
        "transit_time_mombasa_kigali",
        _("Transit time, Mombasa to Kigali"),
        "gate_out > arrived_kigali",
        way="road",
    ),
    _way(
        "transit_time_mombasa_malaba",
        _("Transit time, Mombasa to Malaba"),
        "gate_out > border1_out",
        places=_MALABA,
        way="road",
    ),
    _way(
        "transit_time_mombasa_busia",
        _("Transit time, Mombasa to Busia"),
        "gate_out > border1_out",
        places=_BUSIA,
        way="road",
    ),
    _way("border_crossing_time_malaba", _("Border crossing time at Malaba"), _EAST, places=_MALABA, also=_RELEASE),
    _way("border_crossing_time_busia", _("Border crossing time at Busia"), _EAST, places=_BUSIA, also=_RELEASE),
    _way("border_crossing_time_gatuna", _("Border crossing time at Gatuna"), _SOUTH, places=_GATUNA),
    _way(
        "border_crossing_time_kagitumba",
        _("Border crossing time at Kagitumba"),
        _SOUTH,
        places=_KAGITUMBA,
        also=("border_crossing_time_kagitumba_mirama",),
    ),
    _way("transit_time_uganda", _("Transit time through Uganda"), "border1_out > border2_in"),
    _way("transit_time_border_kigali", _("Transit time, border to Kigali"), "border2_out > arrived_kigali"),
    _way(
        "turnaround_magerwa",
        _("Turnaround at MAGERWA"),
        "arrived_kigali > released_kigali",
        definition=_("From the arrival at MAGERWA to the release in Kigali, by the day of the release."),
        begins_at=frozenset(["rw-wh-magerwa"]),
    ),
    _way(
        "kigali_release_time",
        _("From the arrival in Kigali to the release"),
        "arrived_kigali > released_kigali",
        also=("truck_turnaround_klp", "truck_turnaround_kigali_before_klp_max"),
    ),
    _way("import_time_total", _("From the ship's arrival to the delivery"), "vessel_arrived > delivered"),
    _way("empty_return_time", _("From the delivery to the return of the empty"), "delivered > empty_returned"),
    _way("bond_cancellation_time", _("From the delivery to the cancelled bond"), "delivered > bond_cancelled"),
    _way("transit_time_mombasa_kampala", _("Transit time, Mombasa to Kampala"), is_ours=False),
    _way("transit_time_mombasa_elegu", _("Transit time, Mombasa to Elegu"), is_ours=False),
    _way("transit_time_mombasa_mpondwe", _("Transit time, Mombasa to Mpondwe"), is_ours=False),
    amount(
        "corridor",
        "count",
        "n",
        "weighbridge_traffic",
        _("Weighings of Rwanda's cargo"),
        definition=_("Weighings that were reported of cargo in the portal, by weighbridge and day."),
        also=("weighbridge_traffic_gilgil",),
    ),
    amount(
        "corridor",
        "share",
        "%",
        "weighbridge_compliance",
        _("Trucks within the axle load limit"),
        is_more_better=True,
        is_ours=False,
    ),
)
