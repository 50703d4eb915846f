"""When a thread is given to a request: not before it is whole, whatever its pieces."""

from __future__ import annotations

import contextlib
import os
import socket
import time
import tracemalloc
from collections.abc import Iterator
from selectors import EVENT_READ, DefaultSelector
from threading import Thread
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.congestion import turned_away
from liaison.web_worker import (
    BODY_WITHIN_S,
    MOST_GATHERED,
    MOST_HEAD,
    WHOLE_WITHIN_S,
    PatientWorker,
    allowed_s,
    is_ready,
    is_whole,
)

GET = b"GET / HTTP/1.1\r\nHost: portal\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: portal\r\nContent-Length: 5\r\n\r\n"


@pytest.mark.parametrize(
    ("gathered", "ready"),
    [
        (b"", False),
        (GET, True),
        (GET + b"GET /next", True),
        (POST, False),
        (POST + b"word", False),
        (POST + b"words", True),
        (POST.replace(b"Length: 5", b"LENGTH:5 "), False),
        # Gathered nowhere: too large, in chunks, or of a sender who waits to be asked for it.
        (POST.replace(b"5", b"%d" % (MOST_GATHERED + 1)), True),
        (GET[:-2] + b"Transfer-Encoding: chunked\r\n\r\n", True),
        (POST[:-2] + b"Expect: 100-continue\r\n\r\n", True),
        # What is no request is refused by whoever reads it.
        (b"x" * MOST_HEAD, False),
        (b"x" * (MOST_HEAD + 1), True),
        (GET[:-2] + b"Content-Length: many\r\n\r\n", True),
    ],
)
def test_when_a_thread_may_take_it(gathered: bytes, ready: bool) -> None:
    assert is_ready(gathered) is is_ready(bytearray(gathered)) is ready


@settings(max_examples=30)
@given(body=st.binary(max_size=40), cut=st.integers(0, 120))
def test_no_piece_of_a_request_is_whole(body: bytes, cut: int) -> None:
    whole = b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    assert is_ready(whole)
    assert not is_ready(whole[: min(cut, len(whole) - 1)])


HEADS = st.lists(
    st.sampled_from([b"Host: a", b"Accept: */*", b"X-Content-Length: 9", b"Cookie: content-length: 7", b"A: expect:"]),
    max_size=4,
)


@settings(max_examples=40)
@given(heads=HEADS, body=st.binary(max_size=30), behind=st.binary(max_size=30))
def test_only_its_own_length_counts_whatever_else_is_said_and_whatever_follows(
    heads: list[bytes], body: bytes, behind: bytes
) -> None:
    whole = b"\r\n".join([b"POST / HTTP/1.1", *heads, b"Content-Length: %d" % len(body)]) + b"\r\n\r\n" + body
    assert is_ready(whole + behind)
    assert not is_ready(whole[:-1])


@pytest.mark.parametrize(
    ("length", "ready"),
    [
        (b"0", True),
        (b"%d" % MOST_GATHERED, False),
        (b"%d" % (MOST_GATHERED + 1), True),
        (b"999999999999", True),
        # Of more digits than any body has.
        (b"9999999999999", True),
        (b"9" * 5000, True),
        (b"0" * 20 + b"600", False),
        # Signed, in words: whoever reads it refuses it.
        (b"-5", True),
        (b"5, 5", True),
        (b"0x5", True),
    ],
)
def test_what_a_length_may_be(length: bytes, ready: bool) -> None:
    assert is_ready(POST.replace(b"5", length)) is ready


