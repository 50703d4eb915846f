"""Tokens, scopes and limits at the doors of the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from api.models import AccessToken
from api.tokens import make_token, revoke_token, token_for
from cargo.models import Consignment
from liaison.models import JournalEntry, Organization
from tests.conftest import AT, Cast, program_of, somebody

LIST = "/api/v1/consignments/"


def test_without_a_token_nothing_opens_and_a_session_is_no_token(cast: Cast, as_person: Any) -> None:
    for client in (Client(), as_person(cast.importer), Client(headers={"authorization": "Bearer kpa_unknown"})):
        answer = client.get(LIST)
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
        assert answer["WWW-Authenticate"] == "Bearer"


def test_a_token_opens_what_its_scopes_say_and_no_more(cast: Cast, consignment: Consignment) -> None:
    reader, writer = program_of(cast.importer, "read"), program_of(cast.importer, "write")
    body = {"bill_of_lading": "UMUC2611002"}
    assert [reader.get(LIST).status_code, reader.post(LIST, body, content_type="application/json").status_code] == [
        200,
        403,
    ]
    assert [writer.get(LIST).status_code, writer.post(LIST, body, content_type="application/json").status_code] == [
        403,
        201,
    ]


def test_a_token_that_is_revoked_or_has_ended_or_whose_owner_is_suspended_opens_nothing(cast: Cast) -> None:
    now = timezone.now()
    token, secret = make_token(person=cast.importer, name="x", scopes=["read"], days=1, by=cast.importer, at=now)
    found = token_for(secret, at=now)
    assert (found, found and found.person) == (token, cast.importer)
    assert token_for(secret, at=now + timedelta(days=1)) is None
    revoke_token(token=token, by=cast.importer, at=now)
    revoke_token(token=token, by=cast.importer, at=now)
    assert token_for(secret, at=now) is None
    assert JournalEntry.objects.filter(kind="api.token_revoked").count() == 1
    client = program_of(cast.stranger)
    assert client.get(LIST).status_code == 200
    cast.stranger.is_active = False
    cast.stranger.save(update_fields=["is_active"])
    assert client.get(LIST).status_code == 401


def test_the_last_use_is_kept_by_the_minute(cast: Cast) -> None:
    now = timezone.now()
    _token, secret = make_token(person=cast.importer, name="x", scopes=["read"], days=1, by=cast.importer, at=now)
    for later in (0, 20, 90):
        token_for(secret, at=now + timedelta(seconds=later))
    assert AccessToken.objects.get().last_used_at == now + timedelta(seconds=90)


def test_too_many_calls_of_one_token_are_told_when_to_come_again(cast: Cast, settings: Any) -> None:
    settings.API_RATE = "3/min"
    first, second = program_of(cast.importer), program_of(cast.importer)
    answers = [first.get(LIST) for _call in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert answers[-1]["Content-Type"] == "application/problem+json"
    assert second.get(LIST).status_code == 200


def test_whom_she_acts_for_in_a_browser_does_not_narrow_her_programs(cast: Cast, consignment: Consignment) -> None:
    other = Organization.objects.create(name="Second Firm", kind="importer", standing="verified", decided_at=AT)
    person = somebody(cast.importer_firm, "member")
    person.membership_set.create(organization=other, role="owner")
    person.acting_for = other
    person.save(update_fields=["acting_for"])
    assert [row["ref"] for row in program_of(person).get(LIST).json()["results"]] == [consignment.ref]


def test_errors_speak_the_callers_language(cast: Cast) -> None:
    answer = program_of(cast.importer, "read").post(LIST, {}, headers={"accept-language": "fr"})
    assert "lacks the scope" not in answer.json()["detail"]
