"""What answers have in common: marks of their content, only some fields, limits, and who may read from elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from api.answers import etag_of
from api.limits import counted
from cargo.models import Consignment
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


def test_a_clock_that_goes_on_is_nothing_new(cast: Cast, consignment: Consignment) -> None:
    load_categories()
    ticket = opened(cast, consignment)
    client, url = program_of(cast.importer), f"/api/v1/tickets/{ticket.ref}/"
    mark = client.get(url)["ETag"]
    assert mark.startswith("W/")
    assert client.get(url, headers={"if-none-match": mark}).status_code == 304
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
    first, later = counted("x", "2/sec", at=100.0), counted("x", "2/sec", at=100.5)
    assert [(each.most, each.made, each.left) for each in (first, later)] == [(2, 1, 1), (2, 2, 0)]


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
