"""Pages that refuse, and those that say that the portal itself cannot."""

from __future__ import annotations

import sys
from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse
from redis import RedisError

COME_AGAIN_S = 60
# A server of ours is away, full or being restarted; the request was none the worse.
OUTAGES = (OperationalError, InterfaceError, InternalError, RedisError)


def too_many_requests(request: HttpRequest, *, seconds: int = 60) -> HttpResponse:
    """429: come again in so many seconds."""
    response = render(request, "429.html", {"minutes": -(-seconds // 60)}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, and 413 for what is larger than is taken; a problem document under ``/api/``."""
    is_large = isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent))
    return _refusal(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE if is_large else HTTPStatus.BAD_REQUEST)


def explain_methods(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: whoever opens an address that only takes what a form sends is told so, and not shown a blank page."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content or request.method != "GET":
            return response
        page = _plain(HTTPStatus.METHOD_NOT_ALLOWED)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page

    return respond


def _refusal(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    if not request.path.startswith("/api/"):
        return _plain(status)
    body = {"type": "about:blank", "title": status.phrase, "status": status.value}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def _plain(status: HTTPStatus) -> HttpResponse:
    """The page that asks nothing of anybody."""
    return SimpleTemplateResponse(f"{status.value}.html", status=status).render()


def out_of_order(request: HttpRequest) -> HttpResponse:
    """503 and when to come again while a server of ours fails, else 500; a problem document under ``/api/``.

    The page asks nothing of anybody: what failed would fail again.
    """
    is_outage = isinstance(sys.exc_info()[1], OUTAGES)
    status = HTTPStatus.SERVICE_UNAVAILABLE if is_outage else HTTPStatus.INTERNAL_SERVER_ERROR
    response = _refusal(request, status)
    if is_outage:
        response.headers["Retry-After"] = str(COME_AGAIN_S)
    return response
