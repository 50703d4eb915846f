"""Ships: how long they wait, are worked and stay."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from observatory.indicators import amount, hours

_sea = partial(hours, "maritime")

INDICATORS = (
    _sea(
        "ship_turnaround_time",
        _("Ship turnaround time"),
        definition=_("From a ship's arrival at the port to her departure, by the day on which she sailed."),
    ),
    _sea(
        "vessel_waiting_time_before_berth",
        _("Waiting time before the berth"),
        definition=_("From a ship's arrival at the port until she was all fast, by the day on which she was."),
        also=("vessel_waiting_time_before_berth_container",),
    ),
    _sea(
        "ship_working_time",
        _("Ship working time at the berth"),
        definition=_("From a ship's being all fast to her departure, by the day on which she sailed."),
        also=("ship_average_working_time",),
    ),
    amount(
        "maritime",
        "count",
        "n",
        "vessel_calls",
        _("Ships' calls"),
        definition=_("Calls by the day on which the ship arrived, as far as the portal hears of ships."),
        is_more_better=True,
    ),
    _sea("ship_to_discharge_time", _("From the ship's arrival to the discharge"), "vessel_arrived > discharged"),
)
