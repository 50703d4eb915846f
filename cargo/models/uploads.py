"""Uploads: the rows of a spreadsheet of consignments, from its preview to what became of them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from liaison.models import Organization, Person, Viewer


class UploadQuerySet(models.QuerySet["Upload"]):
    """Selections of uploads."""

    def visible_to(self, viewer: Viewer) -> UploadQuerySet:
        """One's own."""
        return self.filter(by=viewer) if isinstance(viewer, Person) else self.none()


class Upload(models.Model):
    """A spreadsheet that was read: looked at first, and once its sender has said yes, registered as a whole.

    ``rows`` are what the sheet says, each with its ``line``; ``columns`` the known ones in their order; ``outcome``
    counts what became of the rows, and before that how many consignments are wanted. ``problem`` is why registering
    them has failed.
    """

    class State(models.TextChoices):
        """How far it has come."""

        SHOWN = "shown", _("Waits for your yes")
        ORDERED = "ordered", _("Being registered")
        DONE = "done", _("Registered")

    by = models.ForeignKey(Person, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    consignee = models.ForeignKey(Organization, models.CASCADE, null=True, blank=True, related_name="+")
    file_name = models.CharField(max_length=120)
    columns = models.JSONField[list[str], list[str]](default=list)
    rows = models.JSONField[list[dict[str, Any]], list[dict[str, Any]]](default=list)
    state = models.CharField(max_length=8, choices=State.choices, default=State.SHOWN)
    seen = models.CharField(max_length=16, blank=True, default="")
    problem = models.CharField(max_length=300, blank=True, default="")
    ordered_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.JSONField[dict[str, int], dict[str, int]](default=dict)

    objects = UploadQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="upload_age"),
            models.Index(fields=["ordered_at"], condition=models.Q(state="ordered"), name="upload_ordered"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["shown", "ordered", "done"]), name="upload_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state="shown") | models.Q(ordered_at__isnull=False), name="upload_ordered_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
