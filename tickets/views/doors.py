"""Who gets in to the pages of tickets: by role, or as somebody of no organisation who asked something herself."""

from __future__ import annotations

from functools import wraps
from typing import cast

from django.http import HttpRequest, HttpResponseBase

from liaison.models import Person
from liaison.permissions import P, View, allow, signed_in
from liaison.roles import OFFICE, TRADE, Role

SEES = TRADE | OFFICE | {Role.DESK}


def sees(view: View[P]) -> View[P]:
    """Let in whoever may have tickets; what she sees of them is for ``visible_to`` to say."""
    by_role, by_name = allow(SEES)(view), signed_in(view)

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        is_of_none = isinstance(request.user, Person) and not request.user.roles
        return (by_name if is_of_none else by_role)(request, *args, **kwargs)

    return cast(View[P], guarded)
