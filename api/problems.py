"""Errors as application/problem+json (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.defaults import page_not_found
from rest_framework.exceptions import MethodNotAllowed, Throttled, UnsupportedMediaType
from rest_framework.response import Response
from rest_framework.views import exception_handler

CONTENT_TYPE = "application/problem+json"
# In English as HTTP has them (RFC 9110), which RFC 9457 lets speak the reader's language.
TITLES: dict[int, Promise] = {
    400: _("Bad Request"),
    401: _("Unauthorized"),
    403: _("Forbidden"),
    404: _("Not Found"),
    405: _("Method Not Allowed"),
    409: _("Conflict"),
    412: _("Precondition Failed"),
    413: _("Content Too Large"),
    415: _("Unsupported Media Type"),
    422: _("Unprocessable Content"),
    429: _("Too Many Requests"),
    500: _("Internal Server Error"),
}
REASONS: dict[int, Promise] = {
    400: _("Something in it is wrong; “errors” says what."),
    401: _("No token, or none that opens anything."),
    403: _("The token, or your role, may not do this."),
    404: _("There is none, or it is not yours."),
    405: _("That cannot be done here; Allow says what can."),
    409: _("It does not fit what is there by now."),
    412: _("It has changed since you read it."),
    413: _("The body is too large."),
    415: _("The body is not of a type that is taken."),
    422: _("This key was used for another request."),
    429: _("Too many calls; Retry-After says when to come again."),
}
# Of these REST framework has words of its own, in other languages than ours and naming our tables.
_IN_OUR_WORDS = (Http404, MethodNotAllowed, Throttled, UnsupportedMediaType)


def problem(status: int, detail: str | Promise = "", **more: Any) -> Response:
    """A problem document as an answer of the API, in the language of whoever asks."""
    return Response(_body(status, detail, **more), status=status, content_type=CONTENT_TYPE)


def _body(status: int, detail: str | Promise, **more: Any) -> dict[str, Any]:
    title = str(TITLES.get(status) or HTTPStatus(status).phrase)
    said = {"detail": str(detail)} if detail else {}
    return {"type": "about:blank", "title": title, "status": status, **said, **more}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's exception handler: the same statuses and headers, as problem documents."""
    answer = exception_handler(error, context)
    if answer is None:
        return None
    detail = answer.data.pop("detail", "") if isinstance(answer.data, dict) else ""
    if isinstance(error, _IN_OUR_WORDS) or (isinstance(error, PermissionDenied) and not error.args):
        detail = REASONS[answer.status_code]
    more = {"errors": answer.data, "violations": _violations(answer.data, context)} if answer.data else {}
    shaped = problem(answer.status_code, detail, **more)
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
    return plain_problem(404, _("The API has no such address; /api/docs/ names all that it has."))


def plain_problem(status: int, detail: str | Promise) -> JsonResponse:
    """A problem document by itself, outside of REST framework."""
    return JsonResponse(_body(status, detail), status=status, content_type=CONTENT_TYPE)
