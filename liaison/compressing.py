"""Answers made small for a slow line: Brotli or gzip, and none at all (304) for what the browser holds already."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Literal

import brotli
from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

Coding = Literal["br", "gzip"]
_TEXTS = ("text/", "application/json", "application/javascript", "application/manifest+json", "image/svg+xml")
_SHORTEST, _LONGEST = 500, 2_000_000
# Made anew for each answer though it means the same: it is no reason to send a page again.
_TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]+')
# A weight of nothing is a refusal.
_REFUSED = re.compile(r";\s*q\s*=\s*0(\.0*)?\s*(;|$)")
_QUALITY = 5


def compress(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: compress texts, static files too; give pages an ETag, and answer 304 where it is the known one."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        # Nothing here says when it was last changed, and it is not to be asked then (RFC 9110, 13.1.4).
        request.META.pop("HTTP_IF_UNMODIFIED_SINCE", None)
        is_static = request.path_info.startswith("/static/")
        if is_static and "HTTP_IF_NONE_MATCH" in request.META:
            # What serves files knows its tag as it was before it was weakened here.
            request.META["HTTP_IF_NONE_MATCH"] = request.META["HTTP_IF_NONE_MATCH"].removeprefix("W/")
        response = get_response(request)
        if not response.headers.get("Content-Type", "").startswith(_TEXTS):
            return response
        if is_static:
            response = _whole(response)
        elif answer := _unchanged(request, response):
            return answer
        if isinstance(response, HttpResponse) and "Content-Encoding" not in response.headers:
            _shrink(request, response, is_lasting=is_static and response.status_code == 200)
        return response

    return respond


def _whole(response: HttpResponseBase) -> HttpResponseBase:
    """A static file in one piece, if it is short and nobody asked for a part of it."""
    length = response.headers.get("Content-Length", "")
    if not response.streaming or response.status_code != 200 or not length.isdigit() or int(length) > _LONGEST:
        return response
    body = b"".join(response)
    if isinstance(response, FileResponse) and response.file_to_stream:
        response.file_to_stream.close()
    return HttpResponse(body, headers=dict(response.headers))


def _unchanged(request: HttpRequest, response: HttpResponseBase) -> HttpResponse | None:
    """Mark a page with its ETag; the answer 304 where its asker holds it."""
    if not isinstance(response, HttpResponse) or (request.method, response.status_code) != ("GET", 200):
        return None
    # The cookie against forgery is sent each time, to last longer.
    if "no-store" in response.headers.get("Cache-Control", "") or set(response.cookies) - {settings.CSRF_COOKIE_NAME}:
        return None
    if "ETag" not in response.headers:
        secret = str(request.META.get("CSRF_COOKIE", ""))
        said = hashlib.blake2b(_TOKEN.sub(rb"\1", response.content), key=secret.encode()[:64], digest_size=12)
        response.headers["ETag"] = f'W/"{said.hexdigest()}"'
    response.headers.setdefault("Cache-Control", "private, no-cache")
    answer = get_conditional_response(request, etag=response.headers["ETag"], response=response)
    return answer if isinstance(answer, HttpResponse) and answer is not response else None


def _shrink(request: HttpRequest, response: HttpResponse, *, is_lasting: bool) -> None:
    patch_vary_headers(response, ["Accept-Encoding"])
    asked = request.headers.get("Accept-Encoding", "").lower().split(",")
    accepted = {part.split(";")[0].strip() for part in asked if not _REFUSED.search(part)}
    coding: Coding | None = "br" if "br" in accepted else "gzip" if "gzip" in accepted else None
    if coding is None or len(response.content) < _SHORTEST:
        return
    response.content = _kept(response.content, coding) if is_lasting else _coded(response.content, coding)
    response.headers["Content-Encoding"] = coding
    response.headers["Content-Length"] = str(len(response.content))
    tag = response.headers.get("ETag", "")
    if tag and not tag.startswith("W/"):
        response.headers["ETag"] = f"W/{tag}"


@lru_cache(maxsize=64)
def _kept(body: bytes, coding: Coding) -> bytes:
    """A static file, compressed once for as long as the process lives."""
    return brotli.compress(body, quality=9) if coding == "br" else gzip.compress(body, mtime=0)


def _coded(body: bytes, coding: Coding) -> bytes:
    return brotli.compress(body, quality=_QUALITY) if coding == "br" else gzip.compress(body, 5, mtime=0)
