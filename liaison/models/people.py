"""People, and what they consented to."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar, NamedTuple, TypeAlias

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser
from django.db import connection, models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from liaison.search import trigram_index

Viewer: TypeAlias = "Person | AnonymousUser"


class Standing(NamedTuple):
    """A role that counts now, and the organisation in which it is held."""

    organization_id: int
    role: str
    organization: str


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
            trigram_index("phone", name="person_phone_trigrams"),
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
    def standings(self) -> list[Standing]:
        """The memberships that count now, those she does not act for included; one query a request.

        In SQL, as each page and each call asks it and a queryset takes longer; as ``MembershipQuerySet.in_force`` is.
        """
        if not self.is_active:
            return []
        with connection.cursor() as cursor:
            cursor.execute(_STANDINGS, [self.pk])
            return [Standing(*row) for row in cursor.fetchall()]

    @property
    def acted_for(self) -> Standing | None:
        """The one that she acts for; None where she acts for all of hers, also when she has lost that one."""
        return next((held for held in self.standings if held.organization_id == self.acting_for_id), None)

    @property
    def _acted(self) -> list[Standing]:
        one = self.acted_for
        return [one] if one else self.standings

    @property
    def roles(self) -> frozenset[str]:
        """The roles that count now."""
        return frozenset(held.role for held in self._acted)

    def organization_ids(self, *roles: str) -> list[int]:
        """The organisations in which the person has one of ``roles`` (all of hers where none is named)."""
        return [held.organization_id for held in self._acted if not roles or held.role in roles]


_STANDINGS = """
    SELECT held.organization_id, held.role, firm.name FROM liaison_membership held
    JOIN liaison_organization firm ON firm.id = held.organization_id
    WHERE held.person_id = %s AND held.suspended_at IS NULL AND firm.standing = 'verified'
    ORDER BY held.since, held.id
"""


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
