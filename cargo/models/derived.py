"""What is derived from events: milestones and status."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Milestone(models.Model):
    """Derived: how far a unit (or a consignment without units) has come with one milestone.

    The database does not check its references, nor those of the other derived rows to events and units: they are
    written anew from rows that are locked or never change, and the checks cost a tenth of the way of an event.
    """

    consignment = models.ForeignKey(
        "cargo.Consignment", models.CASCADE, related_name="milestones", db_index=False, db_constraint=False
    )
    unit = models.ForeignKey("cargo.Unit", models.CASCADE, null=True, blank=True, db_index=False, db_constraint=False)
    code = models.CharField(max_length=20)
    actual_at = models.DateTimeField(null=True, blank=True)
    expected_at = models.DateTimeField(null=True, blank=True)
    is_day = models.BooleanField(default=False)
    event = models.ForeignKey("cargo.Event", models.CASCADE, db_index=False, db_constraint=False)
    is_contested = models.BooleanField(default=False)

    class Meta:
        indexes = [
            # Who came and who left lately; see cargo.waits.
            models.Index(
                fields=["code", "actual_at"],
                condition=models.Q(
                    actual_at__isnull=False,
                    code__in=[
                        "discharged", "gate_out", "at_depot", "loaded",
                        "border1_in", "border1_out", "border2_in", "border2_out",
                    ],
                ),
                name="milestone_waits",
            ),
            # The exports that lately sailed; see cargo.usual.
            models.Index(
                fields=["actual_at"],
                condition=models.Q(actual_at__isnull=False, code="export_departed"),
                name="milestone_sailed",
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["consignment", "unit", "code"], name="milestone_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(actual_at__isnull=False) | models.Q(expected_at__isnull=False),
                name="milestone_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} of {self.consignment_id}"


class Status(models.Model):
    """Derived: where a consignment is, as of when, who says so, and who holds it.

    ``consignee`` is the consignment's, which the database keeps the same: one firm's cargo is read along one index.
    ``moved_at`` is when it last moved, ``changed_at`` when we last heard of it or somebody changed what is said of it:
    whoever asks for what is new asks by that.
    """

    class State(models.TextChoices):
        """The stage that a consignment has reached."""

        REGISTERED = "registered", _("Nothing heard yet")
        AT_SEA = "at_sea", _("At sea")
        AT_PORT = "at_port", _("At the port")
        ON_ROAD = "on_road", _("On the road")
        AT_BORDER = "at_border", _("At the border")
        INKIGALI = "in_kigali", _("In Kigali")
        DELIVERED = "delivered", _("Delivered")
        CLOSED = "closed", _("Closed")

    DONE = (State.DELIVERED, State.CLOSED)

    consignment = models.OneToOneField("cargo.Consignment", models.CASCADE, primary_key=True, related_name="status")
    consignee = models.ForeignKey(
        "liaison.Organization", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.REGISTERED)
    event = models.ForeignKey("cargo.Event", models.CASCADE, null=True, blank=True, db_index=False, db_constraint=False)
    is_held = models.BooleanField(default=False)
    held_by = models.CharField(max_length=20, blank=True)
    next_step = models.CharField(max_length=20, blank=True)
    moved_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["-moved_at", "-consignment"], name="status_moved"),
            models.Index(fields=["changed_at"], name="status_changed"),
            models.Index(fields=["state", "-moved_at", "-consignment"], name="status_of_state"),
            models.Index(fields=["consignee", "-moved_at", "-consignment"], name="status_of_consignee"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[
                        "registered", "at_sea", "at_port", "on_road", "at_border", "in_kigali", "delivered", "closed",
                    ]
                ),
                name="status_state_known",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.consignment_id} {self.state}"


class UsualDelay(models.Model):
    """Derived: how long like cargo usually spends on a part of its way, or waits for one step; see ``cargo.usual``.

    ``name`` is a part (``cargo.delays.PARTS``), the milestone that was waited for, or an export's wait with the slug of
    its node. Of ``n`` trips that ended after ``since``: median and ninth decile in seconds.
    """

    class Basis(models.TextChoices):
        """What was measured."""

        PART = "part", _("a part of the way")
        STEP = "step", _("waiting for one step")
        STAY = "stay", _("standing at one place")

    cargo_kind = models.CharField(max_length=12)
    basis = models.CharField(max_length=4, choices=Basis.choices)
    name = models.CharField(max_length=60)
    median_s = models.PositiveIntegerField()
    p90_s = models.PositiveIntegerField()
    n = models.PositiveIntegerField()
    since = models.DateTimeField()
    measured_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cargo_kind", "basis", "name"], name="usual_delay_once"),
            models.CheckConstraint(
                condition=models.Q(basis__in=["part", "step", "stay"]), name="usual_delay_basis_known"
            ),
            models.CheckConstraint(condition=models.Q(n__gt=0), name="usual_delay_is_of_some"),
            models.CheckConstraint(condition=models.Q(p90_s__gte=models.F("median_s")), name="usual_delay_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.cargo_kind}"
