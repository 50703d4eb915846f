"""A post office and a push service that answer as they are told, and news to send through them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

from liaison.journal import record
from liaison.models import JournalEntry, Person
from notify.outbox import fan_out
from notify.pushing import encoded, public_key
from tests.conftest import AT
from tests.fakes.push import PushService
from tests.fakes.serving import serving

DROP = "drop"
Tell = Callable[..., JournalEntry]


@dataclass
class PostOffice:
    """``answers`` gives per address the answer to RCPT, ``data_answers`` that to DATA; DROP cuts the line instead."""

    answers: dict[str, str] = field(default_factory=dict)
    data_answers: dict[str, str] = field(default_factory=dict)
    sender_answer: str = "250 OK"
    pause_s: float = 0
    asked: list[str] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)
    connections: set[str] = field(default_factory=set)

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, _: list[str]) -> str:
        assert session.peer is not None
        self.connections.add(str(session.peer))
        envelope.mail_from = address
        return self.sender_answer

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, _: list[str]) -> str:
        self.asked.append(address)
        answer = self.answers.get(address, "250 OK")
        envelope.rcpt_tos.append(address)
        return await _said(server, answer)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.pause_s)
        answer = self.data_answers.get(envelope.rcpt_tos[0], "250 Kept")
        if answer.startswith(("250", DROP)):
            assert isinstance(envelope.content, bytes)
            mail = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
        return await _said(server, answer)

    def sent_to(self) -> list[str]:
        """Whom the mails that it took in are for, in order."""
        return [str(mail["To"]) for mail in self.mails]


async def _said(server: SMTP, answer: str) -> str:
    if answer == DROP:
        assert isinstance(server.transport, asyncio.Transport)
        server.transport.abort()
        raise asyncio.CancelledError
    return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def post(settings: Settings) -> Iterator[PostOffice]:
    """A running post office that the portal sends its mail to."""
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = controller.hostname, controller.port
    settings.DEFAULT_FROM_EMAIL = "The Office <portal@office.example>"
    yield office
    controller.stop()


@pytest.fixture
def tell() -> Tell:
    """Records that a consignment moved, and writes the outbox rows of the people given."""

    def tell(*people: Person, kind: str = "cargo.consignment_moved", **data: object) -> JournalEntry:
        news = {"ref": "RW26-000042", "goods": "Rice", "bill_of_lading": "UMUC1", "moves": [MOVE], "more": 0, **data}
        entry = record(kind=kind, subject="consignment", key="RW26-000042", by=None, at=AT, **news)
        fan_out({entry.pk: [person.pk for person in people]}, at=AT)
        return entry

    return tell


MOVE = {
    "code": "gate_out",
    "container": "TGHU3054380",
    "is_withdrawn": False,
    "at": "2026-11-20T05:30:00+00:00",
    "is_day": False,
    "zone": "Africa/Nairobi",
    "place": "Port of Mombasa",
    "source": "Gate",
}

VAPID_KEY = encoded(bytes(range(1, 33)))


@pytest.fixture
def push_service(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    """A browser maker's push service that the portal knows, whose certificate this machine trusts."""
    with serving(PushService(tmp_path, public_key(VAPID_KEY))) as fake:
        monkeypatch.setenv("SSL_CERT_FILE", str(fake.authority))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
        settings.VAPID_PRIVATE_KEY, settings.VAPID_SUBJECT = VAPID_KEY, "mailto:office@portal.example"
        settings.PUSH_SERVICES = [f"127.0.0.1:{fake.port}", f"localhost:{fake.port}"]
        yield fake
