"""What the cargo's rows say of one person, what of it is the business record and stays, and what goes after a while."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cargo.models import Claim, Consignment, Look, Measure, Nomination, Note, Paper, SavedFilter, ShareLink, Upload
from liaison.holdings import Holding, Rows
from liaison.models import Person
from liaison.retention import MONTH, Rule


def _consignments(person: Person) -> Rows:
    return Consignment.objects.filter(registered_by=person).order_by("pk").values("ref", "registered_at")


def _nominations(person: Person) -> Rows:
    mine = Nomination.objects.filter(nominated_by=person).order_by("pk")
    return mine.values("pk", "task", "nominated_at", "accepted_at", "ended_at")


def _papers(person: Person) -> Rows:
    mine = Paper.objects.filter(uploaded_by=person).order_by("pk")
    return mine.values("consignment__ref", "kind", "version", "file_name", "uploaded_at")


def _notes(person: Person) -> Rows:
    mine = Note.objects.filter(written_by=person).order_by("pk")
    return mine.values("consignment__ref", "text", "is_shared", "written_at")


def _links(person: Person) -> Rows:
    mine = ShareLink.objects.filter(made_by=person).order_by("pk")
    return mine.values("consignment__ref", "purpose", "made_at", "expires_at", "revoked_at")


def _looks(person: Person) -> Rows:
    return Look.objects.filter(person=person).order_by("pk").values("consignment__ref", "seen_at", "before_at")


def _filters(person: Person) -> Rows:
    return SavedFilter.objects.visible_to(person).order_by("pk").values("name", "query", "saved_at")


def forget(*, person: Person, at: datetime) -> None:
    """When she looked at what is nobody's business any more; what she sent and wrote is the business record."""
    Look.objects.filter(person=person).delete()
    SavedFilter.objects.visible_to(person).delete()


def _claims(person: Person) -> Rows:
    mine = Claim.objects.filter(claimed_by=person).order_by("pk")
    return mine.values("number", "words", "file_name", "claimed_at", "decision", "decided_at")


def _decided_claims(person: Person) -> Rows:
    return Claim.objects.filter(decided_by=person).order_by("pk").values("number", "decision", "decided_at")


def _uploads(person: Person) -> Rows:
    return Upload.objects.filter(by=person).order_by("pk").values("file_name", "at", "ordered_at", "done_at")


def _measures(person: Person) -> Rows:
    return Measure.objects.filter(by=person).order_by("pk").values("lot__number", "stage", "at")


HELD = [
    Holding("consignments", _("Consignments that you registered"), _consignments),
    Holding("nominations", _("Nominations that you made"), _nominations),
    Holding("papers", _("Papers of consignments that you sent"), _papers),
    Holding("notes", _("Notes on consignments that you wrote"), _notes),
    Holding("links", _("Links without a login that you made"), _links),
    Holding("looks", _("Consignments that you looked at, and when"), _looks),
    Holding("claims", _("Claims that you made"), _claims),
    Holding("decided_claims", _("Claims that you decided"), _decided_claims),
    Holding("uploads", _("Spreadsheets of consignments that you sent"), _uploads),
    Holding("measures", _("Measures of liquid cargo that you noted"), _measures),
    Holding("filters", _("Filters of the list of consignments that you keep"), _filters),
]


def _old_looks(before: datetime, at: datetime) -> int:
    return Look.objects.filter(seen_at__lt=before).delete()[0]


def _ended_links(before: datetime, at: datetime) -> int:
    return ShareLink.objects.filter(Q(expires_at__lt=before) | Q(revoked_at__lt=before)).delete()[0]


RULES = [
    Rule(
        name="looks",
        what=_("When people last looked at a consignment"),
        period=6 * MONTH,
        basis=_("Marking what is new: after so long everything is"),
        remove=_old_looks,
    ),
    Rule(
        name="links",
        what=_("Links without a login that have expired or were revoked"),
        period=12 * MONTH,
        basis=_("Proof of who let whom see what"),
        remove=_ended_links,
    ),
]
