"""The words for kinds, milestones and holders, translated, and the one line on how a consignment stands."""

from __future__ import annotations

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

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
    "border1_in": gettext_lazy("At the Kenya–Uganda border"),
    "border1_out": gettext_lazy("Into Uganda"),
    "border2_in": gettext_lazy("At the Uganda–Rwanda border"),
    "border2_out": gettext_lazy("Into Rwanda"),
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
    "reached": gettext_lazy("Reached"),
    "left": gettext_lazy("Left"),
    "seal_tampered": gettext_lazy("Seal alarm"),
    "long_stop": gettext_lazy("Long stop"),
    "route_deviation": gettext_lazy("Off the route"),
}

HOLDERS: dict[str, Promise] = {
    "line": gettext_lazy("the shipping line"),
    "agent": gettext_lazy("your clearing agent"),
    "transporter": gettext_lazy("the transporter"),
}

# What has to happen next, by the milestone that is waited for, as an instruction or an expectation.
STEPS: dict[str, Promise] = {
    "vessel_departed": gettext_lazy("The ship has to sail"),
    "vessel_arrived": gettext_lazy("The ship has to reach Mombasa"),
    "discharged": gettext_lazy("The cargo has to be discharged"),
    "rra_released": gettext_lazy("RRA has to release the entry"),
    "do_issued": gettext_lazy("Settle the line's charges to get the delivery order"),
    "kra_cleared": gettext_lazy("KRA has to pass the entry"),
    "pickup_order": gettext_lazy("Have your agent lodge and pay the pick-up order"),
    "sealed": gettext_lazy("KRA has to arm the electronic seal"),
    "gate_out": gettext_lazy("The truck has to leave the port"),
    "discharged_kot": gettext_lazy("The tanker has to discharge"),
    "pipeline_in": gettext_lazy("The product has to enter the pipeline"),
    "at_depot": gettext_lazy("The product has to reach the depot"),
    "loading_order": gettext_lazy("Have your agent give the loading order"),
    "loaded": gettext_lazy("The truck has to be loaded"),
    "border1_in": gettext_lazy("The truck has to reach the Kenya–Uganda border"),
    "border1_out": gettext_lazy("KRA and URA have to let the truck pass"),
    "border2_in": gettext_lazy("The truck has to reach the Uganda–Rwanda border"),
    "border2_out": gettext_lazy("URA and RRA have to let the truck pass"),
    "arrived_kigali": gettext_lazy("The truck has to reach Kigali"),
    "released_kigali": gettext_lazy("RRA has to release the goods in Kigali"),
    "delivered": gettext_lazy("The goods have to be handed over"),
    "empty_returned": gettext_lazy("The empty container has to go back to the line's depot"),
}

CLASSIFIERS: dict[str, Promise] = {
    "ACT": pgettext_lazy("classifier", "happened"),
    "EST": pgettext_lazy("classifier", "expected"),
    "PLN": pgettext_lazy("classifier", "planned"),
}


def kind_label(code: str) -> str:
    """The words for a kind or milestone; the code itself where it has none."""
    return str(KINDS.get(code, code))


def holder_label(code: str) -> str:
    """Who holds the consignment, in words; agencies keep their names."""
    return str(HOLDERS.get(code, code))


def step_label(code: str) -> str:
    """What has to happen next, in words."""
    return str(STEPS.get(code, ""))


def headline(*, last_kind: str, place: str, is_held: bool, since: datetime | None) -> str:
    """How a consignment stands in one line without its time."""
    if since is None:
        return _("Nothing has been heard of this consignment yet")
    words = kind_label(last_kind)
    if is_held:
        return _("On hold, %(place)s") % {"place": place} if place else _("On hold")
    return _("%(what)s, %(place)s") % {"what": words, "place": place} if place else words
