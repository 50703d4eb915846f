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
    more = {"errors": answer.data, "violations": _violations(answer.data, context)} if answer.data else {}
    shaped = problem(answer.status_code, title, str(detail), **more)
    for name, value in answer.headers.items():
        if name.lower() != "content-type":
            shaped[name] = value
    return shaped


def _violations(errors: Any, context: dict[str, Any]) -> list[dict[str, str]]:
    """Each wrong place by its pointer into the body (RFC 6901), or as the parameter or header that it is."""
    request = context.get("request")
    in_query = set(request.query_params) if request is not None else set()
    is_read = request is not None and request.method in ("GET", "HEAD", "DELETE")
    found = []
    for name, details in (errors if isinstance(errors, dict) else {"body": errors}).items():
        where = {"parameter": name} if is_read or name in in_query or "-" in name else {"pointer": _pointer(name)}
        words = details if isinstance(details, list) else [details]
        found += [{**where, "detail": str(each)} for each in words]
    return found


def _pointer(name: str) -> str:
    whole = name in ("body", "__all__", "non_field_errors")
    return "#" if whole else "#/" + str(name).replace("~", "~0").replace("/", "~1")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer for an address that nobody has: a problem document under ``/api/``, else the portal's own page."""
    if not request.path.startswith("/api/"):
        return page_not_found(request, exception)
    return plain_problem(404)


def plain_problem(status: int) -> JsonResponse:
    """A problem document by itself, outside of REST framework."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE)
