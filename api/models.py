"""Access tokens of people's programs, the answers to writes that may come again, and webhooks with what they send."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cargo.models import Event
from liaison.models import JournalEntry, Person, Viewer


class Scope(models.TextChoices):
    """What a token opens, never more than its owner may do."""

    READ = "read", _("read consignments and their events")
    WRITE = "write", _("register and correct consignments")
    MONEY = "money", _("see charges")
    TICKETS = "tickets", _("read and write tickets")
    PUSH = "push", _("send files of sources, for the office")


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    """Selections of tokens."""

    def visible_to(self, viewer: Viewer) -> AccessTokenQuerySet:
        """A person's own."""
        return self.filter(person=viewer) if isinstance(viewer, Person) else self.none()

    def in_force(self, at: datetime) -> AccessTokenQuerySet:
        """Those that open something at that moment."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=at)


class AccessToken(models.Model):
    """A key with which a person's own program acts for her; only its digest is kept, and how it begins."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="access_tokens", db_index=False)
    name = models.CharField(_("what it is for"), max_length=60)
    start = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope.choices))
    # Of which password it is: with another it opens nothing. Empty is of before this was kept.
    password_mark = models.CharField(max_length=32, blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["person", "-id"], name="access_token_of_person")]
        constraints = [
            models.CheckConstraint(condition=models.Q(expires_at__gt=models.F("made_at")), name="access_token_lives"),
            models.CheckConstraint(
                condition=models.Q(scopes__contained_by=["read", "write", "money", "tickets", "push"])
                & ~models.Q(scopes=[]),
                name="access_token_scopes_known",
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="access_token_has_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"


class KeptAnswer(models.Model):
    """What a write with an ``Idempotency-Key`` was answered, to be answered again: see ``api.idempotency``."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=128)
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    # As it was written, with what is shown once sealed in its place and, so sealed, in the body.
    text = models.TextField(blank=True, db_default="")
    location = models.CharField(max_length=500, blank=True, db_default="")
    body = models.JSONField()
    kept_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["kept_at"], name="kept_answer_age")]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="kept_answer_once"),
            models.CheckConstraint(condition=~models.Q(key=""), name="kept_answer_has_key"),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.person_id}"


class WebhookQuerySet(models.QuerySet["Webhook"]):
    """Selections of webhooks."""

    def visible_to(self, viewer: Viewer) -> WebhookQuerySet:
        """A person's own."""
        return self.filter(person=viewer) if isinstance(viewer, Person) else self.none()

    def running(self) -> WebhookQuerySet:
        """Those that are told of what happens."""
        return self.filter(pause="", person__is_active=True)

    def of_portal(self) -> WebhookQuerySet:
        """Those that are told of the journal, as Standard Webhooks has it."""
        return self.filter(subscription=None)

    def of_dcsa(self) -> WebhookQuerySet:
        """Those that are told of events, as DCSA has it."""
        return self.exclude(subscription=None)


class Webhook(models.Model):
    """An address of a person's own system that is told of what she may see there; its secrets are kept sealed.

    The old secret signs beside the new one until ``old_secret_until``. ``after`` is the last entry of the journal that
    it is no longer to be told of. ``rest_until`` is when a receiver that did not answer is tried again.

    With a ``subscription`` it is one of DCSA: told of events that pass its ``filters``, signed as DCSA has it.
    ``after`` is then the last match of an event, and ``ahead`` the one up to which it was seen at ``ahead_at``: see
    ``api.hooks.subscriptions``.
    """

    class Pause(models.TextChoices):
        """Why nothing is sent."""

        OWNER = "owner", _("paused by you")
        FAILING = "failing", _("paused, because it has not answered for days")
        GONE = "gone", _("ended by the receiver, which answered that it is gone")

    person = models.ForeignKey(Person, models.CASCADE, related_name="webhooks", db_index=False)
    url = models.CharField(_("address"), max_length=500)
    kinds = ArrayField(models.CharField(max_length=40))
    secret = models.TextField()
    old_secret = models.TextField(blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)
    after = models.BigIntegerField()
    made_at = models.DateTimeField()
    pause = models.CharField(max_length=8, choices=Pause.choices, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    rest_until = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    subscription = models.UUIDField(null=True, blank=True, unique=True)
    filters = models.JSONField[dict[str, Any], dict[str, Any]](default=dict, blank=True)
    ahead = models.BigIntegerField(default=0, db_default=0)
    ahead_at = models.DateTimeField(null=True, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["person", "-id"], name="webhook_of_person")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(url=""), name="webhook_has_address"),
            models.CheckConstraint(condition=~models.Q(kinds=[]), name="webhook_has_kinds"),
            models.CheckConstraint(condition=~models.Q(secret=""), name="webhook_has_secret"),
            models.CheckConstraint(
                condition=models.Q(pause__in=["", "owner", "failing", "gone"])
                & models.Q(
                    models.Q(pause="", paused_at__isnull=True) | ~models.Q(pause="") & ~models.Q(paused_at=None)
                ),
                name="webhook_pause_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(subscription__isnull=False) | models.Q(filters={}, ahead_at=None),
                name="webhook_filters_are_of_dcsa",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.url} of {self.person_id}"


class WebhookMessageQuerySet(models.QuerySet["WebhookMessage"]):
    """Selections of messages."""

    def visible_to(self, viewer: Viewer) -> WebhookMessageQuerySet:
        """Those of a person's own webhooks."""
        return self.filter(webhook__person=viewer) if isinstance(viewer, Person) else self.none()


class WebhookMessage(models.Model):
    """What one webhook is told of one thing, with the same ``key`` each time that it is sent.

    ``about`` names the thing, whose messages go one after the other. ``tries`` says how the last of them went.
    """

    class State(models.TextChoices):
        """Due (also after a failure), sent, or given up."""

        DUE = "due", _("waits")
        SENT = "sent", _("sent")
        REFUSED = "refused", _("given up")

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="messages", db_index=False)
    key = models.UUIDField(unique=True, default=uuid4)
    entry = models.ForeignKey(JournalEntry, models.PROTECT, null=True, blank=True, db_index=False)
    event = models.ForeignKey(Event, models.CASCADE, null=True, blank=True, db_index=False)
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=60)
    body = models.TextField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.DUE)
    written_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    tries = models.JSONField[list[dict[str, Any]], list[dict[str, Any]]](default=list, blank=True)

    objects = WebhookMessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["webhook", "id"], condition=models.Q(state="due"), name="webhook_message_due"),
            models.Index(
                fields=["webhook", "about", "id"], condition=models.Q(state="due"), name="webhook_message_line"
            ),
            models.Index(fields=["webhook", "-id"], name="webhook_message_log"),
            models.Index(fields=["written_at"], name="webhook_message_age"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["webhook", "entry"], condition=models.Q(entry__isnull=False), name="webhook_message_once"
            ),
            models.UniqueConstraint(
                fields=["webhook", "event"], condition=models.Q(event__isnull=False), name="webhook_message_event_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["due", "sent", "refused"]), name="webhook_message_state_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False),
                name="webhook_message_sent_has_time",
            ),
            models.CheckConstraint(condition=~models.Q(about=""), name="webhook_message_is_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.about} to {self.webhook_id}"

    @property
    def name(self) -> str:
        """Its id for the receiver, the same each time."""
        return f"msg_{self.key.hex}"
