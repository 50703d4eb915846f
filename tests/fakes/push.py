"""A push service of a browser's maker: takes encrypted messages over TLS (RFC 8030, 8291, 8292), and what browsers see."""

from __future__ import annotations

import json
import os
import re
import ssl
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path
from socket import socket
from typing import Any

import http_ece
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

from notify.pushing import decoded, encoded
from tests.fakes.serving import Fake

CURVE = ec.SECP256R1()
MOST_BYTES = 4096
PUBLIC = (Encoding.X962, PublicFormat.UncompressedPoint)


@dataclass
class Device:
    """A browser that subscribed: its endpoint, its secrets, and the notifications that it was shown."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    secret: bytes = field(default_factory=lambda: os.urandom(16))
    shown: list[dict[str, str]] = field(default_factory=list)

    @property
    def p256dh(self) -> str:
        """Its public key, as JavaScript gives it."""
        return encoded(self.key.public_key().public_bytes(*PUBLIC))

    @property
    def auth(self) -> str:
        """Its shared secret, as JavaScript gives it."""
        return encoded(self.secret)


class PushService(Fake):
    """``answers`` are (status, headers) that come first, once each; ``server_key`` is the one that browsers gave it."""

    def __init__(self, folder: Path, server_key: str) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.authority = _certificate(folder)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.authority, folder / "key.pem")
        self.server_key = server_key
        self.devices: dict[str, Device] = {}
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.asked: list[dict[str, str]] = []

    def get_request(self) -> tuple[socket, Any]:
        """A connection under TLS; the handshake is the request's own, so that a bad one holds up nobody."""
        plain, address = super().get_request()
        return self._context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False), address

    @property
    def origin(self) -> str:
        """Its base, as browsers name it."""
        return f"https://127.0.0.1:{self.port}"

    def device(self) -> Device:
        """A browser that has just subscribed."""
        made = Device(f"{self.origin}/push/{os.urandom(9).hex()}")
        self.devices[made.endpoint.removeprefix(self.origin)] = made
        return made


class _Request(BaseHTTPRequestHandler):
    server: PushService

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(dict(self.headers))
        if self.server.answers:
            status, headers = self.server.answers.pop(0)
            self.say(status, **headers)
            return
        status, device = self.judge(body)
        if device is not None:
            said = http_ece.decrypt(body, private_key=device.key, auth_secret=device.secret, version="aes128gcm")
            device.shown.append(json.loads(said))
        self.say(status, Location=f"{self.server.origin}/message/1")

    def judge(self, body: bytes) -> tuple[int, Device | None]:
        """The status, and the device where it is to be shown the message."""
        if self.path not in self.server.devices:
            return 410, None
        if not self.headers["TTL"].isdecimal() or self.headers["Content-Encoding"] != "aes128gcm":
            return 400, None
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", self.headers["Topic"]):
            return 400, None
        if len(body) > MOST_BYTES:
            return 413, None
        status = _signed(self.headers["Authorization"], self.server)
        return status, self.server.devices[self.path] if status == 201 else None

    def say(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Nothing."""


def _signed(said: str, service: PushService) -> int:
    """201 where the token is the portal's own for this service and a day at most, 401 or 403 otherwise."""
    found = re.fullmatch(r"vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), ?k=([\w-]+)", said)
    if not found:
        return 401
    head, claims, signature, key = found.groups()
    if key != service.server_key or json.loads(decoded(head))["alg"] != "ES256":
        return 403
    half = decoded(signature)
    numbers = [int.from_bytes(part, "big") for part in (half[:32], half[32:])]
    public = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(key))
    try:
        public.verify(encode_dss_signature(*numbers), f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return 403
    told = json.loads(decoded(claims))
    is_new = time.time() < told["exp"] <= time.time() + 86_400
    is_ours = told["aud"] == service.origin and told["sub"].startswith(("mailto:", "https:"))
    return 201 if is_new and is_ours else 403


def _certificate(folder: Path) -> Path:
    """The file of a certificate for this machine's number that signs itself; its key lies beside it."""
    key = ec.generate_private_key(CURVE)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A push service")])
    start = datetime.now(UTC) - timedelta(hours=1)
    names = [x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")]
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(start).not_valid_after(start + timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    made = builder.sign(key, hashes.SHA256())
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "certificate.pem").write_bytes(made.public_bytes(Encoding.PEM))
    return folder / "certificate.pem"
