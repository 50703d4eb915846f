"""What answers have in common: marks of their content, only some fields, limits, and who may read from elsewhere."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from django.test import Client, RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from api.answers import _only, etag_of, is_as_seen, wants
from api.limits import counted
from cargo.models import Consignment
from tests.cargo.test_deriving import at_once
from tests.conftest import Cast, program_of
from tests.tickets.conftest import opened
from tickets.categories import load_categories

LIST = "/api/v1/consignments/"
NODES = "/api/v1/corridor/nodes/"


def test_what_is_known_is_not_sent_again(cast: Cast, consignment: Consignment) -> None:
    client, url = program_of(cast.importer), f"{LIST}{consignment.ref}/"
    first = client.get(url)
    mark = first["ETag"]
    for asked, status in ((mark, 304), (f"W/{mark}", 304), (f'"x", {mark}', 304), ("*", 304), ('"x"', 200)):
        assert client.get(url, headers={"if-none-match": asked}).status_code == status, asked
    assert (client.head(url)["ETag"], client.head(url).status_code) == (mark, 200)
    # Nothing has a date of change, so that it is not asked for one (RFC 9110, 13.1.4).
    other = client.get(url, headers={"if-match": '"x"'})
    assert (other.status_code, other["Content-Type"]) == (412, "application/problem+json")
    said = {"title": "Precondition Failed", "status": 412, "detail": "It has changed since you read it."}
    assert other.json() == {"type": "about:blank", **said}
    long_ago = {"if-unmodified-since": "Tue, 01 Jan 2019 00:00:00 GMT"}
    assert {client.get(path, headers=long_ago).status_code for path in (url, LIST, "/api/v1/indicators/")} == {200}
    again = client.get(url, headers={"if-none-match": mark})
    assert (again.content, again["ETag"], first["Cache-Control"]) == (b"", mark, "private, no-cache")
    client.patch(url, {"goods": "Tea"}, content_type="application/json")
    assert client.get(url, headers={"if-none-match": mark}).status_code == 200


def test_a_change_is_of_what_was_seen(cast: Cast, consignment: Consignment) -> None:
    client, url = program_of(cast.importer), f"{LIST}{consignment.ref}/"
    mark = client.get(url)["ETag"]

    def patch(goods: str, seen: str) -> Any:
        return client.patch(url, {"goods": goods}, content_type="application/json", headers={"if-match": seen})

    assert [patch("Tea", '"x"').status_code, patch("Tea", mark).status_code, patch("Salt", mark).status_code] == [
        412,
        200,
        412,
    ]
    assert Consignment.objects.get().goods == "Tea"
    fresh = client.get(url)["ETag"]
    assert [patch("Salt", f'"x", {fresh}').status_code, patch("Rice", "*").status_code] == [200, 200]
    foreign = program_of(cast.stranger).patch(url, {}, content_type="application/json", headers={"if-match": '"x"'})
    assert foreign.status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_what_both_saw_one_is_told(
    cast: Cast, consignment: Consignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{LIST}{consignment.ref}/"
    mark = program_of(cast.importer).get(url)["ETag"]
    both, answers = threading.Barrier(2), []

    def compared(*given: Any) -> bool:
        # Whoever comes second may compare what the first had not yet changed.
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=0.5)
        return is_as_seen(*given)

    monkeypatch.setattr("api.consignments.is_as_seen", compared)

    def patch(client: Client, goods: str) -> None:
        answers.append(client.patch(url, {"goods": goods}, "application/json", headers={"if-match": mark}).status_code)

    at_once([partial(patch, program_of(cast.importer), "Tea"), partial(patch, program_of(cast.officer), "Salt")])
    assert sorted(answers) == [200, 412]


def test_a_clock_that_goes_on_is_nothing_new(cast: Cast, consignment: Consignment) -> None:
    load_categories()
    ticket = opened(cast, consignment)
    client, url = program_of(cast.importer), f"/api/v1/tickets/{ticket.ref}/"
    mark = client.get(url)["ETag"]
    assert mark.startswith("W/")
    assert client.get(url, headers={"if-none-match": mark}).status_code == 304
    assert etag_of(b'{"chance":0.51,"expected":"9.00"}') == etag_of(b'{"chance":1,"expected":"12.50"}')
    assert etag_of(b'{"remaining_s":5,"a":1}') == etag_of(b'{"remaining_s":-7,"a":1}') != etag_of(b'{"a":1}')


def test_only_the_fields_that_are_asked_for(cast: Cast, consignment: Consignment) -> None:
    client = program_of(cast.importer)
    assert client.get(f"{LIST}?fields=ref,state").json()["results"] == [{"ref": consignment.ref, "state": "registered"}]
    assert client.get(f"{LIST}{consignment.ref}/?fields=goods").json() == {"goods": "Rice"}
    assert client.get(f"{LIST}?fields=ref&state=at_sea").json()["results"] == []
    for url in (f"{LIST}?fields=ref,colour", f"{LIST}{consignment.ref}/?fields=colour"):
        refused = client.get(url)
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["fields"])
    assert set(Client().get(f"{NODES}?fields=slug,kind&limit=1").json()["results"][0]) == {"slug", "kind"}


def test_answers_say_what_is_left(cast: Cast, settings: Any) -> None:
    settings.API_RATE, settings.API_FIRM_RATE = "5/min", "3/min"
    mine, colleagues, other = program_of(cast.importer), program_of(cast.importer), program_of(cast.stranger)
    told = [mine.get(LIST), mine.get(LIST), colleagues.get(LIST), colleagues.get(LIST)]
    assert [answer["RateLimit-Remaining"] for answer in told] == ["2", "1", "0", "0"]
    assert [answer.status_code for answer in told] == [200, 200, 200, 429]
    assert (told[0]["RateLimit-Limit"], told[3]["Retry-After"]) == ("3", told[3]["RateLimit-Reset"])
    assert other.get(LIST)["RateLimit-Remaining"] == "2"
    [first], [later] = counted({"x": "2/day"}), counted({"x": "2/day"})
    assert [(each.most, each.made, each.left) for each in (first, later)] == [(2, 1, 1), (2, 2, 0)]


@pytest.mark.parametrize(
    "url", ["/api/v1/corridor/conditions/", "/api/v1/indicators/", "/api/v1/indicators/under_way/"]
)
def test_what_is_open_is_counted_by_address_and_refused_as_a_token_is(db: None, settings: Any, url: str) -> None:
    settings.API_OPEN_RATE = "2/min"
    client = Client(headers={"origin": "https://news.example"}, REMOTE_ADDR="192.0.2.7")
    told = [client.get(url) for _call in range(3)]
    assert [answer.status_code for answer in told] == [200, 200, 429]
    assert [(one["RateLimit-Limit"], one["RateLimit-Remaining"]) for one in told] == [
        ("2", "1"),
        ("2", "0"),
        ("2", "0"),
    ]
    refused = told[2]
    assert (refused["Content-Type"], refused["Retry-After"]) == ("application/problem+json", refused["RateLimit-Reset"])
    assert refused.json()["title"] == "Too Many Requests"
    # A page of another site can read why; another address is not shut out, and a token has a limit of its own.
    assert refused["Access-Control-Allow-Origin"] == "*"
    assert Client(REMOTE_ADDR="192.0.2.8").get(url).status_code == 200


def test_pages_of_other_sites_may_read_what_is_open_and_nothing_else(cast: Cast, network: None) -> None:
    client = Client(headers={"origin": "https://news.example"})
    read, asked = client.get(f"{NODES}?limit=1"), client.options(NODES)
    assert [read["Access-Control-Allow-Origin"], asked["Access-Control-Allow-Methods"]] == ["*", "GET, HEAD, OPTIONS"]
    assert "ETag" in read["Access-Control-Expose-Headers"]
    assert (client.head(NODES).status_code, client.get(NODES, headers={"if-none-match": "*"}).status_code) == (200, 304)
    own = program_of(cast.importer).get(LIST, headers={"origin": "https://news.example"})
    assert "Access-Control-Allow-Origin" not in own


@pytest.mark.parametrize("type", ["text/csv", "multipart/form-data; boundary=x", "application/octet-stream", "x"])
def test_what_is_no_json_is_of_no_type_that_is_taken(cast: Cast, type: str) -> None:
    answer = program_of(cast.importer).generic("POST", LIST, b'{"bill_of_lading": "B1"}', type)
    assert (answer.status_code, answer["Content-Type"]) == (415, "application/problem+json")
    for taken in ("application/json; charset=utf-8", "application/merge-patch+json", "text/json"):
        assert program_of(cast.importer).generic("POST", LIST, b'{"bill_of_lading": "B1"}', taken).status_code < 300


ROW = {"ref": "RW26-000001", "goods": "Tea", "weight_t": None}


@pytest.mark.parametrize(
    ("wanted", "data", "found"),
    [
        ("ref", ROW, {"ref": "RW26-000001"}),
        ("goods, ref", ROW, {"goods": "Tea", "ref": "RW26-000001"}),
        ("ref,,ref,", ROW, {"ref": "RW26-000001"}),
        ("weight_t", ROW, {"weight_t": None}),
        ("ref", [], []),
        ("ref", [ROW, ROW], [{"ref": "RW26-000001"}] * 2),
        ("ref", {"next": "n", "results": [ROW]}, {"next": "n", "results": [{"ref": "RW26-000001"}]}),
        ("anything", {"next": None, "results": []}, {"next": None, "results": []}),
        # Rows of several shapes: each has what it has.
        ("a,b", [{"a": 1}, {"b": 2}, {"a": 3, "b": 4, "c": 5}], [{"a": 1}, {"b": 2}, {"a": 3, "b": 4}]),
    ],
)
def test_of_each_object_only_what_is_asked_for(wanted: str, data: Any, found: Any) -> None:
    assert _only(wanted, data) == found


@pytest.mark.parametrize("data", [ROW, [ROW], {"results": [ROW]}, [{"x": 1}, ROW]])
@pytest.mark.parametrize("wanted", ["colour", "ref,colour", "REF", "goods.ref"])
def test_a_field_that_nothing_has_is_named(wanted: str, data: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        _only(wanted, data)
    assert f"Unknown: {wanted.split(',')[-1]}. Known: " in str(refused.value.detail)


def asking(query: str = "", method: str = "get", **headers: str) -> Request:
    return Request(getattr(RequestFactory(), method)(f"/{query}", headers=headers))


@pytest.mark.parametrize(
    ("query", "method", "wanted"),
    [
        ("", "get", True),
        ("?fields=", "get", True),
        ("?fields=money", "get", True),
        ("?fields=ref, money", "get", True),
        ("?fields=ref", "get", False),
        ("?fields=moneys", "head", False),
        ("?fields=ref", "post", True),
    ],
)
def test_what_is_dear_is_worked_out_where_it_is_asked_for(query: str, method: str, wanted: bool) -> None:
    assert wants(asking(query, method), "money") is wanted


def test_a_change_may_name_what_was_seen_in_several_ways() -> None:
    mark, clock = (etag_of(JSONRenderer().render(shape)) for shape in (ROW, {"remaining_s": 5}))
    assert clock.startswith("W/")
    for seen in ("", "*", " * ", mark, f"W/{mark}", f'"x", {mark}', f"{mark} , W/{clock}"):
        assert is_as_seen(asking(method="patch", **{"if-match": seen}), ROW), seen
    for seen in ('"x"', mark.strip('"'), clock, mark[:-2] + '"'):
        assert not is_as_seen(asking(method="patch", **{"if-match": seen}), ROW), seen
    assert is_as_seen(asking(method="patch", **{"if-match": clock}), {"remaining_s": -70})


@settings(max_examples=40)
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_two_bodies_have_one_mark_where_they_are_one(one: bytes, other: bytes) -> None:
    assert (etag_of(one) == etag_of(other)) == (one == other)
    assert etag_of(one)[0] + etag_of(one)[-1] == '""'


@settings(max_examples=40)
@given(st.integers(), st.integers(), st.text(max_size=20))
def test_of_a_body_with_a_clock_all_but_the_clock_counts(one: int, other: int, words: str) -> None:
    bodies = [JSONRenderer().render({"a": words, "remaining_s": seconds}) for seconds in (one, other)]
    assert etag_of(bodies[0]) == etag_of(bodies[1])
    assert etag_of(bodies[0]) != etag_of(JSONRenderer().render({"a": words + "x", "remaining_s": one}))
