"""Where sessions are kept: what is read of one, and of none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from liaison.signin.store import SessionStore


@pytest.fixture
def key(db: None) -> str:
    kept = SessionStore()
    kept["said"] = "yes"
    kept.save()
    assert kept.session_key
    return kept.session_key


def test_what_was_kept_is_read_with_one_query(key: str, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        found = SessionStore(key)
        assert (dict(found.items()), found.session_key) == ({"said": "yes"}, key)


def test_one_that_has_expired_is_none(key: str) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    found = SessionStore(key)
    assert (dict(found.items()), found.session_key) == ({}, None)


def test_one_that_nobody_has_is_none(key: str) -> None:
    found = SessionStore(key[::-1])
    assert (dict(found.items()), found.session_key) == ({}, None)
