"""Conditions: how parts of the corridor stand, as sources said."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from corridor.models.network import Node
from feeds.models import Delivery, Source


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
                condition=models.Q(
                    kind__in=["port", "berth", "border", "weighbridge", "road", "rail", "fuel", "system"]
                ),
                name="condition_kind_known",
            ),
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
