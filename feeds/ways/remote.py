"""From a folder of a partner's server: SFTP, or FTP with and without TLS, by the scheme of the address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import unquote, urlsplit

from feeds.credentials import Credentials
from feeds.models import Source
from feeds.ways import ftp, sftp
from feeds.ways.contract import Deadline, Item, PullFailed, Refused
from feeds.ways.folders import take
from feeds.ways.server import Server

PORTS = {"sftp": 22, "ftp": 21, "ftps": 21}


def fetch(source: Source, *, credentials: Credentials, at: datetime, deadline: Deadline) -> Iterator[Item | Refused]:
    """The remote folder's files, each renamed into the archive once it is stored."""
    server = server_of(source, credentials)
    opened = sftp.opened if server.scheme == "sftp" else ftp.opened
    try:
        with opened(server, source, deadline) as folder:
            yield from take(folder, source, deadline)
    except (*sftp.TROUBLES, *ftp.TROUBLES) as error:
        words = str(error) or "the connection broke off"
        raise PullFailed(f"{type(error).__name__}: {words}") from error


def server_of(source: Source, credentials: Credentials) -> Server:
    """Where to sign in and as whom; raises PullFailed for an address that is none."""
    try:
        parts = urlsplit(source.url)
        port = parts.port
    except ValueError as error:
        raise PullFailed(f"The address cannot be read: {error}") from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise PullFailed("The address is sftp://user@host/folder, ftp://… or ftps://…")
    return Server(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        user=unquote(parts.username or "") or source.setting("username"),
        path=unquote(parts.path).removeprefix("/~/") or ".",
        credentials=credentials,
    )
