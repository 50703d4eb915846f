"""Sockets that keep a deadline: every read and write has only the time that is left, however slowly bytes drip."""

from __future__ import annotations

import io
import socket
import ssl
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from feeds.ways.contract import Deadline, PullFailed
from feeds.ways.reach import Border

CONNECT_S = 5.0


class TimedStream(httpcore.NetworkStream):
    """A connection of httpcore's that is left when the time is up."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = min(CONNECT_S, self._deadline.left())
        return TimedStream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class TimedBackend(httpcore.NetworkBackend):
    """Opens TimedStreams, to whom ``border`` lets pass; without one to anybody."""

    def __init__(self, deadline: Deadline, border: Border | None = None) -> None:
        self._deadline, self._border, self._backend = deadline, border, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = min(CONNECT_S, self._deadline.left())
        stream = self._backend.connect_tcp(host, port, left, local_address, socket_options=socket_options)
        if self._border:
            try:
                self._border.check(host, stream.get_extra_info("server_addr")[0])
            except PullFailed:
                stream.close()
                raise
        return TimedStream(stream, self._deadline)


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Any:
        return self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class TimedTransport(httpx.BaseTransport):
    """httpx's way to the network, over connections that keep ``deadline``; a proxy of the environment is used."""

    def __init__(self, deadline: Deadline) -> None:
        # A proxy looks up names itself and knows whom it may reach.
        self._through_proxy, self._directly = TimedBackend(deadline), TimedBackend(deadline, Border())
        self._pools: dict[str, httpcore.ConnectionPool] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request and the beginning of its answer; raises what httpcore raises."""
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        asked = httpcore.Request(request.method, target, headers=request.headers.raw, content=request.read())
        answer = self._pool(_proxy_for(url)).handle_request(asked)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer), extensions=dict(answer.extensions)
        )

    def _pool(self, proxy: str) -> httpcore.ConnectionPool:
        if proxy not in self._pools:
            self._pools[proxy] = httpcore.ConnectionPool(
                ssl_context=_trust(),
                proxy=httpcore.Proxy(proxy) if proxy else None,
                network_backend=self._through_proxy if proxy else self._directly,
            )
        return self._pools[proxy]

    def close(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            pool.close()


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """Whose certificates are believed; loading them takes as long as a whole pull."""
    return httpx.create_ssl_context()


def _proxy_for(url: httpx.URL) -> str:
    return "" if proxy_bypass(url.host) else getproxies().get(url.scheme, "")


class TimedReader(io.RawIOBase):
    """What a socket gives, as a file to read from, within the deadline."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline = sock, deadline

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes, as many as are there."""
        self._sock.settimeout(self._deadline.left())
        return self._sock.recv_into(buffer)
