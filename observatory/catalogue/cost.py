"""What it costs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from observatory.indicators import Indicator

INDICATORS = (
    Indicator(
        slug="burning_usd_day",
        block="cost",
        measure="stock",
        unit="USD",
        name=_("Storage, demurrage and rent that accrue in a day"),
        definition=_(
            "What all open consignments will owe tomorrow less what they owe today by the tariff in force, as it "
            "stood at the end of each day."
        ),
        note=_("An estimate from the published tariff; rates that were not found are not in it."),
    ),
    Indicator(
        slug="under_way",
        block="volume",
        measure="stock",
        unit="n",
        name=_("Consignments under way"),
        definition=_("Consignments that are registered and not delivered, as it stood at the end of each day."),
    ),
    *(
        Indicator(slug=slug, block="cost", measure="sum", unit="USD", name=name, published=published, is_ours=False)
        for slug, name, published in (
            (
                "transport_rate_mombasa_kigali",
                _("Freight rate, Mombasa to Kigali, a container"),
                (
                    "transport_rate_mombasa_kigali_container",
                    "transport_rate_mombasa_kigali_20ft",
                    "transport_rate_mombasa_kigali_40ft",
                ),
            ),
            (
                "transport_rate_daressalaam_kigali",
                _("Freight rate, Dar es Salaam to Kigali, a container"),
                ("transport_rate_daressalaam_kigali_container", "transport_rate_daressalaam_kigali_40ft"),
            ),
        )
    ),
)
