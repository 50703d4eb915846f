"""A receiver of webhooks as somebody's system has it: it checks the signature, and answers what it is told to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.fakes.serving import Fake


class Receiver(Fake):
    """Takes messages that are signed by ``secret``; ``answers`` are the next statuses, then 204."""

    def __init__(self, secret: str = "", port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Request)
        self.secret = secret
        self.answers: list[int] = []
        self.headers: dict[str, str] = {}
        self.taken: list[tuple[str, Any]] = []
        self.heads: list[dict[str, str]] = []
        self.refused: list[str] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hook"


class _Request(BaseHTTPRequestHandler):
    server: Receiver

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""

    def do_POST(self) -> None:
        """One message."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        name = self.headers["webhook-id"] or self.headers["Subscription-ID"]
        status = self.server.answers.pop(0) if self.server.answers else 204
        if self.server.secret and not self._is_signed(body):
            status = 401
        if status < 300:
            self.server.taken.append((name, json.loads(body)))
            self.server.heads.append(dict(self.headers.items()))
        else:
            self.server.refused.append(name)
        self.send_response(status)
        for header, value in self.server.headers.items():
            self.send_header(header, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _is_signed(self, body: bytes) -> bool:
        key = base64.b64decode(self.server.secret.removeprefix("whsec_"))
        if said := self.headers["Notification-Signature"]:
            # As DCSA has it: of the body alone, in hexadecimal digits.
            return hmac.compare_digest(said, "sha256=" + hmac.new(key, body, "sha256").hexdigest())
        content = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + body
        mark = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
        return f"v1,{mark}" in self.headers["webhook-signature"].split(" ")
