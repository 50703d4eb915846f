"""What people wrote by SMS, WhatsApp and USSD, as it came, and what they were answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from liaison.models import Person, Viewer
from liaison.roles import OFFICE
from notify.models import Letter
from tickets.models.messages import Message
from tickets.models.tickets import Ticket

# One that could not be answered so often holds up no other any more, and stays where it is seen.
MOST_ATTEMPTS = 5


class TalkQuerySet(models.QuerySet["Talk"]):
    """Selections of what was written."""

    def visible_to(self, viewer: Viewer) -> TalkQuerySet:
        """All to the office, and none to anybody else: what is meant for others stands in the ticket."""
        return self if isinstance(viewer, Person) and viewer.roles & OFFICE else self.none()

    def waiting(self) -> TalkQuerySet:
        """What nobody has answered yet, the oldest first, but for what fails each time."""
        return self.filter(state=Talk.State.STORED, attempts__lt=MOST_ATTEMPTS).order_by("id")

    def of_address(self, channel: str, address: str) -> TalkQuerySet:
        """What one telephone, or one user of WhatsApp, wrote."""
        return self.filter(channel=channel, address=address)

    def lately_of(self, channel: str, address: str, since: datetime) -> TalkQuerySet:
        """What it has written since then."""
        return self.of_address(channel, address).filter(received_at__gte=since)

    def about(self, asked: str) -> TalkQuerySet:
        """What came from a number with these digits, or has these words, or is in that ticket."""
        if not asked:
            return self
        digits = "".join(character for character in asked if character.isdigit())
        said = models.Q(text__icontains=asked) | models.Q(ticket__ref__iexact=asked)
        return self.filter(said | models.Q(address__contains=digits) if len(digits) >= 6 else said)

    def by_channel(self, channel: str) -> TalkQuerySet:
        """That of one channel; all where none is named."""
        return self.filter(channel=channel) if channel else self


class Talk(models.Model):
    """One text, or one session of the USSD menu: stored as it came before anything is made of it, then answered.

    ``kind`` is what it was read as, ``reason`` why it got no answer, both codes; ``person`` whose telephone it was
    then. ``letter`` carried the answer and knows what became of it.
    """

    class Channel(models.TextChoices):
        """How it came."""

        SMS = "sms", _("SMS")
        WHATSAPP = "whatsapp", "WhatsApp"
        USSD = "ussd", "USSD"

    class State(models.TextChoices):
        """Waits to be read, was answered, or was left without an answer."""

        STORED = "stored"
        ANSWERED = "answered"
        LEFT = "left"

    channel = models.CharField(max_length=8, choices=Channel.choices)
    provider_id = models.CharField(max_length=160)
    address = models.CharField(max_length=140)
    text = models.TextField(blank=True)
    raw = models.JSONField[dict[str, Any], dict[str, Any]](default=dict)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.STORED)
    attempts = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True, blank=True)
    kind = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=2, blank=True)
    answer = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, blank=True, related_name="talks")
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="+")
    letter = models.ForeignKey(Letter, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = TalkQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(state="stored"), name="talk_waiting"),
            models.Index(fields=["address", "-received_at"], name="talk_of_address"),
            models.Index(fields=["received_at"], name="talk_received"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["channel", "provider_id"], name="talk_once"),
            models.CheckConstraint(
                condition=models.Q(channel__in=["sms", "whatsapp", "ussd"]), name="talk_channel_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["stored", "answered", "left"]), name="talk_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state="stored") | models.Q(answered_at__isnull=False), name="talk_answered_has_time"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="left") | ~models.Q(reason=""), name="talk_left_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk} of {self.address}"
