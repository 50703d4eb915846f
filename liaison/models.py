"""People, organisations, memberships, and the journal with the marks of its readers."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar, TypeAlias

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from liaison.roles import Role

Viewer: TypeAlias = "Person | AnonymousUser"


class PersonManager(BaseUserManager["Person"]):
    """Finds people by e-mail whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """The person with this e-mail address; raises Person.DoesNotExist."""
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser):
    """Somebody who signs in by e-mail; what she may do follows from her memberships."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=2, default="en")
    time_zone = models.CharField(max_length=40, default="Africa/Kigali")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(db_default=Now())

    USERNAME_FIELD = "email"
    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="person_email_lower_case"),
            models.CheckConstraint(
                condition=models.Q(language__in=["en", "fr", "rw", "sw"]), name="person_language_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def _memberships(self) -> list[tuple[int, str]]:
        return list(self.membership_set.values_list("organization_id", "role")) if self.is_active else []

    @property
    def roles(self) -> frozenset[str]:
        """All roles of the person; one query a request."""
        return frozenset(role for _organization, role in self._memberships)

    def organization_ids(self, *roles: str) -> list[int]:
        """The organisations in which the person has one of ``roles`` (all of hers where none is named)."""
        return [organization for organization, role in self._memberships if not roles or role in roles]


class Organization(models.Model):
    """A firm, an agency or the office itself."""

    class Kind(models.TextChoices):
        """What the organisation is in the trade."""

        IMPORTER = "importer", _("Importer")
        EXPORTER = "exporter", _("Exporter")
        AGENT = "agent", _("Clearing agent or forwarder")
        TRANSPORTER = "transporter", _("Transporter")
        LINE = "line", _("Shipping line")
        WAREHOUSE = "warehouse", _("Warehouse")
        AGENCY = "agency", _("Public agency")
        OFFICE = "office", _("Liaison office")

    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    country = models.CharField(_("country"), max_length=2, default="RW")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="organization_name_unique"),
            models.CheckConstraint(condition=~models.Q(name=""), name="organization_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's role in an organisation."""

    person = models.ForeignKey(Person, models.CASCADE)
    organization = models.ForeignKey(Organization, models.CASCADE)
    role = models.CharField(_("role"), max_length=14, choices=Role.choices)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "organization"], name="membership_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} of {self.organization_id}"


class JournalEntry(models.Model):
    """What happened, to what, by whom and when; written in the transaction of the change and never altered.

    ``subject`` is a noun and ``key`` names one of it ("consignment", "RW26-000042"); ``data`` is plain JSON.
    """

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, db_index=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    data = models.JSONField[dict[str, Any], dict[str, Any]](default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "key", "id"], name="journal_subject"),
            models.Index(fields=["kind", "id"], name="journal_kind"),
            models.Index(fields=["by", "id"], condition=models.Q(by__isnull=False), name="journal_by"),
        ]
        constraints = [models.CheckConstraint(condition=~models.Q(kind=""), name="journal_has_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.key}"


class JournalMark(models.Model):
    """A reader's mark on an entry that it has dealt with."""

    entry = models.ForeignKey(JournalEntry, models.CASCADE)
    reader = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "entry"], name="journal_mark_once")]

    def __str__(self) -> str:
        return f"{self.reader} {self.entry_id}"


__all__ = ["AnonymousUser", "JournalEntry", "JournalMark", "Membership", "Organization", "Person", "Viewer"]
