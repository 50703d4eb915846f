"""Letters of a ticket to people without an account, and the links by which they answer."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from liaison.models import Organization, Person, Viewer
from liaison.roles import OFFICE
from tickets.models.tickets import Ticket


class AnswerLinkQuerySet(models.QuerySet["AnswerLink"]):
    """Selections of links."""

    def visible_to(self, viewer: Viewer) -> AnswerLinkQuerySet:
        """To the office, and to nobody else; whoever has the token needs no more."""
        return self if isinstance(viewer, Person) and viewer.roles & OFFICE else self.none()

    def live(self, at: datetime) -> AnswerLinkQuerySet:
        """Those that lead somewhere: to a ticket that their agency has, or had last."""
        lasting = self.filter(expires_at__gt=at, revoked_at__isnull=True)
        return lasting.filter(ticket__agency=models.F("agency"))


class AnswerLink(models.Model):
    """A link by which somebody of an agency reads and answers one ticket without an account.

    Its token is kept as a digest alone; ``seed`` is what it was made from with the portal's own key. ``opened`` counts
    how often the page was looked at, ``answered`` how often something was sent from it.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="answer_links")
    agency = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    address = models.EmailField()
    seed = models.UUIDField(unique=True)
    token_digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    opened = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    answered = models.PositiveIntegerField(default=0)

    objects = AnswerLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(expires_at__gt=models.F("made_at")), name="answer_link_expires"),
            models.CheckConstraint(
                condition=models.Q(opened=0, opened_at__isnull=True) | models.Q(opened__gt=0, opened_at__isnull=False),
                name="answer_link_opened_when",
            ),
            models.CheckConstraint(condition=~models.Q(address=""), name="answer_link_of_an_address"),
        ]

    def __str__(self) -> str:
        return f"link of {self.agency_id} to {self.ticket_id}"


class TicketLetter(models.Model):
    """Which ticket a letter of the outbox was about, and to whom it went: the answer to it belongs there.

    ``letter`` is the outbox's number, which outlives the letter; ``agency`` is set where it went to an agency.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="letters")
    letter = models.BigIntegerField(unique=True)
    address = models.EmailField()
    agency = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["address", "at"], name="ticket_letter_to")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(address=""), name="ticket_letter_to_an_address"),
        ]

    def __str__(self) -> str:
        return f"letter {self.letter} about {self.ticket_id}"
