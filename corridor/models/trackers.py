"""Trackers: where trucks, seals and ships are, and the trail that they leave."""

from __future__ import annotations

from django.db import models

from corridor.loads import Load
from corridor.models.network import Node
from feeds.models import Source


class Tracker(models.Model):
    """A tracker, an e-seal or a ship's AIS as one source knows it: where it was last, and at which node.

    ``fixed_at`` and all after it are empty until its first valid position, and so is what it rides with: the container
    and the plate, and when each was named last (see ``corridor.loads``). ``node`` is where it is settled to be (see
    ``corridor.fences``).
    """

    source = models.ForeignKey(Source, models.PROTECT, db_index=False)
    number = models.CharField(max_length=60)
    carrier = models.CharField(max_length=8)
    name = models.CharField(max_length=60, blank=True)
    container = models.CharField(max_length=17, blank=True)
    container_at = models.DateTimeField(null=True, blank=True)
    plate = models.CharField(max_length=20, blank=True)
    plate_at = models.DateTimeField(null=True, blank=True)
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
                condition=models.Q(fixed_at__isnull=True)
                | models.Q(lat__isnull=False, lon__isnull=False, lat__range=(-90, 90), lon__range=(-180, 180)),
                name="tracker_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.number

    @property
    def load(self) -> Load:
        """What it rides with since its last position."""
        return Load(self.container, self.container_at, self.plate, self.plate_at)


class Position(models.Model):
    """One place of a tracker at one time, and what it rode with then: the trail.

    The table is partitioned by month of ``fixed_at``. The row named itself what was named at its own time.
    """

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
    container = models.CharField(max_length=17, blank=True)
    container_at = models.DateTimeField(null=True)
    plate = models.CharField(max_length=20, blank=True)
    plate_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "corridor_position"

    def __str__(self) -> str:
        return f"{self.tracker_id} at {self.fixed_at:%Y-%m-%d %H:%M:%S}"
