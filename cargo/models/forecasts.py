"""Forecasts of arrival in Kigali as they were made, and how forecasts have done."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from cargo.models.consignments import Consignment
from liaison.models import Person, Viewer
from liaison.roles import OFFICE

HORIZONS = ("0-1", "1-3", "3-7", "7-14", "14+")


class ForecastQuerySet(models.QuerySet["Forecast"]):
    """Selections of forecasts."""

    def visible_to(self, viewer: Viewer) -> ForecastQuerySet:
        """Those of the consignments that the viewer may see."""
        if isinstance(viewer, Person) and viewer.roles & OFFICE:
            return self
        return self.filter(consignment__in=Consignment.objects.visible_to(viewer))

    def current(self) -> ForecastQuerySet:
        """The one of each consignment that holds now."""
        return self.filter(is_current=True)


class Forecast(models.Model):
    """What was said of one consignment's arrival, when, and from what; never changed but for how it did. An export's is
    when it is aboard a ship, and its ``gate_p50`` when it reaches the port.

    ``days_out`` is the horizon by its own middle. ``stands`` is the milestone from which it counts, ``trips`` how many
    finished trips of like cargo it learnt from, ``fingerprint`` names the model's data. ``moved_h`` is by how much the
    middle moved from the forecast before. ``hits`` of ``hits_n`` windows of that horizon held the truth when it was
    made. ``gate_p50`` and its like are when it leaves the port (or, fuel, the depot), None where it has or nobody can
    say, ``empty_p50`` and its like when the empty is back, None where none comes back. ``cause`` is why the middle
    moved, with the milestone that was waited for or passed, how many times as long as usual its leg takes, and the node
    where that was seen, each where it is known. ``stall_chance`` is how likely it comes to wait longer than nearly all
    like cargo where it stands. ``simple_p50`` is the middle of the rolling quantiles (B1), of snapshots only, beside
    which they are scored."""

    class Reason(models.TextChoices):
        """Why the window is as it is."""

        TRIPS = "trips", _("From past trips of like cargo.")
        SHIP = "ship", _("From the ship's foretold arrival and past trips of like cargo.")
        FEW = "few", _("Few trips of like cargo are known, so the window is wide.")
        NONE = "none", _("No trip of like cargo is known yet: the window rests on published figures.")
        LATE = "late", _("It has waited longer here than nearly all like cargo, so the window is wide.")
        UNHEARD = "unheard", _("Nothing has been heard of this cargo yet, so the window is wide.")

    class Cause(models.TextChoices):
        """Why the middle moved."""

        NONE = "", ""
        PASSED = "passed", _("it has passed a milestone")
        WAIT = "wait", _("it still waits")
        PACE = "pace", _("the way ahead takes another time than before")
        SHIP = "ship", _("the ship is foretold anew")

    consignment = models.ForeignKey(Consignment, models.CASCADE, related_name="forecasts", db_index=False)
    made_at = models.DateTimeField()
    p10 = models.DateTimeField()
    p50 = models.DateTimeField()
    p90 = models.DateTimeField()
    method = models.CharField(max_length=3, default="C")
    days_out = models.CharField(max_length=4)
    stands = models.CharField(max_length=20, blank=True)
    trips = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=16)
    reason = models.CharField(max_length=8, choices=Reason.choices)
    moved_h = models.FloatField(null=True, blank=True)
    gate_p10 = models.DateTimeField(null=True, blank=True)
    gate_p50 = models.DateTimeField(null=True, blank=True)
    gate_p90 = models.DateTimeField(null=True, blank=True)
    empty_p10 = models.DateTimeField(null=True, blank=True)
    empty_p50 = models.DateTimeField(null=True, blank=True)
    empty_p90 = models.DateTimeField(null=True, blank=True)
    cause = models.CharField(max_length=6, blank=True, default="", db_default="", choices=Cause.choices)
    cause_step = models.CharField(max_length=20, blank=True, default="", db_default="")
    cause_times = models.FloatField(null=True, blank=True)
    cause_node = models.CharField(max_length=120, blank=True, default="", db_default="")
    stall_chance = models.FloatField(null=True, blank=True)
    hits = models.PositiveIntegerField(default=0)
    hits_n = models.PositiveIntegerField(default=0)
    simple_p50 = models.DateTimeField(null=True, blank=True)
    is_current = models.BooleanField(default=True)
    is_snapshot = models.BooleanField(default=False)
    arrived_at = models.DateTimeField(null=True, blank=True)
    is_hit = models.BooleanField(null=True, blank=True)

    objects = ForecastQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["consignment", "-made_at"], name="forecast_of_consignment"),
            models.Index(
                fields=["days_out"],
                condition=models.Q(is_snapshot=True, is_hit__isnull=False),
                name="forecast_scored",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["consignment"], condition=models.Q(is_current=True), name="forecast_one_is_current"
            ),
            models.CheckConstraint(
                condition=models.Q(p10__lte=models.F("p50"), p50__lte=models.F("p90")), name="forecast_window_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(gate_p10__isnull=True, gate_p50__isnull=True, gate_p90__isnull=True)
                | models.Q(gate_p10__lte=models.F("gate_p50"), gate_p50__lte=models.F("gate_p90")),
                name="forecast_gate_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(empty_p10__isnull=True, empty_p50__isnull=True, empty_p90__isnull=True)
                | models.Q(empty_p10__lte=models.F("empty_p50"), empty_p50__lte=models.F("empty_p90")),
                name="forecast_empty_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(cause__in=["", "passed", "wait", "pace", "ship"]), name="forecast_cause_known"
            ),
            models.CheckConstraint(
                condition=models.Q(p10__gte=models.F("made_at")), name="forecast_is_of_what_is_to_come"
            ),
            models.CheckConstraint(condition=models.Q(days_out__in=HORIZONS), name="forecast_days_out_known"),
            models.CheckConstraint(
                condition=models.Q(stall_chance__isnull=True) | models.Q(stall_chance__range=(0, 1)),
                name="forecast_stall_chance",
            ),
            models.CheckConstraint(
                condition=models.Q(reason__in=["trips", "ship", "few", "none", "late", "unheard"]),
                name="forecast_reason_known",
            ),
            models.CheckConstraint(condition=models.Q(hits__lte=models.F("hits_n")), name="forecast_hits_of_n"),
            models.CheckConstraint(
                condition=models.Q(arrived_at__isnull=True, is_hit__isnull=True)
                | models.Q(arrived_at__isnull=False, is_hit__isnull=False),
                name="forecast_scored_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consignment_id} by {self.p50:%Y-%m-%d}"


class Foretold(NamedTuple):
    """What lists tell of a forecast, as columns of their rows: an object costs ten times as much."""

    made_at: datetime
    p10: datetime
    p50: datetime
    p90: datetime
    reason: str
    gate_p10: datetime | None
    gate_p50: datetime | None
    gate_p90: datetime | None
    empty_p10: datetime | None
    empty_p50: datetime | None
    empty_p90: datetime | None
    hits: int
    hits_n: int


class ForecastScore(models.Model):
    """How a method has done at one horizon: as said (of the stored forecasts; of exports by itself) or as replayed over
    past events.

    ``factor`` is by what the method C stretches the window's sides there, ``leg_factors`` the same of the legs that
    have one of their own, by the milestone where they begin. ``moved_h`` is by how much the middle moved in the mean
    from one morning to the next.
    """

    class Basis(models.TextChoices):
        """What was scored."""

        SAID = "said", _("as said")
        REPLAYED = "replayed", _("replayed")
        EXPORTS = "exports", _("as said of exports")

    basis = models.CharField(max_length=8, choices=Basis.choices)
    method = models.CharField(max_length=3)
    days_out = models.CharField(max_length=4)
    n = models.PositiveIntegerField()
    hits = models.PositiveIntegerField()
    mae_h = models.FloatField(null=True, blank=True)
    pinball_h = models.FloatField(null=True, blank=True)
    width_h = models.FloatField(null=True, blank=True)
    moved_h = models.FloatField(null=True, blank=True)
    factor = models.FloatField(default=1.0)
    leg_factors = models.JSONField[dict[str, float], dict[str, float]](
        default=dict, db_default=models.Value({}, models.JSONField()), blank=True
    )
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["basis", "method", "days_out"], name="forecast_score_once"),
            models.CheckConstraint(
                condition=models.Q(basis__in=["said", "replayed", "exports"]), name="forecast_score_basis"
            ),
            models.CheckConstraint(condition=models.Q(days_out__in=[*HORIZONS, "all"]), name="forecast_score_days_out"),
            models.CheckConstraint(condition=models.Q(hits__lte=models.F("n")), name="forecast_score_hits_of_n"),
            models.CheckConstraint(condition=models.Q(factor__gt=0), name="forecast_score_factor"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.days_out} {self.basis}"
