"""A partner's server, as its address and its secrets describe it."""

from __future__ import annotations

import socket
from dataclasses import dataclass

from feeds.credentials import Credentials
from feeds.ways.contract import Deadline
from feeds.ways.wire import CONNECT_S


@dataclass(frozen=True, slots=True)
class Server:
    """Where to sign in and as whom."""

    scheme: str
    host: str
    port: int
    user: str
    path: str
    credentials: Credentials

    def connect(self, deadline: Deadline) -> socket.socket:
        """A connected socket; raises OSError, PullFailed."""
        return socket.create_connection((self.host, self.port), timeout=min(CONNECT_S, deadline.left()))
