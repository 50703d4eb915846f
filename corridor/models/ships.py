"""Ships, and the times of their calls as sources gave them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from corridor.models.network import Node
from feeds.models import Delivery, Source


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
