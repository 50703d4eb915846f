"""What takes longer than a page may: ordered, made by a worker, and fetched by who ordered it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from liaison.models.people import Person, Viewer


class JobQuerySet(models.QuerySet["Job"]):
    """Selections of jobs."""

    def visible_to(self, viewer: Viewer) -> JobQuerySet:
        """One's own."""
        return self.filter(by=viewer) if isinstance(viewer, Person) else self.none()


class Job(models.Model):
    """A file that a person has asked for: its ``kind`` (settings.JOBS), from what, and the file once it is made."""

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting", _("being made")
        DONE = "done", _("ready")
        FAILED = "failed", _("failed")

    by = models.ForeignKey(Person, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    asked = models.JSONField[dict[str, Any], dict[str, Any]](default=dict)
    language = models.CharField(max_length=5)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    file_name = models.CharField(max_length=120, blank=True, default="")
    content_type = models.CharField(max_length=120, blank=True, default="")
    content = models.BinaryField(null=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["by", "-at"], name="job_of_person"),
            models.Index(fields=["at"], condition=models.Q(state="waiting"), name="job_waiting"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=["waiting", "done", "failed"]), name="job_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state="done") | models.Q(content__isnull=False, done_at__isnull=False),
                name="job_done_has_its_file",
            ),
        ]

    def __str__(self) -> str:
        return self.label
