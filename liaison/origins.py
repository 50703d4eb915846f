"""Where a request comes from, remembered while it is answered so that the journal can say it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_origin: ContextVar[str | None] = ContextVar("origin", default=None)


def origin() -> str | None:
    """The address from which the request in hand came; None for the portal's own work."""
    return _origin.get()


def remember_origin(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the journal's entries of this request carry its origin."""

    def respond(request: HttpRequest) -> HttpResponse:
        token = _origin.set(client_address(request) or None)
        try:
            return get_response(request)
        finally:
            _origin.reset(token)

    return respond


def client_address(request: HttpRequest) -> str:
    """The client's IP address in its usual spelling, or "" where none is known (a unix socket).

    What a client says of itself counts for nothing: X-Forwarded-For is read only as far as our own proxies wrote it,
    the ``TRUSTED_PROXY_COUNT``-th address from the right. Without that many, the address of the connection stands.
    """
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    count = settings.TRUSTED_PROXY_COUNT
    named = _usual(hops[-count]) if 0 < count <= len(hops) else ""
    return named or _usual(str(request.META.get("REMOTE_ADDR", "")))


def _usual(text: str) -> str:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)
