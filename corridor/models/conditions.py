"""Conditions: how parts of the corridor stand, as sources said, as staff judged and as they stand now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from corridor.models.network import Node
from feeds.models import Delivery, Source
from liaison.models import Person


class ConditionQuerySet(models.QuerySet["Condition"]):
    """Selections of conditions."""

    def standing(self, at: datetime) -> ConditionQuerySet:
        """The last word of each reference that has not been taken back and has not ended, begun or not."""
        return self.filter(
            models.Q(until__isnull=True) | models.Q(until__gt=at), is_latest=True, function__in=["original", "replace"]
        )


class Condition(models.Model):
    """How a part of the corridor stands, as one source said at one time; a later word of the same reference counts.

    Two columns change: ``is_latest`` marks that later word, ``repeated_at`` is when its source last said it again.
    """

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
    repeated_at = models.DateTimeField(null=True, blank=True)
    text = models.TextField(blank=True)
    function = models.CharField(max_length=8, default="original")
    words = models.CharField(max_length=300, blank=True)
    flags = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    is_latest = models.BooleanField(default=False)

    objects = ConditionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["source", "reference", "-id"], name="condition_of_reference"),
            models.Index(fields=["-since", "-id"], name="condition_since"),
            models.Index(
                fields=["until"],
                condition=models.Q(is_latest=True, function__in=["original", "replace"]),
                name="condition_standing",
            ),
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

    @property
    def subject(self) -> str:
        """What it is about: its kind, and the node, the system or the place in the source's words."""
        node = self.node.slug if self.node else ""
        where = (self.system or node) if self.kind == self.Kind.SYSTEM else node
        return f"{self.kind}:{where or self.place}"

    def is_in_force(self, at: datetime) -> bool:
        """Whether it has begun and not ended."""
        return self.since <= at and (self.until is None or at < self.until)


class Verdict(models.Model):
    """What a member of staff holds of a condition: confirmed, or refuted; the latest one counts."""

    class Says(models.TextChoices):
        """The judgment."""

        CONFIRMED = "confirmed", _("Confirmed")
        REFUTED = "refuted", _("Refuted")

    condition = models.ForeignKey(Condition, models.CASCADE, related_name="verdicts")
    says = models.CharField(max_length=10, choices=Says.choices)
    evidence = models.CharField(_("evidence"), max_length=200)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(says__in=["confirmed", "refuted"]), name="verdict_known"),
            models.CheckConstraint(condition=~models.Q(evidence=""), name="verdict_has_evidence"),
        ]

    def __str__(self) -> str:
        return f"{self.condition_id} {self.says}"


class Wait(models.Model):
    """How long goods wait at a node, from our own events: now, and usually.

    Times are in seconds: ``now_s`` is the median of those that left in the last six hours (``now_n``), ``usual_s``
    and ``usual_p90_s`` the median and the ninth decile of those that left from ``usual_since`` on (``usual_n``),
    where counting them takes long as they were within the hour. ``waiting_n`` are there still, for ``waiting_s`` so
    far (the median) and the longest for ``longest_s``. None is unknown. ``severity`` follows from these (see
    ``corridor.waits``) and has held since ``severity_since``.
    """

    kind = models.CharField(max_length=12, choices=Condition.Kind.choices)
    node = models.ForeignKey(Node, models.CASCADE, related_name="waits", db_index=False)
    now_s = models.PositiveIntegerField(null=True, blank=True)
    now_n = models.PositiveIntegerField(default=0)
    usual_s = models.PositiveIntegerField(null=True, blank=True)
    usual_p90_s = models.PositiveIntegerField(null=True, blank=True)
    usual_n = models.PositiveIntegerField(default=0)
    usual_since = models.DateTimeField(null=True, blank=True)
    waiting_n = models.PositiveIntegerField(default=0)
    waiting_s = models.PositiveIntegerField(null=True, blank=True)
    longest_s = models.PositiveIntegerField(null=True, blank=True)
    severity = models.CharField(max_length=8, default="unknown")
    severity_since = models.DateTimeField()
    measured_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["node", "kind"], name="wait_once"),
            models.CheckConstraint(
                condition=models.Q(severity__in=["normal", "slow", "severe", "unknown"]), name="wait_severity_known"
            ),
            models.CheckConstraint(
                condition=models.Q(now_n=0, now_s__isnull=True) | models.Q(now_n__gt=0, now_s__isnull=False),
                name="wait_now_is_of_some",
            ),
            models.CheckConstraint(
                condition=models.Q(usual_n=0, usual_s__isnull=True, usual_p90_s__isnull=True)
                | models.Q(usual_n__gt=0, usual_s__isnull=False, usual_p90_s__isnull=False),
                name="wait_usual_is_of_some",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.node_id}: {self.now_s} s"


class Standing(models.Model):
    """Derived: how one part of the corridor stands now; may be dropped and settled again at any time.

    ``subject`` is as in ``Condition.subject``. ``said`` holds what each source says, the one in use first, as plain
    JSON (see ``corridor.settling``).
    """

    class Severity(models.TextChoices):
        """How it stands."""

        NORMAL = "normal", _("Normal")
        SLOW = "slow", _("Slow")
        SEVERE = "severe", _("Severe delays")
        SHUT = "shut", _("Shut")
        UNKNOWN = "unknown", _("Unknown")

    subject = models.CharField(max_length=140, primary_key=True)
    kind = models.CharField(max_length=12, choices=Condition.Kind.choices)
    node = models.ForeignKey(Node, models.CASCADE, null=True, blank=True, related_name="standings")
    system = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=120, blank=True)
    severity = models.CharField(max_length=8, choices=Severity.choices)
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    is_contested = models.BooleanField(default=False)
    is_confirmed = models.BooleanField(default=False)
    stale_since = models.DateTimeField(null=True, blank=True)
    said = models.JSONField[list[dict[str, Any]], list[dict[str, Any]]](default=list)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(severity__in=["normal", "slow", "severe", "shut", "unknown"]),
                name="standing_severity_known",
            ),
            models.CheckConstraint(
                condition=models.Q(severity="unknown") | models.Q(since__isnull=False), name="standing_has_since"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.severity}"


class DayRecord(models.Model):
    """The picture of the corridor as it was last made on one day of Kigali (see ``corridor.picture``)."""

    day = models.DateField(primary_key=True)
    made_at = models.DateTimeField()
    picture = models.JSONField[dict[str, Any], dict[str, Any]]()

    def __str__(self) -> str:
        return f"{self.day}"
