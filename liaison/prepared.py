"""Querysets that are built and compiled once, for what pages ask again and again in one way with other values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

from liaison.bulk import AnyOf  # noqa: F401 - ``__any`` is known once this is loaded

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a statement the values of one number go."""

    number: int


class Prepared(Generic[Row]):
    """The rows of a queryset as ``make`` builds it of lists of values, each for an ``__any`` and asked for as it is.

    Building and compiling it takes longer than having it answered, and is done when it is asked first. What differs
    from one asking to the next is the values alone: neither conditions nor columns may hang on them.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Row]]) -> None:
        self._make = make

    def __call__(self, *values: Sequence[object]) -> list[Row]:
        """Ask with these values, in the order of the parameters of ``make``."""
        rows, compiled, sql, params = self._statement
        compiler = copy(compiled)
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        filled = tuple(list(values[each.number]) if isinstance(each, _Place) else each for each in params)
        query = copy(rows.query)
        compiler.as_sql = lambda *_args, **_kwargs: (sql, filled)  # type: ignore[method-assign,assignment]
        query.get_compiler = lambda *_args, **_kwargs: compiler  # type: ignore[method-assign]
        asked = type(rows)(model=rows.model, query=query)
        asked._iterable_class = rows._iterable_class
        asked._fields = rows._fields  # type: ignore[attr-defined]
        return list(asked)

    @cached_property
    def _statement(self) -> tuple[QuerySet[Any, Row], SQLCompiler, str, tuple[Any, ...]]:
        """The queryset, its compiler, and what that made: the statement and its parameters, some of them places."""
        count = self._make.__code__.co_argcount
        rows = self._make(*([_Place(number)] for number in range(count)))
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        return rows, compiler, sql, tuple(_place_in(each) for each in params)


def _place_in(param: Any) -> Any:
    return param[0] if isinstance(param, list) and param and isinstance(param[0], _Place) else param
