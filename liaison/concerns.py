"""What goes wrong with cargo and papers, by code: for what a focal point is called, and how a ticket is filed.

The codes and who leads are those of the office's taxonomy of tickets, drawn from the corridor's reported barriers.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Concern(models.TextChoices):
    """A category of trouble."""

    PORT_DELAY = "PORT_DELAY", _("Delay in the port")
    DOC_MANIFEST = "DOC_MANIFEST", _("Error in the manifest or the bill of lading")
    CUSTOMS_KE = "CUSTOMS_KE", _("Hold by Kenyan customs")
    CUSTOMS_RW = "CUSTOMS_RW", _("Rwandan customs")
    SYSTEM_DOWN = "SYSTEM_DOWN", _("A customs, port or tracking system is down")
    ESEAL = "ESEAL", _("Electronic seal: none to be had, alarm, theft, fine")
    DO_LINE = "DO_LINE", _("The line delays the delivery order, or its charges")
    DEPOSIT = "DEPOSIT", _("Refund of a deposit or a guarantee")
    STORAGE_DISPUTE = "STORAGE_DISPUTE", _("Port storage: dispute, penalty, waiver")
    EMPTY_RETURN = "EMPTY_RETURN", _("Empty container: depot full, detention disputed")
    WEIGHBRIDGE = "WEIGHBRIDGE", _("Weighbridge: overload, weighed again, impounded")
    BORDER_QUEUE = "BORDER_QUEUE", _("Queue at a border")
    POLICE_FINE = "POLICE_FINE", _("Roadblock, arbitrary fine, bribe")
    COUNTY_FEE = "COUNTY_FEE", _("County parking or cess")
    ROAD_CHARGE = "ROAD_CHARGE", _("Road toll, user charge or permit")
    SECURITY = "SECURITY", _("Theft, hijacking, accident")
    RAIL_ICD = "RAIL_ICD", _("Railway and inland depots, boxes moved")
    FUEL = "FUEL", _("Fuel: pipeline, loading, product")
    WAREHOUSE_RW = "WAREHOUSE_RW", _("Warehouse in Kigali: unloading, fees")
    DAMAGE_LOSS = "DAMAGE_LOSS", _("Cargo short-landed or damaged")
    FRAUD = "FRAUD", _("False agent, fraud")
    INFO = "INFO", _("Question about tariffs or papers")
    NTB = "NTB", _("Formal report of a non-tariff barrier")


# The organisations of ``corridor.reference`` that lead or support, where the taxonomy names some of them.
LEADS: dict[str, tuple[str, ...]] = {
    Concern.PORT_DELAY: ("KPA", "KRA"),
    Concern.DOC_MANIFEST: ("KRA", "KMA"),
    Concern.CUSTOMS_KE: ("KRA", "RRA"),
    Concern.CUSTOMS_RW: ("RRA",),
    Concern.SYSTEM_DOWN: ("KRA", "KPA", "RRA"),
    Concern.ESEAL: ("KRA",),
    Concern.DO_LINE: ("KMA",),
    Concern.DEPOSIT: ("KMA", "PSF"),
    Concern.STORAGE_DISPUTE: ("KPA",),
    Concern.EMPTY_RETURN: ("KMA", "KPA"),
    Concern.WEIGHBRIDGE: ("KeNHA", "URA"),
    Concern.BORDER_QUEUE: ("KRA", "URA", "RRA"),
    Concern.ROAD_CHARGE: ("MININFRA", "KeNHA"),
    Concern.RAIL_ICD: ("KPA", "KRC", "KRA"),
    Concern.FUEL: ("KPC",),
    Concern.WAREHOUSE_RW: ("RRA", "MINICOM"),
    Concern.DAMAGE_LOSS: ("KPA",),
    Concern.FRAUD: ("KPA",),
    Concern.NTB: ("MINICOM",),
}
