"""What the API holds of a person, how it forgets her, and what it takes out when it serves no more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from api.holdings import HELD, RULES, forget
from api.models import AccessToken, KeptAnswer
from api.tokens import make_token, revoke_token
from liaison.holdings import held_of
from liaison.models import Person
from tests.conftest import AT, Cast

DAY = timedelta(days=1)
RULE = {rule.name: rule for rule in RULES}


def token(person: Person, name: str = "ERP", *, days: int = 30) -> AccessToken:
    return make_token(person=person, name=name, scopes=["read"], days=days, by=person, at=AT)[0]


def kept(person: Person, key: str, **more: Any) -> KeptAnswer:
    return KeptAnswer.objects.create(person=person, key=key, asked="a", status=200, body={}, **more)


def test_she_is_given_her_tokens_without_their_secrets(cast: Cast) -> None:
    first, second = token(cast.importer, "one"), token(cast.importer, "two")
    token(cast.stranger, "theirs")
    holding, hooks = HELD
    assert (holding.name, list(holding.of_person(cast.importer))) == (
        "access_tokens",
        [
            {"name": each.name, "scopes": ["read"], "made_at": AT, "last_used_at": None}
            for each in (first, second)
        ],
    )  # fmt: skip
    assert [list(each.of_person(cast.agent)) for each in (holding, hooks)] == [[], []]
    text = str(held_of(cast.importer))
    assert [words in text for words in ("one", "two", "theirs", first.digest, first.start)] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_forgetting_her_leaves_the_others(cast: Cast) -> None:
    for person in (cast.importer, cast.stranger):
        token(person)
        kept(person, "k1")
    for _time in range(2):
        forget(person=cast.importer, at=AT)
    assert list(AccessToken.objects.values_list("person", flat=True)) == [cast.stranger.pk]
    assert list(KeptAnswer.objects.values_list("person", flat=True)) == [cast.stranger.pk]


@pytest.mark.parametrize(
    ("after", "left"),
    [
        (timedelta(0), ["revoked", "short", "long"]),
        (2 * DAY, ["revoked", "short", "long"]),
        (2 * DAY + timedelta(seconds=1), ["short", "long"]),
        (5 * DAY + timedelta(seconds=1), ["long"]),
        (300 * DAY, ["long"]),
        (301 * DAY, []),
    ],
)
def test_tokens_go_so_long_after_they_opened_last(cast: Cast, after: timedelta, left: list[str]) -> None:
    for name, days in {"revoked": 300, "short": 5, "long": 300}.items():
        token(cast.importer, name, days=days)
    revoke_token(token=AccessToken.objects.get(name="revoked"), by=cast.importer, at=AT + 2 * DAY)
    at = AT + after + RULE["tokens"].period
    removed = RULE["tokens"].remove(at - RULE["tokens"].period, at)
    assert (removed, list(AccessToken.objects.order_by("pk").values_list("name", flat=True))) == (3 - len(left), left)


def test_answers_are_kept_for_a_day(cast: Cast) -> None:
    now = timezone.now()
    rule = RULE["answers"]
    for key, age in {"new": 0 * DAY, "edge": rule.period, "old": rule.period + timedelta(seconds=1)}.items():
        kept(cast.importer, key, kept_at=now - age)
    assert (rule.period, rule.remove(now - rule.period, now)) == (DAY, 1)
    assert sorted(KeptAnswer.objects.values_list("key", flat=True)) == ["edge", "new"]


def test_every_rule_says_why(cast: Cast) -> None:
    assert {rule.name: str(rule.basis) for rule in RULES} == {
        "webhook_messages": "Sending again what a receiver has missed",
        "tokens": "Proof of what a program could do",
        "answers": "Doing a thing once",
    }
    assert [rule.period_text for rule in RULES] == ["30 days", "6 months", "1 day"]
