"""Each refusal of the doors for people's programs: one problem document, in every language, and nothing is done."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from api.models import KeptAnswer
from cargo.models import Consignment, Nomination
from cargo.registration import Particulars, register
from liaison.models import Person
from tests.conftest import AT, Cast, program_of, somebody

LIST = "/api/v1/consignments/"
PROBLEM = "application/problem+json"


def refusal(answer: Any) -> dict[str, Any]:
    """The problem document of an answer, after it has been found to be a whole one."""
    assert answer["Content-Type"] == PROBLEM, answer.content
    said: dict[str, Any] = answer.json()
    assert (said["type"], said["status"]) == ("about:blank", answer.status_code)
    assert said["title"]
    assert set(said) <= {"type", "title", "status", "detail", "errors", "violations"}
    assert ("errors" in said) == ("violations" in said)
    return said


def patch(person: Person, consignment: Consignment, body: Any, *scopes: str, **headers: str) -> Any:
    client = program_of(person, *scopes)
    return client.patch(f"{LIST}{consignment.ref}/", body, content_type="application/json", headers=headers)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("part", ["events/", "milestones/", "forecasts/"])
def test_what_was_said_of_goods_is_only_read(cast: Cast, consignment: Consignment, method: str, part: str) -> None:
    answer = getattr(program_of(cast.importer), method)(f"{LIST}{consignment.ref}/{part}")
    assert (refusal(answer)["status"], sorted(answer["Allow"].split(", "))) == (405, ["GET", "HEAD", "OPTIONS"])


@pytest.mark.parametrize(("url", "method"), [("", "put"), ("", "patch"), ("", "delete"), ("ref", "post"), ("ref", "put"), ("ref", "delete")])  # fmt: skip
def test_no_consignment_is_put_or_deleted(cast: Cast, consignment: Consignment, url: str, method: str) -> None:
    address = f"{LIST}{consignment.ref}/" if url else LIST
    answer = getattr(program_of(cast.importer), method)(address, {}, content_type="application/json")
    assert refusal(answer)["status"] == 405
    assert Consignment.objects.count() == 1


@pytest.mark.parametrize(
    ("raw", "type", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"nonsense", "application/json", 400),
        (b'{"weight_t": NaN}', "application/json", 400),
        (b'{"weight_t": Infinity}', "application/json", 400),
        (b'{"weight_t": 1e999}', "application/json", 400),
        (b'{"packages": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b'{"goods": "\\u0000"}', "application/json", 400),
        (b'{"goods": "\\ud800"}', "application/json", 400),
        (b'"goods"', "application/json", 400),
        (b"null", "application/json", 400),
        (b"7", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"goods=Tea", "application/x-www-form-urlencoded", 415),
        (b"<goods/>", "application/xml", 415),
    ],
)
def test_a_body_that_says_nothing_is_a_problem(
    cast: Cast, consignment: Consignment, raw: bytes, type: str, status: int
) -> None:
    client = program_of(cast.importer)
    before = Consignment.objects.values().get()
    answers = [client.generic("PATCH", f"{LIST}{consignment.ref}/", raw, type), client.generic("POST", LIST, raw, type)]
    assert [refusal(answer)["status"] for answer in answers] == [status, status]
    assert Consignment.objects.values().get() == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"weight_t": "0"}, "weight_t"),
        ({"weight_t": 0.0001}, "weight_t"),
        ({"weight_t": "heavy"}, "weight_t"),
        ({"weight_t": 10**15}, "weight_t"),
        ({"packages": 0}, "packages"),
        ({"packages": 2**40}, "packages"),
        ({"packages": 1.5}, "packages"),
        ({"packages": True}, "packages"),
        ({"hs_code": "123"}, "hs_code"),
        ({"hs_code": "12345678901"}, "hs_code"),
        ({"origin_country": "XX"}, "origin_country"),
        ({"origin_country": "rw"}, "origin_country"),
        ({"trade_regime": "efta"}, "trade_regime"),
        ({"origin_certificate": "C1"}, "trade_regime"),
        ({"origin_certificate": "C1", "trade_regime": "none"}, "trade_regime"),
        ({"goods": "x" * 201}, "goods"),
        ({"goods": None, "vessel": ["A"]}, "vessel"),
        ({"own_reference": {"a": 1}}, "own_reference"),
        ({"bill_of_lading": "NEW"}, "bill_of_lading"),
        ({"containers": []}, "containers"),
        ({"consignee": "Ikirere Imports"}, "consignee"),
        ({"registered_at": "2026-01-01"}, "registered_at"),
        ({"id": 7}, "id"),
    ],
)
def test_a_change_that_cannot_be_is_named_and_changes_nothing(
    cast: Cast, consignment: Consignment, body: dict[str, Any], field: str
) -> None:
    before = Consignment.objects.values().get()
    for more in ({}, {"goods": "Tea"}):
        said = refusal(patch(cast.importer, consignment, {**more, **body}))
        assert (said["status"], list(said["errors"])) == (400, [field])
        assert said["errors"][field] != []
    assert Consignment.objects.values().get() == before


def test_only_what_is_given_changes_and_may_be_emptied(cast: Cast, consignment: Consignment) -> None:
    given = {
        "goods": "Tea",
        "hs_code": "0902.40",
        "weight_t": 12,
        "packages": 40,
        "own_reference": "po 7",
        "origin_country": "KE",
        "trade_regime": "eac",
        "origin_certificate": "C1",
    }
    assert patch(cast.importer, consignment, given).status_code == 200
    names = [*given, "bill_of_lading", "vessel"]

    def kept() -> list[str]:
        return [str(value) for value in Consignment.objects.values_list(*names).get()]

    full = ["Tea", "090240", "12.000", "40", "PO7", "KE", "eac", "C1", "UMUC2611001", ""]
    assert kept() == full
    for nothing in ({}, {"goods": None, "packages": None}):
        assert patch(cast.importer, consignment, nothing).status_code == 200
        assert kept() == full
    emptied = {"weight_t": "", "packages": "", "hs_code": "", "origin_certificate": ""}
    assert patch(cast.importer, consignment, emptied).json()["weight_t"] is None
    assert kept() == ["Tea", "", "None", "None", "PO7", "KE", "eac", "", "UMUC2611001", ""]


def test_a_change_answers_as_a_read_does(cast: Cast, consignment: Consignment) -> None:
    changed = patch(cast.importer, consignment, {"vessel": "MV Abacus"})
    read = program_of(cast.importer).get(f"{LIST}{consignment.ref.lower()}/")
    assert (changed.status_code, changed.json()) == (200, read.json())
    assert read.json()["vessel"] == "MV Abacus"


def test_who_may_not_change_learns_no_more_than_who_may_see(cast: Cast, consignment: Consignment) -> None:
    reader = somebody(cast.importer_firm, "readonly", "reader@portal.example")
    people = {**cast.people(), "reader": reader}
    statuses = {part: patch(person, consignment, {"goods": "Tea"}).status_code for part, person in people.items()}
    assert statuses == {
        "importer": 200,
        "agent": 200,
        "stranger": 404,
        "officer": 200,
        "desk": 404,
        "official": 404,
        "reader": 403,
    }
    Nomination.objects.update(may_act=False)
    assert refusal(patch(cast.agent, consignment, {"goods": "Salt"}))["status"] == 403
    Nomination.objects.update(ended_at=AT)
    assert refusal(patch(cast.agent, consignment, {"goods": "Salt"}))["status"] == 404
    assert Consignment.objects.get().goods == "Tea"


def test_a_foreign_and_an_unknown_one_are_refused_alike_whatever_is_sent(cast: Cast, consignment: Consignment) -> None:
    client = program_of(cast.stranger)
    bodies: list[Any] = [{"goods": "Tea"}, {"id": 1}, [], {"weight_t": -1}]
    for body in bodies:
        answers = [
            client.patch(f"{LIST}{ref}/", body, content_type="application/json")
            for ref in (consignment.ref, "RW99-999999", "x")
        ]
        assert [refusal(answer)["status"] for answer in answers] == [404, 404, 404]
        assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("scopes", [["read"], ["money"], ["tickets"], ["read", "money", "tickets"]])
def test_a_token_without_the_scope_writes_nothing(cast: Cast, consignment: Consignment, scopes: list[str]) -> None:
    said = refusal(patch(cast.importer, consignment, {"goods": "Tea"}, *scopes))
    assert (said["status"], "write" in said["detail"]) == (403, True)
    body = {"bill_of_lading": "B1"}
    answer = program_of(cast.importer, *scopes).post(LIST, body, content_type="application/json")
    assert (refusal(answer)["status"], Consignment.objects.count()) == (403, 1)
    assert Consignment.objects.get().goods == "Rice"


@pytest.mark.parametrize("scopes", [["write"], ["money"], ["tickets"]])
@pytest.mark.parametrize("part", ["", "events/", "milestones/", "forecasts/"])
def test_a_token_without_the_scope_reads_nothing(
    cast: Cast, consignment: Consignment, scopes: list[str], part: str
) -> None:
    said = refusal(program_of(cast.importer, *scopes).get(f"{LIST}{consignment.ref}/{part}"))
    assert (said["status"], "read" in said["detail"]) == (403, True)


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "bearer kpa_x", "Basic a2V5OnRva2Vu", "Token kpa_x", "kpa_x", "Bearer \udcff", ""]
)
def test_without_a_token_that_opens_it_each_door_is_shut(cast: Cast, consignment: Consignment, header: str) -> None:
    client = Client(headers={"authorization": header} if header else None)
    for url in (LIST, f"{LIST}{consignment.ref}/", f"{LIST}{consignment.ref}/events/", "/api/v1/tickets/"):
        answer = client.get(url)
        assert (refusal(answer)["status"], answer["WWW-Authenticate"]) == (401, "Bearer")
        assert consignment.ref not in answer.content.decode()


@pytest.mark.parametrize("language", ["fr", "rw", "sw"])
def test_refusals_speak_the_readers_language_and_keep_their_shape(
    cast: Cast, consignment: Consignment, language: str
) -> None:
    Nomination.objects.update(may_act=False)
    english = refusal(patch(cast.agent, consignment, {"goods": "Tea"}))
    theirs = refusal(patch(cast.agent, consignment, {"goods": "Tea"}, **{"accept-language": language}))
    assert theirs["status"] == english["status"]
    assert [name for name in theirs if theirs[name] == english[name]] == ["type", "status"]


def test_goods_of_others_are_claimed_in_the_portal_and_nothing_is_told_of_them(
    cast: Cast, consignment: Consignment
) -> None:
    answer = program_of(cast.stranger).post(LIST, {"bill_of_lading": "umuc 2611001"}, content_type="application/json")
    said = refusal(answer)
    assert (said["status"], said["title"]) == (409, "Conflict")
    for words in (consignment.ref, cast.importer_firm.name, "Rice"):
        assert words not in json.dumps(said)
    assert Consignment.objects.count() == 1


def keyed(client: Client, method: str, url: str, body: Any, key: str = "k1") -> Any:
    send = getattr(client, method)
    return send(url, body, content_type="application/json", headers={"idempotency-key": key})


def test_a_change_sent_again_is_done_once(cast: Cast, consignment: Consignment) -> None:
    client, url = program_of(cast.importer), f"{LIST}{consignment.ref}/"
    first = keyed(client, "patch", url, {"goods": "Tea"})
    keyed(client, "patch", url, {"goods": "Salt"}, "k2")
    again = keyed(client, "patch", url, {"goods": "Tea"})
    assert (again.status_code, again.json(), again["Idempotency-Replayed"]) == (200, first.json(), "true")
    assert Consignment.objects.get().goods == "Salt"


def test_a_key_is_of_one_address_method_and_body(cast: Cast, consignment: Consignment) -> None:
    said = Particulars(consignee=cast.importer_firm, bill_of_lading="B2")
    other = register(particulars=said, by=None, at=AT)
    client, url = program_of(cast.importer), f"{LIST}{consignment.ref}/"
    assert keyed(client, "patch", url, {"goods": "Tea", "vessel": "A"}).status_code == 200
    for method, address, body in (
        ("patch", url, {"goods": "Salt"}),
        ("patch", url, {}),
        ("patch", f"{LIST}{other.ref}/", {"goods": "Tea", "vessel": "A"}),
        ("post", LIST, {"goods": "Tea", "vessel": "A"}),
    ):
        assert refusal(keyed(client, method, address, body))["status"] == 422
    # The same said in another order is the same.
    assert keyed(client, "patch", url, {"vessel": "A", "goods": "Tea"})["Idempotency-Replayed"] == "true"
    assert (other.goods, Consignment.objects.get(pk=other.pk).goods) == ("", "")


def test_a_refusal_that_was_kept_is_a_problem_again(cast: Cast, consignment: Consignment) -> None:
    client = program_of(cast.stranger)
    answers = [keyed(client, "post", LIST, {"bill_of_lading": "UMUC2611001"}) for _time in range(2)]
    assert [refusal(answer)["status"] for answer in answers] == [409, 409]
    assert (answers[0].content, answers[1]["Idempotency-Replayed"]) == (answers[1].content, "true")
    assert ["Location" in answer.headers for answer in answers] == [False, False]
    assert KeptAnswer.objects.get().status == 409


def test_what_was_refused_is_not_kept_and_may_be_mended(cast: Cast, consignment: Consignment) -> None:
    client, url = program_of(cast.importer), f"{LIST}{consignment.ref}/"
    assert keyed(client, "patch", url, {"weight_t": -1}).status_code == 400
    assert keyed(client, "patch", f"{LIST}RW99-999999/", {}).status_code == 404
    assert KeptAnswer.objects.count() == 0
    assert keyed(client, "patch", url, {"weight_t": 1}).json()["weight_t"] == 1.0


def test_a_read_needs_no_key_and_keeps_nothing(cast: Cast, consignment: Consignment) -> None:
    client, headers = program_of(cast.importer), {"idempotency-key": "x" * 500}
    answers = [client.get(LIST, headers=headers), client.options(LIST, headers=headers)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert KeptAnswer.objects.count() == 0


def test_an_answer_with_charges_is_not_given_again_to_a_program_that_may_not_see_them(
    cast: Cast, consignment: Consignment
) -> None:
    url = f"{LIST}{consignment.ref}/"
    full, bare = program_of(cast.importer, "write", "money"), program_of(cast.importer, "write")
    assert keyed(full, "patch", url, {"goods": "Tea"}).json()["money"] is not None
    assert refusal(keyed(bare, "patch", url, {"goods": "Tea"}))["status"] == 422
    assert keyed(bare, "patch", url, {"goods": "Tea"}, "k2").json()["money"] is None
    other_full = program_of(cast.importer, "read", "write", "money")
    assert keyed(other_full, "patch", url, {"goods": "Tea"})["Idempotency-Replayed"] == "true"
