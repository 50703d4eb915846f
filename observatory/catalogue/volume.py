"""How much goes through: tonnes, boxes and shares of them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from observatory.indicators import Indicator

INDICATORS = (
    Indicator(
        slug="transit_volume_rwanda",
        block="volume",
        measure="sum",
        unit="t",
        name=_("Rwanda's cargo through Mombasa"),
        definition=_(
            "Tonnes of consignments of Rwanda that were discharged at Mombasa, or loaded there as exports, by the "
            "day on which the first of it was."
        ),
        note=_(
            "Ours counts what is registered in the portal, so it is less than what the port publishes for all of "
            "Rwanda."
        ),
        published=("transit_volume_rwanda",),
        is_more_better=True,
    ),
    Indicator(
        slug="transit_containers_rwanda",
        block="volume",
        measure="sum",
        unit="TEU",
        name=_("Rwanda's containers through Mombasa"),
        definition=_("Containers of Rwanda's imports in units of twenty feet, by the day of their discharge."),
        published=("transit_containers_rwanda",),
        is_more_better=True,
    ),
    Indicator(
        slug="exports_rwanda",
        block="volume",
        measure="sum",
        unit="t",
        name=_("Rwanda's exports through Mombasa"),
        definition=_("Tonnes of consignments out of Rwanda, by the day on which they were loaded aboard."),
        is_more_better=True,
    ),
    Indicator(
        slug="petroleum_rwanda",
        block="volume",
        measure="sum",
        unit="t",
        name=_("Rwanda's petroleum through Kipevu"),
        definition=_("Tonnes of liquid bulk for Rwanda, by the day on which the tanker discharged."),
        is_more_better=True,
    ),
    Indicator(
        slug="containerisation_rate",
        block="volume",
        measure="share",
        unit="%",
        name=_("Share of the tonnes that come in containers"),
        definition=_("Tonnes of containerised imports, of the tonnes of all imports, by the day of their discharge."),
    ),
    Indicator(
        slug="throughput_by_mode",
        block="volume",
        measure="sum",
        unit="t",
        name=_("Tonnes that leave the port, by road, rail and pipeline"),
        definition=_(
            "Tonnes of imports by the day on which they left: through the gate by road, by rail to an inland "
            "depot, or into the pipeline. Of a consignment of several containers each counts its part."
        ),
        is_more_better=True,
    ),
    Indicator(
        slug="offtake_rail",
        block="volume",
        measure="share",
        unit="%",
        name=_("Share of the containers that leave the port by rail"),
        definition=_(
            "Containers that were railed to an inland depot, of all that left, by the day on which they left."
        ),
    ),
    *(
        Indicator(slug=slug, block="volume", measure="sum", unit=unit, name=name, published=(slug,), is_ours=False)
        for slug, unit, name in (
            ("port_throughput_total", "t", _("All cargo over Mombasa's quays")),
            ("container_traffic_total", "TEU", _("All containers over Mombasa's quays")),
            ("transit_volume_total", "t", _("All transit cargo through Mombasa")),
        )
    ),
)
