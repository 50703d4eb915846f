"""The web server's worker: a thread is taken for a request only once the whole of it is here.

gunicorn's own gives a thread to whoever has sent a byte, so that eight who send slowly stop everybody. Here one loop
gathers what all of them send. Bodies too large to be gathered, or of no known length, share half of the threads, each
for no longer than its size allows; the next ones wait their turn. What is kept of all of them together has a limit:
beyond it, of those of whom much is kept, who has sent nothing for longest is told to come again. Answers have a limit
on each piece. Who has been answered is heard out in the loop, too, where gunicorn's own stands still for each that
does not close its end.
"""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import time
from collections import deque
from concurrent.futures import Future
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from liaison.congestion import turned_away

# A request is here within this and what its bytes take on the slowest line that is waited for, or its sender is let go.
WHOLE_WITHIN_S = 20
LEAST_BYTES_S = 4096
# However large it is, a body holds a thread no longer.
BODY_WITHIN_S = 600
# Who was answered closes its end within this, or it is closed.
LINGER_S = 2
# A thread waits so long for the next piece of a large body, or for a reader to take the next piece of an answer.
PIECE_WITHIN_S = 20
MOST_HEAD = 64 * 1024
MOST_GATHERED = 512 * 1024
# Of all that are gathered or wait for a thread, in one process.
MOST_HELD = 32 * 1024 * 1024
_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*0*(\d+)[ \t]*\r\n", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)


def is_ready(gathered: bytes | bytearray) -> bool:
    """Whether a thread may take it from here: it is whole, or nothing that is gathered in whole."""
    head, wanted = _parts(gathered)
    if not head:
        return len(gathered) > MOST_HEAD
    return wanted > MOST_GATHERED or bool(_EXPECTS.search(head)) or len(gathered) >= len(head) + wanted


def is_whole(gathered: bytes | bytearray) -> bool:
    """Whether nothing of it is still to come, so that whoever takes it waits for nobody."""
    head, wanted = _parts(gathered)
    return bool(head) and not _CHUNKED.search(head) and len(gathered) >= len(head) + wanted


def _parts(gathered: bytes | bytearray) -> tuple[bytes, int]:
    """The head, once the whole of it is there, and how many bytes it says will follow.

    Nothing but the head is copied: this is asked at every piece, and who sends bytes one by one must not cost the loop.
    """
    end = gathered.find(_END)
    head = bytes(gathered[: end + len(_END)]) if end >= 0 else b""
    length = _LENGTH.search(head)
    # However many digits it has, it is one that is waited for: more than so many are as good as endless.
    return head, int(length[1][:13]) if length else 0


def allowed_s(taken: int) -> float:
    """How long a sender may have taken who has sent so many bytes."""
    return min(BODY_WITHIN_S, WHOLE_WITHIN_S + taken / LEAST_BYTES_S)


