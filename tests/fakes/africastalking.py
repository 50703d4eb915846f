"""Africa's Talking's messaging API: takes a form, and answers for each number as the real one does."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs

from tests.fakes.serving import Fake

KEY, USER = "the-api-key", "liaison"
STATUSES = {
    100: "Processed",
    101: "Success",
    102: "Queued",
    401: "RiskHold",
    402: "InvalidSenderId",
    403: "InvalidPhoneNumber",
    404: "UnsupportedNumberType",
    405: "InsufficientBalance",
    406: "UserInBlacklist",
    407: "CouldNotRoute",
    500: "InternalServerError",
    501: "GatewayError",
    502: "RejectedByGateway",
}


class AfricasTalking(Fake):
    """``codes`` gives the status code of a number; ``answers`` are raw (status, body) that come first, once each."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.codes: dict[str, int] = {}
        self.answers: list[tuple[int, bytes]] = []
        self.asked: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        """Its base, as settings name it."""
        return f"http://127.0.0.1:{self.port}"


class _Request(BaseHTTPRequestHandler):
    server: AfricasTalking

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        if self.path != "/version1/messaging" or self.headers["Accept"] != "application/json":
            self.say(404, b"no such thing")
            return
        if self.headers["apiKey"] != KEY or form.get("username") != USER:
            self.say(401, b"The supplied authentication is invalid")
            return
        self.server.asked.append(form)
        if self.server.answers:
            self.say(*self.server.answers.pop(0))
            return
        recipients = [self.recipient(number) for number in form["to"].split(",")]
        said = {"Message": f"Sent to {len(recipients)}/{len(recipients)}", "Recipients": recipients}
        self.say(201, json.dumps({"SMSMessageData": said}).encode())

    def recipient(self, number: str) -> dict[str, object]:
        code = self.server.codes.get(number, 101)
        return {
            "statusCode": code,
            "number": number,
            "status": STATUSES[code],
            "cost": "RWF 9.0000" if code < 400 else "0",
            "messageId": f"ATXid_{number[1:]}" if code < 400 else "None",
        }

    def say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nothing."""
