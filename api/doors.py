"""Who may call what: bearer tokens, their scopes, and limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework import authentication
from rest_framework.decorators import (
    api_view,
    authentication_classes,
    parser_classes,
    permission_classes,
    throttle_classes,
)
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.answers import View, finished, narrowed, opened
from api.limits import CallLimit
from api.models import AccessToken, Scope
from api.negotiation import KeepableJson
from api.senders import bearer
from api.tokens import token_for
from liaison.models import Person
from liaison.signin.factors import lacks_second

SAFE = ("GET", "HEAD", "OPTIONS")


class BearerAuthentication(authentication.BaseAuthentication):
    """``Authorization: Bearer <token>`` of a person; the token is ``request.auth``."""

    def authenticate(self, request: Request) -> tuple[Person, AccessToken] | None:
        """The person and her token; None where none was sent."""
        secret = bearer(request)
        if not secret:
            return None
        token = token_for(secret, at=timezone.now())
        if token is None:
            raise AuthenticationFailed(_("This token is unknown, revoked or expired. Make a new one on your profile."))
        if lacks_second(token.person):
            raise PermissionDenied(_("Your role needs a second factor. Set it up in the portal first."))
        return token.person, token

    def authenticate_header(self, request: Request) -> str:
        """What is asked for."""
        return "Bearer"


def scoped(reading: Scope, writing: Scope) -> type[BasePermission]:
    """Lets in a token that has the scope for the method."""

    class HasScope(BasePermission):
        def has_permission(self, request: Request, view: Any) -> bool:
            if not isinstance(request.auth, AccessToken):
                raise NotAuthenticated(_("Send a token of yours: Authorization: Bearer <token>."))
            needed = reading if request.method in SAFE else writing
            if needed not in request.auth.scopes:
                raise PermissionDenied(_("This token lacks the scope “%(scope)s”.") % {"scope": needed})
            return True

    return HasScope


def door(
    *methods: str, reading: Scope = Scope.READ, writing: Scope = Scope.WRITE, parsers: Sequence[Any] = (KeepableJson,)
) -> Callable[[View], View]:
    """Make a view one of the API for holders of tokens: JSON in, scope and limit checked, no cookie looked at."""

    def decorate(view: View) -> View:
        for wrap in (
            narrowed,
            parser_classes(list(parsers)),
            throttle_classes([CallLimit]),
            permission_classes([scoped(reading, writing)]),
            authentication_classes([BearerAuthentication]),
            api_view([*methods, *(["HEAD"] if "GET" in methods else [])]),
            csrf_exempt,
            finished,
        ):
            view = cast(Callable[[View], View], wrap)(view)
        return view

    return decorate


def open_door(view: View) -> View:
    """Make a view one that everybody may read, also a page of another site, so many times a minute."""
    limited = throttle_classes([CallLimit])(cast(Any, narrowed(view)))
    return opened(finished(cast(View, api_view(["GET", "HEAD"])(limited))))


def caller(request: Request) -> Person:
    """Whose token it is."""
    return cast(Person, request.user)


def has_scope(request: Request, scope: Scope) -> bool:
    """Whether the token opens it; what the person herself may do is asked apart."""
    return scope in cast(AccessToken, request.auth).scopes


def may_see_money(request: Request) -> bool:
    """Whether the token opens charges; what the person herself may see of them is asked apart."""
    return has_scope(request, Scope.MONEY)
