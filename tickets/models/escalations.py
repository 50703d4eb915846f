"""Steps of escalation that were taken: who was told that a promise runs out, each step once."""

from __future__ import annotations

from django.db import models

from liaison.models import Person, Viewer
from liaison.roles import OFFICE
from tickets.models.tickets import Ticket


class EscalationQuerySet(models.QuerySet["Escalation"]):
    """Selections of steps."""

    def visible_to(self, viewer: Viewer) -> EscalationQuerySet:
        """To the office, and to nobody else."""
        return self if isinstance(viewer, Person) and viewer.roles & OFFICE else self.none()

    def asked_for(self, *, words: str, percent: str, is_over_too: bool) -> EscalationQuerySet:
        """Those of a step, with words in the ticket's title or its reference; of open tickets unless of all."""
        rows = self if is_over_too else self.filter(ticket__state__in=Ticket.OPEN_STATES)
        if percent:
            rows = rows.filter(percent=int(percent))
        named = models.Q(ticket__ref=words.upper()) | models.Q(ticket__title__icontains=words)
        return rows.filter(named) if words else rows


class Escalation(models.Model):
    """One step of one clock, which the database lets be taken once.

    The clock is known by whose promise it is, its kind and its beginning; ``agency`` is the name that the clock has.
    ``rung`` says in words whom the category's ladder names, ``reached_at`` when so much of the promise had passed,
    ``told`` how many people the portal told.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="escalations", db_index=False)
    contract = models.CharField(max_length=8)
    agency = models.CharField(max_length=160, blank=True)
    kind = models.CharField(max_length=12)
    started_at = models.DateTimeField()
    percent = models.PositiveSmallIntegerField()
    rung = models.CharField(max_length=300)
    reached_at = models.DateTimeField()
    told = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    objects = EscalationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="escalation_latest")]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "contract", "agency", "kind", "started_at", "percent"], name="escalation_step_once"
            ),
            models.CheckConstraint(condition=models.Q(percent__in=[75, 90, 100]), name="escalation_step_known"),
            models.CheckConstraint(
                condition=models.Q(contract__in=["ours", "agency", "outside"]), name="escalation_contract_known"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["first_reply", "next_reply", "resolve"]), name="escalation_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(reached_at__gt=models.F("started_at")), name="escalation_never_at_the_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent} % of {self.kind} of {self.ticket_id}"
