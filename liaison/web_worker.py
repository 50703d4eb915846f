"""The web server's worker: a thread is taken for a request only once the whole of it is here.

gunicorn's own gives a thread to whoever has sent a byte, so that eight who send slowly stop everybody. Here one loop
gathers what all of them send; bodies too large to be gathered, and answers, have a thread and a limit on its waiting.
"""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import time
from concurrent.futures import Future
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

# A request that is gathered is here within this, or its sender is let go.
WHOLE_WITHIN_S = 20
# A thread waits so long for the next piece of a large body, or for a reader to take the next piece of an answer.
PIECE_WITHIN_S = 20
MOST_HEAD = 64 * 1024
MOST_GATHERED = 512 * 1024
_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:", re.IGNORECASE)


def is_ready(gathered: bytes) -> bool:
    """Whether a thread may take it from here: it is whole, or nothing that is gathered in whole."""
    end = gathered.find(_END)
    if end < 0:
        return len(gathered) > MOST_HEAD
    head = gathered[: end + len(_END)]
    length = _LENGTH.search(head)
    wanted = int(length[1]) if length else 0
    return wanted > MOST_GATHERED or bool(_EXPECTS.search(head)) or len(gathered) >= len(head) + wanted


class PatientWorker(ThreadWorker):
    """gunicorn's worker of threads, which waits for senders without them."""

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
        conn.gathered = bytearray()
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
        if part and not is_ready(bytes(conn.gathered)):
            return
        self.poller.unregister(client)
        self.pending_conns.remove(conn)
        if part:
            self.enqueue_req(conn)
        else:
            self.nr_conns -= 1
            conn.close()

    def handle(self, conn: Any) -> Any:
        """In a thread: hand over what was gathered, then go on as gunicorn does."""
        conn.data_ready = True
        if gathered := bytes(conn.gathered):
            conn.gathered = bytearray()
            with contextlib.suppress(OSError):
                conn.sock.setblocking(True)
                conn.init()
                conn.parser.unreader.unread(gathered)
        if is_kept := super().handle(conn):
            # What came behind the request is of the next one.
            conn.gathered = bytearray(conn.parser.unreader.take_buffered())
        return is_kept

    def finish_request(self, conn: Any, fs: Future[Any]) -> None:
        """A next request that has begun to come with the last is gathered, too: no thread waits for its rest."""
        if not conn.gathered or fs.cancelled() or fs.exception() or not fs.result():
            super().finish_request(conn, fs)
        elif is_ready(bytes(conn.gathered)):
            self.enqueue_req(conn)
        else:
            self._gather(conn)

    def _gather(self, conn: Any) -> None:
        """Wait for a request in the loop; the oldest stand first, and are let go first."""
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + WHOLE_WITHIN_S
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))