@pytest.mark.parametrize(
    ("gathered", "whole"),
    [
        (b"", False),
        (GET, True),
        (POST + b"word", False),
        (POST + b"words and more", True),
        (POST.replace(b"5", b"%d" % (MOST_GATHERED + 1)), False),
        (POST.replace(b"5", b"9" * 13), False),
        (POST.replace(b"5", b"9" * 5000), False),
        (POST.replace(b"5", b"0" * 20 + b"600000"), False),
        (POST.replace(b"5", b"0" * 20 + b"5") + b"words", True),
        # Whoever reads it waits until its sender says that it is over.
        (GET[:-2] + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", False),
        (POST[:-2] + b"Expect: 100-continue\r\n\r\n", False),
        (b"x" * (MOST_HEAD + 1), False),
    ],
)
def test_for_whose_rest_a_thread_would_wait(gathered: bytes, whole: bool) -> None:
    assert is_whole(gathered) is is_whole(bytearray(gathered)) is whole


def test_what_is_gathered_is_not_copied_to_be_looked_at() -> None:
    gathered = bytearray(POST.replace(b"5", b"%d" % MOST_GATHERED) + b"x" * (MOST_GATHERED - 1))
    tracemalloc.start()
    assert not is_ready(gathered)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < MOST_GATHERED // 10


@settings(max_examples=30)
@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_who_has_sent_more_may_take_longer_and_nobody_without_end(taken: int, more: int) -> None:
    assert WHOLE_WITHIN_S <= allowed_s(taken) <= allowed_s(taken + more) <= BODY_WITHIN_S
    assert allowed_s(0) == WHOLE_WITHIN_S


class _Serving:
    """The worker's loop with as many threads as are said, as gunicorn runs it."""

    def __init__(self, threads: int) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        cfg = Config()
        cfg.set("threads", threads)
        cfg.set("worker_connections", 20)
        self.worker: Any = PatientWorker(0, os.getppid(), [self.listener], None, 30, cfg, Logger(cfg))
        self.worker.wsgi = _echo
        self.worker.tpool = self.worker.get_thread_pool()
        self.worker.poller = DefaultSelector()
        self.worker.method_queue.init()
        self.worker.poller.register(
            self.worker.method_queue.fileno(), EVENT_READ, self.worker.method_queue.run_callbacks
        )
        self.worker.set_accept_enabled(True)
        self.loop = Thread(target=self._run)
        self.is_over = False
        self.loop.start()

    def _run(self) -> None:
        while not self.is_over:
            self.worker.wait_for_and_dispatch_events(0.02)
            self.worker.murder_pending()

    def connect(self) -> socket.socket:
        return socket.create_connection(self.listener.getsockname(), timeout=3)

    def stop(self) -> None:
        self.is_over = True
        self.loop.join()
        self.worker.tpool.shutdown()
        # What a thread finished at the very end is told to nobody's loop.
        self.worker.method_queue.run_callbacks(None)
        for conn in (*self.worker.pending_conns, *self.worker.keepalived_conns, *self.worker.waiting):
            conn.close()
        self.worker.poller.close()
        self.worker.method_queue.close()
        self.worker.tmp.close()
        self.listener.close()


def _echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    said = environ["PATH_INFO"].encode() + b":" + environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", str(len(said)))])
    return [said]


@pytest.fixture(params=[1])
def serving(request: pytest.FixtureRequest) -> Iterator[_Serving]:
    made = _Serving(request.param)
    yield made
    made.stop()


def asked(path: str, body: bytes = b"") -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def heard(line: socket.socket, answers: int = 1) -> list[bytes]:
    """What the next answers on a line say."""
    reader, found = line.makefile("rb"), []
    for _answer in range(answers):
        length = 0
        while (head := reader.readline()) not in (b"\r\n", b""):
            if head.lower().startswith(b"content-length:"):
                length = int(head.split(b":")[1])
        found.append(reader.read(length))
    return found


def test_a_request_that_comes_in_pieces_is_answered_whole(serving: _Serving) -> None:
    with serving.connect() as line:
        for piece in (b"POS", b"T /a HTTP/1.1\r\nHost: a\r\nContent-Len", b"gth: 5\r\n\r", b"\nwo", b"rds"):
            line.sendall(piece)
            time.sleep(0.01)
        assert heard(line) == [b"/a:words"]


def test_who_sends_half_a_request_keeps_nobody_waiting(serving: _Serving) -> None:
    """There is one thread: it is nobody's before the whole of a request is there."""
    halves = [serving.connect() for _number in range(5)]
    for half in halves:
        half.sendall(asked("/slow", b"words")[:-1])
    with serving.connect() as line:
        line.sendall(asked("/quick"))
        assert heard(line) == [b"/quick:"]
    halves[3].sendall(b"s")
    assert heard(halves[3]) == [b"/slow:words"]
    for half in halves:
        half.close()


def test_who_begins_a_second_request_behind_the_first_keeps_nobody_waiting(serving: _Serving) -> None:
    with serving.connect() as slow, serving.connect() as line:
        slow.sendall(asked("/first", b"one") + asked("/second", b"two")[:-2])
        assert heard(slow) == [b"/first:one"]
        # By now the second stands wherever it waits.
        time.sleep(0.05)
        line.sendall(asked("/quick"))
        assert heard(line) == [b"/quick:"]
        slow.sendall(b"wo")
        assert heard(slow) == [b"/second:two"]


def test_requests_that_come_together_are_answered_in_their_order(serving: _Serving) -> None:
    with serving.connect() as line:
        line.sendall(b"".join(asked(f"/{number}", b"x" * number) for number in range(4)))
        assert heard(line, 4) == [b"/0:", b"/1:x", b"/2:xx", b"/3:xxx"]
        line.sendall(asked("/later"))
        assert heard(line) == [b"/later:"]


def test_a_body_too_large_to_be_gathered_comes_whole(serving: _Serving) -> None:
    large = b"x" * (MOST_GATHERED + 1)
    with serving.connect() as line:
        line.sendall(asked("/a", large))
        assert heard(line) == [b"/a:" + large]


@pytest.mark.parametrize("serving", [2], indirect=True)
def test_large_bodies_that_trickle_in_leave_half_of_the_threads_and_not_for_long(
    serving: _Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("liaison.web_worker.WHOLE_WITHIN_S", 0.3)
    large = asked("/large", b"x" * (MOST_GATHERED + 1))
    chunked = b"POST /chunks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    senders = [serving.connect() for _number in range(4)]
    for number, sender in enumerate(senders):
        sender.sendall((chunked + b"5\r\nwo") if number % 2 else large[:200])
    time.sleep(0.05)
    assert (serving.worker.slow, len(serving.worker.waiting)) == (1, 3)
    with serving.connect() as line:
        line.sendall(asked("/quick", b"words"))
        assert heard(line) == [b"/quick:words"]
    # Byte by byte does not help: each is given up in its turn, and who sends all of it is served.
    until = time.monotonic() + 3
    for _trickle in range(200):
        for sender in senders[:3]:
            with contextlib.suppress(OSError):
                sender.sendall(b"x")
        if len(serving.worker.waiting) == 0 or time.monotonic() > until:
            break
        time.sleep(0.02)
    senders[3].sendall(b"rds\r\n0\r\n\r\n")
    assert senders[3].makefile("rb").readline() == b"HTTP/1.1 200 OK\r\n"
    for sender in senders:
        sender.close()


def test_who_was_answered_and_stays_keeps_nobody_waiting(serving: _Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liaison.web_worker.LINGER_S", 0.2)
    last = asked("/last").replace(b"Host: a", b"Host: a\r\nConnection: close")
    lines = [serving.connect() for _number in range(6)]
    began = time.monotonic()
    for line in lines:
        line.sendall(last + b"and more")
        assert heard(line) == [b"/last:"]
    assert time.monotonic() - began < 1
    with serving.connect() as line:
        line.sendall(asked("/quick"))
        assert heard(line) == [b"/quick:"]
        lines[0].close()
        # What they send after their answer is thrown away, and before long they are let go.
        time.sleep(0.3)
        assert (serving.worker.nr_conns, len(serving.worker.pending_conns)) == (1, 0)
    for line in lines[1:]:
        line.close()


def test_who_sends_steadily_may_take_longer_than_who_does_not(
    serving: _Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("liaison.web_worker.WHOLE_WITHIN_S", 0.1)
    monkeypatch.setattr("liaison.web_worker.LEAST_BYTES_S", 1000)
    with serving.connect() as steady, serving.connect() as late:
        late.sendall(asked("/late", b"words")[:-1])
        begun = asked("/steady", b"x" * 600)
        steady.sendall(begun[:500])
        time.sleep(0.3)
        assert late.recv(1) == b""
        steady.sendall(begun[500:])
        assert heard(steady) == [b"/steady:" + b"x" * 600]


def test_who_does_not_send_the_rest_is_let_go(serving: _Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liaison.web_worker.WHOLE_WITHIN_S", 0.1)
    with serving.connect() as late, serving.connect() as gone:
        late.sendall(asked("/late", b"words")[:-1])
        gone.sendall(b"G")
        gone.shutdown(socket.SHUT_WR)
        assert (late.recv(1), gone.recv(1)) == (b"", b"")
    assert (len(serving.worker.pending_conns), serving.worker.nr_conns) == (0, 0)


def test_all_together_have_a_limit_and_who_stands_still_makes_room(
    serving: _Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("liaison.web_worker.MOST_HELD", 3000)
    whole = asked("/a", b"x" * 1200)
    lines = [serving.connect() for _number in range(4)]
    begun = 0
    for line in lines[:2]:
        line.sendall(whole[:1200])
        begun += 1200
        until = time.monotonic() + 3
        while serving.worker.held < begun and time.monotonic() < until:
            time.sleep(0.005)
    # The third is one too many: the first has stood still for longest.
    lines[2].sendall(whole)
    assert heard(lines[2]) == [b"/a:" + b"x" * 1200]
    reader = lines[0].makefile("rb")
    # The whole of what it is told, to its end.
    assert reader.read() == turned_away(whole[:1200])
    lines[1].sendall(whole[1200:] + asked("/next")[:-3])
    assert heard(lines[1]) == [b"/a:" + b"x" * 1200]
    lines[1].sendall(asked("/next")[-3:])
    assert heard(lines[1]) == [b"/next:"]
    # Who alone sends too much is turned away, too; in the end nothing is held.
    lines[3].sendall(asked("/b", b"x" * 9000))
    assert lines[3].makefile("rb").readline() == b"HTTP/1.1 503 Service Unavailable\r\n"
    reader.close()
    for line in lines:
        line.close()
    until = time.monotonic() + 3
    while serving.worker.held and time.monotonic() < until:
        time.sleep(0.005)
    assert serving.worker.held == 0


def _until_held(serving: _Serving, held: int) -> None:
    until = time.monotonic() + 3
    while serving.worker.held != held and time.monotonic() < until:
        time.sleep(0.005)
    assert serving.worker.held == held


def test_many_who_hold_much_push_out_nobody_who_asks_for_a_page(
    serving: _Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither who waits for a thread with a large body, nor who sends a byte now and then."""
    monkeypatch.setattr("liaison.web_worker.MOST_HELD", 6000)
    lines = [serving.connect() for _number in range(5)]
    page, held = asked("/page"), 10
    lines[0].sendall(page[:10])
    large = asked("/large", b"x" * (MOST_GATHERED + 1))[:1500]
    for line in lines[1:4]:
        # The first has the thread, the others wait for it.
        line.sendall(large)
        _until_held(serving, held := held + 1500)
    assert [conn.held for conn in serving.worker.waiting] == [1500, 1500]
    half = asked("/half", b"x" * 9000)
    lines[4].sendall(half[:1600])
    assert lines[2].makefile("rb").readline() == b"HTTP/1.1 503 Service Unavailable\r\n"
    _until_held(serving, 10 + 1500 + 1500 + 1600)
    lines[4].sendall(half[1600:3200])
    assert lines[3].makefile("rb").readline() == b"HTTP/1.1 503 Service Unavailable\r\n"
    assert (len(serving.worker.waiting), serving.worker.slow) == (0, 1)
    # Who has said least and been silent for longest is served as soon as there is a thread.
    lines[1].close()
    lines[0].sendall(page[10:])
    assert heard(lines[0]) == [b"/page:"]
    for line in lines:
        line.close()


def test_what_is_no_request_is_refused_and_the_next_is_served(serving: _Serving) -> None:
    for wrong in (b"\r\n\r\n", b"words\r\n\r\n", asked("/a").replace(b"Length: 0", b"Length: -1")):
        with serving.connect() as line:
            line.sendall(wrong)
            assert line.makefile("rb").readline() == b"HTTP/1.1 400 Bad Request\r\n"
    with serving.connect() as line:
        line.sendall(asked("/a"))
        assert heard(line) == [b"/a:"]
