"""The indicators of the observatory for other people's systems. Open to everybody, with what the public may know.

The observatory and the API know nothing of each other: the settings name who answers.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.description import figures
from api.description.calls import described
from api.description.vocabulary import page, ref
from api.doors import open_door
from api.paging import size_of, unknown_parameters


@described(
    "list_indicators",
    gettext_lazy("Indicators of the corridor"),
    answers={200: page("Indicator")},
    filters=figures.LIST_FILTERS,
    is_open=True,
)
@open_door
def indicators(request: Request) -> Response:
    """Every indicator with its definition and the last thirteen months."""
    said = _said(request, (*figures.LIST_FILTERS, "cursor", "limit"))
    rows = _answered("every", said.get("block", ""))
    return Response(_page(request, rows, said))


@described(
    "read_indicator",
    gettext_lazy("One indicator with its series"),
    answers={200: ref("IndicatorSeries")},
    filters=figures.ONE_FILTERS,
    is_paged=False,
    refusals=(404,),
    is_open=True,
)
@open_door
def indicator(request: Request, slug: str) -> Response:
    """One indicator: definition, target, series by day, week or month, and what others published of it."""
    found = _answered("one", slug, _said(request, tuple(figures.ONE_FILTERS)))
    if found is None:
        raise Http404
    return Response(found)


def _said(request: Request, known: tuple[str, ...]) -> dict[str, str]:
    """The parameters; 400 for one that is unknown."""
    names = set(request.query_params)
    unknown = sorted(names - {*known, "fields"})
    if unknown:
        raise unknown_parameters(unknown, [*known, "fields"])
    return {name: str(request.query_params[name]) for name in names}


def _answered(name: str, *asked: Any) -> Any:
    """What the observatory answers; 400 with its reason where it does not understand."""
    try:
        return import_string(settings.INDICATORS[name])(*asked)
    except ValueError as error:
        field, reason = error.args
        raise ValidationError({field: [reason]}) from error


def _page(request: Request, rows: list[dict[str, Any]], said: dict[str, str]) -> dict[str, Any]:
    """The rows after the one that the cursor names, as many as are asked for."""
    size = size_of(request)
    slugs = [row["slug"] for row in rows]
    cursor = said.get("cursor", "")
    if cursor and cursor not in slugs:
        raise ValidationError({"cursor": [_("Take a cursor from next or previous as it is.")]})
    start = slugs.index(cursor) + 1 if cursor else 0
    found = rows[start : start + size]
    is_more = start + len(found) < len(rows)
    return {
        "next": _at(request, slugs[start + len(found) - 1]) if is_more else None,
        "previous": _at(request, slugs[start - size - 1] if start > size else "") if start else None,
        "results": found,
    }


def _at(request: Request, cursor: str) -> str:
    """The same question from another place on."""
    query = request.query_params.copy()
    query["cursor"] = cursor
    if not cursor:
        del query["cursor"]
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
