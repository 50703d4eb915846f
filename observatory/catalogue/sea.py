"""Ships: how long they wait, are worked and stay."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from observatory.indicators import Indicator

INDICATORS = (
    Indicator(
        slug="ship_turnaround_time",
        block="maritime",
        measure="duration",
        unit="h",
        name=_("Ship turnaround time"),
        definition=_("From a ship's arrival at the port to her departure, by the day on which she sailed."),
        published=("ship_turnaround_time", "ship_turnaround_time_min", "ship_turnaround_time_max"),
        target="target_ship_turnaround_time",
    ),
    Indicator(
        slug="vessel_waiting_time_before_berth",
        block="maritime",
        measure="duration",
        unit="h",
        name=_("Waiting time before the berth"),
        definition=_("From a ship's arrival at the port until she was all fast, by the day on which she was."),
        published=(
            "vessel_waiting_time_before_berth",
            "vessel_waiting_time_before_berth_min",
            "vessel_waiting_time_before_berth_max",
            "vessel_waiting_time_before_berth_container",
        ),
        target="target_vessel_waiting_time_before_berth",
    ),
    Indicator(
        slug="ship_working_time",
        block="maritime",
        measure="duration",
        unit="h",
        name=_("Ship working time at the berth"),
        definition=_("From a ship's being all fast to her departure, by the day on which she sailed."),
        published=("ship_average_working_time",),
    ),
    Indicator(
        slug="vessel_calls",
        block="maritime",
        measure="count",
        unit="n",
        name=_("Ships' calls"),
        definition=_("Calls by the day on which the ship arrived, as far as the portal hears of ships."),
        published=("vessel_calls",),
        is_more_better=True,
    ),
    Indicator(
        slug="ship_to_discharge_time",
        block="maritime",
        measure="duration",
        unit="h",
        name=_("From the ship's arrival to the discharge"),
        starts=("vessel_arrived",),
        stops="discharged",
    ),
)
