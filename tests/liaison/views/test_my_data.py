"""The pages of a person's own data."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liaison.consents import give
from liaison.journal import record
from liaison.models import Consent, JournalEntry, Membership, Person
from tests.conftest import AT, Cast
from tests.liaison.signin.conftest import prove, signed_in, with_password
from tests.liaison.traces import leave_traces

As = Callable[[Person | None], Client]
YES = {"purpose": "survey", "answer": "yes", "version": "1"}


def said(answer: object) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]  # type: ignore[attr-defined]


def standing() -> list[tuple[int, str, int, str]]:
    rows = Consent.objects.filter(withdrawn_at__isnull=True).order_by("pk")
    return list(rows.values_list("person", "purpose", "version", "language"))


def test_the_page_shows_what_is_held_and_what_was_agreed(cast: Cast, as_person: As) -> None:
    give(person=cast.importer, purpose="survey", version=1, language="en", by=cast.importer, at=AT)
    give(person=cast.stranger, purpose="news_sms", version=1, language="en", by=cast.stranger, at=AT)
    page = as_person(cast.importer).get("/me/data/")
    held = {str(label): count for label, count in page.context["held"]}
    assert (held["Your profile"], held["Your organisations and roles"], held["Consents given and withdrawn"]) == (
        1,
        1,
        1,
    )
    shown = [(row["name"], row["is_current"]) for row in page.context["purposes"]]
    assert shown == [("news_sms", False), ("news_whatsapp", False), ("survey", True)]
    assert 'href="/me/data/"' in as_person(cast.importer).get("/me/").content.decode()


def test_a_yes_to_older_words_is_asked_again(cast: Cast, as_person: As) -> None:
    Consent.objects.create(person=cast.importer, purpose="survey", version=9, language="en", given_at=AT)
    page = as_person(cast.importer).get("/me/data/")
    row = page.context["purposes"][2]
    assert (row["consent"].version, row["is_current"]) == (9, False)
    assert "the words have changed" in page.content.decode()


def test_yes_and_no_are_kept_in_the_language_that_was_read(cast: Cast, as_person: As) -> None:
    Person.objects.filter(pk=cast.importer.pk).update(language="fr")
    client = as_person(cast.importer)
    assert client.post("/me/consents/", YES)["Location"] == "/me/data/"
    assert standing() == [(cast.importer.pk, "survey", 1, "fr")]
    client.post("/me/consents/", {**YES, "answer": "no"})
    assert standing() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": ""}, {"purpose": "nothing"}, {"answer": ""}, {"answer": "maybe"}, {"version": ""},
        {"version": "x"}, {"version": "2"}, {"version": "-1"}, {"purpose": "a\x00"},
    ],
)  # fmt: skip
def test_a_wrong_answer_keeps_nothing_and_says_so(cast: Cast, as_person: As, wrong: dict[str, str]) -> None:
    answer = as_person(cast.importer).post("/me/consents/", {**YES, **wrong})
    assert (answer.status_code, len(said(answer)), standing()) == (302, 1, [])


def proven(person: Person, path: str = "/me/erasure/") -> Client:
    """A browser in which the person has just proved herself again."""
    client = signed_in(with_password(person))
    assert prove(client, path).status_code == 200
    return client


@pytest.mark.parametrize("path", ["/me/data/download/", "/me/erasure/"])
def test_a_copy_and_an_erasure_ask_for_proof_first(cast: Cast, as_person: As, path: str) -> None:
    client = signed_in(with_password(cast.importer))
    entries = JournalEntry.objects.filter(kind="liaison.data_handed_out")
    for answer in (client.get(path), client.post(path, {"email": cast.importer.email})):
        if answer.status_code != 405:
            assert answer["Location"].startswith("/accounts/reauthenticate/?next=%2Fme%2F")
    without_password = as_person(cast.stranger)
    assert without_password.get(path)["Location"].startswith("/accounts/login/")
    assert without_password.get("/me/").status_code == 302
    assert (entries.exists(), Person.objects.filter(erased_at__isnull=False).exists()) == (False, False)
    assert proven(cast.importer, path).get(path).status_code == 200


def test_the_copy_is_a_file_of_ones_own_and_noted(cast: Cast) -> None:
    leave_traces(cast.stranger, cast.stranger_firm)
    answer = proven(cast.importer).get("/me/data/download/")
    assert (answer["Content-Type"], answer["Content-Disposition"], answer["Cache-Control"]) == (
        "application/json", 'attachment; filename="my-data.json"', "no-store",
    )  # fmt: skip
    copy = json.loads(answer.content)
    assert [row["email"] for row in copy["profile"]] == ["importer@portal.example"]
    assert [row["organization__name"] for row in copy["memberships"]] == ["Umucyo Traders"]
    assert "nyiramana" not in answer.content.decode().lower()
    entry = JournalEntry.objects.latest("pk")
    assert (entry.kind, entry.by, entry.origin) == ("liaison.data_handed_out", cast.importer, "127.0.0.1")


def test_the_page_costs_the_same_with_many_rows_and_little(cast: Cast, as_person: As) -> None:
    client = as_person(cast.importer)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/me/data/")
        return len(queries)

    record(kind="test.done", subject="test", key="1", by=cast.importer, at=AT)
    few = cost()
    for n in range(30):
        record(kind="test.done", subject="test", key=str(n), by=cast.importer, at=AT)
    assert cost() == few <= 12


def test_erasure_explains_first_and_changes_nothing(cast: Cast) -> None:
    page = proven(cast.importer).get("/me/erasure/").content.decode()
    assert "What stays, and why" in page
    assert Person.objects.get(pk=cast.importer.pk).erased_at is None


@pytest.mark.parametrize("typed", ["importer@portal.example", " Importer@Portal.Example "])
def test_with_the_address_typed_she_is_erased_and_signed_out(cast: Cast, typed: str) -> None:
    client = proven(cast.importer)
    answer = client.post("/me/erasure/", {"email": typed})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert Person.objects.get(pk=cast.importer.pk).name == f"#{cast.importer.pk}"
    assert "has been erased" in client.get("/").content.decode()
    assert client.get("/me/").status_code == 302


@pytest.mark.parametrize("typed", ["", "stranger@portal.example", "importer", "importer@portal.example\x00"])
def test_without_it_nothing_happens(cast: Cast, typed: str) -> None:
    answer = proven(cast.importer).post("/me/erasure/", {"email": typed})
    assert (answer.status_code, bool(answer.context["form"].errors)) == (422, True)
    assert Person.objects.filter(erased_at__isnull=False).count() == 0


def test_the_last_owner_is_told_to_hand_over(cast: Cast) -> None:
    Membership.objects.create(person=cast.agent, organization=cast.importer_firm, role="member")
    answer = proven(cast.importer).post("/me/erasure/", {"email": "importer@portal.example"})
    assert answer.status_code == 422
    assert "You are the last one in charge of Umucyo Traders." in answer.content.decode()


@pytest.mark.parametrize("url", ["/me/consents/", "/me/erasure/"])
def test_only_a_form_of_ours_is_taken(cast: Cast, url: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.importer)
    assert client.post(url, {"email": "importer@portal.example", **YES}).status_code == 403
    assert client.get("/me/consents/").status_code == 405
