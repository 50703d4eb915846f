"""Keyset paging: the next page starts after the last row's own values, so its cost does not grow with its number."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

M = TypeVar("M", bound=Model)
SIZE = 30


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Some rows, and the addresses of the next and the first page (None where there is none)."""

    rows: list[M]
    next_url: str | None
    first_url: str | None


def paginate(
    rows: QuerySet[M], request: HttpRequest, *, order: str = "", size: int = SIZE, oldest_first: bool = False
) -> Page[M]:
    """The page that ``?cursor=`` names, newest first by ``order`` (a datetime, never null) and then by key.

    ``oldest_first`` turns that round. A damaged cursor is the first page. ``order`` may follow relations
    ("status__moved_at"); empty is the key alone.
    """
    after = _decode(request.GET.get("cursor", ""), with_time=bool(order))
    beyond, sign = ("gt", "") if oldest_first else ("lt", "-")
    if after and order:
        at, pk = after
        rows = rows.filter(Q(**{f"{order}__{beyond}": at}) | Q(**{order: at, f"pk__{beyond}": pk}))
    elif after:
        rows = rows.filter(**{f"pk__{beyond}": after[1]})
    found = list(rows.order_by(*([f"{sign}{order}"] if order else []), f"{sign}pk")[: size + 1])
    more = len(found) > size
    found = found[:size]
    next_url = _with_cursor(request, _encode(found[-1], order)) if more else None
    return Page(found, next_url, _with_cursor(request, "") if after else None)


def _with_cursor(request: HttpRequest, cursor: str) -> str:
    query = request.GET.copy()
    query.pop("cursor", None)
    if cursor:
        query["cursor"] = cursor
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _encode(row: Model, order: str) -> str:
    value: Any = row
    for name in order.split("__") if order else []:
        value = getattr(value, name)
    plain = [value.isoformat() if order else None, row.pk]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _decode(cursor: str, *, with_time: bool) -> tuple[datetime | None, int] | None:
    try:
        at, pk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return (_aware(at) if with_time else None), int(pk)
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        return None


def _aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at.astimezone(UTC)
