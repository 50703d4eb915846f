"""Connections that keep a deadline and stay outside the portal's own network."""

from __future__ import annotations

import io
import socket

import httpcore
import pytest

from feeds.ways.contract import Deadline, PullFailed
from feeds.ways.reach import Border
from feeds.ways.wire import TimedBackend, TimedReader


def soon() -> Deadline:
    return Deadline(item_s=20, total_s=20)


def test_a_connection_inside_is_closed_before_anything_is_said() -> None:
    border = Border()
    border.check("line.example", "93.184.216.34")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        with pytest.raises(PullFailed, match=r"^127\.0\.0\.1 leads into the portal's own network"):
            TimedBackend(soon(), border).connect_tcp("127.0.0.1", server.getsockname()[1])
        line = server.accept()[0]
        with line:
            line.settimeout(5)
            assert line.recv(100) == b""


@pytest.mark.parametrize("border", [None, Border()])
def test_where_it_may_go_it_speaks(border: Border | None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        stream = TimedBackend(soon(), border).connect_tcp("127.0.0.1", server.getsockname()[1])
        with server.accept()[0] as line:
            stream.write(b"hello")
            assert (line.recv(5), stream.get_extra_info("server_addr")[0]) == (b"hello", "127.0.0.1")
            stream.close()


def test_no_time_is_left_for_a_read_or_a_write_once_it_is_up() -> None:
    deadline = Deadline(item_s=20, total_s=20)
    with socket.create_server(("127.0.0.1", 0)) as server:
        stream = TimedBackend(deadline).connect_tcp("127.0.0.1", server.getsockname()[1])
        deadline.item_s = 0.0
        deadline.restart()
        for act in (lambda: stream.read(1), lambda: stream.write(b"x")):
            with pytest.raises(PullFailed, match="took longer"):
                act()
        stream.close()


def test_nobody_listens() -> None:
    with pytest.raises(httpcore.ConnectError):
        TimedBackend(soon(), Border()).connect_tcp("127.0.0.1", 1)


def test_what_a_socket_gives_is_read_as_a_file_until_the_time_is_up() -> None:
    deadline = Deadline(item_s=0.3, total_s=5)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"* OK ready\r\n* half")
        file = io.BufferedReader(TimedReader(ours, deadline))
        assert file.readline() == b"* OK ready\r\n"
        with pytest.raises((TimeoutError, PullFailed)):
            file.readline()
