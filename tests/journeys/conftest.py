"""A whole portal for stories in a real browser: web server, Celery workers, Redis, PostgreSQL and an SMTP server."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from liaison.models import Person
from tests.conftest import Cast
from tests.databases import url_of
from tests.journeys.keyboard import faults_of

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "umuhanda-mwiza-2026"

# WCAG 2.2 AA, with the size of targets, which axe leaves out by itself.
ACCESSIBLE: dict[str, Any] = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
IN_THE_DARK = """async () => (await axe.run(document, {runOnly: ["color-contrast"], resultTypes: ["violations"]}))
  .violations.flatMap((each) => each.nodes.map((node) => node.html + " " + node.failureSummary))"""

# The kinds of page that somebody has gone over with the keyboard.
_WALKED = set[str]()

# Sync Playwright keeps an event loop in this thread, which the ORM would refuse.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The machine's own Chromium, which looks up nothing outside."""
    flags = ["headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-sync"]
    flags += ["disable-background-networking", "disable-component-update"]
    return {"executable_path": "/usr/bin/chromium", "args": [f"--{flag}" for flag in flags]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Without the worker that keeps pages, but in the stories that are about it: it costs as much as the page itself."""
    return {**browser_context_args, "service_workers": "block"}


class Letterbox(Message):
    """Keeps every mail that the SMTP server takes."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[EmailMessage] = []

    def handle_message(self, message: Any) -> None:
        """Keep it, parsed."""
        parsed = message_from_bytes(message.as_bytes(), policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)

    def to(self, address: str) -> list[EmailMessage]:
        """Those for one address."""
        return [mail for mail in self.mails if address in str(mail["To"])]


@pytest.fixture
def letterbox() -> Iterator[tuple[Letterbox, int]]:
    """An SMTP server on a free port, and its port."""
    box, port = Letterbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


def _environment() -> dict[str, str]:
    """What a process of the portal needs to work on the test's database."""
    mine = {
        "DATABASE_URL": url_of(str(connection.settings_dict["NAME"])),
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
    }
    return {**os.environ, **mine}


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def web(transactional_db: None) -> Iterator[str]:
    """The web server as it is run, with what it does to static files; its address."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "liaison.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen(
        [*command, "--threads", "4", "--log-level", "error", "--no-control-socket"], cwd=ROOT, env=_environment()
    )
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        assert server.poll() is None, "the web server ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(20)


@pytest.fixture
def workers(transactional_db: None, letterbox: tuple[Letterbox, int]) -> Iterator[None]:
    """A real Celery worker on a queue namespace of its own, reading the test's database."""
    environment = _environment() | {"EMAIL_URL": f"smtp://127.0.0.1:{letterbox[1]}"}
    command = [sys.executable, "-m", "celery", "-A", "liaison", "worker", "-c", "1", "-l", "WARNING"]
    worker = subprocess.Popen(
        [*command, "-Q", ",".join(settings.QUEUES), "-n", f"test{os.getpid()}@%h"],
        cwd=ROOT,
        env=environment,
        start_new_session=True,
    )
    _wait_until_ready(worker)
    yield
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def _wait_until_ready(worker: subprocess.Popen[bytes]) -> None:
    from liaison.celery import app

    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        assert worker.poll() is None, "the worker ended"
        if app.control.ping(timeout=0.5, destination=[f"test{os.getpid()}@{socket.gethostname()}"]):
            return
    raise AssertionError("the worker did not answer")


@pytest.fixture
def people(transactional_db: None, cast: Cast) -> Cast:
    """The cast with a password."""
    for person in cast.people().values():
        person.set_password(PASSWORD)
        person.save()
    return cast


class Visitor:
    """Somebody with a browser."""

    def __init__(self, page: Page, server: LiveServer) -> None:
        self.page, self.server = page, server

    def open(self, path: str) -> Page:
        """Go to a path of the portal."""
        self.page.goto(f"{self.server.url}{path}")
        return self.page

    def sign_in(self, email: str) -> None:
        """Sign in on the page."""
        self.open("/accounts/login/")
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("main form button[type=submit]")

    def come_as(self, email: str) -> None:
        """By the cookie alone: how people sign in is a story of its own."""
        client = Client()
        client.force_login(Person.objects.get(email=email), backend=settings.AUTHENTICATION_BACKENDS[0])
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.server.url}])

    def check(self) -> None:
        """No accessibility violation, and nothing wider than the screen."""
        found = Axe().run(self.page, options=ACCESSIBLE)
        assert found.violations_count == 0, found.generate_report()
        # Axe stays in the page: the other theme costs one rule more.
        self.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        dim = self.page.evaluate(IN_THE_DARK)
        self.page.emulate_media(color_scheme="light")
        assert dim == [], f"{self.page.url} in the dark"
        wide, screen = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= screen, f"{self.page.url} is {wide} px wide on a screen of {screen}"
        self.walk()

    def walk(self) -> None:
        """Everything on the page is reached with Tab, in its order and in sight; once for each kind of page."""
        kind = re.sub(r"/[A-Z]+\d\d-\d+|/\d+|/[\w-]{24,}", "/#", urlsplit(self.page.url).path)
        if kind not in _WALKED:
            _WALKED.add(kind)
            assert faults_of(self.page) == [], self.page.url


@pytest.fixture
def visitor(page: Page, live_server: LiveServer) -> Visitor:
    """Somebody with a phone."""
    page.set_viewport_size({"width": 360, "height": 740})
    return Visitor(page, live_server)


@pytest.fixture
def visitor_without_scripts(new_context: Any, live_server: LiveServer) -> Visitor:
    """Somebody with a small phone that runs no JavaScript."""
    context: BrowserContext = new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    return Visitor(context.new_page(), live_server)
