"""Pages that refuse, and those that say that the portal itself cannot."""

from __future__ import annotations

import sys
from http import HTTPStatus

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


def out_of_order(request: HttpRequest) -> HttpResponse:
    """503 and when to come again while a server of ours fails, else 500; a problem document under ``/api/``.

    The page asks nothing of anybody: what failed would fail again.
    """
    is_outage = isinstance(sys.exc_info()[1], OUTAGES)
    status = HTTPStatus.SERVICE_UNAVAILABLE if is_outage else HTTPStatus.INTERNAL_SERVER_ERROR
    response: HttpResponse
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": status.phrase, "status": status.value}
        response = JsonResponse(body, status=status, content_type="application/problem+json")
    else:
        response = SimpleTemplateResponse(f"{status.value}.html", status=status).render()
    if is_outage:
        response.headers["Retry-After"] = str(COME_AGAIN_S)
    return response
