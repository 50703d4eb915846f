"""Running a fake on a thread for as long as a test needs it."""

from __future__ import annotations

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TypeVar


class Fake(socketserver.ThreadingTCPServer):
    """A server on a port of its own; who hangs up is no trouble of it."""

    allow_reuse_address = True
    daemon_threads = True

    @property
    def port(self) -> int:
        """The port on 127.0.0.1."""
        return int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing."""


S = TypeVar("S", bound=Fake)


@contextmanager
def serving(server: S) -> Iterator[S]:
    """The server while it serves."""
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
