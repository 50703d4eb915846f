"""People, and what they consented to."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar, TypeAlias

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from liaison.search import trigram_index

Viewer: TypeAlias = "Person | AnonymousUser"


class PersonManager(BaseUserManager["Person"]):
    """Finds people by e-mail whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """The person with this e-mail address; raises Person.DoesNotExist."""
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser):
    """Somebody who signs in by e-mail; what she may do follows from her memberships.

    ``acting_for`` narrows her to one of her organisations; empty is all of them. ``erased_at`` marks a person whose
    personal data was taken out: the row stays as the author of what the business record needs.
    """

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("telephone"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=2, default="en")
    time_zone = models.CharField(max_length=40, default="Africa/Kigali")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(db_default=Now())
    acting_for = models.ForeignKey("liaison.Organization", models.SET_NULL, null=True, blank=True, related_name="+")
    erased_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        indexes = [
            trigram_index("name", name="person_name_trigrams"),
            trigram_index("email", name="person_email_trigrams"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="person_email_lower_case"),
            models.CheckConstraint(
                condition=models.Q(language__in=["en", "fr", "rw", "sw"]), name="person_language_known"
            ),
            models.CheckConstraint(
                condition=models.Q(phone="") | models.Q(phone__regex=r"^\+[0-9]{7,15}$"), name="person_phone_e164"
            ),
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True) | models.Q(is_active=False), name="person_erased_is_closed"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def standings(self) -> list[tuple[int, str]]:
        """(organisation, role) for each membership that counts now, those she does not act for included."""
        if not self.is_active:
            return []
        return list(self.membership_set.in_force().order_by("since", "pk").values_list("organization_id", "role"))

    @property
    def _memberships(self) -> list[tuple[int, str]]:
        acted = [pair for pair in self.standings if pair[0] == self.acting_for_id]
        return acted or self.standings

    @property
    def roles(self) -> frozenset[str]:
        """The roles that count now; one query a request."""
        return frozenset(role for _organization, role in self._memberships)

    def organization_ids(self, *roles: str) -> list[int]:
        """The organisations in which the person has one of ``roles`` (all of hers where none is named)."""
        return [organization for organization, role in self._memberships if not roles or role in roles]


class Consent(models.Model):
    """A person's yes to one purpose, with the version and the language of the words that she read."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents", db_index=False)
    purpose = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=2)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "purpose", "id"], name="consent_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"], condition=models.Q(withdrawn_at__isnull=True), name="consent_once"
            ),
            models.CheckConstraint(condition=~models.Q(purpose=""), name="consent_has_purpose"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} by {self.person_id}"
