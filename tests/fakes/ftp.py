"""An FTP server on a folder: passive, binary, with RFC 3659's MLSD or without it."""

from __future__ import annotations

import socket
import socketserver
import time
from collections.abc import Callable
from pathlib import Path

from tests.fakes.serving import Fake
from tests.fakes.sftp import PASSWORD, USER


class FtpServer(Fake):
    """Serves ``folder``; an old server knows no MLSD, one that tells no size no SIZE. ``heard`` is what it was asked."""

    def __init__(self, folder: Path, *, is_old: bool = False, tells_size: bool = True) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.folder, self.is_old, self.tells_size = folder, is_old, tells_size
        self.heard: list[str] = []


class _Session(socketserver.StreamRequestHandler):
    server: FtpServer

    def handle(self) -> None:
        self.say("220 ready")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            self.server.heard.append(line)
            verb, _space, said = line.partition(" ")
            act: Callable[[str], None] = getattr(self, f"do_{verb.upper()}", self.unknown)
            try:
                act(said)
            except OSError as error:
                self.say(f"550 {error.strerror}")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def unknown(self, said: str) -> None:
        self.say("502 not implemented")

    def do_USER(self, said: str) -> None:
        self.user = said
        self.say("331 password")

    def do_PASS(self, said: str) -> None:
        self.say("230 welcome" if (self.user, said) == (USER, PASSWORD) else "530 not you")

    def do_TYPE(self, said: str) -> None:
        self.say("200 binary")

    def do_CWD(self, said: str) -> None:
        self.say("250 there" if (self.server.folder / said.lstrip("/")).is_dir() else "550 no such folder")

    def do_PASV(self, said: str) -> None:
        self.passive = socket.create_server(("127.0.0.1", 0))
        port = self.passive.getsockname()[1]
        self.say(f"227 passive (127,0,0,1,{port // 256},{port % 256})")

    def send(self, body: bytes) -> None:
        self.say("150 coming")
        with self.passive, self.passive.accept()[0] as line:
            line.sendall(body)
        self.say("226 done")

    def do_MLSD(self, said: str) -> None:
        if self.server.is_old:
            self.passive.close()
            self.unknown(said)
            return
        lines = ["type=cdir;modify=20260101000000; ."]
        for path in self.server.folder.iterdir():
            modified = time.strftime("%Y%m%d%H%M%S", time.gmtime(path.stat().st_mtime))
            kind = "dir" if path.is_dir() else "file"
            lines.append(f"type={kind};size={path.stat().st_size};modify={modified}; {path.name}")
        self.send("".join(f"{line}\r\n" for line in lines).encode())

    def do_NLST(self, said: str) -> None:
        self.send("".join(f"{path.name}\r\n" for path in (self.server.folder / said).iterdir()).encode())

    def do_SIZE(self, said: str) -> None:
        path = self.server.folder / said
        if not self.server.tells_size:
            self.unknown(said)
            return
        self.say(f"213 {path.stat().st_size}" if path.is_file() else "550 a folder")

    def do_RETR(self, said: str) -> None:
        self.send((self.server.folder / said).read_bytes())

    def do_MKD(self, said: str) -> None:
        (self.server.folder / said).mkdir()
        self.say(f'257 "{said}"')

    def do_RNFR(self, said: str) -> None:
        self.source = self.server.folder / said
        self.say("350 to what")

    def do_RNTO(self, said: str) -> None:
        self.source.rename(self.server.folder / said)
        self.say("250 renamed")

    def do_QUIT(self, said: str) -> None:
        self.say("221 bye")
