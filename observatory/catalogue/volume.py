"""How much goes through: tonnes, boxes and shares of them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from observatory.indicators import amount

INDICATORS = (
    amount(
        "volume",
        "sum",
        "t",
        "transit_volume_rwanda",
        _("Rwanda's cargo through Mombasa"),
        definition=_(
            "Tonnes of consignments of Rwanda that were discharged at Mombasa, or loaded there as exports, by the "
            "day on which the first of it was."
        ),
        note=_(
            "Ours counts what is registered in the portal, so it is less than what the port publishes for all of "
            "Rwanda."
        ),
        is_more_better=True,
    ),
    amount(
        "volume",
        "sum",
        "TEU",
        "transit_containers_rwanda",
        _("Rwanda's containers through Mombasa"),
        definition=_("Containers of Rwanda's imports in units of twenty feet, by the day of their discharge."),
        is_more_better=True,
    ),
    amount(
        "volume",
        "sum",
        "t",
        "exports_rwanda",
        _("Rwanda's exports through Mombasa"),
        definition=_("Tonnes of consignments out of Rwanda, by the day on which they were loaded aboard."),
        is_more_better=True,
    ),
    amount(
        "volume",
        "sum",
        "t",
        "petroleum_rwanda",
        _("Rwanda's petroleum through Kipevu"),
        definition=_("Tonnes of liquid bulk for Rwanda, by the day on which the tanker discharged."),
        is_more_better=True,
    ),
    amount(
        "volume",
        "share",
        "%",
        "containerisation_rate",
        _("Share of the tonnes that come in containers"),
        definition=_("Tonnes of containerised imports, of the tonnes of all imports, by the day of their discharge."),
    ),
    amount(
        "volume",
        "sum",
        "t",
        "throughput_by_mode",
        _("Tonnes that leave the port, by road, rail and pipeline"),
        definition=_(
            "Tonnes of imports by the day on which they left: through the gate by road, by rail to an inland "
            "depot, or into the pipeline. Of a consignment of several containers each counts its part."
        ),
        is_more_better=True,
    ),
    amount(
        "volume",
        "share",
        "%",
        "offtake_rail",
        _("Share of the containers that leave the port by rail"),
        definition=_(
            "Containers that were railed to an inland depot, of all that left, by the day on which they left."
        ),
    ),
    *(
        amount("volume", "sum", unit, slug, name, is_ours=False)
        for slug, unit, name in (
            ("port_throughput_total", "t", _("All cargo over Mombasa's quays")),
            ("container_traffic_total", "TEU", _("All containers over Mombasa's quays")),
            ("transit_volume_total", "t", _("All transit cargo through Mombasa")),
        )
    ),
)
