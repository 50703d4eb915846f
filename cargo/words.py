"""The words for kinds, milestones and holders, translated, and the one line on how a consignment stands."""

from __future__ import annotations

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from feeds.words import KINDS as REPORTED

# What is reported, and what the corridor makes of it: the borders by their number.
KINDS: dict[str, Promise] = {
    **REPORTED,
    "border1_in": gettext_lazy("At the Kenya–Uganda border"),
    "border1_out": gettext_lazy("Into Uganda"),
    "border2_in": gettext_lazy("At the Uganda–Rwanda border"),
    "border2_out": gettext_lazy("Into Rwanda"),
    "export_released": gettext_lazy("Export released by RRA"),
    "export_loaded": gettext_lazy("Loaded in Rwanda"),
    "export_border2_in": gettext_lazy("At the Uganda–Rwanda border"),
    "export_border2_out": gettext_lazy("Into Uganda"),
    "export_border1_in": gettext_lazy("At the Kenya–Uganda border"),
    "export_border1_out": gettext_lazy("Into Kenya"),
    "export_at_port": gettext_lazy("Arrived at the port"),
    "export_aboard": gettext_lazy("Loaded aboard"),
    "export_departed": gettext_lazy("The ship has sailed from Mombasa"),
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
    "export_released": gettext_lazy("RRA has to release the export"),
    "export_loaded": gettext_lazy("The truck has to be loaded"),
    "export_border2_in": gettext_lazy("The truck has to reach the Uganda–Rwanda border"),
    "export_border2_out": gettext_lazy("RRA and URA have to let the truck pass"),
    "export_border1_in": gettext_lazy("The truck has to reach the Kenya–Uganda border"),
    "export_border1_out": gettext_lazy("URA and KRA have to let the truck pass"),
    "export_at_port": gettext_lazy("The truck has to reach the port"),
    "export_aboard": gettext_lazy("KPA has to load the cargo aboard"),
    "export_departed": gettext_lazy("The ship has to sail"),
}

CLASSIFIERS: dict[str, Promise] = {
    "ACT": pgettext_lazy("classifier", "happened"),
    "EST": pgettext_lazy("classifier", "expected"),
    "PLN": pgettext_lazy("classifier", "planned"),
}


# Where cargo stands of which nothing has been told: no kind of event, but a place to stall at.
REGISTERED = "registered"


def kind_label(code: str) -> str:
    """The words for a kind or milestone; the code itself where it has none."""
    return str(_("Registered") if code == REGISTERED else KINDS.get(code, code))


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
