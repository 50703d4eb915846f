"""What staff hold of a condition that a source reported: confirmed or refuted, with the evidence."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from corridor.models import Condition, Verdict
from corridor.settling import settle_standings
from liaison.journal import record
from liaison.models import Person


@transaction.atomic
def judge(*, condition: Condition, says: str, evidence: str, by: Person, at: datetime) -> Verdict:
    """Note the judgment, which counts from now on, and settle what follows from it."""
    verdict = Verdict.objects.create(condition=condition, says=says, evidence=evidence, by=by, at=at)
    record(
        kind="corridor.condition_judged",
        subject="condition",
        key=condition.subject[:80],
        by=by,
        at=at,
        condition=condition.pk,
        says=says,
        evidence=evidence,
    )
    settle_standings(at=at)
    return verdict
