"""What is sent is small, and nothing is sent that the browser holds already."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import chain

import brotli
import pytest
from django.conf import settings as portal
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.utils.html import format_html
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.compressing import _kept, compress
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
    late = answered(HttpResponse(LONG), **{"If-Unmodified-Since": "Tue, 01 Jan 2019 00:00:00 GMT"})
    assert late.status_code == 200
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


@settings(max_examples=30, deadline=None)
@given(
    st.binary(max_size=3000),
    st.lists(st.sampled_from(["br", "gzip", "deflate", "identity", "br;q=0.5", " gzip ", "zstd", "*"]), max_size=4),
)
def test_whatever_is_asked_for_it_can_be_read_again(content: bytes, accepted: list[str]) -> None:
    answer = answered(HttpResponse(content), **{"Accept-Encoding": ",".join(accepted)})
    coding = answer.headers.get("Content-Encoding", "")
    read = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[coding]
    assert read(body(answer)) == content
    # Nobody is sent what she did not ask for, and a cache knows for whom it holds it.
    assert coding == "" or coding in {part.split(";")[0].strip() for part in accepted}
    assert "Accept-Encoding" in answer["Vary"]


def test_a_static_file_that_is_known_is_found_by_its_weakened_tag() -> None:
    asked: list[str] = []

    def serve(request: HttpRequest) -> HttpResponseBase:
        asked.append(request.META["HTTP_IF_NONE_MATCH"])
        return HttpResponse(status=304)

    request = RequestFactory().get("/static/css/x.css", headers={"If-None-Match": 'W/"abc"'})
    assert (compress(serve)(request).status_code, asked) == (304, ['"abc"'])


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=0", ""),
        ("br; q=0.0, gzip ;q=0.000", ""),
        ("br;q=0.001", "br"),
        ("gzip;q=0.05,br;q=0", "gzip"),
        ("GZIP", "gzip"),
        ("BR;Q=0,Gzip;Q=1", "gzip"),
        ("brotli, x-gzip", ""),
        ("*", ""),
        (";;,,;q=", ""),
        ("", ""),
    ],
)
def test_what_is_refused_is_not_sent_and_names_have_no_case(accepted: str, coding: str) -> None:
    answer = answered(HttpResponse(LONG), **{"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding", "") == coding
    read = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[coding]
    assert read(body(answer)).decode() == LONG


FORM = '<form><input type="hidden" name="csrfmiddlewaretoken" value="{}"></form>' + LONG


def tag(content: str, secret: str = "", **headers: str) -> str:
    """The tag of a page for the holder of that secret against forgery."""
    request = RequestFactory().get("/x/")
    if secret:
        request.META["CSRF_COOKIE"] = secret
    return str(compress(lambda request: HttpResponse(content, headers=headers))(request)["ETag"])


def test_a_tag_is_of_a_secret_and_of_every_other_byte() -> None:
    """A form kept in the browser has a token that is good for as long as its page is answered 304."""
    assert tag(FORM.format("one"), "a") == tag(FORM.format("two"), "a")
    tags = [
        tag(FORM.format("one"), "a"),
        tag(FORM.format("one"), "b"),
        tag(FORM.format("one")),
        tag(FORM.format("one") + " ", "a"),
        tag(FORM.format("one").replace("<form>", '<form lang="rw">'), "a"),
    ]
    assert len(set(tags)) == len(tags)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["", "s"]), st.sampled_from(["", "s"]))
def test_two_pages_share_a_tag_only_where_they_are_one(one: str, other: str, mine: str, hers: str) -> None:
    assert (tag(one, mine) == tag(other, hers)) == ((one, mine) == (other, hers))


def test_words_that_somebody_wrote_never_pass_for_the_token() -> None:
    """Whoever writes the field's name into a ticket hides nothing of it from a page's tag."""
    pages = [format_html("<p>{}</p>", f'name="csrfmiddlewaretoken" value="{word}"') for word in ("paid", "owed")]
    assert tag(pages[0]) != tag(pages[1])


@pytest.mark.parametrize(
    ("known", "status"),
    [("{}", 304), ('"other", {}', 304), ("*", 304), ('"other"', 200), ("", 200), ("W/", 200)],
)
def test_which_tags_are_known(known: str, status: int) -> None:
    asked = known.format(tag(LONG))
    assert answered(HttpResponse(LONG), **({"If-None-Match": asked} if asked else {})).status_code == status


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_only_what_is_read_is_answered_with_nothing(method: str) -> None:
    request = RequestFactory().generic(method, "/x/", headers={"If-None-Match": "*"})
    answer = compress(lambda request: HttpResponse(LONG))(request)
    assert (answer.status_code, "ETag" in answer, "Cache-Control" in answer) == (200, False, False)


def test_an_answer_of_nothing_brings_the_cookie_that_lasts_longer_and_nothing_to_read() -> None:
    page = HttpResponse(LONG, headers={"X-Reader": "abc 60", "Vary": "Cookie"})
    page.set_cookie(portal.CSRF_COOKIE_NAME, "secret", max_age=60)
    same = answered(page, **{"If-None-Match": tag(LONG)})
    assert (same.status_code, body(same), list(same.cookies)) == (304, b"", [portal.CSRF_COOKIE_NAME])
    assert (same["Cache-Control"], same["Vary"]) == ("private, no-cache", "Cookie")
    assert "Content-Encoding" not in same


@pytest.mark.parametrize("status", [201, 302, 400, 403, 404, 409, 422, 500])
def test_what_went_another_way_is_compressed_and_never_kept(status: int) -> None:
    answer = answered(HttpResponse(LONG, status=status), **{"If-None-Match": "*"})
    assert (answer.status_code, "ETag" in answer, answer["Content-Encoding"]) == (status, False, "br")


def test_a_views_own_words_on_keeping_and_its_tag_stand() -> None:
    shared = {"Cache-Control": "public, max-age=60", "ETag": '"own"', "Vary": "Origin"}
    answer = answered(HttpResponse(LONG, headers=shared))
    assert (answer["Cache-Control"], answer["ETag"]) == ("public, max-age=60", 'W/"own"')
    assert answer["Vary"] == "Origin, Accept-Encoding"
    known = answered(HttpResponse(LONG, headers=shared), **{"If-None-Match": answer["ETag"]})
    assert (known.status_code, known["Cache-Control"]) == (304, "public, max-age=60")


def test_a_session_that_begins_or_ends_with_a_page_is_never_answered_with_nothing() -> None:
    for name in (portal.SESSION_COOKIE_NAME, portal.LANGUAGE_COOKIE_NAME, "messages"):
        page = HttpResponse(LONG)
        page.delete_cookie(name)
        page.set_cookie(portal.CSRF_COOKIE_NAME, "secret")
        answer = answered(page, **{"If-None-Match": "*"})
        assert (answer.status_code, "ETag" in answer, sorted(answer.cookies)) == (
            200, False, sorted({name, portal.CSRF_COOKIE_NAME}),
        )  # fmt: skip


def test_a_stream_keeps_its_parts_as_they_come() -> None:
    given: list[int] = []

    def parts() -> Iterator[bytes]:
        for number in range(3):
            given.append(number)
            yield b"x" * 1000

    stream = StreamingHttpResponse(parts(), content_type="text/event-stream")
    answer = answered(stream, **{"If-None-Match": "*"})
    assert (answer is stream, given, "ETag" in answer, "Vary" in answer) == (True, [], False, False)
    assert isinstance(answer, StreamingHttpResponse)
    next(iter(answer))
    assert given == [0]


@pytest.mark.parametrize(("size", "coding"), [(499, ""), (500, "br")], ids=["one byte too short", "just long enough"])
def test_what_is_short_gains_nothing(size: int, coding: str) -> None:
    answer = answered(HttpResponse(b"x" * size, content_type="application/json"))
    assert answer.headers.get("Content-Encoding", "") == coding
    assert answer["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("length", ["", "-1", "many", "2000001"])
def test_a_static_file_of_no_or_too_great_a_length_stays_a_stream(length: str) -> None:
    stream = StreamingHttpResponse([b"a{}" * 400], content_type="text/css", headers={"Content-Length": length})
    answer = answered(stream, "/static/css/x.css")
    assert (answer is stream, answer["Content-Length"], "Content-Encoding" in answer) == (True, length, False)


def test_a_static_file_is_closed_when_it_has_been_read_and_its_tag_is_weakened() -> None:
    content = BytesIO(b"a{}" * 400)
    file = FileResponse(content, content_type="text/css", headers={"ETag": '"abc"', "Content-Length": "1200"})
    answer = answered(file, "/static/css/x.css", **{"Accept-Encoding": "gzip"})
    assert (content.closed, gzip.decompress(body(answer)), answer["ETag"]) == (True, b"a{}" * 400, 'W/"abc"')
    assert "Cache-Control" not in answer


def test_what_was_not_found_among_static_files_is_not_held_for_as_long_as_the_process_lives() -> None:
    before = _kept.cache_info().currsize
    for number in range(3):
        page = HttpResponse(f"{number}{LONG}", status=404)
        assert brotli.decompress(body(answered(page, "/static/none.css"))).decode() == f"{number}{LONG}"
    assert _kept.cache_info().currsize == before


def test_one_reader_is_never_told_that_the_page_of_another_stands(cast: Cast, as_person: As) -> None:
    """On one machine: who comes after another holds the other's tags, and is sent her own pages all the same."""
    paths = ("/consignments/", "/me/", "/tickets/", "/offline/")
    first, second = as_person(cast.importer), as_person(cast.agent)
    for client in (first, second):
        client.get("/consignments/")
    for path in paths:
        held = first.get(path).headers.get("ETag", "none")
        answer = second.get(path, headers={"If-None-Match": held})
        assert (path, answer.status_code) != (path, 304)
