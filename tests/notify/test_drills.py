"""Faults drilled with real processes and real sockets: nothing is lost, and at most one copy is sent twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings as portal
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from liaison.timetable import ROUTES, TIMETABLE
from notify.channels import CHANNELS
from notify.models import ChannelState, Notice, Phone
from notify.sending import claim, send
from notify.tasks import send_due
from tests.conftest import AT, Cast
from tests.fakes.africastalking import KEY, USER, AfricasTalking
from tests.fakes.serving import serving
from tests.notify.conftest import PostOffice, Tell

ROOT = Path(__file__).parents[2]
COUNT = 6


@pytest.fixture
def sender(transactional_db: None, post: PostOffice, settings: Settings) -> Callable[[], subprocess.Popen[bytes]]:
    """Starts a process that sends what is due, on the test's database and by its post office."""
    kept = connection.settings_dict
    port = f":{kept['PORT']}" if kept["PORT"] else ""
    database = f"postgres://{kept['USER']}@{quote(str(kept['HOST']), safe='')}{port}/{kept['NAME']}"
    given = {
        "DATABASE_URL": database,
        "EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}",
        "DEFAULT_FROM_EMAIL": settings.DEFAULT_FROM_EMAIL,
        "SECRET_KEY": portal.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "liaison.settings",
    }
    work = "import django; django.setup(); from notify.tasks import send_due; send_due(channel='email')"
    return lambda: subprocess.Popen(
        [sys.executable, "-c", work], cwd=ROOT, env=os.environ | given, stderr=subprocess.DEVNULL
    )


def waited_for(wanted: Callable[[], bool], seconds: float = 12) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not wanted():
        time.sleep(0.02)
    return wanted()


def after_the_lease() -> None:
    """The time after which what a dead worker held is taken again."""
    ended = timezone.now() - timedelta(seconds=1)
    Notice.objects.filter(state="due").update(lease_until=None, due_at=ended)
    ChannelState.objects.update(rests_until=None)


def copies(post: PostOffice) -> list[int]:
    """How often each mail came."""
    return sorted(Counter(str(mail["Message-ID"]) for mail in post.mails).values())


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)


def cut_off(process: subprocess.Popen[bytes]) -> None:
    """What a restart of PostgreSQL does to whoever is connected."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.slow
@pytest.mark.parametrize("fault", [kill, cut_off])
def test_a_worker_that_dies_in_mid_send_loses_nothing_and_repeats_one_at_most(
    sender: Callable[[], subprocess.Popen[bytes]],
    post: PostOffice,
    cast: Cast,
    tell: Tell,
    fault: Callable[[subprocess.Popen[bytes]], None],
) -> None:
    for _ in range(COUNT // 2):
        tell(cast.importer, cast.agent)
    post.pause_s = 0.15
    first = sender()
    assert waited_for(lambda: len(post.mails) >= 2)
    fault(first)
    first.wait(10)
    post.pause_s = 0
    assert Notice.objects.filter(channel="email", state="due").exists()
    after_the_lease()
    send_due()
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}
    assert (len(copies(post)), sum(copies(post)) <= COUNT + 1) == (COUNT, True)


@pytest.mark.slow
def test_two_workers_at_once_send_nothing_twice(
    sender: Callable[[], subprocess.Popen[bytes]], post: PostOffice, cast: Cast, tell: Tell
) -> None:
    for _ in range(COUNT):
        tell(cast.importer, cast.agent)
    running = [sender(), sender()]
    assert [process.wait(15) for process in running] == [0, 0]
    assert copies(post) == [1] * COUNT * 2


@pytest.mark.parametrize("channel", CHANNELS)
def test_with_every_bell_lost_the_timetable_sends(channel: str) -> None:
    """All that Redis holds is bells: each channel is looked at every ten seconds."""
    entry = TIMETABLE[f"send-due-{channel}"]
    assert (entry["task"], entry["kwargs"], entry["schedule"]) == ("notify.tasks.send_due", {"channel": channel}, 10.0)
    assert ROUTES["notify.tasks.*"] == {"queue": "notifying"}


def passes(at: datetime) -> list[datetime]:
    """The moments at which what was put off is tried again, after each wait."""
    return [at + timedelta(minutes=minutes) for minutes in (0, 1, 3, 7, 15, 31)]


@pytest.mark.parametrize(
    "answers",
    [
        [(500, b"<html>"), (503, b"")],
        [(429, b"slow down"), (429, b"slow down")],
        [(201, b"garbage"), (201, b'{"SMSMessageData": null}')],
    ],
)
def test_a_provider_that_fails_for_a_while_loses_nothing(
    cast: Cast, tell: Tell, settings: Settings, answers: list[tuple[int, bytes]]
) -> None:
    with serving(AfricasTalking()) as provider:
        settings.AFRICASTALKING_URL, settings.AFRICASTALKING_API_KEY = provider.url, KEY
        settings.AFRICASTALKING_USERNAME, settings.PERSONAL_CHANNELS = USER, ["sms"]
        for number, person in enumerate((cast.importer, cast.agent, cast.stranger)):
            Phone.objects.create(person=person, number=f"+25078800000{number}", asked_at=AT, verified_at=AT)
        tell(cast.importer, cast.agent, cast.stranger, topic="money")
        provider.answers += answers
        for at in passes(AT):
            send(claim(Notice, at=at), at=at)
        sent = Counter(form["to"] for form in provider.asked)
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}
    # The provider takes no key, so what it answered with garbage it may have sent; each asked for once more, no oftener.
    assert (len(sent), sum(sent.values())) == (3, 3 + len(answers))


@pytest.mark.parametrize("fault", ["421 4.3.2 Closing", "450 4.2.0 Come again", "drop"])
def test_a_post_office_that_fails_for_a_while_loses_nothing_and_repeats_nothing(
    post: PostOffice, cast: Cast, tell: Tell, fault: str
) -> None:
    people = list(cast.people().values())
    tell(*people)
    for person in people:
        post.answers[person.email] = fault
    for number, at in enumerate(passes(AT)):
        if number == 2:
            post.answers.clear()
        send(claim(Notice, at=at), at=at)
    assert (copies(post), set(Notice.objects.values_list("state", flat=True))) == ([1] * len(people), {"sent"})
