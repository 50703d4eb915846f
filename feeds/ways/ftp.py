"""A partner's folder over FTP, with TLS (ftps://, explicit) or without."""

from __future__ import annotations

import ftplib
import io
import posixpath
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from feeds.models import Source
from feeds.ways.contract import Deadline, PullFailed
from feeds.ways.folders import Entry, TooLarge, free_name
from feeds.ways.server import Server
from feeds.ways.wire import TimedReader

TROUBLES = (ftplib.Error, EOFError, OSError, UnicodeError)
CHUNK = 64 * 1024
MOST_LISTED = 10_000
_UNKNOWN_COMMAND = ("500", "502", "504")


@contextmanager
def opened(server: Server, source: Source, deadline: Deadline) -> Iterator[FtpFolder]:
    """The folder, signed in; the connection ends with the block."""
    with _client(server, deadline) as client:
        _begin(client, server, deadline)
        try:
            if isinstance(client, ftplib.FTP_TLS):
                client.auth()
                client.file = _lines(client, deadline)
            client.login(server.user or "anonymous", server.credentials.get("password"))
            if isinstance(client, ftplib.FTP_TLS):
                client.prot_p()
            client.cwd(server.path)
        except ftplib.error_perm as error:
            raise PullFailed(f"The server refuses: {error}") from error
        yield FtpFolder(client, deadline)


def _client(server: Server, deadline: Deadline) -> ftplib.FTP:
    if server.scheme == "ftps":
        return ftplib.FTP_TLS(timeout=deadline.left(), context=ssl.create_default_context(), encoding="utf-8")  # noqa: S321
    return ftplib.FTP(timeout=deadline.left(), encoding="utf-8")  # noqa: S321 - many partners have no other


def _begin(client: ftplib.FTP, server: Server, deadline: Deadline) -> None:
    """What ftplib's own connect does, over a line that keeps the deadline."""
    client.host, client.port = server.host, server.port
    client.sock = server.connect(deadline)
    client.af = client.sock.family
    client.file = _lines(client, deadline)
    client.welcome = client.getresp()


def _lines(client: ftplib.FTP, deadline: Deadline) -> io.TextIOWrapper:
    assert client.sock is not None
    return io.TextIOWrapper(io.BufferedReader(TimedReader(client.sock, deadline)), client.encoding)


class FtpFolder:
    """A folder over FTP."""

    troubles = TROUBLES

    def __init__(self, client: ftplib.FTP, deadline: Deadline) -> None:
        self._client, self._deadline = client, deadline
        # The names in the folders inside, where the server cannot be asked for one of them (SIZE, RFC 3659).
        self._archived: dict[str, set[str]] | None = None

    def entries(self) -> list[Entry]:
        """The regular files of the folder, as MLSD (RFC 3659) lists them; of an old server, what NLST does."""
        try:
            lines = self._retrieve("MLSD", 300 * MOST_LISTED).decode("utf-8", "replace").splitlines()
        except ftplib.error_perm:
            return self._names()
        found = [_facts_of(line) for line in lines]
        return [
            Entry(name, int(facts.get("size", "0")), _time_of(facts.get("modify", "")))
            for name, facts in found
            if facts.get("type", "").lower() == "file" and "/" not in name and facts.get("size", "0").isdecimal()
        ]

    def _names(self) -> list[Entry]:
        found = []
        for name in self._listed():
            # What has no size is a folder.
            with suppress(ftplib.error_perm):
                found.append(Entry(name, self._client.size(name) or 0, 0.0))
        return found

    def read(self, name: str, most: int) -> bytes:
        """The file's bytes; raises TooLarge."""
        return self._retrieve(f"RETR {name}", most)

    def _retrieve(self, command: str, most: int) -> bytes:
        self._client.voidcmd("TYPE I")
        body = bytearray()
        with self._client.transfercmd(command) as line:
            while True:
                line.settimeout(self._deadline.left())
                chunk = line.recv(CHUNK)
                if not chunk:
                    break
                body += chunk
                if len(body) > most:
                    break
        if len(body) > most:
            # The server says that its line was cut, or not.
            with suppress(ftplib.Error):
                self._client.voidresp()
            raise TooLarge
        self._client.voidresp()
        return bytes(body)

    def move(self, name: str, to: str) -> None:
        """Rename into a folder inside."""
        with suppress(ftplib.error_perm):
            self._client.mkd(to)
        self._client.voidcmd("TYPE I")
        free = free_name(name, lambda other: self._holds(to, other))
        self._client.rename(name, f"{to}/{free}")
        if self._archived is not None:
            self._archived.setdefault(to, set()).add(free)

    def _holds(self, folder: str, name: str) -> bool:
        """Whether a folder inside holds a file, without listing it; a server that cannot tell lists it once."""
        if self._archived is None:
            try:
                self._client.size(f"{folder}/{name}")
            except ftplib.error_perm as error:
                if not str(error).startswith(_UNKNOWN_COMMAND):
                    return False
                self._archived = {}
            else:
                return True
        if folder not in self._archived:
            self._archived[folder] = set(self._listed(folder))
        return name in self._archived[folder]

    def _listed(self, folder: str = "") -> list[str]:
        try:
            listed = self._retrieve(f"NLST {folder}".strip(), 300 * MOST_LISTED).decode("utf-8", "replace")
        except ftplib.error_perm:
            # So an empty folder answers.
            return []
        return [posixpath.basename(line) for line in listed.splitlines()]


def _facts_of(line: str) -> tuple[str, dict[str, str]]:
    facts, _space, name = line.partition(" ")
    pairs = (fact.partition("=") for fact in facts.split(";") if fact)
    return name, {key.lower(): value for key, _equals, value in pairs}


def _time_of(words: str) -> float:
    try:
        return datetime.strptime(words[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0
