"""A mark on each view that says what it takes and answers, and what all calls have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema

from api.description import cargo, doors, figures, places, tracks, trouble
from api.description.vocabulary import TEXT, Schema, ref
from api.endings import ending_of
from api.models import Scope
from api.problems import CONTENT_TYPE, REASONS

View = Callable[..., Any]
Answers = Mapping[int, Schema | None]
_DONE, _SAME = _("Done."), _("It is as you know it, by If-None-Match.")
# What the web server itself refuses, before anybody reads it.
_BEFORE_US = {"414": _("The address is too long."), "431": _("A header is too long.")}
_PAGING: dict[str, Schema] = {
    "cursor": {"type": "string", "description": "As it stands in next or previous."},
    "limit": {"type": "integer", "minimum": 1, "maximum": 500, "default": 100},
    "fields": {"type": "string", "description": "Only these fields, parted by commas."},
}
COMPONENTS: dict[str, Schema] = {
    **doors.COMPONENTS,
    **cargo.COMPONENTS,
    **trouble.COMPONENTS,
    **places.COMPONENTS,
    **tracks.COMPONENTS,
    **figures.COMPONENTS,
}


def described(
    name: str,
    summary: str | Promise,
    *,
    answers: Answers,
    method: str = "GET",
    takes: Mapping[str, Schema] | None = None,
    filters: Mapping[str, Schema] | None = None,
    refusals: tuple[int, ...] = (),
    is_open: bool = False,
    is_paged: bool = True,
    opens_with: str = "token",
) -> Callable[[View], View]:
    """Describe one method of a view under the ``name`` of its operation.

    ``takes`` is its body by content type, ``filters`` the parameters of a list, ``refusals`` the problems that it may
    answer beside those that every call may. ``is_paged`` is false where ``filters`` are not those of a list.
    ``is_open`` says that nobody needs a token for it, ``opens_with`` which kind of token does.
    """
    parameters = [*_query(method, filters, is_paged), *_headers(method, is_open)]
    statuses = _refusals(method, refusals, is_open=is_open, has_query=method == "GET" or filters is not None)
    problems = dict.fromkeys(statuses)
    return cast(
        Callable[[View], View],
        extend_schema(
            methods=[method],
            operation_id=name,
            summary=summary,
            parameters=parameters,
            request=dict(takes or {}) or None,
            responses={**answers, **problems},
            auth=cast(Any, [] if is_open else [{opens_with: []}]),
        ),
    )


def _query(method: str, filters: Mapping[str, Schema] | None, is_paged: bool) -> list[OpenApiParameter]:
    known = dict(filters or {})
    if method == "GET":
        known |= _PAGING if filters is not None and is_paged else {"fields": _PAGING["fields"]}
    return [
        OpenApiParameter(name, {key: said for key, said in schema.items() if key != "description"},
                         OpenApiParameter.QUERY, description=schema.get("description", ""))
        for name, schema in known.items()
    ]  # fmt: skip


def _headers(method: str, is_open: bool) -> list[OpenApiParameter]:
    named = {"GET": "If-None-Match", "PATCH": "If-Match"}
    found = [named[method]] if method in named else []
    if method != "GET" and not is_open:
        found.append("Idempotency-Key")
    return [OpenApiParameter(name, TEXT, OpenApiParameter.HEADER) for name in found]


def _refusals(method: str, more: tuple[int, ...], *, is_open: bool, has_query: bool) -> list[int]:
    usual = set(more) | {429} | ({400} if method != "GET" or has_query else set())
    usual |= set() if is_open else {401, 403}
    # Also what is read may be asked for as it was (If-Match).
    usual |= {412} if method == "GET" else set()
    if method != "GET" and not is_open:
        usual |= {413, 415, 422}
    return sorted(usual)


def complete(result: Schema, generator: object, request: object, public: bool) -> Schema:
    """drf-spectacular's last step: the components, and the problems as they are answered everywhere."""
    components = result.setdefault("components", {})
    components["schemas"] = COMPONENTS
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "A token of yours, made on /me/tokens/."},
        "source": {
            "type": "http",
            "scheme": "bearer",
            "description": f"A source's token, or yours of “{Scope.PUSH}”.",
        },
    }
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            if ending_of(method, path):
                operation["deprecated"] = True
            operation["tags"] = [path.removeprefix("/api/v1/").removeprefix("/api/").split("/")[0]]
            _complete(method, operation)
    return result


def _complete(method: str, operation: dict[str, Any]) -> None:
    operation.pop("description", None)
    for status, answer in operation["responses"].items():
        if int(status) in REASONS:
            answer["description"] = str(REASONS[int(status)])
            answer["content"] = {CONTENT_TYPE: {"schema": ref("Problem")}}
        else:
            answer["description"] = str(_DONE)
    if method == "get":
        operation["responses"]["304"] = {"description": str(_SAME)}
    for status, words in _BEFORE_US.items():
        operation["responses"][status] = {"description": str(words), "content": {"text/html": {"schema": TEXT}}}
    for parameter in operation.get("parameters", []):
        if not parameter.get("description"):
            parameter.pop("description", None)
