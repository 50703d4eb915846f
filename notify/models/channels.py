"""How each channel is doing: whether it rests, and what it has sent in every five minutes."""

from __future__ import annotations

from django.db import models

from notify.kinds import CHANNELS


class ChannelState(models.Model):
    """When a channel sent last and failed last, and until when it rests after failures.

    While it rests its rows stay as they are and lose none of their attempts; ``is_stopped`` is an administrator's.
    """

    channel = models.CharField(max_length=8, primary_key=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    failures = models.PositiveIntegerField(default=0)
    rests_until = models.DateTimeField(null=True, blank=True)
    is_stopped = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(channel__in=CHANNELS), name="channel_state_channel_known")
        ]

    def __str__(self) -> str:
        return self.channel


class ChannelTally(models.Model):
    """What one channel sent, failed to send and was refused in five minutes, and what that cost."""

    channel = models.CharField(max_length=8)
    starts_at = models.DateTimeField()
    sent = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=12, decimal_places=4, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "starts_at"], name="channel_tally_once"),
            models.CheckConstraint(condition=models.Q(channel__in=CHANNELS), name="channel_tally_channel_known"),
            models.CheckConstraint(condition=models.Q(cost__gte=0), name="channel_tally_cost_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.starts_at}"
