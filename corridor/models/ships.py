"""Ships, and the times of their calls as sources gave them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from corridor.models.network import Node
from feeds.models import Delivery, Source
from feeds.ship_names import bare_name
from liaison.models import Viewer


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
        indexes = [
            models.Index(fields=["vessel", "-received_at"], name="call_timing_of_vessel"),
            models.Index(fields=["vessel", "occurs_at"], name="call_timing_occurs"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(classifier__in=["ACT", "EST", "PLN", "REQ"]), name="call_timing_classifier_known"
            ),
            models.CheckConstraint(condition=~models.Q(timing=""), name="call_timing_says_what"),
        ]

    def __str__(self) -> str:
        return f"{self.timing} {self.classifier} of {self.vessel_id}"


# How long after its time an expected call still counts as due, and how long a ship of which nobody says that she
# left counts as at the port.
OVERDUE = timedelta(days=1)
SILENT = timedelta(days=21)


class VesselCallQuerySet(models.QuerySet["VesselCall"]):
    """Selections of ships' calls, which are no secret."""

    def visible_to(self, viewer: Viewer) -> VesselCallQuerySet:
        """All of them to everybody."""
        return self

    def with_places(self) -> VesselCallQuerySet:
        """With everything that a row shows, in one query."""
        return self.select_related("vessel", "port", "terminal", "eta_source", "source")

    def at_port(self) -> VesselCallQuerySet:
        """The ships at the port by what was last heard: those at berth, then those at anchor, the longest first.

        Of whom nobody has said anything for three weeks it is not known.
        """
        here = self.filter(state__in=("at_berth", "anchored"), updated_at__gte=Now() - SILENT)
        return here.with_places().order_by("position", "pk")

    def due(self, *, at: datetime, days: int = 14) -> VesselCallQuerySet:
        """The calls expected within ``days``, the next first; what should have come more than a day ago is not one."""
        within = (at - OVERDUE, at + timedelta(days=days))
        return self.filter(state="due", eta_at__range=within).with_places().order_by("eta_at", "pk")

    def known(self, at: datetime) -> VesselCallQuerySet:
        """All but those that ``lost`` selects."""
        return self.filter(
            models.Q(state__in=("sailed", "omitted"))
            | models.Q(state="due", eta_at__gte=at - OVERDUE)
            | models.Q(state__in=("at_berth", "anchored"), updated_at__gte=at - SILENT)
        )

    def lost(self, at: datetime) -> VesselCallQuerySet:
        """Calls of which nothing is known: expected long ago without news, or at the port and long silent."""
        return self.filter(
            models.Q(state="unknown")
            | models.Q(state="due", eta_at__lt=at - OVERDUE)
            | models.Q(state__in=("at_berth", "anchored"), updated_at__lt=at - SILENT)
        )

    def search(self, words: str) -> VesselCallQuerySet:
        """Those whose ship's name holds ``words``, or whose IMO number, voyage or call number begins with them."""
        text = " ".join(words.upper().split())
        if not text:
            return self
        named = models.Q(vessel__name__contains=bare_name(text)) | models.Q(
            vessel__imo__startswith=text.removeprefix("IMO ")
        )
        return self.filter(named | models.Q(voyage__istartswith=text) | models.Q(call__istartswith=text))


