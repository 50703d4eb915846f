"""The words for the kinds of what sources report, translated."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

KINDS: dict[str, Promise] = {
    "booked": gettext_lazy("Bill of lading issued"),
    "manifest": gettext_lazy("Manifest sent"),
    "declared": gettext_lazy("Entry lodged in Rwanda"),
    "duty_paid": gettext_lazy("Duty paid"),
    "bond_debited": gettext_lazy("Bond debited"),
    "rra_released": gettext_lazy("Released by RRA"),
    "vessel_departed": gettext_lazy("Ship departed"),
    "vessel_arrived": gettext_lazy("Ship arrived"),
    "vessel_berthed": gettext_lazy("Ship berthed"),
    "arrived_port": gettext_lazy("Ship arrived"),
    "discharged": gettext_lazy("Discharged"),
    "do_issued": gettext_lazy("Delivery order issued"),
    "kra_cleared": gettext_lazy("Cleared by KRA"),
    "pickup_order": gettext_lazy("Pick-up order lodged"),
    "truck_in": gettext_lazy("Truck in the port"),
    "sealed": gettext_lazy("Electronic seal armed"),
    "gate_out": gettext_lazy("Out of the gate"),
    "gate_in": gettext_lazy("In at the gate"),
    "railed_to_icd": gettext_lazy("At the inland depot by rail"),
    "relocated": gettext_lazy("Moved to another depot"),
    "weighed": gettext_lazy("Weighed"),
    "border_in": gettext_lazy("Arrived at the border"),
    "border_out": gettext_lazy("Across the border"),
    "arrived_kigali": gettext_lazy("Arrived in Kigali"),
    "unsealed": gettext_lazy("Seal removed"),
    "released_kigali": gettext_lazy("Released in Kigali"),
    "delivered": gettext_lazy("Delivered"),
    "empty_returned": gettext_lazy("Empty container returned"),
    "bond_cancelled": gettext_lazy("Bond cancelled"),
    "held": gettext_lazy("Held"),
    "hold_released": gettext_lazy("Hold released"),
    "discharged_kot": gettext_lazy("Discharged at the oil terminal"),
    "pipeline_in": gettext_lazy("Into the pipeline"),
    "at_depot": gettext_lazy("At the fuel depot"),
    "loading_order": gettext_lazy("Loading order given"),
    "loaded": gettext_lazy("Loaded"),
    "picked_up": gettext_lazy("Picked up"),
    "dropped_off": gettext_lazy("Dropped off"),
    "stuffed": gettext_lazy("Stuffed"),
    "stripped": gettext_lazy("Stripped"),
    "inspected": gettext_lazy("Inspected"),
    "resealed": gettext_lazy("Sealed again"),
    "document": gettext_lazy("Progress of a document"),
    "reached": gettext_lazy("Came to a place"),
    "left": gettext_lazy("Left a place"),
    "seal_tampered": gettext_lazy("Seal tampered with"),
    "long_stop": gettext_lazy("Long stop"),
    "route_deviation": gettext_lazy("Off the route"),
}


def kind_words(code: str) -> str:
    """The words for a kind; the code itself where it has none."""
    return str(KINDS.get(code, code))


def meaning_words(kind: str | None) -> str:
    """What a code means in a table: a kind, nothing that is followed (""), or nothing known (None)."""
    if kind is None:
        return _("not read")
    return kind_words(kind) if kind else _("not followed")
