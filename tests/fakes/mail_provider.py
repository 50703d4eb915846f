"""Two providers of mail by HTTP, Brevo and Postmark, as they answer to who sends one mail."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.fakes.serving import Fake

KEY = "the-api-key"


class MailProvider(Fake):
    """``answers`` are raw (status, headers, body) that come first, once each; None hangs up."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.answers: list[tuple[int, dict[str, str], bytes] | None] = []
        self.mails: list[dict[str, Any]] = []
        self.inactive: set[str] = set()

    def settings(self) -> dict[str, str | int]:
        """Anymail's settings that lead here."""
        url = f"http://127.0.0.1:{self.port}"
        brevo = {"BREVO_API_KEY": KEY, "BREVO_API_URL": f"{url}/v3/"}
        return {"REQUESTS_TIMEOUT": 2, "POSTMARK_SERVER_TOKEN": KEY, "POSTMARK_API_URL": f"{url}/", **brevo}


class _Request(BaseHTTPRequestHandler):
    server: MailProvider

    def do_POST(self) -> None:
        mail = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.answers:
            if (answer := self.server.answers.pop(0)) is not None:
                self.say(*answer)
            return
        speak = {"/v3/smtp/email": self.brevo, "/email": self.postmark}[self.path]
        status, said = speak(mail)
        self.say(status, {}, json.dumps(said).encode())

    def brevo(self, mail: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.headers["api-key"] != KEY:
            return 401, {"code": "unauthorized", "message": "Key not found"}
        if not mail.get("textContent") or not mail["sender"]["email"]:
            return 400, {"code": "missing_parameter", "message": "textContent is missing"}
        self.server.mails.append(mail)
        return 201, {"messageId": f"<{len(self.server.mails)}@smtp-relay.mailin.fr>"}

    def postmark(self, mail: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.headers["X-Postmark-Server-Token"] != KEY:
            return 401, {"ErrorCode": 10, "Message": "No Account or Server API tokens were supplied"}
        if mail["To"] in self.server.inactive:
            words = f"You tried to send to a recipient that has been marked as inactive.\nFound inactive addresses: {mail['To']}."
            return 422, {
                "ErrorCode": 406,
                "Message": f"{words}\nInactive recipients are ones that have generated a hard bounce.",
            }
        self.server.mails.append(mail)
        return 200, {"To": mail["To"], "MessageID": "b7bc2f4a", "ErrorCode": 0, "Message": "OK"}

    def say(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nothing."""
