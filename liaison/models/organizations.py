"""Organisations: what they are, by which numbers they are known, and what the office knows of them."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from liaison.concerns import Concern
from liaison.models.people import Person, Viewer
from liaison.roles import OFFICE, Role
from liaison.search import trigram_index
from liaison.sectors import sector_name


class OrganizationQuerySet(models.QuerySet["Organization"]):
    """Selections of organisations."""

    def visible_to(self, viewer: Viewer) -> OrganizationQuerySet:
        """All to the office; to others those that they belong to, also while these wait for their verification."""
        if viewer.is_anonymous:
            return self.none()
        if viewer.roles & OFFICE:
            return self
        return self.filter(membership__person=viewer, membership__suspended_at__isnull=True)

    def owned_by(self, viewer: Viewer) -> OrganizationQuerySet:
        """Those that the viewer may change: as their owner, or as a supervisor or an administrator of the office."""
        if viewer.is_anonymous:
            return self.none()
        if viewer.roles & {Role.SUPERVISOR, Role.ADMINISTRATOR}:
            return self
        return self.filter(
            membership__person=viewer, membership__role=Role.OWNER, membership__suspended_at__isnull=True
        )

    def verified(self) -> OrganizationQuerySet:
        """Those that the office has verified."""
        return self.filter(standing=Organization.Standing.VERIFIED)

    def established(self) -> OrganizationQuerySet:
        """Those whose name is theirs alone: verified, or suspended after it. Any applicant may call itself anything."""
        return self.filter(standing__in=[Organization.Standing.VERIFIED, Organization.Standing.SUSPENDED])

    def waiting(self) -> OrganizationQuerySet:
        """Those that wait for the office."""
        return self.filter(standing=Organization.Standing.PENDING)


class Organization(models.Model):
    """A firm, an agency or the office itself.

    A firm that registers itself is pending, and its people can do nothing in the portal's trade, until the office
    has verified it. ``decision`` is the office's reason for the standing; ``last_contact_at`` the latest call noted.
    ``sector`` is a section of ISIC (``liaison.sectors``), empty where it is unknown.
    """

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

    class Standing(models.TextChoices):
        """Whether the office vouches for it."""

        PENDING = "pending", _("Waiting for verification")
        VERIFIED = "verified", _("Verified")
        REFUSED = "refused", _("Refused")
        SUSPENDED = "suspended", _("Suspended")

    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    country = models.CharField(_("country"), max_length=2, default="RW")
    phone = models.CharField(_("telephone"), max_length=20, blank=True, default="", db_default="")
    email = models.EmailField(_("e-mail address"), blank=True, default="", db_default="")
    address = models.CharField(_("address"), max_length=200, blank=True, default="", db_default="")
    sector = models.CharField(_("sector"), max_length=1, blank=True, default="", db_default="")
    standing = models.CharField(
        _("standing"), max_length=10, choices=Standing.choices, default=Standing.VERIFIED, db_default=Standing.VERIFIED
    )
    decision = models.CharField(_("reason"), max_length=500, blank=True, default="", db_default="")
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    last_contact_at = models.DateTimeField(null=True, blank=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        indexes = [
            trigram_index("name", name="organization_name_trigrams"),
            trigram_index("email", name="organization_email_trigrams"),
            trigram_index("phone", name="organization_phone_trigrams"),
            models.Index(Lower("name"), "id", name="organization_by_name"),
            models.Index(
                fields=["created_at", "id"], condition=models.Q(standing="pending"), name="organization_waiting"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("name"), condition=~models.Q(standing__in=["pending", "refused"]), name="organization_name_unique"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="organization_has_name"),
            models.CheckConstraint(
                condition=models.Q(standing__in=["pending", "verified", "refused", "suspended"]),
                name="organization_standing_known",
            ),
            models.CheckConstraint(
                condition=models.Q(phone="") | models.Q(phone__regex=r"^\+[0-9]{7,15}$"), name="organization_phone_e164"
            ),
            models.CheckConstraint(
                condition=~models.Q(standing__in=["refused", "suspended"]) | ~models.Q(decision=""),
                name="organization_no_has_reason",
            ),
            models.CheckConstraint(condition=models.Q(sector__regex="^[A-U]?$"), name="organization_sector_of_isic"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_sector_display(self) -> str:
        """The sector by its name."""
        return sector_name(self.sector)


class Identifier(models.Model):
    """A number by which an authority knows an organisation, compact and in upper case.

    Several may claim a number until the office has verified one of them; ``is_verified`` follows the standing.
    """

    class Scheme(models.TextChoices):
        """Whose number it is. The forms are in ``liaison.identifiers``."""

        RW_TIN = "rw_tin", _("Rwandan TIN")
        KE_PIN = "ke_pin", _("Kenyan KRA PIN")
        UG_TIN = "ug_tin", _("Ugandan TIN")
        AGENT_LICENCE = "agent_licence", _("Clearing agent's licence")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="identifiers")
    scheme = models.CharField(_("kind of number"), max_length=16, choices=Scheme.choices)
    value = models.CharField(_("number"), max_length=30)
    is_verified = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["value"], name="identifier_value", opclasses=["varchar_pattern_ops"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organization", "scheme"], name="identifier_once_a_scheme"),
            models.UniqueConstraint(
                fields=["scheme", "value"], condition=models.Q(is_verified=True), name="identifier_verified_once"
            ),
            models.CheckConstraint(condition=models.Q(value__regex="^[A-Z0-9/-]{3,30}$"), name="identifier_compact"),
            models.CheckConstraint(
                condition=models.Q(scheme__in=["rw_tin", "ke_pin", "ug_tin", "agent_licence"]),
                name="identifier_scheme_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"


class DocumentQuerySet(models.QuerySet["Document"]):
    """Selections of documents."""

    def visible_to(self, viewer: Viewer) -> DocumentQuerySet:
        """To the office, and to the owners of the organisation that sent it."""
        if viewer.is_anonymous:
            return self.none()
        if viewer.roles & OFFICE:
            return self
        return self.filter(
            organization__membership__person=viewer,
            organization__membership__role=Role.OWNER,
            organization__membership__suspended_at__isnull=True,
        )


class Document(models.Model):
    """A paper that proves who an organisation is; kept in the database and only ever handed out as a download."""

    class Kind(models.TextChoices):
        """What the paper is."""

        REGISTRATION = "registration", _("Certificate of registration")
        TAX = "tax", _("Tax certificate")
        LICENCE = "licence", _("Licence")
        MANDATE = "mandate", _("Letter of mandate")
        OTHER = "other", _("Other paper")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="documents")
    kind = models.CharField(_("kind of paper"), max_length=14, choices=Kind.choices)
    file_name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    uploaded_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    uploaded_at = models.DateTimeField()

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "sha256"], name="document_once"),
            models.CheckConstraint(
                condition=models.Q(content_type__in=["application/pdf", "image/png", "image/jpeg"]),
                name="document_type_allowed",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["registration", "tax", "licence", "mandate", "other"]),
                name="document_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class FocalPointQuerySet(models.QuerySet["FocalPoint"]):
    """Selections of focal points."""

    def visible_to(self, viewer: Viewer) -> FocalPointQuerySet:
        """To the office, and to nobody else."""
        return self if isinstance(viewer, Person) and viewer.roles & OFFICE else self.none()

    def in_order(self) -> FocalPointQuerySet:
        """As they are called: the first rank first, then whoever was entered first."""
        return self.order_by("rank", "pk")


class FocalPoint(models.Model):
    """Whom the office calls at an organisation, for which concerns; ``rank`` 1 is called first, 2 is the deputy."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="focal_points")
    name = models.CharField(_("name"), max_length=120)
    duty = models.CharField(_("duty"), max_length=120, blank=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    rank = models.PositiveSmallIntegerField(_("order of calling"), default=1)
    concerns = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    objects = FocalPointQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organization", "rank", "id"], name="focal_point_order"),
            models.Index(fields=["rank", "id"], condition=~models.Q(concerns=[]), name="focal_point_in_charge"),
            trigram_index("name", name="focal_point_name_trigrams"),
            trigram_index("email", name="focal_point_email_trigrams"),
            trigram_index("phone", name="focal_point_phone_trigrams"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(concerns__contained_by=list(Concern.values)), name="focal_point_concerns_known"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="focal_point_has_name"),
            models.CheckConstraint(condition=models.Q(rank__gte=1, rank__lte=9), name="focal_point_rank_known"),
            models.CheckConstraint(
                condition=~models.Q(phone="") | ~models.Q(email=""), name="focal_point_can_be_reached"
            ),
            models.CheckConstraint(
                condition=models.Q(phone="") | models.Q(phone__regex=r"^\+[0-9]{7,15}$"), name="focal_point_phone_e164"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def concern_labels(self) -> list[str]:
        """For what it is called, in words, in the order of the categories."""
        return [str(concern.label) for concern in Concern if concern in self.concerns]


class CallNoteQuerySet(models.QuerySet["CallNote"]):
    """Selections of notes."""

    def visible_to(self, viewer: Viewer) -> CallNoteQuerySet:
        """To the office, and to nobody else."""
        return self if isinstance(viewer, Person) and viewer.roles & OFFICE else self.none()


class CallNote(models.Model):
    """What was said between the office and an organisation: with whom, about what, noted by whom, and when it was."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="call_notes")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    spoken_to = models.CharField(_("spoken to"), max_length=120, blank=True, default="", db_default="")
    about = models.CharField(_("subject"), max_length=120, blank=True, default="", db_default="")
    text = models.TextField(_("note"), max_length=2000)

    objects = CallNoteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "-at", "-id"], name="call_note_latest")]
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="call_note_has_text")]

    def __str__(self) -> str:
        return f"{self.organization_id} at {self.at:%Y-%m-%d %H:%M}"


class SheetDraftQuerySet(models.QuerySet["SheetDraft"]):
    """Selections of drafts."""

    def visible_to(self, viewer: Viewer) -> SheetDraftQuerySet:
        """One's own, as long as one is a supervisor or an administrator of the office."""
        if not (isinstance(viewer, Person) and viewer.roles & {Role.SUPERVISOR, Role.ADMINISTRATOR}):
            return self.none()
        return self.filter(by=viewer)


class SheetDraft(models.Model):
    """The rows of a spreadsheet of organisations that were read and wait for a yes; gone once it is given."""

    by = models.ForeignKey(Person, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    file_name = models.CharField(max_length=120)
    rows = models.JSONField[list[dict[str, Any]], list[dict[str, Any]]](default=list)

    objects = SheetDraftQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["at"], name="sheet_draft_age")]

    def __str__(self) -> str:
        return self.file_name


class Registration(models.Model):
    """A firm's own application until its e-mail address is confirmed; then it becomes an organisation and is gone."""

    email = models.EmailField(_("e-mail address"))
    language = models.CharField(max_length=2, default="en")
    particulars = models.JSONField[dict[str, str], dict[str, str]]()
    token_digest = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="registration_expiry")]
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="registration_email_lower_case"),
        ]

    def __str__(self) -> str:
        return self.email
