"""Verification: the office looks at an organisation and decides, with a reason; the applicant is told by letter."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import TrigramSimilarity
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Upper
from django.utils.translation import gettext_lazy as _

from liaison.identifiers import compact
from liaison.journal import record
from liaison.letters import write_letter
from liaison.models import Document, Identifier, Membership, Organization, Person
from liaison.roles import Role

MOST_SIMILAR = 10
SIMILAR = 0.45


class Decision(models.TextChoices):
    """What the office may decide."""

    VERIFY = "verify", _("Verify")
    REFUSE = "refuse", _("Refuse")
    SUSPEND = "suspend", _("Suspend")
    REINSTATE = "reinstate", _("Reinstate")


@dataclass(frozen=True, slots=True)
class _Step:
    before: frozenset[str]
    after: Organization.Standing


_Standing = Organization.Standing
_STEPS = {
    Decision.VERIFY: _Step(frozenset({_Standing.PENDING, _Standing.REFUSED}), _Standing.VERIFIED),
    Decision.REFUSE: _Step(frozenset({_Standing.PENDING}), _Standing.REFUSED),
    Decision.SUSPEND: _Step(frozenset({_Standing.VERIFIED}), _Standing.SUSPENDED),
    Decision.REINSTATE: _Step(frozenset({_Standing.SUSPENDED}), _Standing.VERIFIED),
}
NEED_REASON = frozenset({Decision.REFUSE, Decision.SUSPEND})


def possible_decisions(organization: Organization) -> list[Decision]:
    """What can be decided of an organisation as it stands."""
    return [decision for decision, step in _STEPS.items() if organization.standing in step.before]


def is_own(organization: Organization, person: Person) -> bool:
    """Whether the person belongs to it, suspended or not; then somebody else has to decide."""
    return Membership.objects.filter(organization=organization, person=person).exists()


def search(rows: QuerySet[Organization], words: str) -> QuerySet[Organization]:
    """Those with the words in their name, or with a number that begins so; all for no words."""
    if not words.strip():
        return rows
    holders = Identifier.objects.filter(value__startswith=compact(words)).values("organization")
    return rows.filter(Q(name__icontains=words.strip()) | Q(pk__in=holders))


def with_doubts(rows: QuerySet[Organization]) -> QuerySet[Organization]:
    """With the number of their ``papers``, whether a number ``is_doubled``, and their identifiers; one query more."""
    twin = Identifier.objects.filter(scheme=OuterRef("scheme"), value=OuterRef("value")).exclude(pk=OuterRef("pk"))
    doubled = Identifier.objects.filter(Exists(twin), organization=OuterRef("pk"))
    # Counted beside the row and not by a join, so that only the rows of the page that is shown are counted.
    papers = Document.objects.filter(organization=OuterRef("pk")).order_by().values("organization")
    counted = Coalesce(Subquery(papers.annotate(n=Count("pk")).values("n")), 0)
    return rows.annotate(papers=counted, is_doubled=Exists(doubled)).prefetch_related("identifiers")


def same_number(organization: Organization) -> QuerySet[Identifier]:
    """The numbers of others, whatever their standing, that this organisation claims, too; verified ones first."""
    mine = Identifier.objects.filter(organization=organization, scheme=OuterRef("scheme"), value=OuterRef("value"))
    others = Identifier.objects.filter(Exists(mine)).exclude(organization=organization)
    return others.select_related("organization").order_by("-is_verified", "pk")


def similar_names(organization: Organization) -> QuerySet[Organization]:
    """Other organisations that are called nearly the same, the most alike first."""
    name = organization.name.upper()
    alike = Organization.objects.exclude(pk=organization.pk).annotate(upper_name=Upper("name"))
    alike = alike.filter(upper_name__trigram_similar=name)
    measured = alike.annotate(likeness=TrigramSimilarity("upper_name", name)).filter(likeness__gte=SIMILAR)
    return measured.order_by("-likeness", "pk")[:MOST_SIMILAR]


def version_of(organization: Organization, numbers: Iterable[Identifier], papers: Iterable[Document]) -> str:
    """Changes with whatever a decision rests on: name, kind, country, numbers and papers."""
    facts = [
        organization.name,
        organization.kind,
        organization.country,
        sorted((number.scheme, number.value) for number in numbers),
        sorted(paper.pk for paper in papers),
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def _version_now(organization: Organization) -> str:
    return version_of(organization, organization.identifiers.all(), organization.documents.only("pk"))


@transaction.atomic
def decide(
    *,
    organization: Organization,
    decision: Decision,
    reason: str = "",
    seen: str | None = None,
    by: Person,
    at: datetime,
) -> None:
    """Give the organisation its new standing at once, and tell its owners.

    ``seen`` is the ``version_of`` what was looked at. PermissionDenied where ``by`` belongs to the organisation;
    ValidationError where a reason is missing, the organisation has changed meanwhile, or a name or a number
    is verified elsewhere.
    """
    if is_own(organization, by):
        raise PermissionDenied
    if decision in NEED_REASON and not reason.strip():
        raise ValidationError({"reason": _("Say why. The applicant will read it.")})
    kept = Organization.objects.select_for_update().get(pk=organization.pk)
    if kept.standing not in _STEPS[decision].before or (seen is not None and seen != _version_now(kept)):
        raise ValidationError(_("This has changed since you opened the page. Look at it again, then decide."))
    kept.standing, kept.decision = _STEPS[decision].after, reason.strip()
    kept.decided_by, kept.decided_at = by, at
    _save_standing(kept)
    record(
        kind=f"liaison.organization_{kept.standing if decision != Decision.REINSTATE else 'reinstated'}",
        subject="organization",
        key=str(kept.pk),
        by=by,
        at=at,
        reason=kept.decision,
    )
    _tell_owners(kept, decision, at)


def _save_standing(organization: Organization) -> None:
    """Numbers follow the standing: those of a suspended organisation stay its own."""
    numbers = organization.identifiers.all()
    try:
        with transaction.atomic():
            organization.save()
            numbers.update(is_verified=organization.standing in (_Standing.VERIFIED, _Standing.SUSPENDED))
    except IntegrityError as error:
        raise ValidationError(_conflict(error, organization)) from error


def _conflict(error: IntegrityError, organization: Organization) -> ValidationError:
    """In words: which of its numbers, or its name, another organisation has already."""
    if "organization_name_unique" in str(error):
        return ValidationError(
            _("Another organisation is verified under the name %(name)s."), params={"name": organization.name}
        )
    other = same_number(organization).filter(is_verified=True).first()
    if other is None:
        return ValidationError(_("This has changed since you opened the page. Look at it again, then decide."))
    return ValidationError(
        _("%(scheme)s %(value)s is verified for %(name)s already."),
        params={"scheme": other.get_scheme_display(), "value": other.value, "name": other.organization.name},
    )


def _tell_owners(organization: Organization, decision: Decision, at: datetime) -> None:
    owners = organization.membership_set.filter(role=Role.OWNER, suspended_at__isnull=True, person__is_active=True)
    for membership in owners.select_related("person").order_by("pk"):
        write_letter(
            "organization_decided",
            address=membership.person.email,
            language=membership.person.language,
            at=at,
            person=membership.person,
            organization=organization,
            decision=decision.value,
        )
