"""Which people belong to which organisations, in what role, and the invitations to do so."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from liaison.models.organizations import Organization
from liaison.models.people import Person, Viewer
from liaison.roles import OFFICE, Role


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Selections of memberships."""

    def in_force(self) -> MembershipQuerySet:
        """Those that let their person do something: neither it nor its organisation is suspended or unverified."""
        return self.filter(suspended_at__isnull=True, organization__standing=Organization.Standing.VERIFIED)

    def visible_to(self, viewer: Viewer) -> MembershipQuerySet:
        """All to the office; to others those in the organisations that they belong to."""
        if not isinstance(viewer, Person):
            return self.none()
        if viewer.roles & OFFICE:
            return self
        return self.filter(organization__in=viewer.organization_ids())


class Membership(models.Model):
    """A person's role in an organisation."""

    person = models.ForeignKey(Person, models.CASCADE)
    organization = models.ForeignKey(Organization, models.CASCADE)
    role = models.CharField(_("role"), max_length=14, choices=Role.choices)
    since = models.DateTimeField(db_default=Now())
    suspended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "organization"], name="membership_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} of {self.organization_id}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Selections of invitations."""

    def visible_to(self, viewer: Viewer) -> InvitationQuerySet:
        """All to the office; to an owner those into the organisations that she owns."""
        if not isinstance(viewer, Person):
            return self.none()
        if viewer.roles & OFFICE:
            return self
        return self.filter(organization__in=viewer.organization_ids(Role.OWNER))

    def open(self, at: datetime) -> InvitationQuerySet:
        """Those that can still be accepted at ``at``."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at)


class Invitation(models.Model):
    """A role in an organisation offered to an e-mail address, once and for a time; the token is kept as a digest."""

    organization = models.ForeignKey(Organization, models.CASCADE)
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=14, choices=Role.choices)
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=models.Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_once",
            ),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="invitation_email_lower_case"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="invitation_role_known"),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True) | models.Q(withdrawn_at__isnull=True),
                name="invitation_one_end",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("invited_at")), name="invitation_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} as {self.role} of {self.organization_id}"
