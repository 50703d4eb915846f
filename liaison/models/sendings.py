"""Forms that were sent, by the token that each bears: what comes twice is done once."""

from __future__ import annotations

from django.db import models

from liaison.models.people import Person


class Sending(models.Model):
    """One form that a person sent, and where its answer led; kept for as long as she may send it again."""

    by = models.ForeignKey(Person, models.CASCADE, related_name="+")
    token = models.UUIDField()
    at = models.DateTimeField()
    led_to = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by", "token"], name="sending_once")]
        indexes = [models.Index(fields=["at"], name="sending_age")]

    def __str__(self) -> str:
        return str(self.token)
