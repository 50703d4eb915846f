"""Lots of liquid bulk: the parcels of a tanker, and what was measured of each on its way to Kigali."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from cargo.models.consignments import Consignment
from liaison.models import Person, Viewer


class Lot(models.Model):
    """One parcel of one product, known by its number."""

    class Product(models.TextChoices):
        """What it is."""

        PMS = "pms", _("Petrol (PMS)")
        AGO = "ago", _("Diesel (AGO)")
        DPK = "dpk", _("Kerosene or jet fuel (DPK, Jet A-1)")
        HFO = "hfo", _("Heavy fuel oil")
        LPG = "lpg", _("LPG")
        OIL = "oil", _("Edible oil")
        OTHER = "other", _("Other liquid")

    consignment = models.ForeignKey(Consignment, models.CASCADE, related_name="lots")
    number = models.CharField(_("parcel number"), max_length=40)
    product = models.CharField(_("product"), max_length=5, choices=Product.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consignment", "number"], name="lot_once"),
            models.CheckConstraint(condition=~models.Q(number=""), name="lot_has_number"),
            models.CheckConstraint(
                condition=models.Q(product__in=["pms", "ago", "dpk", "hfo", "lpg", "oil", "other"]),
                name="lot_product_known",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class MeasureQuerySet(models.QuerySet["Measure"]):
    """Selections of measures."""

    def visible_to(self, viewer: Viewer) -> MeasureQuerySet:
        """Those of consignments that the viewer may see."""
        return self.filter(lot__consignment__in=Consignment.objects.visible_to(viewer))


class Measure(models.Model):
    """What was measured of a lot at one stage: litres at 20 °C, and the density at 20 °C in kg per litre if known.

    Appended and taken back, never changed. Several of one stage are parts of it: trucks, or batches of the pipeline.
    """

    class Stage(models.TextChoices):
        """Where it was measured, in the order of the way."""

        TANKER = "tanker", _("On board the tanker")
        ASHORE = "ashore", _("Received ashore at Kipevu")
        PIPELINE = "pipeline", _("Into the pipeline")
        DEPOT = "depot", _("Received at the depot")
        LOADED = "loaded", _("Loaded on trucks")
        DELIVERED = "delivered", _("Delivered in Kigali")

    lot = models.ForeignKey(Lot, models.CASCADE, related_name="measures")
    stage = models.CharField(_("stage"), max_length=9, choices=Stage.choices)
    litres = models.DecimalField(_("litres at 20 °C"), max_digits=12, decimal_places=0)
    density = models.DecimalField(_("density at 20 °C, kg/l"), max_digits=5, decimal_places=4, null=True, blank=True)
    plate = models.CharField(_("truck"), max_length=20, blank=True)
    document = models.CharField(_("document"), max_length=60, blank=True)
    measured_on = models.DateField(_("measured on"))
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "stage", "plate", "document"],
                condition=models.Q(taken_back_at__isnull=True),
                name="measure_once",
            ),
            models.CheckConstraint(condition=models.Q(litres__gt=0), name="measure_litres_positive"),
            models.CheckConstraint(
                condition=models.Q(density__isnull=True) | models.Q(density__gte=Decimal("0.4"), density__lte=2),
                name="measure_density_of_a_liquid",
            ),
            models.CheckConstraint(
                condition=models.Q(stage__in=["tanker", "ashore", "pipeline", "depot", "loaded", "delivered"]),
                name="measure_stage_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.litres} l {self.stage}"

    @property
    def tonnes(self) -> Decimal | None:
        """Its mass in tonnes, to the kilogram; None where the density is unknown."""
        if self.density is None:
            return None
        return (self.litres * self.density / 1000).quantize(Decimal("0.001"), ROUND_HALF_UP)
