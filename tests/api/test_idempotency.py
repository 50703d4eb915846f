"""The same write sent again is answered as it was, and done once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from api.models import KeptAnswer
from cargo.models import Consignment
from liaison.models import Person
from liaison.people import add_person
from tests.conftest import AT, Cast, program_of

LIST = "/api/v1/consignments/"
BODY = {"bill_of_lading": "UMUC2611009"}


def post(client: Client, key: str, body: Any = None, url: str = LIST) -> Any:
    return client.post(url, body or BODY, content_type="application/json", headers={"idempotency-key": key})


def test_the_second_is_answered_as_the_first_and_makes_nothing(cast: Cast) -> None:
    client = program_of(cast.importer)
    first, second = post(client, "k1"), post(client, "k1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert (first.headers.get("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (None, "true")
    assert Consignment.objects.count() == 1


def test_the_second_answer_is_the_first_word_for_word_and_leads_to_the_same(cast: Cast) -> None:
    client = program_of(cast.importer)
    body = {"bill_of_lading": "UMUC2611009", "goods": "Café “vert”", "weight_t": 1.5}
    first, second = post(client, "k1", body), post(client, "k1", body)
    assert (second.content, second["Content-Type"]) == (first.content, first["Content-Type"])
    assert first["Location"] == second["Location"] == f"{LIST}{first.json()['ref']}/"
    assert post(client, "k1").status_code == 422


def test_an_answer_of_which_only_the_content_was_kept_is_answered_again(cast: Cast) -> None:
    client = program_of(cast.importer)
    first = post(client, "k1")
    KeptAnswer.objects.update(text="", location="", body=first.json())
    again = post(client, "k1")
    assert (again.status_code, again.json(), again["Idempotency-Replayed"]) == (201, first.json(), "true")
    assert "Location" not in again.headers


def test_a_key_belongs_to_one_request_and_one_caller(cast: Cast) -> None:
    client = program_of(cast.importer)
    assert post(client, "k1").status_code == 201
    assert post(client, "k1", {"bill_of_lading": "UMUC2611010"}).status_code == 422
    assert post(program_of(cast.stranger), "k1", {"bill_of_lading": "OTHER1"}).status_code == 201
    assert Consignment.objects.count() == 2


def test_what_failed_may_be_sent_again_with_the_same_key(cast: Cast) -> None:
    client = program_of(cast.importer)
    assert post(client, "k1", {"goods": "Rice"}).status_code == 400
    assert post(client, "k1").status_code == 201


def test_after_a_day_a_key_is_free_again(cast: Cast) -> None:
    client = program_of(cast.importer)
    post(client, "k1")
    KeptAnswer.objects.update(kept_at=timezone.now() - timedelta(hours=24, seconds=1))
    assert post(client, "k1", {"bill_of_lading": "UMUC2611011"}).status_code == 201


@pytest.mark.parametrize("key", ["x" * 129, "a\tb"])
def test_a_key_that_cannot_be_kept_is_refused(cast: Cast, key: str) -> None:
    assert post(program_of(cast.importer), key).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_make_one() -> None:
    person: Person = add_person(email="i@x.example", role="owner", organization="Firm", kind="importer", by=None, at=AT)
    clients = [program_of(person) for _each in range(4)]

    def send(client: Client) -> tuple[int, str]:
        try:
            answer = post(client, "k1")
            return answer.status_code, answer.json()["ref"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(send, clients))
    assert (len(answers), Consignment.objects.count()) == (1, 1)
