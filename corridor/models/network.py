"""The network: nodes, the legs between them, and the fences around them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _


class Node(models.Model):
    """A place on the corridor: a port, a terminal, a weighbridge, a border post, a depot, a city."""

    class Kind(models.TextChoices):
        """What stands there."""

        PORT = "port", _("Port")
        TERMINAL = "terminal", _("Terminal")
        OIL_JETTY = "oil_jetty", _("Oil jetty")
        CFS = "cfs", _("Container freight station")
        WEIGHBRIDGE = "weighbridge", _("Weighbridge")
        ICD = "icd", _("Inland container depot")
        FUEL_DEPOT = "fuel_depot", _("Fuel depot")
        BORDER = "border", _("Border post")
        CITY = "city", _("City")
        BONDED_WAREHOUSE = "bonded_warehouse", _("Bonded warehouse")
        DRY_PORT = "dry_port", _("Dry port")

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    country = models.CharField(max_length=2)
    lat = models.DecimalField(max_digits=8, decimal_places=5)
    lon = models.DecimalField(max_digits=8, decimal_places=5)
    unlocode = models.CharField(max_length=5, blank=True)
    facility_codes = models.JSONField[list[str], list[str]](default=list)
    operator = models.CharField(max_length=60)
    time_zone = models.CharField(max_length=40)
    coordinates = models.CharField(max_length=20)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lat__range=(-90, 90), lon__range=(-180, 180)), name="node_on_earth"
            ),
            models.CheckConstraint(
                condition=models.Q(unlocode="") | models.Q(unlocode__regex="^[A-Z]{2}[A-Z2-9]{3}$"),
                name="node_unlocode_form",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the place."""
        return ZoneInfo(self.time_zone)


class Leg(models.Model):
    """A way from one node to another by one mode; the distance in kilometres may be unknown."""

    class Mode(models.TextChoices):
        """How goods move."""

        ROAD = "road", _("Road")
        RAIL = "rail", _("Rail")
        PIPELINE = "pipeline", _("Pipeline")

    origin = models.ForeignKey(Node, models.CASCADE, related_name="legs_out")
    destination = models.ForeignKey(Node, models.CASCADE, related_name="legs_in")
    mode = models.CharField(max_length=10, choices=Mode.choices)
    km = models.PositiveIntegerField(null=True, blank=True)
    confidence = models.CharField(max_length=10)
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin", "destination", "mode"], name="leg_once"),
            models.CheckConstraint(condition=~models.Q(origin=models.F("destination")), name="leg_leads_somewhere"),
            models.CheckConstraint(condition=models.Q(km__isnull=True) | models.Q(km__gt=0), name="leg_km_positive"),
            models.CheckConstraint(condition=~models.Q(source=""), name="leg_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.origin_id} - {self.destination_id} ({self.mode})"


class Fence(models.Model):
    """The area of a node, by which positions are told to be there: one polygon, in GeoJSON order (longitude first)."""

    node = models.OneToOneField(Node, models.CASCADE, primary_key=True, related_name="fence")
    ring = models.JSONField[list[list[float]], list[list[float]]]()
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(source=""), name="fence_has_source")]

    def __str__(self) -> str:
        return f"fence of {self.node_id}"