class _TimedUnreader(SocketUnreader):
    """Reads a socket for a thread, and gives a sender up who takes longer than is allowed."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock)
        self._began, self._taken = time.monotonic(), 0

    def chunk(self, size_hint: int | None = None) -> bytes:
        """The next piece. Raises TimeoutError."""
        if time.monotonic() - self._began > allowed_s(self._taken):
            raise TimeoutError("the body came too slowly")
        part: bytes = super().chunk(size_hint)
        self._taken += len(part)
        return part


class PatientWorker(ThreadWorker):
    """gunicorn's worker of threads, which waits for senders without them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slow = self.held = 0
        self.waiting: deque[Any] = deque()

    def accept(self, listener: socket.socket) -> None:
        """Take a connection and wait for its first request."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            client.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", PIECE_WITHIN_S, 0))
        self.nr_conns += 1
        conn: Any = TConn(self.cfg, client, address, listener.getsockname())
        conn.gathered, conn.held = bytearray(), 0
        self._gather(conn)

    def on_client_socket_readable(self, conn: Any, client: socket.socket) -> None:
        """The next request on a connection that was kept: it is gathered as the first was."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._gather(conn)

    def on_pending_socket_readable(self, conn: Any, client: socket.socket) -> None:
        """Gather what has come; a thread takes it once it is whole."""
        try:
            part = client.recv(MOST_HEAD)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        conn.gathered += part
        if not part:
            self._let_go(conn)
            return
        self._hold(conn, len(part))
        if not conn.held:
            return
        if not is_ready(conn.gathered):
            conn.timeout = conn.began + allowed_s(len(conn.gathered))
            return
        self.poller.unregister(client)
        self.pending_conns.remove(conn)
        self._hand_over(conn)

    def handle(self, conn: Any) -> Any:
        """In a thread: hand over what was gathered, then go on as gunicorn does."""
        conn.data_ready = True
        if gathered := bytes(conn.gathered):
            conn.gathered = bytearray()
            with contextlib.suppress(OSError):
                conn.sock.setblocking(True)
                conn.init()
                conn.parser.unreader = _TimedUnreader(conn.sock)
                conn.parser.unreader.unread(gathered)
        if is_kept := super().handle(conn):
            # What came behind the request is of the next one.
            conn.gathered = bytearray(conn.parser.unreader.take_buffered())
        return is_kept

    def finish_request(self, conn: Any, fs: Future[Any]) -> None:
        """A next request that has begun to come with the last is gathered, too: no thread waits for its rest."""
        self._free(conn)
        if conn.is_slow:
            conn.is_slow, self.slow = False, self.slow - 1
            if self.waiting:
                self._hand_over(self.waiting.popleft())
        if fs.cancelled() or fs.exception():
            super().finish_request(conn, fs)
        elif not fs.result():
            self._linger(conn)
        elif not conn.gathered:
            super().finish_request(conn, fs)
        elif is_ready(conn.gathered):
            self._hold(conn, len(conn.gathered))
            self._hand_over(conn)
        else:
            self._gather(conn)
            self._hold(conn, len(conn.gathered))

    def murder_pending(self) -> None:
        """Let those go who have taken too long; who has sent more may have taken longer."""
        now = time.monotonic()
        for conn in [each for each in self.pending_conns if each.timeout <= now]:
            self._let_go(conn)

    def _let_go(self, conn: Any) -> None:
        self.pending_conns.remove(conn)
        self.poller.unregister(conn.sock)
        self._free(conn)
        self.nr_conns -= 1
        conn.close()

    def _hold(self, conn: Any, size: int) -> None:
        """Count what is kept of a sender; where it is too much in sum, turn others away.

        Of those of whom no less than half of the average is kept, who has sent nothing for longest goes first: many who
        send a byte now and then push out nobody who only asks for a page. Who waits for a thread may be one of them.
        """
        conn.held, conn.fed, self.held = conn.held + size, time.monotonic(), self.held + size
        while self.held > MOST_HELD and (others := [e for e in (*self.pending_conns, *self.waiting) if e.held]):
            share = sum(each.held for each in others) / len(others) / 2
            self._turn_away(min((each for each in others if each.held >= share), key=lambda each: each.fed))

    def _free(self, conn: Any) -> None:
        self.held, conn.held = self.held - conn.held, 0

    def _turn_away(self, conn: Any) -> None:
        """Tell a sender to come again."""
        if conn in self.waiting:
            self.waiting.remove(conn)
        else:
            self.pending_conns.remove(conn)
            self.poller.unregister(conn.sock)
        self._free(conn)
        with contextlib.suppress(OSError):
            conn.sock.send(turned_away(bytes(conn.gathered[:MOST_HEAD])))
        self._linger(conn)

    def _linger(self, conn: Any) -> None:
        """Say that nothing more comes, and throw away what still does until the other end is closed (RFC 9112, 9.6)."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
        except OSError:
            self.nr_conns -= 1
            conn.close()
            return
        conn.timeout, conn.gathered, conn.heard = time.monotonic() + LINGER_S, bytearray(), 0
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self._hear_out, conn))

    def _hear_out(self, conn: Any, client: socket.socket) -> None:
        try:
            part = client.recv(MOST_HEAD)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        conn.heard += len(part)
        if not part or conn.heard > MOST_HEAD:
            self._let_go(conn)

    def _hand_over(self, conn: Any) -> None:
        """Give it a thread; where that would wait for its sender, only while half of them are left to the others."""
        conn.is_slow = not is_whole(conn.gathered)
        if conn.is_slow and self.slow >= max(1, self.cfg.threads // 2):
            self.waiting.append(conn)
            return
        self.slow += conn.is_slow
        self.enqueue_req(conn)

    def _gather(self, conn: Any) -> None:
        """Wait for a request in the loop."""
        conn.sock.setblocking(False)
        conn.began = time.monotonic()
        conn.timeout = conn.began + WHOLE_WITHIN_S
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))
