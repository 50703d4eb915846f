"""The network: nodes, the legs between them with what was published of their length, and the fences around nodes."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from corridor import hours
from liaison.models import Organization, Person


class Node(models.Model):
    """A place on the corridor: a port, a terminal, a weighbridge, a border post, a depot, a city.

    ``label`` is its short name on maps. ``opening_hours`` are written as ``corridor.hours`` reads them; empty is
    unknown, and so is no ``agency``, the one in charge. ``coordinates`` says how sure they are. Once staff have changed
    a node (``edited_at``), the reference data leave it alone.
    """

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

    class Precision(models.TextChoices):
        """How sure the coordinates are."""

        PUBLISHED = "published", _("Published")
        APPROXIMATE = "approximate", _("Approximate")
        SURVEYED = "surveyed", _("Measured on the spot")

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    label = models.CharField(_("short name"), max_length=24, blank=True, default="", db_default="")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    country = models.CharField(max_length=2)
    lat = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5)
    lon = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5)
    unlocode = models.CharField(max_length=5, blank=True)
    facility_codes = models.JSONField[list[str], list[str]](default=list)
    operator = models.CharField(_("run by"), max_length=60, blank=True)
    time_zone = models.CharField(max_length=40)
    coordinates = models.CharField(_("coordinates"), max_length=20, choices=Precision.choices)
    note = models.TextField(_("note"), max_length=500, blank=True)
    agency = models.ForeignKey(
        Organization, models.PROTECT, verbose_name=_("agency in charge"), null=True, blank=True, related_name="+"
    )
    opening_hours = models.CharField(_("opening hours"), max_length=200, blank=True, default="", db_default="")
    hours_source = models.CharField(
        _("source of the opening hours"), max_length=200, blank=True, default="", db_default=""
    )
    phone = models.CharField(_("telephone"), max_length=20, blank=True, default="", db_default="")
    email = models.EmailField(_("e-mail address"), blank=True, default="", db_default="")
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lat__range=(-90, 90), lon__range=(-180, 180)), name="node_on_earth"
            ),
            models.CheckConstraint(
                condition=models.Q(unlocode="") | models.Q(unlocode__regex="^[A-Z]{2}[A-Z2-9]{3}$"),
                name="node_unlocode_form",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "port",
                        "terminal",
                        "oil_jetty",
                        "cfs",
                        "weighbridge",
                        "icd",
                        "fuel_depot",
                        "border",
                        "city",
                        "bonded_warehouse",
                        "dry_port",
                    ]
                ),
                name="node_kind_known",
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="node_has_name"),
            models.CheckConstraint(
                condition=models.Q(opening_hours="") | models.Q(opening_hours__regex=hours.FORM),
                name="node_hours_form",
            ),
            models.CheckConstraint(
                condition=models.Q(opening_hours="") | ~models.Q(hours_source=""), name="node_hours_have_source"
            ),
            models.CheckConstraint(
                condition=models.Q(phone="") | models.Q(phone__regex=r"^\+[0-9]{7,15}$"), name="node_phone_e164"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the place."""
        return ZoneInfo(self.time_zone)

    @property
    def short(self) -> str:
        """Its name where there is little room."""
        return self.label or self.name


class Leg(models.Model):
    """A way from one node to another by one mode; the distance in kilometres may be unknown.

    ``km`` with its ``source`` and ``confidence`` is the distance in use, one of the leg's ``Distance`` rows, which a
    foreign key of the database holds (migration 0003); ``reason`` says why this one. ``via`` names nodes that the way
    passes, in order, for maps. Once staff have chosen (``edited_at``), the reference data only add distances.
    """

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
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="", db_default="")
    via = ArrayField(models.SlugField(max_length=40), default=list, blank=True, db_default=[])
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin", "destination", "mode"], name="leg_once"),
            models.CheckConstraint(condition=~models.Q(origin=models.F("destination")), name="leg_leads_somewhere"),
            models.CheckConstraint(condition=models.Q(km__isnull=True) | models.Q(km__gt=0), name="leg_km_positive"),
            models.CheckConstraint(condition=~models.Q(source=""), name="leg_has_source"),
            models.CheckConstraint(condition=models.Q(mode__in=["road", "rail", "pipeline"]), name="leg_mode_known"),
        ]

    def __str__(self) -> str:
        return f"{self.origin_id} - {self.destination_id} ({self.mode})"

    @property
    def confidence_label(self) -> str:
        """How sure the distance in use is, in words."""
        return str(Distance.Confidence(self.confidence).label)

    @property
    def slugs(self) -> tuple[str, str, str]:
        """Its origin, its destination and its mode, by which files name it."""
        return self.origin.slug, self.destination.slug, self.mode

    def is_used(self, distance: Distance) -> bool:
        """Whether this is the distance in use."""
        return (self.km, self.source, self.confidence) == (distance.km, distance.source, distance.confidence)


class Distance(models.Model):
    """What one source says of the length of a leg; sources contradict each other, and each is kept."""

    class Confidence(models.TextChoices):
        """How sure it is."""

        SOURCED = "sourced", _("Published")
        DERIVED = "derived", _("Worked out from others")
        RECALLED = "recalled", _("Recalled, not read again")
        MEASURED = "measured", _("Measured on the way")

    leg = models.ForeignKey(Leg, models.CASCADE, related_name="distances", db_index=False)
    km = models.PositiveIntegerField(_("kilometres"))
    source = models.CharField(_("source"), max_length=200)
    confidence = models.CharField(_("how sure"), max_length=10, choices=Confidence.choices)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["leg", "km", "source", "confidence"], name="distance_once"),
            models.CheckConstraint(condition=models.Q(km__gt=0), name="distance_positive"),
            models.CheckConstraint(condition=~models.Q(source=""), name="distance_has_source"),
            models.CheckConstraint(
                condition=models.Q(confidence__in=["sourced", "derived", "recalled", "measured"]),
                name="distance_confidence_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.km} km: {self.source}"


class Fence(models.Model):
    """The area of a node, by which positions are told to be there: one polygon, in GeoJSON order (longitude first)."""

    node = models.OneToOneField(Node, models.CASCADE, primary_key=True, related_name="fence")
    ring = models.JSONField[list[list[float]], list[list[float]]]()
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(source=""), name="fence_has_source")]

    def __str__(self) -> str:
        return f"fence of {self.node_id}"
