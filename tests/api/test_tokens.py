"""Making, finding and revoking tokens: the secret is shown once, and what it opens is what was asked for."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from api.models import AccessToken
from api.tokens import PREFIX, USE_STEP, make_token, revoke_token, token_for
from liaison.models import JournalEntry, Organization
from tests.conftest import AT, Cast


def made(cast: Cast, *scopes: str, days: int = 1) -> tuple[AccessToken, str]:
    return make_token(person=cast.importer, name="ERP", scopes=scopes or ["read"], days=days, by=cast.importer, at=AT)


def test_only_the_digest_is_kept(cast: Cast) -> None:
    token, secret = made(cast)
    assert secret.startswith(PREFIX)
    assert (token.start, len(secret)) == (secret[:10], 47)
    assert token.digest == hashlib.sha256(secret.encode()).hexdigest()
    row = AccessToken.objects.values().get()
    assert [name for name, value in row.items() if secret[10:] in str(value)] == []
    entry = JournalEntry.objects.get(kind="api.token_made")
    assert (entry.subject, entry.key, entry.by, entry.data) == (
        "person",
        str(cast.importer.pk),
        cast.importer,
        {"token": token.pk, "scopes": ["read"]},
    )


def test_no_secret_is_made_twice(cast: Cast) -> None:
    assert len({made(cast)[1] for _each in range(20)}) == 20


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        (["tickets", "read"], ["read", "tickets"]),
        (["read", "read"], ["read"]),
        (["read", "everything"], ["read"]),
        (["money", "write", "tickets", "read"], ["read", "write", "money", "tickets"]),
    ],
)
def test_scopes_are_kept_once_each_in_their_order(cast: Cast, asked: list[str], kept: list[str]) -> None:
    assert made(cast, *asked)[0].scopes == kept


@pytest.mark.parametrize(("days", "lives"), [(1, [True, True, False]), (2, [True, True, True])])
def test_it_opens_to_the_last_moment_of_its_days(cast: Cast, days: int, lives: list[bool]) -> None:
    _token, secret = made(cast, days=days)
    day = timedelta(days=1)
    moments = [AT, AT + day - timedelta(microseconds=1), AT + day]
    assert [token_for(secret, at=at) is not None for at in moments] == lives


@pytest.mark.parametrize("change", ["", " ", "x", "\x00", "\ud800", "é", "kpa_", "A"])
def test_nothing_but_the_secret_opens_it(cast: Cast, change: str) -> None:
    token, secret = made(cast)
    for wrong in (change, secret + change if change else "", change + secret if change else "", token.digest):
        assert token_for(wrong, at=AT) is None
    assert token_for(secret.swapcase(), at=AT) is None
    assert AccessToken.objects.get().last_used_at is None


def test_a_revoked_one_is_told_once(cast: Cast) -> None:
    token, secret = made(cast)
    other, other_secret = made(cast)
    for hours in (1, 2):
        revoke_token(token=token, by=cast.officer, at=AT + timedelta(hours=hours))
    token.refresh_from_db()
    assert token.revoked_at == AT + timedelta(hours=1)
    assert (token_for(secret, at=AT), token_for(other_secret, at=AT)) == (None, other)
    entry = JournalEntry.objects.get(kind="api.token_revoked")
    assert (entry.by, entry.key, entry.data) == (cast.officer, str(cast.importer.pk), {"token": token.pk})


def test_whoever_is_suspended_has_no_program(cast: Cast) -> None:
    _token, secret = made(cast)
    cast.importer.is_active = False
    cast.importer.save(update_fields=["is_active"])
    assert token_for(secret, at=AT) is None
    assert AccessToken.objects.get().last_used_at is None


def test_the_use_is_written_down_once_a_step(cast: Cast) -> None:
    _token, secret = made(cast)
    noted = []
    for after in (timedelta(0), USE_STEP, USE_STEP + timedelta(seconds=1), timedelta(seconds=1)):
        token_for(secret, at=AT + after)
        noted.append(AccessToken.objects.get().last_used_at)
    later = AT + USE_STEP + timedelta(seconds=1)
    assert noted == [AT, AT, later, later]


def test_whom_she_acts_for_is_forgotten_but_not_in_her_row(cast: Cast) -> None:
    firm = Organization.objects.get(pk=cast.importer_firm.pk)
    cast.importer.acting_for = firm
    cast.importer.save(update_fields=["acting_for"])
    _token, secret = made(cast)
    found = token_for(secret, at=AT)
    assert found
    assert found.person.acting_for_id is None
    cast.importer.refresh_from_db()
    assert cast.importer.acting_for == firm


def test_another_password_shuts_out_the_tokens_of_before(cast: Cast) -> None:
    _token, secret = made(cast, days=9)
    old, bare = made(cast, days=9)
    AccessToken.objects.filter(pk=old.pk).update(password_mark="")
    cast.importer.set_password("another one of hers")
    cast.importer.save(update_fields=["password"])
    assert token_for(secret, at=AT) is None
    assert token_for(bare, at=AT) == old
    assert token_for(made(cast)[1], at=AT) is not None
