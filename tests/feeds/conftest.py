"""How the property tests of the feeds run: the same examples each time, however busy the machine is; and a partner.

The partner is a real web server on a thread, which the portal pulls from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest
from hypothesis import settings

from feeds.models import Source
from feeds.sources import add_source
from tests.conftest import AT
from tests.liaison.test_bell import bell_at, rung  # noqa: F401 - its fixtures serve here too

settings.register_profile("feeds", deadline=None, derandomize=True)
settings.load_profile("feeds")


class Partner(ThreadingHTTPServer):
    """A partner's web server: ``give`` answers each GET, ``asked`` holds what was asked; it speaks HTTP/1.1."""

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Desk)
        self.give: Callable[[Desk], None] = Desk.say
        self.asked: list[Message] = []
        self.paths: list[str] = []
        self.closing = Event()
        self.url = f"http://127.0.0.1:{self.server_port}/events"

    def offer(self, body: bytes, **headers: str) -> None:
        """From now on ``body``, or 304 to whom the validators among ``headers`` say that she has it (RFC 9110, 13)."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        def give(desk: Desk) -> None:
            etag, since = desk.headers["If-None-Match"], desk.headers["If-Modified-Since"]
            is_known = etag == named.get("ETag") if etag else since is not None and since == named.get("Last-Modified")
            desk.say(b"" if is_known else body, 304 if is_known else 200, **named)

        self.give = give

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever hangs up is no trouble of the server's."""


class Desk(BaseHTTPRequestHandler):
    """One connection to the partner."""

    server: Partner
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append(self.headers)
        self.server.paths.append(self.path)
        self.server.give(self)

    def say(self, body: bytes = b"", status: int = 200, **headers: str) -> None:
        """A whole answer."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def write(self, raw: bytes) -> None:
        """These bytes and no more: the line is cut after them."""
        self.wfile.write(raw)
        self.close_connection = True

    def drip(self, *pieces: bytes) -> None:
        """The pieces, and the last of them again and again until the other side or the test has enough."""
        for piece in pieces[:-1]:
            self.wfile.write(piece)
        while not self.server.closing.wait(0.01):
            self.wfile.write(pieces[-1])

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def partner() -> Iterator[Partner]:
    """A running server that has nothing to say yet."""
    server = Partner()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.closing.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def carrier(db: None, partner: Partner) -> Source:
    """A source of the documented CSV that is pulled from the partner each minute."""
    return pulled("carrier", partner.url)


def pulled(slug: str, url: str, *, format: str = "csv_events", at: datetime = AT) -> Source:
    """A source that is fetched from ``url`` each minute, due at once."""
    source, _token = add_source(slug=slug, format=format, fetch="http", url=url, token=f"{slug}-token", by=None, at=at)
    return source
