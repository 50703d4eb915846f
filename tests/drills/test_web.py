"""The web server killed in the middle of requests, and slow, huge and crooked requests: the others are served."""

from __future__ import annotations

import http.client
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction

from demo.measuring import timed
from feeds.models import Delivery, Source
from runner.configuration import free_port
from runner.processes import WEB
from tests.conftest import Cast
from tests.drills.conftest import Start, kill, waited_for

PUSH = "/api/v1/sources/clerk/deliveries/"
SENT = 6
FLOOD = 200
PASSWORD = "umuhanda-mwiza-2026"


def body(number: int) -> bytes:
    header = "reference,container,bill_of_lading,kind,classifier,node,occurred_at,remark"
    return f"{header}\n,TGHU3054380,,discharged,ACT,ke-port-mombasa,2026-11-{number + 1:02},\n".encode()


def ask(port: int, method: str, path: str, headers: dict[str, str], content: bytes | None = None) -> tuple[int, str]:
    """Status and text; a status of 0 where no answer came."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as asked:
        try:
            asked.request(method, path, content, headers)
            answer = asked.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return 0, ""


def push(port: int, number: int) -> int:
    bearer = {"Authorization": "Bearer clerk-token", "Content-Type": "text/csv"}
    return ask(port, "POST", PUSH, bearer, body(number))[0]


def get(port: int, path: str, **headers: str) -> tuple[int, str]:
    return ask(port, "GET", path, headers)


def sign_in(port: int, email: str, password: str, client: str) -> tuple[int, str]:
    """As a program does that makes the form's token up; ``client`` is whom the proxy speaks for."""
    token = "a" * 32
    form = urlencode({"login": email, "password": password, "csrfmiddlewaretoken": token})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": client}
    return ask(port, "POST", "/accounts/login/", {**headers, "Cookie": f"csrftoken={token}"}, form.encode())


def web(start: Start, port: int) -> subprocess.Popen[bytes]:
    process = start(*WEB.command("python", host="127.0.0.1", port=port)[1:])

    assert waited_for(lambda: get(port, "/healthz")[0] == 200)
    return process


def stuck() -> int:
    """How many requests wait for the row that this test holds."""
    with connection.cursor() as cursor:
        # Within a transaction the server would answer as at first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int((cursor.fetchone() or (0,))[0])


@pytest.mark.slow
def test_killed_in_mid_request_nothing_that_was_answered_is_lost_and_nothing_sent_again_is_doubled(
    start: Start, source: Source
) -> None:
    port = free_port(None)
    first = web(start, port)
    answered = {number for number in range(2) if push(port, number) == 202}
    assert answered == {0, 1}
    with ThreadPoolExecutor(SENT) as senders:
        with transaction.atomic():
            Source.objects.select_for_update().get(pk=source.pk)
            sent = [senders.submit(push, port, number) for number in range(2, SENT)]
            assert waited_for(lambda: stuck() == SENT - 2)
            kill(first)
            assert [each.result() for each in sent] == [0] * (SENT - 2)
        web(start, port)
        # Whoever had no answer sends again, and so does one who had.
        assert list(senders.map(lambda number: push(port, number), range(SENT))) == [202] * SENT
    assert Delivery.objects.count() == SENT
    assert sorted(bytes(raw) for raw in Delivery.objects.values_list("raw", flat=True)) == sorted(
        map(body, range(SENT))
    )


@pytest.mark.slow
def test_a_flood_of_sign_ins_is_refused_in_words_and_everybody_else_is_served(
    start: Start, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 10,000 a minute a few seconds: one client tries on, whoever comes from elsewhere signs in and reads."""
    cast.importer.set_password(PASSWORD)
    cast.importer.save()
    monkeypatch.setenv("TRUSTED_PROXY_COUNT", "1")
    port = free_port(None)
    web(start, port)

    def attempt(number: int) -> tuple[int, str]:
        return sign_in(port, f"nobody-{number}@portal.example", "wrong words", "198.51.100.7")

    # What is loaded by the first visit is no part of it.
    assert {get(port, path)[0] for path in ("/accounts/login/", "/corridor/") for _process in range(4)} == {200}
    began = time.monotonic()
    with ThreadPoolExecutor(12) as crowd:
        flood = [crowd.submit(attempt, number) for number in range(FLOOD)]
        waits = [timed(partial(get, port, "/corridor/")) for _number in range(10)]
        answers = [each.result() for each in flood]
    print(f"{60 * FLOOD / (time.monotonic() - began):.0f} tries a minute; a page meanwhile in {sorted(waits)[5]:.2f} s")
    assert {status for status, _text in answers} == {200, 429}
    refused = [text for status, text in answers if status == 429]
    assert (len(refused) >= FLOOD - 10 - 12, all("Too many tries" in text for text in refused)) == (True, True)
    assert sorted(waits)[5] < 3
    assert sign_in(port, cast.importer.email, PASSWORD, "203.0.113.7")[0] == 302


@pytest.mark.slow
def test_slow_senders_headers_without_end_and_crooked_paths_keep_nobody_else_waiting(
    start: Start, source: Source
) -> None:
    port = free_port(None)
    web(start, port)
    drips = [socket.create_connection(("127.0.0.1", port)) for _number in range(60)]
    for number, drip in enumerate(drips):
        begun = (b"", b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ", b"POST / HTTP/1.1\r\nContent-Length: 90\r\n\r\nslow")
        drip.sendall(begun[number % 3])
    began = time.monotonic()
    assert [get(port, "/healthz")[0] for _number in range(5)] == [200] * 5
    assert push(port, 1) == 202
    assert time.monotonic() - began < 3
    for drip in drips:
        drip.close()
    flood = {f"X-Flood-{number}": "x" * 50 for number in range(150)}
    assert get(port, "/healthz", **flood)[0] in (400, 431)
    assert get(port, "/healthz", Long="x" * 10_000)[0] in (400, 431)
    assert get(port, "/healthz", Long="x" * 200_000)[0] in (0, 400, 431)
    for path in (
        "/static/../manage.py",
        "/static/%2e%2e/manage.py",
        "/static/..%2f..%2fetc/passwd",
        "/%00",
        "//evil.example/",
    ):
        status, text = get(port, path)
        assert (path, status, "execute_from" in text, "root:" in text) == (path, 404, False, False)
    assert get(port, "/healthz")[0] == 200
