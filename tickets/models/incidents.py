"""Incidents: one trouble that is behind many tickets, and the log of what was done to it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from corridor.models import Node
from liaison.models import Person, Viewer
from liaison.roles import OFFICE
from tickets.models.categories import Category


class IncidentQuerySet(models.QuerySet["Incident"]):
    """Selections of incidents."""

    def visible_to(self, viewer: Viewer) -> IncidentQuerySet:
        """To the office, and to nobody else: others see their own tickets."""
        return self if isinstance(viewer, Person) and viewer.roles & OFFICE else self.none()


class Incident(models.Model):
    """The parent of tickets that one trouble has caused. What it strikes is a place, a ship's voyage or a system.

    ``version`` is the number of its last entry. Its tickets keep their own clocks.
    """

    class State(models.TextChoices):
        """Goes on, or is over."""

        OPEN = "open", _("Goes on")
        OVER = "over", _("Over")

    ref = models.CharField(max_length=20, unique=True)
    title = models.CharField(_("title"), max_length=140)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+")
    node = models.ForeignKey(Node, models.PROTECT, null=True, blank=True, related_name="+")
    vessel = models.CharField(_("ship"), max_length=80, blank=True)
    voyage = models.CharField(_("voyage"), max_length=30, blank=True)
    system = models.CharField(_("system"), max_length=40, blank=True)
    state = models.CharField(max_length=5, choices=State.choices, default=State.OPEN)
    version = models.PositiveIntegerField(default=0)
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=["open", "over"]), name="incident_state_known"),
            models.CheckConstraint(
                condition=models.Q(state="over", closed_at__isnull=False)
                | models.Q(state="open", closed_at__isnull=True),
                name="incident_over_since",
            ),
            models.CheckConstraint(condition=~models.Q(title=""), name="incident_has_title"),
            models.CheckConstraint(
                condition=models.Q(voyage="") | ~models.Q(vessel=""), name="incident_voyage_of_a_ship"
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.state == self.State.OPEN


class IncidentEntry(models.Model):
    """One thing that was done to an incident; the database itself refuses UPDATE and DELETE.

    ``data`` names the tickets (``tickets``) by their references; of what was undone, ``undoes`` the entry's number.
    """

    class Kind(models.TextChoices):
        """What was done."""

        OPENED = "opened"
        LINKED = "linked"
        SPLIT = "split"
        TOLD = "told"
        CLOSED = "closed"
        UNDONE = "undone"

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="entries", db_index=False)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    data = models.JSONField[dict[str, Any], dict[str, Any]](default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="incident_entry_number_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["opened", "linked", "split", "told", "closed", "undone"]),
                name="incident_entry_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.incident_id}"
