"""Where a request came from."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest


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
