"""What became of each promise, kept for reports: derived from the logs, dropped and made anew at will."""

from __future__ import annotations

from django.db import models

from liaison.models import Organization, Person
from tickets.models.tickets import Ticket


class Outcome(models.Model):
    """A clock that has ended: how much open time it took, of how much that was promised, and whether it was kept.

    Written by ``tickets.outcomes`` from the log alone; nothing else rests on it than reports.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="outcomes")
    contract = models.CharField(max_length=8)
    agency = models.ForeignKey(Organization, models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=12)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    worked = models.DurationField()
    span = models.DurationField()
    is_met = models.BooleanField()
    is_late = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["contract", "kind", "ended_at"], name="outcome_period")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(contract__in=["ours", "agency", "outside"]), name="outcome_contract_known"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["first_reply", "next_reply", "resolve"]), name="outcome_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__gte=models.F("started_at")), name="outcome_ends_after_its_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.ticket_id}"


class AgencyComment(models.Model):
    """What an agency says beside its own line of the public scoreboard; the latest counts, the earlier ones stay."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    text = models.CharField(max_length=1000)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organization", "-id"], name="agency_comment_latest")]
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="agency_comment_says_something")]

    def __str__(self) -> str:
        return f"comment of {self.organization_id}"
