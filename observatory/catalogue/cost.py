"""What it costs, and how much is under way."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from observatory.indicators import amount

_TO_KIGALI = "transport_rate_mombasa_kigali"
_FROM_DAR = "transport_rate_daressalaam_kigali"

INDICATORS = (
    amount(
        "cost",
        "stock",
        "USD",
        "burning_usd_day",
        _("Storage, demurrage and rent that accrue in a day"),
        definition=_(
            "What a day more adds, by the tariff in force, to what is owed for open consignments and for empty "
            "containers that are still out, as it stood at the end of each day."
        ),
        note=_("An estimate from the published tariff; rates that were not found are not in it."),
    ),
    amount(
        "volume",
        "stock",
        "n",
        "under_way",
        _("Consignments under way"),
        definition=_("Consignments that are registered and not delivered, as it stood at the end of each day."),
    ),
    amount(
        "cost",
        "sum",
        "USD",
        _TO_KIGALI,
        _("Freight rate, Mombasa to Kigali, a container"),
        also=tuple(f"{_TO_KIGALI}_{size}" for size in ("container", "20ft", "40ft")),
        is_ours=False,
    ),
    amount(
        "cost",
        "sum",
        "USD",
        _FROM_DAR,
        _("Freight rate, Dar es Salaam to Kigali, a container"),
        also=tuple(f"{_FROM_DAR}_{size}" for size in ("container", "40ft")),
        is_ours=False,
    ),
)
