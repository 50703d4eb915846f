"""Who pushes, and bodies that are packed, cut short, or broken off."""

from __future__ import annotations

import gzip
import io
from typing import Any

import pytest
from django.test import Client, RequestFactory
from rest_framework.request import Request

from api.senders import bearer
from feeds.models import Delivery, Source
from feeds.signatures import sign
from tests.api.test_deliveries import problem_of, push, raw_push

CALLBACK = "/api/dcsa/callbacks/{}/"
SHORT = {"title": "Bad Request", "detail": "The body ended before its announced length. Send it again."}


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "br", "gzip, gzip", "deflate"])
@pytest.mark.parametrize("url", ["/api/v1/sources/{}/deliveries/", CALLBACK])
def test_a_packed_body_is_refused_and_the_sender_told_how_to_send_it(clerk: Source, coding: str, url: str) -> None:
    right = {"authorization": "Bearer clerk-token", "content-encoding": coding}
    answer = raw_push(gzip.compress(b"x"), right, url)
    assert (answer.status_code, answer["Accept-Encoding"], Delivery.objects.count()) == (415, "identity", 0)
    assert problem_of(answer)["detail"] == "Send the body as it is, without Content-Encoding."


def test_who_is_nobody_learns_nothing_of_codings(clerk: Source) -> None:
    assert raw_push(b"x", {"authorization": "Bearer wrong", "content-encoding": "gzip"}).status_code == 401


def test_a_body_that_is_not_packed_may_say_so(clerk: Source) -> None:
    assert push(b"x", HTTP_CONTENT_ENCODING="identity").status_code == 202


def cut(body: bytes, announced: int) -> dict[str, Any]:
    """What the web server hands over where the line broke off after ``body``."""
    return {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(announced)}


def test_half_a_delivery_is_none_and_is_sent_again(clerk: Source) -> None:
    answer = push(b"", **cut(b"half", 8))
    assert (answer.status_code, problem_of(answer), Delivery.objects.count()) == (400, SHORT, 0)
    assert (push(b"", **cut(b"halfhalf", 8)).status_code, bytes(Delivery.objects.get().raw)) == (202, b"halfhalf")


class Broken(io.BytesIO):
    """A line that breaks in the middle of a chunk, as gunicorn tells it."""

    def read(self, size: int | None = -1) -> bytes:
        raise OSError("no more data")


def test_chunks_that_break_off_are_no_delivery(clerk: Source) -> None:
    handed_over: dict[str, Any] = {"wsgi.input": Broken(), "wsgi.input_terminated": True}
    answer = push(b"", HTTP_TRANSFER_ENCODING="chunked", **handed_over)
    assert (answer.status_code, problem_of(answer), Delivery.objects.count()) == (400, SHORT, 0)


def test_nothing_at_all_is_a_delivery_like_any_other(clerk: Source) -> None:
    signed = {"signature": sign(b"", b"clerk-token")}
    assert [raw_push(b"", signed).json()["state"] for _ in range(2)] == ["stored", "duplicate"]


@pytest.mark.parametrize(
    ("said", "token"),
    [("Bearer t", "t"), ("bEARER  t ", "t"), ("Bearer", ""), ("", ""), ("Token t", ""), ("Bearert", "")],
)
def test_the_bearer_token(said: str, token: str) -> None:
    assert bearer(Request(RequestFactory().get("/", headers={"authorization": said}))) == token


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("attachment; filename=\"gate.edi\"; filename*=UTF-8''Entr%C3%A9e.edi", "Entrée.edi"),
        ("attachment; filename*=UTF-8''gate%0D%0ASet-Cookie:%20a=b.edi", "gateSet-Cookie: a=b.edi"),
        ("attachment; filename=gate.edi; size=3", "gate.edi"),
        ("attachment; filename*=nonsense", "nonsense"),
        ("attachment; filename*=zz'x'%ff", ""),
    ],
)
def test_the_name_of_a_file_is_read_as_browsers_write_it(clerk: Source, said: str, name: str) -> None:
    headers = {"authorization": "Bearer clerk-token", "content-disposition": said}
    client = Client(raise_request_exception=True)
    assert client.generic("POST", "/api/v1/sources/clerk/deliveries/", b"x", headers=headers).status_code == 202
    assert Delivery.objects.get().file_name == name
