"""Who has a ticket before her, and who is writing in it: rows that say nothing after a short while."""

from __future__ import annotations

from django.db import models

from liaison.models import Person
from tickets.models.tickets import Ticket


class Presence(models.Model):
    """When a person of the office last had a ticket before her, and last typed in it."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="presences", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()
    typed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.ticket_id}"
