"""Lists of the API: filters as query parameters, each checked, and pages by cursor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError as InvalidValue
from django.db.models import Model, QuerySet
from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

# Parameters that a list takes beside its own filters.
PAGING = ("cursor", "limit", "fields")
Filter = Callable[[QuerySet[Any], str], QuerySet[Any]]
Shape = Callable[[Any], Mapping[str, Any]]


class _Cursor(CursorPagination):
    page_size = 100
    max_page_size = 500
    page_size_query_param = "limit"
    # Of rows with the same value each has its place, however many there are.
    offset_cutoff = 10**9


def answer(
    request: Request,
    rows: QuerySet[Any],
    *,
    filters: Mapping[str, Filter],
    order: str,
    shape: Shape | None = None,
    shapes: Callable[[list[Any]], Sequence[Mapping[str, Any]]] | None = None,
) -> Response:
    """As ``page_of``, as an answer; rows are shaped one by one, or by ``shapes`` all together."""
    return Response(page_of(request, rows, filters=filters, order=order, shapes=shapes or _each(shape or dict)))


def page_of(
    request: Request,
    rows: QuerySet[Any],
    *,
    filters: Mapping[str, Filter],
    order: str,
    shapes: Callable[[list[Any]], Sequence[Mapping[str, Any]]],
    beside: Sequence[str] = (),
) -> dict[str, Any]:
    """A page of ``rows``, ``{next, previous, results}``; 400 for a parameter that is unknown or says nothing.

    A filter takes the rows and the words of its parameter and raises ValueError with the reason for wrong ones.
    Parameters ``beside`` them are the caller's own affair.
    """
    unknown = sorted(set(request.query_params) - {*filters, *PAGING, *beside})
    if unknown:
        known = f"Unknown parameter. Known: {', '.join([*filters, *beside, *PAGING])}."
        raise ValidationError({name: [known] for name in unknown})
    for name in filters:
        if name in request.query_params:
            rows = _filtered(rows, name, str(request.query_params[name]), filters[name])
    pages = _Cursor()
    pages.ordering = (order,) if order == "pk" else (order, "-pk" if order.startswith("-") else "pk")
    return _page(pages, rows, request, shapes)


def _each(shape: Shape) -> Callable[[list[Any]], Sequence[Mapping[str, Any]]]:
    return lambda found: [shape(row) for row in found]


def _filtered(rows: QuerySet[Any], name: str, words: str, by: Filter) -> QuerySet[Any]:
    try:
        if "\x00" in words:
            raise ValueError("No such text.")
        return by(rows, words)
    except ValueError as error:
        raise ValidationError({name: [str(error)]}) from error


def _page(
    pages: _Cursor,
    rows: QuerySet[Any],
    request: Request,
    shapes: Callable[[list[Any]], Sequence[Mapping[str, Any]]],
) -> dict[str, Any]:
    limit = request.query_params.get("limit", "")
    if limit and not (limit.isdecimal() and len(limit) < 19 and 0 < int(limit) <= _Cursor.max_page_size):
        raise ValidationError({"limit": [f"A number from 1 to {_Cursor.max_page_size}."]})
    try:
        found = pages.paginate_queryset(rows, request) or []
    except (NotFound, ValueError, InvalidValue) as error:
        raise ValidationError({"cursor": ["Take a cursor from next or previous as it is."]}) from error
    return {
        "next": pages.get_next_link(),
        "previous": pages.get_previous_link(),
        "results": shapes(found),
    }


def one_of(field: str, known: Callable[[], list[str]]) -> Filter:
    """A filter by one of some known words."""

    def by(rows: QuerySet[Model], words: str) -> QuerySet[Model]:
        if words not in known():
            raise ValueError(f"One of: {', '.join(known())}.")
        return rows.filter(**{field: words})

    return by


def since(lookup: str) -> Filter:
    """A filter by a moment."""

    return lambda rows, words: rows.filter(**{lookup: moment_in(words)})


def moment_in(words: str) -> datetime:
    """The moment that a parameter says; ValueError where it is none."""
    at = parse_datetime(words.replace(" ", "+"))
    if at is None or at.tzinfo is None:
        raise ValueError("ISO 8601 with an offset, for example 2026-11-25T06:00:00+03:00.")
    return at
