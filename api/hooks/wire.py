"""One POST to an address that somebody else has given: never into the portal's own network, and never for long."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from feeds.ways.contract import Deadline, PullFailed
from feeds.ways.wire import CONNECT_S, TimedStream
from liaison.reach import Reach, reach_of

TOTAL_S = 10.0
# Of an answer no more than this is looked at.
_LOOKED_AT = 300


class Forbidden(Exception):
    """The address leads where nothing is sent; it says why."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: a status, or none and why; ``rest`` is Retry-After as it was said."""

    status: int | None
    words: str = ""
    rest: str = ""


def check_address(url: str) -> None:
    """Raises Forbidden for an address that can be seen to be none for a webhook, before it is looked up."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Forbidden(_("This is no address.")) from error
    is_plain = url.isascii() and url.isprintable()
    if not (is_plain and host) or parts.username is not None or parts.fragment:
        raise Forbidden(_("An address without a user and a fragment, in ASCII."))
    if numeric := _numeric(host):
        _check(numeric)
    may_be_plain = settings.WEBHOOK_LOOPBACK and _is_here(host, numeric)
    if parts.scheme not in (("http", "https") if may_be_plain else ("https",)):
        raise Forbidden(_("It begins with https://."))


def _is_here(host: str, numeric: str) -> bool:
    """Whether a host is this machine by its own name or number."""
    if numeric:
        return ip_address(numeric).is_loopback
    return host == "localhost" or host.endswith(".localhost")


def _numeric(host: str) -> str:
    """The address that a host is, also in the old spellings that a resolver would take; empty for a name."""
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return ""


def _check(address: str) -> None:
    if reach_of(address) == Reach.PUBLIC:
        return
    if settings.WEBHOOK_LOOPBACK and ip_address(address.partition("%")[0]).is_loopback:
        return
    raise Forbidden(_("%(address)s is not on the public network.") % {"address": address})


def resolved(host: str, port: int) -> str:
    """The one address to connect to. Forbidden where any that the name has is not public."""
    try:
        found = [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host} is not known") from error
    for address in found:
        _check(address)
    return found[0]


class _Pinned(httpcore.NetworkBackend):
    """Connects to the address that was looked at, so that a name cannot change its meaning in between."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = min(CONNECT_S, self._deadline.left())
        return TimedStream(httpcore.SyncBackend().connect_tcp(resolved(host, port), port, left), self._deadline)


def post(url: str, *, headers: dict[str, str], body: bytes) -> Reply:
    """Send it and see what is answered; redirects are not followed. Forbidden where nothing may be sent."""
    check_address(url)
    deadline = Deadline(item_s=TOTAL_S, total_s=TOTAL_S)
    usual = {"Content-Type": "application/json", "User-Agent": "kpa-liaison-portal/1.0"}
    sent = [(name.encode(), value.encode()) for name, value in {**usual, **headers}.items()]
    try:
        with (
            httpcore.ConnectionPool(ssl_context=_trust(), network_backend=_Pinned(deadline)) as pool,
            pool.stream("POST", url, headers=sent, content=body) as answer,
        ):
            said = next(iter(answer.iter_stream()), b"")[:_LOOKED_AT].decode("utf-8", "replace").replace("\x00", "")
            names = {name.lower(): value.decode("latin-1") for name, value in answer.headers}
            return Reply(answer.status, said, names.get(b"retry-after", ""))
    except (*_FAILURES, PullFailed) as error:
        return Reply(None, f"{type(error).__name__}: {error}"[:_LOOKED_AT])


_FAILURES = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    ssl.SSLError,
    OSError,
    UnicodeError,
    ValueError,
)


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return httpx.create_ssl_context()
