"""A partner's folder over SFTP; its host key is pinned, or the first one that it shows is."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import posixpath
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import paramiko

from feeds.models import Source
from feeds.ways.contract import Deadline, PullFailed
from feeds.ways.folders import Entry, TooLarge, free_name
from feeds.ways.server import Server

TROUBLES = (paramiko.SSHException, EOFError, OSError)
CHUNK = 32 * 1024


@contextmanager
def opened(server: Server, source: Source, deadline: Deadline) -> Iterator[SftpFolder]:
    """The folder, signed in; the connection ends with the block."""
    transport = paramiko.Transport(server.connect(deadline))
    transport.daemon = True
    try:
        _sign_in(transport, server, source, deadline)
        channel = transport.open_session(timeout=deadline.left())
        channel.settimeout(deadline.left())
        channel.invoke_subsystem("sftp")
        yield SftpFolder(paramiko.SFTPClient(_TimedChannel(channel, deadline)), server.path, deadline)
    finally:
        transport.close()


def _sign_in(transport: Any, server: Server, source: Source, deadline: Deadline) -> None:
    pinned = source.setting("host_key")
    if pinned and not pinned.startswith("SHA256:"):
        # Of the keys that a server has it is to show the one that we know.
        transport.get_security_options().key_types = _algorithms(pinned.split()[0])
    transport.start_client(timeout=deadline.left())
    _check_host_key(transport.get_remote_server_key(), pinned, source)
    transport.auth_timeout = deadline.left()
    try:
        if key := server.credentials.get("private_key"):
            transport.auth_publickey(server.user, private_key(key, server.credentials.get("password")))
        else:
            transport.auth_password(server.user, server.credentials.get("password"))
    except paramiko.AuthenticationException as error:
        raise PullFailed(f"The server does not let {server.user or 'nobody'} in: {error}") from error


def _algorithms(key_type: str) -> tuple[str, ...]:
    return ("rsa-sha2-512", "rsa-sha2-256") if key_type == "ssh-rsa" else (key_type,)


def _check_host_key(key: Any, pinned: str, source: Source) -> None:
    """Compare the server's key with the one that is known; the first one is noted and holds from then on."""
    shown, known = fingerprint(key.asbytes()), pinned or source.cursor
    if known and not known.startswith("SHA256:"):
        parts = known.split()
        with suppress(ValueError):
            known = fingerprint(base64.b64decode(parts[-1] if len(parts) < 2 else parts[1]))
    if not known:
        source.cursor = shown
    elif not hmac.compare_digest(known.rstrip("=").encode(), shown.encode()):
        raise PullFailed(
            f"The server's host key has changed: it shows {shown}. Ask the partner; if that is right, "
            "give it with source_add --setting host_key=…"
        )


def fingerprint(key: bytes) -> str:
    """A key's fingerprint as ssh-keygen prints it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")


def private_key(text: str, passphrase: str) -> Any:
    """A private key of any type that SSH knows; raises PullFailed."""
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        with suppress(paramiko.SSHException, ValueError):
            return kind.from_private_key(io.StringIO(text.strip() + "\n"), password=passphrase or None)
    raise PullFailed("The private key cannot be read: give an OpenSSH or PEM key, and its passphrase as password")


class _TimedChannel:
    """A channel whose every read and write has only the time that is left."""

    def __init__(self, channel: Any, deadline: Deadline) -> None:
        self._channel, self._deadline = channel, deadline

    def recv(self, count: int) -> bytes:
        self._channel.settimeout(self._deadline.left())
        received: bytes = self._channel.recv(count)
        return received

    def send(self, data: bytes) -> int:
        self._channel.settimeout(self._deadline.left())
        return int(self._channel.send(data))

    def close(self) -> None:
        self._channel.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)


class SftpFolder:
    """A folder over SFTP."""

    troubles = TROUBLES

    def __init__(self, client: Any, path: str, deadline: Deadline) -> None:
        self._client, self._path, self._deadline = client, path, deadline

    def entries(self) -> list[Entry]:
        """The regular files of the folder."""
        return [
            Entry(found.filename, found.st_size or 0, found.st_mtime or 0)
            for found in self._client.listdir_attr(self._path)
            if stat.S_ISREG(found.st_mode or 0) and "/" not in found.filename
        ]

    def read(self, name: str, most: int) -> bytes:
        """The file's bytes; raises TooLarge."""
        body = bytearray()
        with self._client.open(self._at(name), "rb") as file:
            while chunk := file.read(CHUNK):
                self._deadline.left()
                body += chunk
                if len(body) > most:
                    raise TooLarge
        return bytes(body)

    def move(self, name: str, to: str) -> None:
        """Rename into a folder inside."""
        with suppress(OSError):
            self._client.mkdir(self._at(to))
        free = free_name(name, lambda taken: self._exists(f"{to}/{taken}"))
        self._client.rename(self._at(name), self._at(f"{to}/{free}"))

    def _exists(self, name: str) -> bool:
        try:
            self._client.lstat(self._at(name))
        except FileNotFoundError:
            return False
        return True

    def _at(self, name: str) -> str:
        return posixpath.join(self._path, name)
