"""Who may open a page, and how one object is fetched: what is not visible is 404, what is forbidden is 403."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from liaison.models import Person

P = ParamSpec("P")
M = TypeVar("M", bound=Model)
M_co = TypeVar("M_co", bound=Model, covariant=True)
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class Scoped(Protocol[M_co]):
    """A queryset that knows who may see what of it."""

    def visible_to(self, viewer: Any, /) -> QuerySet[M_co]:
        """The rows that ``viewer`` may see."""


def person_of(request: HttpRequest) -> Person:
    """The signed-in person of a request behind ``allow``."""
    return cast(Person, request.user)


def allow(roles: Collection[str]) -> Callable[[View[P]], View[P]]:
    """Let in a signed-in person who holds one of ``roles``; others are sent to sign in, or get 403."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not person_of(request).roles & set(roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return cast(View[P], login_required(cast(Any, guarded)))

    return decorate


def signed_in(view: View[P]) -> View[P]:
    """Let in whoever is signed in, whatever her roles; others are sent to sign in."""
    return cast(View[P], login_required(cast(Any, view)))


def get_visible_or_404(rows: Scoped[M], user: Any, **lookup: Any) -> M:
    """The one row of ``rows`` that ``user`` may see and that fits ``lookup``; Http404 otherwise."""
    if any("\x00" in value for value in lookup.values() if isinstance(value, str)):
        # PostgreSQL keeps no such text, and its driver refuses to ask for it.
        raise Http404
    return get_object_or_404(rows.visible_to(user), **lookup)
