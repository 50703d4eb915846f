"""Claims: that goods which somebody else has registered, or of which sources have spoken, are one's own to follow."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from cargo.models.consignments import Consignment
from liaison.models import Organization, Person, Viewer
from liaison.roles import OFFICE, TRADE


class ClaimQuerySet(models.QuerySet["Claim"]):
    """Selections of claims."""

    def visible_to(self, viewer: Viewer) -> ClaimQuerySet:
        """All to the office; to a trader those of her own organisations; whoever holds the goods sees none."""
        if not isinstance(viewer, Person):
            return self.none()
        if viewer.roles & OFFICE:
            return self
        return self.filter(claimant__in=viewer.organization_ids(*TRADE))

    def open(self) -> ClaimQuerySet:
        """Those that wait for the office."""
        return self.filter(decided_at__isnull=True)


class Claim(models.Model):
    """An organisation's word, with a paper that proves it, that goods are its own or that it acts for their consignee.

    ``particulars`` are what it wants to register, as plain JSON; ``consignment`` is what another organisation has
    registered already, empty where events alone name the numbers; ``outcome`` is the consignment that the claimant
    sees since the office has granted the claim.
    """

    class Part(models.TextChoices):
        """What the claimant is to the goods."""

        OWN = "own", _("The goods are ours")
        ACT = "act", _("We act for the consignee")

    class Paper(models.TextChoices):
        """What the proof is."""

        BILL = "bill", _("Bill of lading")
        NOMINATION = "nomination", _("Letter of nomination by the consignee")
        INVOICE = "invoice", _("Commercial invoice")
        OTHER = "other", _("Other paper")

    class Decision(models.TextChoices):
        """What the office has decided."""

        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")

    claimant = models.ForeignKey(Organization, models.PROTECT, related_name="claims")
    part = models.CharField(_("what you are to the goods"), max_length=3, choices=Part.choices, default=Part.OWN)
    number = models.CharField(max_length=40)
    particulars = models.JSONField[dict[str, Any], dict[str, Any]](default=dict)
    consignment = models.ForeignKey(Consignment, models.CASCADE, null=True, blank=True, related_name="claims")
    outcome = models.ForeignKey(Consignment, models.SET_NULL, null=True, blank=True, related_name="+")
    words = models.CharField(_("what the office should know"), max_length=500, blank=True)
    paper = models.CharField(_("kind of paper"), max_length=10, choices=Paper.choices)
    file_name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    claimed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField()
    decision = models.CharField(_("decision"), max_length=7, choices=Decision.choices, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-id"], condition=models.Q(decided_at__isnull=True), name="claim_open"),
            models.Index(fields=["number"], name="claim_number"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["claimant", "number"], condition=models.Q(decided_at__isnull=True), name="claim_open_once"
            ),
            models.CheckConstraint(condition=models.Q(part__in=["own", "act"]), name="claim_part_known"),
            models.CheckConstraint(
                condition=models.Q(decision="", decided_at__isnull=True, decided_by__isnull=True)
                | models.Q(decision__in=["granted", "refused"], decided_at__isnull=False, decided_by__isnull=False),
                name="claim_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(decision="") | ~models.Q(reason=""), name="claim_decision_has_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(content_type__in=["application/pdf", "image/png", "image/jpeg"]),
                name="claim_paper_type_allowed",
            ),
            models.CheckConstraint(condition=~models.Q(number=""), name="claim_has_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number} claimed by {self.claimant_id}"

    @property
    def containers(self) -> list[str]:
        """The containers that it names."""
        return [str(number) for number in self.particulars.get("containers", [])]
