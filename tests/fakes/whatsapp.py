"""WhatsApp's Cloud API: takes messages as JSON, knows windows and templates, and answers as Graph does."""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.fakes.serving import Fake

TOKEN, PHONE_ID = "the-token", "1099887766"


class WhatsApp(Fake):
    """``open`` are the users who wrote within a day, ``errors`` the code for a user, ``answers`` come first, once each.

    Templates are by name and language, with how many places each has.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.open: set[str] = set()
        self.errors: dict[str, int] = {}
        self.answers: list[tuple[int, bytes]] = []
        self.templates = {("portal_news", "en"): 2, ("portal_news", "fr"): 2}
        self.pause_s = 0.0
        self.taken: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        """Its base, as settings name it."""
        return f"http://127.0.0.1:{self.port}/v23.0"


class _Request(BaseHTTPRequestHandler):
    server: WhatsApp

    def do_POST(self) -> None:
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        time.sleep(self.server.pause_s)
        if self.server.answers:
            self.say(*self.server.answers.pop(0))
        elif self.headers["Authorization"] != f"Bearer {TOKEN}":
            self.fail(401, 190, "Invalid OAuth access token")
        elif self.path != f"/v23.0/{PHONE_ID}/messages" or message.get("messaging_product") != "whatsapp":
            self.fail(400, 100, "Unsupported post request")
        else:
            self.take(message)

    def take(self, message: dict[str, Any]) -> None:
        user = message.get("to") or message.get("recipient")
        if user in self.server.errors:
            self.fail(400, self.server.errors[user], "As told")
        elif message["type"] == "text" and user not in self.server.open:
            self.fail(400, 131047, "Re-engagement message")
        elif message["type"] == "template" and (wrong := self.wrong(message["template"])):
            self.fail(404 if wrong == 132001 else 400, wrong, "Template")
        else:
            self.server.taken.append(message)
            taken = {"messages": [{"id": f"wamid.{len(self.server.taken)}", "message_status": "accepted"}]}
            contacts = [{"input": user, "wa_id": user}]
            self.say(200, json.dumps({"messaging_product": "whatsapp", "contacts": contacts, **taken}).encode())

    def wrong(self, template: dict[str, Any]) -> int:
        places = self.server.templates.get((template["name"], template["language"]["code"]))
        given = template["components"][0]["parameters"]
        if places is None:
            return 132001
        is_flat = all("\n" not in place["text"] and "    " not in place["text"] for place in given)
        return 0 if len(given) == places and is_flat else 132000

    def fail(self, status: int, code: int, words: str) -> None:
        error = {"message": f"(#{code}) {words}", "type": "OAuthException", "code": code, "fbtrace_id": "A"}
        self.say(status, json.dumps({"error": error}).encode())

    def say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nothing."""
