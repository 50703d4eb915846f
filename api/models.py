"""Access tokens of people's programs, and the answers to writes that may come again."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from liaison.models import Person, Viewer


class Scope(models.TextChoices):
    """What a token opens, never more than its owner may do."""

    READ = "read", _("read consignments and their events")
    WRITE = "write", _("register and correct consignments")
    MONEY = "money", _("see charges")
    TICKETS = "tickets", _("read and write tickets")


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
                condition=models.Q(scopes__contained_by=["read", "write", "money", "tickets"]) & ~models.Q(scopes=[]),
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
