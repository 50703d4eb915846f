"""Mails that came in, as they came, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.db.models.functions import Left

from liaison.models import Person, Viewer
from liaison.roles import OFFICE
from tickets.models.messages import Message
from tickets.models.tickets import Ticket

# A mail that could not be read so many times holds up no other any more, and stays where it is seen.
MOST_ATTEMPTS = 5
BEGINNING = 3_000


class MailQuerySet(models.QuerySet["Mail"]):
    """Selections of mails."""

    def visible_to(self, viewer: Viewer) -> MailQuerySet:
        """All to the office, and none to anybody else: what is meant for others stands in the ticket."""
        return self if isinstance(viewer, Person) and viewer.roles & OFFICE else self.none()

    def in_state(self, state: str) -> MailQuerySet:
        """Those of one state; all where none is named."""
        return self.filter(state=state) if state else self

    def about(self, asked: str) -> MailQuerySet:
        """Those with these words in the sender's address or the subject; all where nothing is asked."""
        said = models.Q(sender__icontains=asked) | models.Q(subject__icontains=asked)
        return self.filter(said) if asked else self

    def is_crowded(self, mail: Mail, *, most: int, since: datetime) -> bool:
        """Whether so many came in before ``mail`` since then, from anybody."""
        earlier = self.filter(pk__lt=mail.pk).order_by("-pk").values_list("received_at", flat=True)
        return any(received_at >= since for received_at in earlier[most - 1 : most])

    def behind(self, ticket: Ticket, messages: Iterable[Message]) -> MailQuerySet:
        """Those from which the ticket was opened or these messages were made."""
        opening = models.Q(ticket=ticket, message__isnull=True, state=Mail.State.TAKEN)
        return self.filter(opening | models.Q(message__in=[message.pk for message in messages]))

    def with_beginnings(self) -> MailQuerySet:
        """With the ``beginning`` of the text and without the whole: a page shows thirty, and each may be a book."""
        return self.annotate(beginning=Left("text", BEGINNING)).defer("raw", "text").select_related("ticket")

    def waiting(self) -> MailQuerySet:
        """Those that nobody has read yet, the oldest first, but for those that fail each time."""
        return self.filter(state=Mail.State.STORED, attempts__lt=MOST_ATTEMPTS).order_by("id")

    def before(self, mail: Mail, *, since: datetime) -> MailQuerySet:
        """What came in from the sender of ``mail`` between then and it, whenever it is read.

        What others have sent under the name is not counted against it.
        """
        came = self.filter(sender=mail.sender, received_at__gte=since, received_at__lte=mail.received_at)
        return came.exclude(pk=mail.pk).exclude(reason="forged_sender")


class Mail(models.Model):
    """One mail: stored raw before anything is made of it, then taken into a ticket or left for a reason.

    ``reason`` is a code; ``text`` the whole text, of which the message in the ticket has what is new. ``header_id`` is
    its Message-ID, ``checked`` what our mail host found of the sender; ``declined`` names the files that were not kept,
    each with its reason.
    """

    class State(models.TextChoices):
        """Waits to be read, is in a ticket, or was left."""

        STORED = "stored"
        TAKEN = "taken"
        LEFT = "left"

    digest = models.CharField(max_length=64, unique=True)
    raw = models.BinaryField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.STORED)
    attempts = models.PositiveSmallIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True)
    kind = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=30, blank=True)
    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    header_id = models.CharField(max_length=252, blank=True)
    text = models.TextField(blank=True)
    checked = models.JSONField[dict[str, str], dict[str, str]](default=dict, blank=True)
    declined = models.JSONField[list[dict[str, str]], list[dict[str, str]]](default=list, blank=True)
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, blank=True, related_name="mails")
    message = models.OneToOneField(Message, models.PROTECT, null=True, blank=True, related_name="mail")

    objects = MailQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(state="stored"), name="mail_waiting"),
            models.Index(fields=["header_id"], condition=~models.Q(header_id=""), name="mail_header_id"),
            models.Index(fields=["sender", "received_at"], name="mail_of_sender"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=["stored", "taken", "left"]), name="mail_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state="taken") | models.Q(ticket__isnull=False), name="mail_taken_into_a_ticket"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="left") | ~models.Q(reason=""), name="mail_left_for_a_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(state="stored") | models.Q(read_at__isnull=False), name="mail_read_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk} of {self.sender or 'nobody'}"

    @property
    def may_open(self) -> bool:
        """Whether the office may open a ticket from it all the same: it was read, and is in none."""
        return self.state == self.State.LEFT and bool(self.kind) and self.ticket_id is None
