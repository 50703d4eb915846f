"""Errors as application/problem+json (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.defaults import page_not_found
from rest_framework.response import Response
from rest_framework.views import exception_handler

CONTENT_TYPE = "application/problem+json"


def problem(status: int, title: str, detail: str = "", **more: Any) -> Response:
    """A problem document as an answer of the API."""
    body = {"type": "about:blank", "title": title, "status": status, **({"detail": detail} if detail else {}), **more}
    return Response(body, status=status, content_type=CONTENT_TYPE)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's exception handler: the same statuses and headers, as problem documents."""
    answer = exception_handler(error, context)
    if answer is None:
        return None
    title = HTTPStatus(answer.status_code).phrase
    detail = answer.data.pop("detail", "") if isinstance(answer.data, dict) else ""
    more = {"errors": answer.data} if answer.data else {}
    shaped = problem(answer.status_code, title, str(detail), **more)
    for name, value in answer.headers.items():
        if name.lower() != "content-type":
            shaped[name] = value
    return shaped


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer for an address that nobody has: a problem document under ``/api/``, else the portal's own page."""
    if not request.path.startswith("/api/"):
        return page_not_found(request, exception)
    body = {"type": "about:blank", "title": HTTPStatus.NOT_FOUND.phrase, "status": 404}
    return JsonResponse(body, status=404, content_type=CONTENT_TYPE)
