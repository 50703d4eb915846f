"""The port and the inland depots: papers, dwell, gates."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from observatory.indicators import amount, hours

_port = partial(hours, "port")
_LOOSE = "roro break_bulk dry_bulk"

INDICATORS = (
    _port("container_dwell_time", _("Container dwell time"), "discharged > gate_out", cargo="container", way="road"),
    _port(
        "general_cargo_dwell_time",
        _("Dwell time of vehicles, general and dry bulk cargo"),
        "discharged > gate_out",
        cargo=_LOOSE,
        way="road",
    ),
    _port(
        "document_processing_time",
        _("Document processing time"),
        "duty_paid|bond_debited > rra_released",
        note=_(
            "Within the Single Customs Territory RRA passes the entry, once the duty is paid or the bond debited; the "
            "published figures are of KRA's document centre."
        ),
    ),
    _port(
        "one_stop_centre_clearance_time",
        _("Clearance time at the port"),
        "discharged do_issued rra_released > kra_cleared",
        note=_("The published figures are of goods selected for joint verification; ours are of all."),
    ),
    _port("delivery_order_time", _("From the ship's arrival to the delivery order"), "vessel_arrived > do_issued"),
    _port("delay_after_customs_release", _("Delay after customs release"), "kra_cleared > gate_out", way="road"),
    _port("pickup_to_gate_time", _("From the pick-up order to the gate"), "pickup_order > gate_out", way="road"),
    _port(
        "e_seal_wait_time",
        _("From customs release to the electronic seal"),
        "kra_cleared > sealed",
        cargo="container",
        note=_("The published figures are of the wait for a seal alone; ours begins with the release."),
    ),
    _port("truck_turnaround_port", _("Truck turnaround in the port"), "truck_in > gate_out", way="road"),
    _port(
        "icdn_dwell_time",
        _("Dwell time in the inland depot of Nairobi"),
        "railed_to_icd > gate_out",
        cargo="container",
        places="ke-icd-nairobi",
        way="rail",
        definition=_(
            "From the arrival by rail to the gate of the Inland Container Depot Nairobi, by the day of the gate."
        ),
    ),
    _port(
        "icd_dwell_time",
        _("Dwell time in the inland depot"),
        "railed_to_icd > gate_out",
        cargo="container",
        way="rail",
    ),
    amount(
        "port",
        "share",
        "%",
        "customs_hold_share",
        _("Share of the consignments that were held"),
        definition=_("Imports that any authority held at least once on their way, of all that arrived in Kigali."),
    ),
    _port(
        "customs_hold_time",
        _("Length of a hold"),
        definition=_("From the first report that goods are held to the last report of their release."),
    ),
    _port("pipeline_time", _("Fuel: from the pipeline to the depot"), "pipeline_in > at_depot", cargo="liquid_bulk"),
    _port("fuel_loading_time", _("Fuel: from the depot to the loaded truck"), "at_depot > loaded", cargo="liquid_bulk"),
)
