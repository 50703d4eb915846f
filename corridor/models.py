"""The network and its state: nodes and legs, ships and their calls, conditions, and where trackers are."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from feeds.models import Delivery, Source


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


class Vessel(models.Model):
    """A ship, by IMO number and MMSI where they are known, by name alone where they are not."""

    imo = models.CharField(max_length=7, blank=True)
    mmsi = models.CharField(max_length=9, blank=True)
    name = models.CharField(max_length=60, blank=True)
    call_sign = models.CharField(max_length=10, blank=True)
    named_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["imo"], condition=~models.Q(imo=""), name="vessel_imo_once"),
            models.UniqueConstraint(fields=["mmsi"], condition=~models.Q(mmsi=""), name="vessel_mmsi_once"),
            models.UniqueConstraint(fields=["name"], condition=models.Q(imo="", mmsi=""), name="vessel_name_once"),
            models.CheckConstraint(
                condition=~models.Q(imo="") | ~models.Q(mmsi="") | ~models.Q(name=""), name="vessel_is_named"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.imo or self.mmsi


class CallTiming(models.Model):
    """One time of a ship's call at a port as one source gave it; appended once and never changed."""

    key = models.UUIDField(unique=True)
    vessel = models.ForeignKey(Vessel, models.PROTECT, related_name="timings")
    node = models.ForeignKey(Node, models.PROTECT, null=True, blank=True)
    place = models.CharField(max_length=120, blank=True)
    zone = models.CharField(max_length=40)
    timing = models.CharField(max_length=20)
    classifier = models.CharField(max_length=3)
    occurs_at = models.DateTimeField()
    is_day = models.BooleanField(default=False)
    issued_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    source = models.ForeignKey(Source, models.PROTECT, db_index=False)
    delivery = models.ForeignKey(Delivery, models.PROTECT, db_index=False)
    line = models.PositiveIntegerField(default=0)
    voyage = models.CharField(max_length=30, blank=True)
    voyage_out = models.CharField(max_length=30, blank=True)
    call = models.CharField(max_length=40, blank=True)
    berth = models.CharField(max_length=40, blank=True)
    trade = models.CharField(max_length=40, blank=True)
    agent = models.CharField(max_length=60, blank=True)
    discharge = models.CharField(max_length=60, blank=True)
    load = models.CharField(max_length=60, blank=True)
    function = models.CharField(max_length=8, default="original")
    words = models.CharField(max_length=300, blank=True)
    remark = models.CharField(max_length=300, blank=True)
    flags = ArrayField(models.CharField(max_length=30), default=list, blank=True)

    class Meta:
        indexes = [models.Index(fields=["vessel", "-received_at"], name="call_timing_of_vessel")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(classifier__in=["ACT", "EST", "PLN", "REQ"]), name="call_timing_classifier_known"
            ),
            models.CheckConstraint(condition=~models.Q(timing=""), name="call_timing_says_what"),
        ]

    def __str__(self) -> str:
        return f"{self.timing} {self.classifier} of {self.vessel_id}"


class Condition(models.Model):
    """How a part of the corridor stands, as one source said at one time; a later word of the same reference counts."""

    class Kind(models.TextChoices):
        """What is affected."""

        PORT = "port", _("Port")
        BERTH = "berth", _("Berth")
        BORDER = "border", _("Border post")
        WEIGHBRIDGE = "weighbridge", _("Weighbridge")
        ROAD = "road", _("Road")
        RAIL = "rail", _("Rail")
        FUEL = "fuel", _("Fuel loading")
        SYSTEM = "system", _("System")

    class Severity(models.TextChoices):
        """How bad it is."""

        NORMAL = "normal", _("Normal")
        SLOW = "slow", _("Slow")
        SEVERE = "severe", _("Severe delays")
        SHUT = "shut", _("Shut")

    key = models.UUIDField(unique=True)
    source = models.ForeignKey(Source, models.PROTECT, db_index=False)
    delivery = models.ForeignKey(Delivery, models.PROTECT, db_index=False)
    line = models.PositiveIntegerField(default=0)
    reference = models.CharField(max_length=80)
    node = models.ForeignKey(Node, models.PROTECT, null=True, blank=True)
    place = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    severity = models.CharField(max_length=8, choices=Severity.choices)
    system = models.CharField(max_length=40, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    text = models.TextField(blank=True)
    function = models.CharField(max_length=8, default="original")
    words = models.CharField(max_length=300, blank=True)
    flags = ArrayField(models.CharField(max_length=30), default=list, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["source", "reference", "-id"], name="condition_of_reference"),
            models.Index(fields=["-since", "-id"], name="condition_since"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(severity__in=["normal", "slow", "severe", "shut"]), name="condition_severity_known"
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="condition_ends_after_it_began",
            ),
            models.CheckConstraint(condition=~models.Q(reference=""), name="condition_has_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.severity}: {self.reference}"


class Tracker(models.Model):
    """A tracker, an e-seal or a ship's AIS as one source knows it: where it was last, and at which node.

    ``fixed_at`` and all after it are empty until its first valid position. ``node`` is where it is settled to be
    (see ``corridor.fences``).
    """

    source = models.ForeignKey(Source, models.PROTECT, db_index=False)
    number = models.CharField(max_length=60)
    carrier = models.CharField(max_length=8)
    name = models.CharField(max_length=60, blank=True)
    container = models.CharField(max_length=17, blank=True)
    plate = models.CharField(max_length=20, blank=True)
    heard_at = models.DateTimeField()
    fixed_at = models.DateTimeField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    speed_kmh = models.FloatField(null=True, blank=True)
    course = models.FloatField(null=True, blank=True)
    node = models.ForeignKey(Node, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    node_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["container"], condition=~models.Q(container=""), name="tracker_container"),
            models.Index(fields=["plate"], condition=~models.Q(plate=""), name="tracker_plate"),
            models.Index(fields=["number"], name="tracker_number"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="tracker_once"),
            models.CheckConstraint(condition=models.Q(carrier__in=["truck", "vessel"]), name="tracker_carrier_known"),
            models.CheckConstraint(
                condition=models.Q(fixed_at__isnull=True) | models.Q(lat__range=(-90, 90), lon__range=(-180, 180)),
                name="tracker_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.number


class Position(models.Model):
    """One place of a tracker at one time: the trail. The table is partitioned by month of ``fixed_at``."""

    pk = models.CompositePrimaryKey("tracker_id", "fixed_at")
    tracker = models.ForeignKey(Tracker, models.DO_NOTHING, db_constraint=False, db_index=False)
    fixed_at = models.DateTimeField()
    received_at = models.DateTimeField()
    delivery_id = models.BigIntegerField()
    lat = models.FloatField()
    lon = models.FloatField()
    speed_kmh = models.FloatField(null=True)
    course = models.FloatField(null=True)
    node_id = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "corridor_position"

    def __str__(self) -> str:
        return f"{self.tracker_id} at {self.fixed_at:%Y-%m-%d %H:%M:%S}"
