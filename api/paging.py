"""Lists of the API: filters as query parameters, each checked, and pages by cursor."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError as InvalidValue
from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

# Parameters that a list takes beside its own filters.
PAGING = ("cursor", "limit", "fields")
Filter = Callable[[QuerySet[Any], str], QuerySet[Any]]
Shape = Callable[[Any], Mapping[str, Any]]


USUAL, MOST = 100, 500
_LONGEST_CURSOR = 400
_MOMENT = gettext_lazy("ISO 8601 with an offset, for example 2026-11-25T06:00:00+03:00.")


class _Place(NamedTuple):
    """Between which rows a page lies: after (or, going back, before) that of this value and number."""

    value: str | int
    pk: int
    is_back: bool = False


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
        raise unknown_parameters(unknown, [*filters, *beside, *PAGING])
    for name in filters:
        if name in request.query_params:
            rows = _filtered(rows, name, str(request.query_params[name]), filters[name])
    return _page(rows, request, order, shapes)


def unknown_parameters(names: Iterable[str], known: Iterable[str]) -> ValidationError:
    """The refusal of parameters that a call does not know: a slip does not give everything."""
    words = _("Unknown parameter. Known: %(known)s.") % {"known": ", ".join(known)}
    return ValidationError({name: [words] for name in names})


def _each(shape: Shape) -> Callable[[list[Any]], Sequence[Mapping[str, Any]]]:
    return lambda found: [shape(row) for row in found]


def _filtered(rows: QuerySet[Any], name: str, words: str, by: Filter) -> QuerySet[Any]:
    try:
        if "\x00" in words:
            raise ValueError(_("No such text."))
        return by(rows, words)
    except ValueError as error:
        raise ValidationError({name: [str(error)]}) from error


def _page(
    rows: QuerySet[Any],
    request: Request,
    order: str,
    shapes: Callable[[list[Any]], Sequence[Mapping[str, Any]]],
) -> dict[str, Any]:
    size, cursor = size_of(request), str(request.query_params.get("cursor", ""))
    try:
        place = _place(cursor) if cursor else None
        found = list(_from(rows, order, place)[: size + 1])
    except (ValueError, TypeError, InvalidValue) as error:
        raise ValidationError({"cursor": [_("Take a cursor from next or previous as it is.")]}) from error
    is_more, page = len(found) > size, found[:size]
    has_next, has_previous = is_more, place is not None
    if place is not None and place.is_back:
        page, has_next, has_previous = page[::-1], True, is_more
    return {
        "next": _link(request, order, page[-1:], is_back=False) if has_next else None,
        "previous": _link(request, order, page[:1], is_back=True) if has_previous else None,
        "results": shapes(page),
    }


def size_of(request: Request) -> int:
    """How many rows a page has; 400 where that is no number that is served."""
    limit = request.query_params.get("limit", str(USUAL))
    if not (limit.isdecimal() and len(limit) < 19 and 0 < int(limit) <= MOST):
        raise ValidationError({"limit": [_("A number from 1 to %(most)s.") % {"most": MOST}]})
    return int(limit)


def _from(rows: QuerySet[Any], order: str, place: _Place | None) -> QuerySet[Any]:
    """The rows in their order from a place on, or back from it; those of one value go by their number."""
    is_down, name = order.startswith("-"), order.removeprefix("-")
    is_down ^= place is not None and place.is_back
    sign, side = ("-", "lt") if is_down else ("", "gt")
    if place is not None:
        beyond = Q(**{f"{name}__{side}": place.value}) | Q(**{name: place.value, f"pk__{side}": place.pk})
        # The first bound is what an index is read by.
        rows = rows.filter(Q(**{f"{name}__{side}e": place.value}), beyond)
    return rows.order_by(f"{sign}{name}", f"{sign}pk")


def _place(cursor: str) -> _Place:
    """What a cursor says. ValueError where it is none of ours."""
    if len(cursor) > _LONGEST_CURSOR:
        raise ValueError(cursor[:20])
    said = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    match said:
        case [str() | int() as value, int() as pk, bool() as is_back] if "\x00" not in str(value):
            return _Place(value, pk, is_back)
    raise ValueError(cursor)


def _link(request: Request, order: str, rows: Sequence[Any], *, is_back: bool) -> str | None:
    """The same list from the place of that row on."""
    for row in rows:
        value = getattr(row, order.removeprefix("-"))
        said = [value if isinstance(value, int) else value.isoformat() if hasattr(value, "isoformat") else str(value)]
        query = request.query_params.copy()
        query["cursor"] = base64.urlsafe_b64encode(json.dumps([*said, row.pk, is_back]).encode()).decode()
        return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    return None


def one_of(field: str, known: Callable[[], list[str]]) -> Filter:
    """A filter by one of some known words."""

    def by(rows: QuerySet[Model], words: str) -> QuerySet[Model]:
        if words not in known():
            raise ValueError(_("One of: %(names)s.") % {"names": ", ".join(known())})
        return rows.filter(**{field: words})

    return by


def since(lookup: str) -> Filter:
    """A filter by a moment."""

    return lambda rows, words: rows.filter(**{lookup: moment_in(words)})


def moment_in(words: str) -> datetime:
    """The moment that a parameter says; ValueError where it is none."""
    at = parse_datetime(words.replace(" ", "+"))
    if at is None or at.tzinfo is None:
        raise ValueError(_MOMENT)
    try:
        # The database knows fewer offsets than Python.
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(_MOMENT) from error
