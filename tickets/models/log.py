"""The log of a ticket: what was done to it, by whom and when; clocks are reckoned from it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now

from liaison.models import Person
from tickets.models.tickets import Ticket


class Entry(models.Model):
    """One thing that happened to a ticket; the database itself refuses UPDATE and DELETE.

    ``number`` is the ticket's version that it made, ``party`` the side that did it; ``data`` is plain JSON, what it
    holds follows from the kind.
    """

    class Kind(models.TextChoices):
        """What happened."""

        OPENED = "opened"
        ATTACHED = "attached"
        ASSIGNED = "assigned"
        REPLIED = "replied"
        SAID = "said"
        NOTED = "noted"
        PAUSED = "paused"
        RESUMED = "resumed"
        HANDED_OVER = "handed_over"
        ACCEPTED = "accepted"
        GIVEN_BACK = "given_back"
        RESOLVED = "resolved"
        CONFIRMED = "confirmed"
        RATED = "rated"
        REOPENED = "reopened"
        MERGED = "merged"
        ABSORBED = "absorbed"
        PARTED = "parted"
        PRIORITY = "priority"
        CATEGORY = "category"
        TAGGED = "tagged"
        SNOOZED = "snoozed"
        CLOSED = "closed"
        LINKED = "linked"
        UNLINKED = "unlinked"

    class Party(models.TextChoices):
        """The side that acted."""

        OFFICE = "office"
        IMPORTER = "importer"
        AGENCY = "agency"
        OUTSIDE = "outside"
        PORTAL = "portal"

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="entries", db_index=False)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    party = models.CharField(max_length=8, choices=Party.choices)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    data = models.JSONField[dict[str, Any], dict[str, Any]](default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["by", "id"], condition=models.Q(by__isnull=False), name="entry_by"),
            models.Index(
                fields=["at"],
                include=["ticket", "number"],
                condition=models.Q(kind="resolved"),
                name="entry_resolved",
            ),
            models.Index(fields=["ticket", "number"], condition=models.Q(kind="reopened"), name="entry_reopened"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "number"], name="entry_number_once"),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "opened", "attached", "assigned", "replied", "said", "noted", "paused", "resumed",
                        "handed_over", "accepted", "given_back", "resolved", "confirmed", "rated", "reopened",
                        "merged", "absorbed", "parted", "priority", "category", "tagged", "snoozed", "closed", "linked",
                        "unlinked",
                    ]
                ),
                name="entry_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(party__in=["office", "importer", "agency", "outside", "portal"]),
                name="entry_party_known",
            ),
            models.CheckConstraint(
                condition=models.Q(by__isnull=False) | ~models.Q(party="office"),
                name="entry_of_the_office_has_a_name",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} in {self.ticket_id}"
