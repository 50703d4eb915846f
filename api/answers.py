"""What answers have in common: a mark of their content, what is left of the limit, and only the fields asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial, wraps
from hashlib import blake2b
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.endings import note_ending
from api.limits import NOTED
from api.problems import REASONS, plain_problem
from api.rendering import Json

View = Callable[..., Any]
# What a clock shows changes by the second, and is nothing new.
_TICKING = re.compile(rb'"(?:remaining_s|chance)":-?[0-9.]+|"expected":"[0-9.]+"')
_ALLOWED = "Authorization, Accept-Language, Content-Type, If-None-Match"
_EXPOSED = "ETag, Link, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, Deprecation, Sunset"


def etag_of(content: bytes) -> str:
    """The mark of an answer's body; a weak one where it has a clock in it."""
    steady = _TICKING.sub(b"", content)
    mark = blake2b(steady, digest_size=12).hexdigest()
    return f'"{mark}"' if steady == content else f'W/"{mark}"'


def is_as_seen(request: Request, shape: object) -> bool:
    """Whether the mark in If-Match, where there is one, is that of ``shape``, the whole of what is to be changed."""
    asked = request.headers.get("If-Match", "").strip()
    seen = {mark.strip().removeprefix("W/") for mark in asked.split(",")}
    return asked in ("", "*") or etag_of(Json().render(shape)).removeprefix("W/") in seen


def finished(view: View) -> View:
    """A view whose answers say what is left of the limit, and what is read a second time is answered with 304."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = view(request, *args, **kwargs)
        for name, value in request.META.get(NOTED, {}).items():
            answer[name] = value
        note_ending(request, answer)
        patch_vary_headers(answer, ["Authorization", "Accept-Language"])
        if request.method in ("GET", "HEAD") and answer.status_code == 200 and isinstance(answer, Response):
            answer.setdefault("Cache-Control", "private, no-cache")
            answer.add_post_render_callback(partial(_conditional, request))
        return answer

    return answered


def _conditional(request: HttpRequest, answer: HttpResponse) -> HttpResponse | None:
    etag = etag_of(answer.content)
    answer["ETag"] = etag
    found: HttpResponse | None = get_conditional_response(request, etag=etag, response=answer)
    # Django refuses with an empty page.
    return plain_problem(412, REASONS[412]) if found is not None and found.status_code == 412 else found


def opened(view: View) -> View:
    """A view that pages of other sites may read (CORS); it knows nobody, so that nothing is given away."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = view(request, *args, **kwargs)
        answer["Access-Control-Allow-Origin"] = "*"
        answer["Access-Control-Expose-Headers"] = _EXPOSED
        if request.method == "OPTIONS":
            answer["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
            answer["Access-Control-Allow-Headers"] = _ALLOWED
            answer["Access-Control-Max-Age"] = "86400"
        return answer

    return answered


def narrowed(view: View) -> View:
    """A view that takes ``?fields=``: of each object only these."""

    @wraps(view)
    def answered(request: Request, *args: Any, **kwargs: Any) -> Response:
        answer: Response = view(request, *args, **kwargs)
        wanted = request.query_params.get("fields")
        if wanted and request.method in ("GET", "HEAD") and answer.status_code == 200:
            answer.data = _only(wanted, answer.data)
        return answer

    return answered


def wants(request: Request, name: str) -> bool:
    """Whether the field is asked for, so that what is dear need not be worked out for nothing."""
    wanted = request.query_params.get("fields")
    return not wanted or request.method not in ("GET", "HEAD") or name in _names(wanted)


def _names(wanted: str) -> list[str]:
    return [name.strip() for name in wanted.split(",") if name.strip()]


def _check_known(names: list[str], known: list[str]) -> None:
    if unknown := [name for name in names if name not in known]:
        words = _("Unknown: %(names)s. Known: %(known)s.") % {
            "names": ", ".join(unknown)[:200],
            "known": ", ".join(known),
        }
        raise ValidationError({"fields": [words]})


def _only(wanted: str, data: Any) -> Any:
    names = _names(wanted)
    rows = data if isinstance(data, list) else data.get("results", [data])
    # Rows of several shapes have some fields and lack others.
    known = list(dict.fromkeys(name for row in rows for name in row)) or names
    _check_known(names, known)
    found = [{name: row[name] for name in names if name in row} for row in rows]
    if isinstance(data, list):
        return found
    return {**data, "results": found} if "results" in data else found[0]
