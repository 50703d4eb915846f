"""Judging a condition: kept with who, when and how one knows, told once, and settled in the same breath."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from corridor.models import Condition, Standing, Verdict
from corridor.verdicts import judge
from liaison.models import JournalEntry
from tests.cargo.test_reading import take_in
from tests.conftest import Cast, source_of
from tests.corridor.test_settling import MALABA, said


@pytest.fixture
def condition(network: None) -> Condition:
    take_in(source_of("ura", "status"), said("shut"))
    return Condition.objects.select_related("node").get()


def judgments() -> list[JournalEntry]:
    return list(JournalEntry.objects.filter(kind="corridor.condition_judged").order_by("pk"))


@pytest.mark.parametrize("says", Verdict.Says.values)
def test_a_verdict_is_kept_and_told_with_who_when_and_why(cast: Cast, condition: Condition, says: str) -> None:
    at = timezone.now()
    verdict = judge(condition=condition, says=says, evidence="Called the desk", by=cast.officer, at=at)
    kept = Verdict.objects.get()
    assert (kept, kept.condition, kept.says, kept.evidence, kept.by, kept.at) == (
        verdict,
        condition,
        says,
        "Called the desk",
        cast.officer,
        at,
    )
    (entry,) = judgments()
    assert (entry.subject, entry.key, entry.by, entry.at) == ("condition", MALABA, cast.officer, at)


def test_each_verdict_is_kept_beside_the_one_before(cast: Cast, condition: Condition) -> None:
    for says in ("confirmed", "refuted", "confirmed"):
        judge(condition=condition, says=says, evidence=f"It is {says}", by=cast.officer, at=timezone.now())
    assert list(condition.verdicts.order_by("pk").values_list("says", flat=True)) == [
        "confirmed",
        "refuted",
        "confirmed",
    ]
    assert [entry.data["says"] for entry in judgments()] == ["confirmed", "refuted", "confirmed"]
    assert Standing.objects.get().is_confirmed


def test_the_latest_counts_by_when_it_was_given_and_not_by_when_it_was_written(
    cast: Cast, condition: Condition
) -> None:
    at = timezone.now()
    judge(condition=condition, says="refuted", evidence="Seen now", by=cast.officer, at=at)
    judge(condition=condition, says="confirmed", evidence="Seen before", by=cast.officer, at=at - timedelta(minutes=5))
    row = Standing.objects.get()
    assert (row.severity, row.is_confirmed) == ("unknown", False)


@pytest.mark.parametrize(
    ("says", "evidence", "constraint"),
    [("perhaps", "Called", "verdict_known"), ("", "Called", "verdict_known"), ("refuted", "", "verdict_has_evidence")],
)
def test_what_is_no_judgment_leaves_no_trace(
    cast: Cast, condition: Condition, says: str, evidence: str, constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        judge(condition=condition, says=says, evidence=evidence, by=cast.officer, at=timezone.now())
    assert (Verdict.objects.count(), judgments(), Standing.objects.get().severity) == (0, [], "shut")


def test_one_source_s_word_that_is_refuted_leaves_the_other_s(cast: Cast, condition: Condition) -> None:
    take_in(source_of("kra", "status"), said("slow"))
    judge(condition=condition, says="refuted", evidence="Called", by=cast.officer, at=timezone.now())
    row = Standing.objects.get()
    assert (row.severity, row.is_contested, [one["source"] for one in row.said]) == ("slow", False, ["kra"])
