"""The outbox, from written to settled: news for a person by a channel, and letters to an address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models.functions import Now

from liaison.models import JournalEntry, Person
from liaison.models.people import Viewer
from notify.kinds import CHANNELS, TOPICS

STATES = ("due", "sent", "refused", "dropped")
_Row = TypeVar("_Row", bound=models.Model)


class OutgoingQuerySet(models.QuerySet[_Row]):
    """Selections of rows of the outbox."""

    def due(self, at: datetime) -> Self:
        """Those to be sent at ``at`` that no other worker holds."""
        return self.waiting(at).filter(due_at__lte=at)

    def waiting(self, at: datetime) -> Self:
        """Those still to be sent, now or later, that no worker holds at ``at``: none has them, or its lease is over."""
        free = models.Q(lease_until__isnull=True) | models.Q(lease_until__lt=at)
        return self.filter(free, state="due")

    def with_words(self) -> Self:
        """With all that is needed to word them."""
        return self


class NoticeQuerySet(OutgoingQuerySet["Notice"]):
    """Selections of notices."""

    def visible_to(self, viewer: Viewer) -> NoticeQuerySet:
        """A person's own, and nobody else's."""
        return self.filter(person=viewer) if isinstance(viewer, Person) else self.none()

    def inbox(self) -> NoticeQuerySet:
        """Those that are read in the portal."""
        return self.filter(channel=Notice.Channel.INBOX)

    def with_words(self) -> NoticeQuerySet:
        """With the person, her telephone, and the entry."""
        return self.select_related("person__messaging", "entry")


class Outgoing(models.Model):
    """What every row of the outbox has: its state, when it is due, and who holds it.

    ``FORGOTTEN`` is what is overwritten once the row is sent or refused.
    """

    FORGOTTEN: ClassVar[dict[str, str]] = {}

    class State(models.TextChoices):
        """Due (also after a passing failure), sent, refused for good, or dropped because it need not be sent."""

        DUE = "due"
        SENT = "sent"
        REFUSED = "refused"
        DROPPED = "dropped"

    written_at = models.DateTimeField(db_default=Now())
    state = models.CharField(max_length=8, choices=State.choices, default=State.DUE)
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    # The provider's own number of it, and its price.
    provider_id = models.CharField(max_length=120, blank=True, db_default="")
    cost = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, db_default="")

    class Meta:
        abstract = True


class Notice(Outgoing):
    """News for one person by one channel.

    The journal entry's kind names the templates that word it in the person's language when it is sent or shown, and
    its data is what they need. Those ``is_bundled`` that are due to one person by one channel go as one message.
    """

    class Channel(models.TextChoices):
        """How it reaches the person."""

        EMAIL = "email"
        PUSH = "push"
        WHATSAPP = "whatsapp"
        SMS = "sms"
        INBOX = "inbox"

    person = models.ForeignKey(Person, models.CASCADE, db_index=False)
    entry = models.ForeignKey(JournalEntry, models.CASCADE, db_index=False)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    topic = models.CharField(max_length=10, blank=True, db_default="")
    is_urgent = models.BooleanField(default=False, db_default=False)
    is_bundled = models.BooleanField(default=False, db_default=False)
    read_at = models.DateTimeField(null=True, blank=True)

    # What goes in one message with this one, itself included, while it is sent; no column.
    bundle: Sequence[Notice] = ()

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["channel", "due_at"], condition=models.Q(state="due"), name="notice_due"),
            models.Index(fields=["-id"], condition=models.Q(state="refused"), name="notice_refused"),
            # What was written of late to whom, so that a flood becomes one message.
            models.Index(fields=["person", "-written_at"], condition=~models.Q(channel="inbox"), name="notice_lately"),
            models.Index(fields=["person", "-id"], condition=models.Q(channel="inbox"), name="notice_inbox"),
            models.Index(fields=["provider_id"], condition=~models.Q(provider_id=""), name="notice_provider_id"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["entry", "person", "channel"], name="notice_once"),
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="notice_state_known"),
            models.CheckConstraint(condition=models.Q(channel__in=CHANNELS), name="notice_channel_known"),
            models.CheckConstraint(condition=models.Q(topic__in=["", *TOPICS]), name="notice_topic_known"),
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False), name="notice_sent_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} to {self.person_id} by {self.channel}"


class Letter(Outgoing):
    """A message to an address that need not belong to anybody: a sign-in code, an invitation, news for a subscriber.

    Its words are forgotten once it is sent or refused, since they open doors. News names its journal entry and its
    ``reader``, who is told of the entry once (a noun and its number, "corridor.subscription:7"), and the address
    where she ends it; it goes after all letters that somebody waits for. To a browser the address is its endpoint, and
    the body a ``notify.pushing.Push``. An answer goes to an address that has just asked, whatever else it wants.
    """

    class Channel(models.TextChoices):
        """How it reaches the address."""

        EMAIL = "email"
        SMS = "sms"
        PUSH = "push"
        WHATSAPP = "whatsapp"

    FORGOTTEN: ClassVar[dict[str, str]] = {"subject": "", "body": "", "unsubscribe": ""}

    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.EMAIL, db_default="email")
    address = models.CharField(max_length=1000)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    is_news = models.BooleanField(default=False, db_default=False)
    is_answer = models.BooleanField(default=False, db_default=False)
    entry = models.ForeignKey(JournalEntry, models.PROTECT, null=True, blank=True, db_index=False)
    reader = models.CharField(max_length=60, blank=True, db_default="")
    unsubscribe = models.URLField(max_length=300, blank=True, db_default="")

    objects = OutgoingQuerySet["Letter"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["channel", "is_news", "due_at"], condition=models.Q(state="due"), name="letter_due"),
            models.Index(fields=["reader"], condition=models.Q(is_news=True), name="letter_reader"),
            models.Index(fields=["provider_id"], condition=~models.Q(provider_id=""), name="letter_provider_id"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "reader"], condition=models.Q(is_news=True), name="letter_news_once"
            ),
            models.CheckConstraint(
                condition=models.Q(is_news=False) | models.Q(entry__isnull=False) & ~models.Q(reader=""),
                name="letter_news_has_reader",
            ),
            models.CheckConstraint(
                condition=models.Q(channel__in=["email", "sms", "push", "whatsapp"]), name="letter_channel_known"
            ),
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="letter_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False), name="letter_sent_has_time"
            ),
            models.CheckConstraint(
                condition=models.Q(state="due") | models.Q(body=""), name="letter_forgotten_when_settled"
            ),
        ]

    def __str__(self) -> str:
        return f"letter {self.pk} to {self.address}"
