"""Access tokens and kept answers: what the database refuses, which open something, and whose they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from api.models import AccessToken, KeptAnswer, Scope
from liaison.models import AnonymousUser
from tests.conftest import AT, Cast

Make = Callable[..., Any]


@pytest.fixture
def token(cast: Cast) -> Make:
    def make(**more: Any) -> AccessToken:
        values: dict[str, Any] = {
            "person": cast.importer,
            "name": "ERP",
            "start": "kpa_abcdef",
            "digest": uuid4().hex,
            "scopes": ["read"],
            "made_at": AT,
            "expires_at": AT + timedelta(days=1),
        }
        return AccessToken.objects.create(**{**values, **more})

    return make


@pytest.fixture
def kept(cast: Cast) -> Make:
    def make(**more: Any) -> KeptAnswer:
        values = {"person": cast.importer, "key": "k1", "asked": "a", "status": 201, "body": {"ref": "X"}}
        return KeptAnswer.objects.create(**{**values, **more})

    return make


def refused(make: Make, constraint: str, **values: Any) -> None:
    with pytest.raises(IntegrityError, match=f'"{constraint}"'), transaction.atomic():
        make(**values)


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("access_token_lives", {"expires_at": AT}),
        ("access_token_lives", {"expires_at": AT - timedelta(seconds=1)}),
        ("access_token_scopes_known", {"scopes": []}),
        ("access_token_scopes_known", {"scopes": ["read", "all"]}),
        ("access_token_scopes_known", {"scopes": [""]}),
        ("access_token_has_name", {"name": ""}),
    ],
)
def test_a_token_that_cannot_be_is_refused(token: Make, constraint: str, values: dict[str, Any]) -> None:
    refused(token, constraint, **values)
    assert AccessToken.objects.count() == 0


def test_a_secret_belongs_to_one_token(token: Make, cast: Cast) -> None:
    token(digest="d")
    refused(token, "api_accesstoken_digest_key", digest="d", person=cast.stranger)
    made = token(scopes=Scope.values)
    assert (made.scopes, str(made)) == (["read", "write", "money", "tickets", "push"], "ERP (kpa_abcdef…)")


def test_which_tokens_open_something(token: Make) -> None:
    lives = token()
    token(revoked_at=AT)
    token(made_at=AT - timedelta(days=9), expires_at=AT)
    assert list(AccessToken.objects.in_force(AT)) == [lives]
    assert list(AccessToken.objects.in_force(AT + timedelta(days=1))) == []


def test_a_token_is_its_owners_alone(token: Make, cast: Cast) -> None:
    hers, his = token(), token(person=cast.officer)
    assert {part: list(AccessToken.objects.visible_to(one)) for part, one in cast.people().items()} == {
        "importer": [hers],
        "agent": [],
        "stranger": [],
        "officer": [his],
        "desk": [],
        "official": [],
    }
    assert list(AccessToken.objects.visible_to(AnonymousUser())) == []


def test_an_answer_is_kept_once_for_a_key_of_a_person(kept: Make, cast: Cast) -> None:
    first = kept()
    refused(kept, "kept_answer_once", status=400)
    refused(kept, "kept_answer_has_key", key="")
    refused(kept, "api_keptanswer_status_check", key="k2", status=-1)
    kept(person=cast.stranger)
    kept(key="k2", body=[])
    assert (KeptAnswer.objects.count(), str(first)) == (3, f"k1 of {cast.importer.pk}")


def test_the_database_says_when_an_answer_was_kept(kept: Make) -> None:
    made = kept()
    made.refresh_from_db()
    assert made.kept_at.tzinfo is not None


def test_they_go_with_their_person(token: Make, kept: Make, cast: Cast) -> None:
    for make in (token, kept):
        make(person=cast.official)
        make(key="other") if make is kept else make(name="other")
    cast.official.membership_set.all().delete()
    cast.official.delete()
    assert list(AccessToken.objects.values_list("name", flat=True)) == ["other"]
    assert list(KeptAnswer.objects.values_list("key", flat=True)) == ["other"]
