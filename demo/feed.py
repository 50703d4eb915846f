"""The feed server of the demo's sources: what each would answer now, from the same year that the load was made from.

It keeps nothing: the year in demo.json and the clock give the answer, so a restart changes none.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from demo.messages import FEEDS, Reports, voices
from demo.state import read_state
from demo.year import Year, trips

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


class FeedServer(ThreadingHTTPServer):
    """Serves ``/<slug>`` for each of the demo's sources; ``folder`` is where demo.json lies."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], folder: Path, clock: Clock = _now) -> None:
        super().__init__(address, _Handler)
        self.folder, self.clock = folder, clock
        self._lock = threading.Lock()
        self._made: tuple[Year, Reports] | None = None

    def answer(self, slug: str) -> tuple[bytes, datetime] | None:
        """What the source answers now, and since when; None before its first report. LookupError without a year."""
        state = read_state(self.folder)
        if state is None:
            raise LookupError("The demo has not been loaded yet.")
        with self._lock:
            if self._made is None or self._made[0] != state.year:
                found = trips(state.year)
                self._made = (state.year, Reports(found, voices(state.year, found)))
            reports = self._made[1]
        return reports.window(slug, self.clock())


class _Handler(BaseHTTPRequestHandler):
    """Answers conditional GETs."""

    server: FeedServer
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        """A source's answer: 200, 304 where the asker has it, 404 for no source, 503 before the demo is loaded."""
        slug = urlsplit(self.path).path.strip("/")
        if slug not in FEEDS:
            self._send(HTTPStatus.NOT_FOUND, b"No such source\n")
            return
        try:
            found = self.server.answer(slug)
        except LookupError as error:
            self._send(HTTPStatus.SERVICE_UNAVAILABLE, f"{error}\n".encode(), {"Retry-After": "10"})
            return
        if found is None:
            self._send(HTTPStatus.NO_CONTENT)
            return
        body, last_at = found
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Last-Modified": format_datetime(last_at, usegmt=True), "Cache-Control": "no-cache"}
        if self._is_known(etag, last_at):
            self._send(HTTPStatus.NOT_MODIFIED, headers=headers)
            return
        self._send(HTTPStatus.OK, body, {"Content-Type": FEEDS[slug].content_type, **headers})

    def _is_known(self, etag: str, last_at: datetime) -> bool:
        """RFC 9110, 13.1: the entity tag decides where one is given, else the date."""
        if tags := self.headers.get("If-None-Match"):
            known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return bool(known & {etag, "*"})
        try:
            since = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
        except ValueError:
            return False
        return since.tzinfo is not None and last_at.replace(microsecond=0) <= since

    def _send(self, status: HTTPStatus, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status not in (HTTPStatus.NOT_MODIFIED, HTTPStatus.NO_CONTENT):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """To the portal's own log."""
        logger.info("%s %s", self.address_string(), format % args)
