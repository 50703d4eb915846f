"""What belongs to a consignment's page beside its events: papers, notes, links without a login, and who looked when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from cargo.models.consignments import Consignment
from cargo.models.nominated import given_to
from liaison.models import Organization, Person, Viewer
from liaison.roles import OFFICE, TRADE


@dataclass(frozen=True, slots=True)
class Side:
    """From which side somebody looks at cargo: her organisations, whose consignments these are, which are nominated.

    ``principals`` have nominated one of hers for all of theirs, ``single`` are the ids of consignments one by one.
    """

    is_office: bool
    mine: frozenset[int] = frozenset()
    principals: frozenset[int] = frozenset()
    single: frozenset[int] = frozenset()


def side_of(viewer: Viewer) -> Side | None:
    """The side of a viewer, by one query at most; None for whoever has nothing to do with cargo."""
    if not isinstance(viewer, Person) or not viewer.roles & (TRADE | OFFICE):
        return None
    if viewer.roles & OFFICE:
        return Side(True, frozenset(viewer.organization_ids()))
    mine = frozenset(viewer.organization_ids(*TRADE))
    principals, single = given_to(mine) if mine else (set(), set())
    return Side(False, mine, frozenset(principals), frozenset(single))


def _of_importer(side: Side) -> models.Q:
    return models.Q(consignment__consignee__in=side.mine)


def _of_agent(side: Side) -> models.Q:
    return models.Q(consignment__in=side.single) | models.Q(consignment__consignee__in=side.principals)


class PaperQuerySet(models.QuerySet["Paper"]):
    """Selections of papers."""

    def visible_to(self, viewer: Viewer) -> PaperQuerySet:
        """Those of consignments that the viewer sees, as far as whoever sent them lets her side see them."""
        return self.seen_from(side_of(viewer))

    def seen_from(self, side: Side | None) -> PaperQuerySet:
        """As ``visible_to``; one's own organisation sees what it sent."""
        if side is None:
            return self.none()
        if side.is_office:
            return self.filter(models.Q(for_office=True) | models.Q(organization__in=side.mine))
        own = models.Q(organization__in=side.mine)
        return self.filter(
            (_of_importer(side) & (own | models.Q(for_importer=True)))
            | (_of_agent(side) & (own | models.Q(for_agent=True)))
        )


class Paper(models.Model):
    """One version of a paper of a consignment; kept in the database and only ever handed out as a download.

    The importer, those nominated and the office see it where it says so, the organisation that sent it always.
    """

    class Kind(models.TextChoices):
        """What the paper is."""

        BILL_OF_LADING = "bl", _("Bill of lading")
        INVOICE = "invoice", _("Commercial invoice")
        PACKING_LIST = "packing", _("Packing list")
        ORIGIN = "origin", _("Certificate of origin")
        INSURANCE = "insurance", _("Insurance")
        PERMIT = "permit", _("Import permit or licence")
        DECLARATION = "declaration", _("Customs declaration")
        DELIVERY_ORDER = "do", _("Delivery order")
        CHARGES = "charges", _("Bill for charges, or its receipt")
        TRANSIT = "transit", _("Transit paper (C2, T1, carnet)")
        INTERCHANGE = "interchange", _("Interchange for the empty container")
        OTHER = "other", _("Other paper")

    consignment = models.ForeignKey(Consignment, models.CASCADE, related_name="papers", db_index=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind of paper"), max_length=14, choices=Kind.choices)
    version = models.PositiveSmallIntegerField()
    file_name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    for_importer = models.BooleanField(_("The importer may see it"), default=True)
    for_agent = models.BooleanField(_("Those whom the importer nominated may see it"), default=True)
    for_office = models.BooleanField(_("The liaison office may see it"), default=True)
    uploaded_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    uploaded_at = models.DateTimeField()

    objects = PaperQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consignment", "organization", "kind", "version"], name="paper_version_once"
            ),
            models.UniqueConstraint(fields=["consignment", "organization", "sha256"], name="paper_once"),
            models.CheckConstraint(condition=models.Q(version__gt=0), name="paper_version_counts_from_one"),
            models.CheckConstraint(
                condition=models.Q(content_type__in=["application/pdf", "image/png", "image/jpeg"]),
                name="paper_type_allowed",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "bl", "invoice", "packing", "origin", "insurance", "permit", "declaration", "do", "charges",
                        "transit", "interchange", "other",
                    ]
                ),
                name="paper_kind_known",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.file_name


class NoteQuerySet(models.QuerySet["Note"]):
    """Selections of notes."""

    def visible_to(self, viewer: Viewer) -> NoteQuerySet:
        """Those of the viewer's organisations on consignments that she sees; to the office what is shared with it."""
        return self.seen_from(side_of(viewer))

    def seen_from(self, side: Side | None) -> NoteQuerySet:
        """As ``visible_to``."""
        if side is None:
            return self.none()
        own = models.Q(organization__in=side.mine)
        if side.is_office:
            return self.filter(own | models.Q(is_shared=True))
        return self.filter(own & (_of_importer(side) | _of_agent(side)))


class Note(models.Model):
    """What somebody wrote down on a consignment: for her own organisation alone, or shared with the office."""

    consignment = models.ForeignKey(Consignment, models.CASCADE, related_name="notes")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    text = models.TextField(_("note"), max_length=1000)
    is_shared = models.BooleanField(_("Share it with the liaison office"), default=False)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    objects = NoteQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="note_says_something")]

    def __str__(self) -> str:
        return self.text[:40]


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    """Selections of links without a login."""

    def visible_to(self, viewer: Viewer) -> ShareLinkQuerySet:
        """Those of the consignments on which the viewer may act."""
        return self.filter(consignment__in=Consignment.objects.actionable_by(viewer))

    def live(self, at: datetime) -> ShareLinkQuerySet:
        """Those that lead somewhere."""
        return self.filter(expires_at__gt=at, revoked_at__isnull=True)


class ShareLink(models.Model):
    """A link without a login to what a stranger may know of a consignment. Its token is kept as a digest alone.

    ``seed`` is what the token was made from together with the portal's own key (see ``cargo.sharing``). ``opened`` is
    counted now and then for all links at once.
    """

    consignment = models.ForeignKey(Consignment, models.CASCADE, related_name="share_links")
    seed = models.UUIDField(unique=True)
    token_digest = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(_("for whom"), max_length=60, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    opened = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(expires_at__gt=models.F("made_at")), name="share_link_expires"),
            models.CheckConstraint(
                condition=models.Q(opened=0, opened_at__isnull=True) | models.Q(opened__gt=0, opened_at__isnull=False),
                name="share_link_opened_when",
            ),
        ]

    def __str__(self) -> str:
        return f"link {self.pk} of {self.consignment_id}"


class Look(models.Model):
    """When somebody looked at a consignment: ``seen_at`` last, and ``before_at`` at the end of the time before."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    consignment = models.ForeignKey(Consignment, models.CASCADE, related_name="looks")
    seen_at = models.DateTimeField()
    before_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "consignment"], name="look_once"),
            models.CheckConstraint(
                condition=models.Q(before_at__isnull=True) | models.Q(before_at__lte=models.F("seen_at")),
                name="look_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.consignment_id}"
