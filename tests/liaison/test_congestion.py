"""Who is turned away is told what to do, in a language of theirs, whatever has come of their request."""

from __future__ import annotations

import json
from email.parser import BytesParser
from http import HTTPStatus

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from liaison.congestion import turned_away
from liaison.web_worker import MOST_HEAD


def parts(answer: bytes) -> tuple[str, dict[str, str], bytes]:
    """The first line, the headers and the body."""
    head, _blank, body = answer.partition(b"\r\n\r\n")
    line, _end, rest = head.partition(b"\r\n")
    return line.decode(), dict(BytesParser().parsebytes(rest + b"\r\n\r\n").items()), body


@pytest.mark.parametrize(
    ("head", "language", "title"),
    [
        (b"", "en", "Too many at once"),
        (b"Accept-Language: fr-RW,fr;q=0.9\r\n", "fr", "Trop de demandes à la fois"),
        (b"accept-language:rw\r\n", "rw", "Abasaba ni benshi icyarimwe"),
        (b"Accept-Language: sw\r\nCookie: a=b\r\n", "sw", "Maombi mengi kwa wakati mmoja"),
        (
            b"Cookie: a=b; %s=sw\r\nAccept-Language: fr\r\n" % settings.LANGUAGE_COOKIE_NAME.encode(),
            "sw",
            "Maombi mengi kwa wakati mmoja",
        ),
        (b"Accept-Language: zh\r\n", "en", "Too many at once"),
        (b"X-Accept-Language: fr\r\n", "en", "Too many at once"),
    ],
)
def test_a_reader_gets_a_page(head: bytes, language: str, title: str) -> None:
    line, headers, body = parts(turned_away(b"POST /tickets/new/ HTTP/1.1\r\nHost: a\r\n" + head + b"\r\nwords"))
    page = body.decode()
    assert line == "HTTP/1.1 503 Service Unavailable"
    assert headers == {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": language,
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "Retry-After": "10",
        "Connection": "close",
    }
    assert (f'<html lang="{language}"' in page, f"<h1>{title}</h1>" in page) == (True, True)
    assert (str(settings.OFFICE_NAME) in page, f"mailto:{settings.OFFICE_EMAIL}" in page) == (language == "en", True)


def test_a_program_gets_a_problem_document() -> None:
    _line, headers, body = parts(turned_away(b"GET /api/v1/tickets/ HTTP/1.1\r\nAccept-Language: fr\r\n\r\n"))
    assert (headers["Content-Type"], headers["Retry-After"]) == ("application/problem+json", "10")
    assert json.loads(body) == {
        "type": "about:blank",
        "title": HTTPStatus.SERVICE_UNAVAILABLE.phrase,
        "status": 503,
        "detail": "Le portail ne peut rien prendre de plus pour l’instant ; Retry-After dit quand revenir.",
    }


def test_who_asks_for_the_head_alone_gets_no_body() -> None:
    head, page = (turned_away(method + b" / HTTP/1.1\r\n\r\n") for method in (b"HEAD", b"GET"))
    assert parts(head) == (*parts(page)[:2], b"")


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_whatever_has_come_is_answered(before: bytes, value: bytes) -> None:
    """Half a head, no head, odd languages and cookies: the loop that answers must not fall."""
    for came in (
        before,
        b"GET /" + before + b" HTTP/1.1\r\nAccept-Language: " + value + b"\r\nCookie: " + value + b"\r\n",
    ):
        assert parts(turned_away(came))[0] == "HTTP/1.1 503 Service Unavailable"
    many = b"GET / HTTP/1.1\r\nAccept-Language: " + b"fr," * MOST_HEAD
    assert parts(turned_away(many[:MOST_HEAD]))[0] == "HTTP/1.1 503 Service Unavailable"
