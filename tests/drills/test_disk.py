"""A disk that is full: writing is refused in words, reading goes on, and with room again so does everything."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from feeds.models import Delivery, Source
from tests.drills.test_web import PUSH

MEBIBYTE = 2**20
# Files of the write-ahead log have 16 MiB each and must be written; a table stops at this.
ROOM = 17 * MEBIBYTE


@contextmanager
def full_disk() -> Iterator[None]:
    """For this connection's own server process no file grows beyond ROOM, which it takes for a full disk."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone() or (0,)
    # As the user whose process it is: others may not, root of a container neither.
    owner = Path(f"/proc/{pid}")
    command = ["prlimit", "--pid", str(pid), f"--fsize={ROOM}:unlimited"]
    account: dict[str, int] = {}
    if owner.exists() and os.geteuid() == 0:
        account = {"user": owner.stat().st_uid, "group": owner.stat().st_gid}
    done = subprocess.run(command, user=account.get("user"), group=account.get("group"), check=False)
    if done.returncode:
        pytest.skip("The database runs on another machine, or as somebody else.")
    yield
    connection.close()


def push(content: bytes) -> tuple[int, str | None, str]:
    answer = Client(raise_request_exception=False).post(
        PUSH, content, content_type="text/csv", headers={"authorization": "Bearer clerk-token"}
    )
    return answer.status_code, answer.headers.get("Retry-After"), answer.headers["Content-Type"]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_senders_are_told_to_come_again_and_lose_nothing(source: Source) -> None:
    sent = [os.urandom(6 * MEBIBYTE) for _number in range(4)]
    with full_disk():
        answers = [push(content) for content in sent]
        taken = [number for number, (status, _again, _kind) in enumerate(answers) if status == 202]
        refused = {answer for answer in answers if answer[0] != 202}
        assert refused == {(503, "60", "application/problem+json")}
        # What was answered is there, what was refused has left nothing, and pages are read.
        assert Delivery.objects.count() == len(taken)
        assert Client().get("/corridor/").status_code == 200
    assert {push(content)[0] for content in sent} == {202}
    kept = {bytes(raw) for raw in Delivery.objects.values_list("raw", flat=True)}
    assert (Delivery.objects.count(), kept) == (len(sent), set(sent))