class VesselCall(models.Model):
    """One call of a ship at a port: a projection of its times (see ``corridor.calling``), dropped and made at will.

    Its key is that of the time that was recorded first of it, so that an address outlives a rebuild. ``eta_…`` is the
    expectation in use, to the berth where somebody gives that; ``source`` and ``heard_at`` say who told us what its
    state rests on, and when. ``position`` sorts the list of calls: at berth, at
    anchor, due, unknown, omitted, sailed. ``updated_at`` is when something of it was last received, ``changed_at`` when
    the row last became another, which is later where a delivery was read late.
    """

    class State(models.TextChoices):
        """How far it has come, as far as anybody said."""

        DUE = "due", _("Due")
        ANCHORED = "anchored", _("At anchorage")
        AT_BERTH = "at_berth", _("At berth")
        SAILED = "sailed", _("Sailed")
        OMITTED = "omitted", _("Omitted")
        UNKNOWN = "unknown", _("Unknown")

    id = models.BigIntegerField(primary_key=True)
    vessel = models.ForeignKey(Vessel, models.CASCADE, related_name="calls")
    port = models.ForeignKey(Node, models.CASCADE, related_name="+", db_index=False)
    terminal = models.ForeignKey(Node, models.CASCADE, related_name="+", null=True, blank=True, db_index=False)
    berth = models.CharField(max_length=40, blank=True)
    voyage = models.CharField(max_length=30, blank=True)
    call = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=8, choices=State.choices)
    eta_at = models.DateTimeField(null=True, blank=True)
    eta_timing = models.CharField(max_length=20, blank=True)
    eta_is_day = models.BooleanField(default=False)
    eta_source = models.ForeignKey(Source, models.CASCADE, related_name="+", null=True, blank=True, db_index=False)
    eta_received_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    berthed_at = models.DateTimeField(null=True, blank=True)
    first_lift_at = models.DateTimeField(null=True, blank=True)
    last_lift_at = models.DateTimeField(null=True, blank=True)
    departed_at = models.DateTimeField(null=True, blank=True)
    discharge = models.CharField(max_length=60, blank=True)
    source = models.ForeignKey(Source, models.CASCADE, related_name="+", db_index=False)
    heard_at = models.DateTimeField()
    is_contested = models.BooleanField(default=False)
    position = models.CharField(max_length=20)
    updated_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_default=Now())

    objects = VesselCallQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["position", "id"], name="vessel_call_position"),
            models.Index(
                fields=["position", "id"],
                condition=models.Q(state__in=["at_berth", "anchored"]),
                name="vessel_call_at_port",
            ),
            models.Index(fields=["eta_at", "id"], condition=models.Q(state="due"), name="vessel_call_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["due", "anchored", "at_berth", "sailed", "omitted", "unknown"]),
                name="vessel_call_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="due") | models.Q(eta_at__isnull=False), name="vessel_call_due_has_eta"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    eta_at__isnull=True, eta_source__isnull=True, eta_received_at__isnull=True, eta_timing=""
                )
                | models.Q(
                    eta_at__isnull=False,
                    eta_source__isnull=False,
                    eta_received_at__isnull=False,
                    eta_timing__in=["berth_arrival", "port_arrival"],
                ),
                name="vessel_call_eta_has_source",
            ),
            models.CheckConstraint(
                condition=models.Q(state="sailed", departed_at__isnull=False)
                | (~models.Q(state="sailed") & models.Q(departed_at__isnull=True)),
                name="vessel_call_sailed_has_departed",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="anchored") | models.Q(arrived_at__isnull=False),
                name="vessel_call_anchored_has_arrived",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="at_berth")
                | models.Q(berthed_at__isnull=False)
                | models.Q(first_lift_at__isnull=False)
                | models.Q(last_lift_at__isnull=False),
                name="vessel_call_at_berth_has_berthed",
            ),
        ]

    def __str__(self) -> str:
        return f"call {self.pk} of {self.vessel_id}"

    @property
    def here_since(self) -> datetime | None:
        """Since when she is where she is: at her berth, else at the port."""
        return self.berthed_at or self.first_lift_at or self.arrived_at

    @property
    def begins_at(self) -> datetime | None:
        """When she berthed, came or is expected; None where nobody says, as of many calls that were omitted."""
        return self.here_since or self.eta_at

    def is_lost(self, at: datetime) -> bool:
        """Whether at ``at`` it is no longer known how it stands: she should have come, or nobody speaks of her."""
        if self.state == self.State.DUE:
            return self.eta_at is not None and self.eta_at < at - OVERDUE
        is_here = self.state in (self.State.AT_BERTH, self.State.ANCHORED)
        return self.state == self.State.UNKNOWN or (is_here and self.updated_at < at - SILENT)
