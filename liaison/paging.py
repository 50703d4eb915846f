"""Keyset paging: the next page starts after the last row's own values, so its cost does not grow with its number."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

M = TypeVar("M", bound=Model)
SIZE = 20


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Some rows, and the addresses of the next and the first page (None where there is none)."""

    rows: list[M]
    next_url: str | None
    first_url: str | None


def paginate(
    rows: QuerySet[M],
    request: HttpRequest,
    *,
    order: str = "",
    size: int = SIZE,
    oldest_first: bool = False,
    alphabetical: bool = False,
    numeric: bool = False,
    beside: Callable[[list[int]], list[M]] | None = None,
) -> Page[M]:
    """The page that ``?cursor=`` names, newest first by ``order`` (a datetime, never null) and then by key.

    ``oldest_first`` turns that round; with ``alphabetical`` the order is a text, from A on, as the database sorts it,
    with ``numeric`` a whole number, the highest first. A damaged cursor is the first page. ``order`` may follow
    relations ("status__moved_at"); empty is the key alone. ``beside`` fetches rows by their keys, with what is shown
    beside them: then it is joined to those of the page alone, of however many that match.
    """
    read: Callable[[Any], Any] = _text if alphabetical else int if numeric else _aware
    after = _decode(request.GET.get("cursor", ""), read if order else None)
    beyond, sign = ("gt", "") if oldest_first or alphabetical else ("lt", "-")
    if after:
        rows = _after(rows, order, beyond, *after)
    by = [*([f"{sign}{order}"] if order else []), f"{sign}pk"]
    chosen = rows.order_by(*by)[: size + 1]
    found, places = _beside(chosen, order, size, beside) if beside else _whole(chosen, order, size)
    next_url = _with_cursor(request, _encode(*places[size - 1], order)) if len(places) > size else None
    return Page(found, next_url, _with_cursor(request, "") if after else None)


# The order's value and the key of each row that was chosen, one more than the page has where there are more.
Places = list[tuple[Any, int]]


def _whole(chosen: QuerySet[M], order: str, size: int) -> tuple[list[M], Places]:
    found = list(chosen)
    return found[:size], [(_value_of(row, order), row.pk) for row in found]


def _beside(
    chosen: QuerySet[M], order: str, size: int, beside: Callable[[list[int]], list[M]]
) -> tuple[list[M], Places]:
    """In the order in which they were chosen; one that is gone meanwhile is left out, and does not end the list."""
    places = [(place[0], place[-1]) for place in chosen.values_list(*([order] if order else []), "pk")]
    keys = [pk for _value, pk in places[:size]]
    rows = {row.pk: row for row in beside(keys)}
    return [rows[key] for key in keys if key in rows], places


def _value_of(row: Model, order: str) -> Any:
    value: Any = row
    for name in order.split("__") if order else []:
        value = getattr(value, name)
    return value


def _after(rows: QuerySet[M], order: str, beyond: str, value: Any, pk: int) -> QuerySet[M]:
    if not order:
        return rows.filter(**{f"pk__{beyond}": pk})
    # The first condition says nothing new, but is one that an index can begin at.
    rows = rows.filter(**{f"{order}__{beyond}e": value})
    return rows.filter(Q(**{f"{order}__{beyond}": value}) | Q(**{f"pk__{beyond}": pk}))


def _with_cursor(request: HttpRequest, cursor: str) -> str:
    query = request.GET.copy()
    query.pop("cursor", None)
    if cursor:
        query["cursor"] = cursor
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _encode(value: Any, pk: int, order: str) -> str:
    plain = [(value.isoformat() if isinstance(value, datetime) else value) if order else None, pk]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _decode(cursor: str, read: Callable[[Any], Any] | None) -> tuple[Any, int] | None:
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return (read(value) if read else None), int(pk)
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        return None


def _aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at.astimezone(UTC)


def _text(value: str) -> str:
    if not isinstance(value, str) or b"\x00" in value.encode():
        raise ValueError("no text that PostgreSQL keeps")
    return value
