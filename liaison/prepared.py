"""Querysets that are built, compiled and planned once, for what pages ask again and again with other values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from psycopg2.extensions import AsIs  # type: ignore[import-untyped]

from liaison.bulk import AnyOf  # noqa: F401 - ``__any`` is known once this is loaded

Row = TypeVar("Row")
# By connection to the database the statements that it has planned, by name.
_PLANNED: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a statement the values of one number go."""

    number: int


class Prepared(Generic[Row]):
    """The rows of a queryset as ``make`` builds it of lists of values, each for an ``__any`` and asked for as it is.

    Building, compiling and planning it takes longer than having it answered, and is done when it is asked first; the
    plan is each connection's own (PREPARE), and the same whatever the values. What differs from one asking to the next
    is the values alone: neither conditions nor columns may hang on them.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Row]]) -> None:
        self._make = make

    def __call__(self, *values: Sequence[object]) -> list[Row]:
        """Ask with these values, in the order of the parameters of ``make``."""
        rows, compiled, sql, params = self._statement
        connection = connections[DEFAULT_DB_ALIAS]
        given = tuple(map(list, values))
        # Behind a pooler the next statement may go to another session, which has planned nothing.
        if connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:
            asking = sql, tuple(given[each.number] if isinstance(each, _Place) else each for each in params)
        else:
            asking = self._planned(connection, sql, params, len(given)), given
        compiler = copy(compiled)
        compiler.connection = connection
        query = copy(rows.query)
        compiler.as_sql = lambda *_args, **_kwargs: asking  # type: ignore[method-assign,assignment]
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

    def _planned(self, connection: BaseDatabaseWrapper, sql: str, params: Sequence[object], count: int) -> str:
        """The statement that asks by the plan of this connection, which is made where there is none."""
        # As before any statement: of one that broke since the last request nothing is left.
        connection.close_if_health_check_failed()
        connection.ensure_connection()
        done = _PLANNED.setdefault(connection.connection, set())
        if self._name not in done:
            numbered = [AsIs(f"${each.number + 1}") if isinstance(each, _Place) else each for each in params]
            with connection.wrap_database_errors, connection.connection.cursor() as cursor:
                cursor.execute(f"PREPARE {self._name} AS {sql}", numbered)
            done.add(self._name)
        return f"EXECUTE {self._name}({', '.join(['%s'] * count)})" if count else f"EXECUTE {self._name}"

    @cached_property
    def _name(self) -> str:
        _rows, _compiler, sql, params = self._statement
        return f"prepared_{sha256(repr((sql, params)).encode()).hexdigest()[:32]}"


def _place_in(param: Any) -> Any:
    return param[0] if isinstance(param, list) and param and isinstance(param[0], _Place) else param
