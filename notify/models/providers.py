"""What the providers of SMS and WhatsApp know: addresses that wrote or opted out, receipts, templates; and counts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Correspondent(models.Model):
    """An address as one provider knows it: when it last wrote to us, in which language, whether it wants nothing more.

    By SMS it is a number in E.164; by WhatsApp that, or the user's own id where she hides her number.
    """

    class Stopped(models.TextChoices):
        """Who said so."""

        USER = "user"
        PROVIDER = "provider"

    channel = models.CharField(max_length=8)
    address = models.CharField(max_length=140)
    heard_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=2, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.CharField(max_length=8, choices=Stopped.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "address"], name="correspondent_once"),
            models.CheckConstraint(
                condition=models.Q(channel__in=["sms", "whatsapp"]), name="correspondent_channel_known"
            ),
            models.CheckConstraint(
                condition=models.Q(language__in=["", "en", "fr", "rw", "sw"]), name="correspondent_language_known"
            ),
            models.CheckConstraint(
                condition=models.Q(stopped_at__isnull=True, stopped_by="")
                | models.Q(stopped_at__isnull=False, stopped_by__in=["user", "provider"]),
                name="correspondent_stopped_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address} by {self.channel}"


class Report(models.Model):
    """The last that a provider said became of a message of ours, by the provider's own number of it.

    Kept also where we know no such message: our own row may learn its number a moment later. ``outgoing`` is our name
    of the row ("letter-12") where the provider gives it back.
    """

    class State(models.TextChoices):
        """On its way, on the telephone, read there, or failed."""

        ON_WAY = "on_way", _("on its way")
        DELIVERED = "delivered", _("on the telephone")
        READ = "read", _("read")
        FAILED = "failed", _("failed")

    channel = models.CharField(max_length=8)
    provider_id = models.CharField(max_length=160)
    outgoing = models.CharField(max_length=30, blank=True)
    state = models.CharField(max_length=10, choices=State.choices)
    reason = models.CharField(max_length=100, blank=True)
    reported_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["reported_at"], name="report_reported")]
        constraints = [
            models.UniqueConstraint(fields=["channel", "provider_id"], name="report_once"),
            models.CheckConstraint(condition=~models.Q(provider_id=""), name="report_names_a_message"),
            models.CheckConstraint(
                condition=models.Q(state__in=["on_way", "delivered", "read", "failed"]), name="report_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} of {self.provider_id}"


class Template(models.Model):
    """A template of WhatsApp messages in one language, as Meta last judged it."""

    # Meta's own words for what may be sent, and what costs and needs no more than news of one's own affairs.
    APPROVED: ClassVar[str] = "APPROVED"
    UTILITY: ClassVar[str] = "UTILITY"

    name = models.CharField(max_length=512)
    language = models.CharField(max_length=15)
    status = models.CharField(max_length=40, blank=True)
    category = models.CharField(max_length=40, blank=True)
    quality = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "language"], name="template_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"

    @property
    def may_be_sent(self) -> bool:
        """Whether nothing that Meta said speaks against it; of one never judged we find out by sending."""
        return self.status in ("", self.APPROVED) and self.category in ("", self.UTILITY)


class Tally(models.Model):
    """How often something came in on a day that is kept nowhere else: a forged call, one that nobody understands."""

    day = models.DateField()
    what = models.CharField(max_length=40)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "what"], name="tally_once_a_day")]

    def __str__(self) -> str:
        return f"{self.count} {self.what} on {self.day}"
