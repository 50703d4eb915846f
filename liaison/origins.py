"""Where a request comes from, remembered while it is answered so that the journal can say it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_origin: ContextVar[str | None] = ContextVar("origin", default=None)


def origin() -> str | None:
    """The address from which the request in hand came; None for the portal's own work."""
    return _origin.get()


def client_address(request: HttpRequest) -> str:
    """The client's address: the connection's, or what the nearest TRUSTED_PROXY_COUNT proxies say of it."""
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    trusted = settings.TRUSTED_PROXY_COUNT
    if trusted and len(forwarded) >= trusted:
        return str(forwarded[-trusted])
    return str(request.META.get("REMOTE_ADDR", ""))


def remember_origin(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the journal's entries of this request carry its origin."""

    def respond(request: HttpRequest) -> HttpResponse:
        token = _origin.set(client_address(request) or None)
        try:
            return get_response(request)
        finally:
            _origin.reset(token)

    return respond
