"""What is sent is small, and nothing is sent that the browser holds already."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from itertools import chain

import brotli
import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory

from liaison.compressing import compress
from liaison.models import Person
from tests.conftest import Cast

As = Callable[[Person | None], Client]
LONG = "<p>Mombasa, Malaba, Kigali</p>" * 100


def answered(response: HttpResponseBase, path: str = "/x/", **asked: str) -> HttpResponseBase:
    headers = {"Accept-Encoding": "gzip, deflate, br;q=1.0", **asked}
    return compress(lambda request: response)(RequestFactory().get(path, headers=headers))


def body(response: HttpResponseBase) -> bytes:
    return b"".join(chain(response))


def test_texts_are_compressed_as_the_browser_can_read_them() -> None:
    small = answered(HttpResponse(LONG))
    assert brotli.decompress(body(small)).decode() == LONG
    assert (small["Content-Encoding"], small["Vary"]) == ("br", "Accept-Encoding")
    assert int(small["Content-Length"]) == len(body(small)) < len(LONG) / 10
    older = answered(HttpResponse(LONG), **{"Accept-Encoding": "gzip"})
    assert (older["Content-Encoding"], gzip.decompress(body(older)).decode()) == ("gzip", LONG)
    plain = answered(HttpResponse(LONG), **{"Accept-Encoding": "identity"})
    assert ("Content-Encoding" in plain, body(plain).decode(), plain["Vary"]) == (False, LONG, "Accept-Encoding")


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse("short"),
        HttpResponse(b"%PDF" * 900, content_type="application/pdf"),
        StreamingHttpResponse([LONG], content_type="text/csv"),
    ],
    ids=["short", "pdf", "stream"],
)
def test_what_gains_nothing_or_comes_in_parts_stays(response: HttpResponseBase) -> None:
    assert "Content-Encoding" not in answered(response)


def test_what_is_compressed_already_stays() -> None:
    made = brotli.compress(LONG.encode())
    assert body(answered(HttpResponse(made, headers={"Content-Encoding": "br"}))) == made


def test_static_files_are_sent_whole_and_small() -> None:
    parts = StreamingHttpResponse([b"a{}" * 400], content_type="text/css", headers={"Content-Length": "1200"})
    small = answered(parts, "/static/css/x.css", **{"If-None-Match": "x"})
    assert brotli.decompress(body(small)) == b"a{}" * 400
    part = StreamingHttpResponse([b"a"], status=206, content_type="text/css", headers={"Content-Length": "1"})
    assert answered(part, "/static/css/x.css") is part


def test_a_page_that_has_not_changed_is_not_sent_again() -> None:
    form = '<input name="csrfmiddlewaretoken" value="{}">' + LONG
    first = answered(HttpResponse(form.format("one")))
    assert first["Cache-Control"] == "private, no-cache"
    again = answered(HttpResponse(form.format("two")), **{"If-None-Match": first["ETag"]})
    assert (again.status_code, body(again), again["ETag"]) == (304, b"", first["ETag"])
    changed = answered(HttpResponse(form.format("two") + "!"), **{"If-None-Match": first["ETag"]})
    assert (changed.status_code, changed["ETag"] != first["ETag"]) == (200, True)


def test_what_must_not_be_kept_has_no_tag() -> None:
    secret = answered(HttpResponse(LONG, headers={"Cache-Control": "no-store"}))
    assert ("ETag" in secret, secret["Cache-Control"]) == (False, "no-store")
    cookie = HttpResponse(LONG)
    cookie.set_cookie("a", "b")
    assert "ETag" not in answered(cookie)
    assert "ETag" not in answered(HttpResponse(LONG, status=422))


def test_the_same_page_of_two_people_has_two_tags(cast: Cast, as_person: As) -> None:
    """Who signs in on the same machine is never shown what the other had."""
    tags = []
    for person in (cast.importer, cast.agent):
        client = as_person(person)
        client.get("/corridor/network/")
        tags.append(client.get("/corridor/network/").headers["ETag"])
    assert tags[0] != tags[1]
