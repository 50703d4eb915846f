"""The road from the port to Kigali: transit times, borders, weighbridges, the end of the trip."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from observatory.indicators import Indicator


def _time(slug: str, name: Promise, starts: str, stops: str, *, places: str = "", **rest: object) -> Indicator:
    return Indicator(
        slug=slug,
        block="corridor",
        measure="duration",
        unit="h",
        name=name,
        starts=(starts,),
        stops=stops,
        places=frozenset(places.split()),
        **rest,  # type: ignore[arg-type]
    )


_MALABA, _BUSIA, _GATUNA, _KAGITUMBA = "xx-border-malaba", "xx-border-busia", "xx-border-gatuna", "xx-border-kagitumba"

INDICATORS = (
    _time(
        "ship_to_kigali_time",
        _("From the ship's arrival to Kigali"),
        "vessel_arrived",
        "arrived_kigali",
        published=("vessel_arrival_to_delivery_kigali_min", "vessel_arrival_to_delivery_kigali_max"),
    ),
    _time(
        "transit_time_mombasa_kigali",
        _("Transit time, Mombasa to Kigali"),
        "gate_out",
        "arrived_kigali",
        way="road",
        published=("transit_time_mombasa_kigali", "transit_time_mombasa_kigali_min", "transit_time_mombasa_kigali_max"),
    ),
    _time(
        "transit_time_mombasa_malaba",
        _("Transit time, Mombasa to Malaba"),
        "gate_out",
        "border1_out",
        way="road",
        places=_MALABA,
        published=("transit_time_mombasa_malaba",),
        target="target_transit_time_mombasa_malaba",
    ),
    _time(
        "transit_time_mombasa_busia",
        _("Transit time, Mombasa to Busia"),
        "gate_out",
        "border1_out",
        way="road",
        places=_BUSIA,
        published=("transit_time_mombasa_busia",),
        target="target_transit_time_mombasa_busia",
    ),
    _time(
        "border_crossing_time_malaba",
        _("Border crossing time at Malaba"),
        "border1_in",
        "border1_out",
        places=_MALABA,
        published=("border_crossing_time_kenya_uganda_sct", "border_crossing_time_kenya_uganda_transit"),
    ),
    _time(
        "border_crossing_time_busia",
        _("Border crossing time at Busia"),
        "border1_in",
        "border1_out",
        places=_BUSIA,
        published=("border_crossing_time_kenya_uganda_sct", "border_crossing_time_kenya_uganda_transit"),
    ),
    _time(
        "border_crossing_time_gatuna",
        _("Border crossing time at Gatuna"),
        "border2_in",
        "border2_out",
        places=_GATUNA,
    ),
    _time(
        "border_crossing_time_kagitumba",
        _("Border crossing time at Kagitumba"),
        "border2_in",
        "border2_out",
        places=_KAGITUMBA,
        published=("border_crossing_time_kagitumba_mirama",),
    ),
    _time("transit_time_uganda", _("Transit time through Uganda"), "border1_out", "border2_in"),
    _time("transit_time_border_kigali", _("Transit time, border to Kigali"), "border2_out", "arrived_kigali"),
    _time(
        "turnaround_magerwa",
        _("From the arrival in Kigali to the release"),
        "arrived_kigali",
        "released_kigali",
        published=("truck_turnaround_klp", "truck_turnaround_kigali_before_klp_max"),
    ),
    _time("import_time_total", _("From the ship's arrival to the delivery"), "vessel_arrived", "delivered"),
    _time("empty_return_time", _("From the delivery to the return of the empty"), "delivered", "empty_returned"),
    _time("bond_cancellation_time", _("From the delivery to the cancelled bond"), "delivered", "bond_cancelled"),
    *(
        Indicator(
            slug=f"transit_time_mombasa_{slug}",
            block="corridor",
            measure="duration",
            unit="h",
            name=name,
            published=(f"transit_time_mombasa_{slug}",),
            is_ours=False,
        )
        for slug, name in (
            ("kampala", _("Transit time, Mombasa to Kampala")),
            ("elegu", _("Transit time, Mombasa to Elegu")),
            ("mpondwe", _("Transit time, Mombasa to Mpondwe")),
        )
    ),
    Indicator(
        slug="weighbridge_traffic",
        block="corridor",
        measure="count",
        unit="n",
        name=_("Weighings of Rwanda's cargo"),
        definition=_("Weighings that were reported of cargo in the portal, by weighbridge and day."),
        published=("weighbridge_traffic_gilgil",),
    ),
    Indicator(
        slug="weighbridge_compliance",
        block="corridor",
        measure="share",
        unit="%",
        name=_("Trucks within the axle load limit"),
        published=("weighbridge_compliance",),
        is_more_better=True,
        is_ours=False,
    ),
)
