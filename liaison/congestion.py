"""What the web server itself tells a sender whom it can take nothing more of: the page, or a problem document."""

from __future__ import annotations

import re
from functools import cache
from http import HTTPStatus

from django.http import HttpRequest, JsonResponse, parse_cookie
from django.template.response import SimpleTemplateResponse
from django.utils import translation
from django.utils.translation import gettext as _

COME_AGAIN_S = 10
_ASKED = re.compile(rb"([A-Z]+) (\S+) HTTP/")
_HEADER = re.compile(rb"\r\n(accept-language|cookie):[ \t]*([^\r\n]*)", re.IGNORECASE)


def turned_away(gathered: bytes) -> bytes:
    """The whole answer to what has come of a request, which may be less than its head."""
    head = gathered.partition(b"\r\n\r\n")[0]
    asked = _ASKED.match(head)
    method, path = asked.groups() if asked else (b"", b"")
    said, body = _answer(_language(head), path.startswith(b"/api/"))
    return said if method == b"HEAD" else said + body


def _language(head: bytes) -> str:
    """The visitor's choice, else the browser's, else English: whose account it is is not looked up now."""
    headers = {name.lower(): value.decode("latin-1") for name, value in _HEADER.findall(head)}
    request = HttpRequest()
    request.COOKIES = parse_cookie(headers.get(b"cookie", ""))
    request.META["HTTP_ACCEPT_LANGUAGE"] = headers.get(b"accept-language", "")
    return translation.get_language_from_request(request)


@cache
def _answer(language: str, is_for_programs: bool) -> tuple[bytes, bytes]:
    """Head and body; made once, so that turning many away costs nothing."""
    status = HTTPStatus.SERVICE_UNAVAILABLE
    with translation.override(language):
        if is_for_programs:
            detail = _("The portal can take nothing more just now; Retry-After says when to come again.")
            problem = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
            made = JsonResponse(problem, content_type="application/problem+json")
        else:
            made = SimpleTemplateResponse("busy.html").render()
    headers = {
        "Content-Type": made.headers["Content-Type"],
        "Content-Language": language,
        "Content-Length": str(len(made.content)),
        "Cache-Control": "no-store",
        "Retry-After": str(COME_AGAIN_S),
        "Connection": "close",
    }
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode(), made.content
