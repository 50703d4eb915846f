"""From a folder of this machine: nothing outside it is ever read or moved, whatever lies in it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from feeds.credentials import Credentials
from feeds.models import Source
from feeds.ways.contract import Deadline, Item, PullFailed, Refused
from feeds.ways.folders import Entry, TooLarge, free_name, take

CHUNK = 1024 * 1024


def fetch(source: Source, *, credentials: Credentials, at: datetime, deadline: Deadline) -> Iterator[Item | Refused]:
    """The folder's files; raises PullFailed where there is no such folder, or it is not one of FEEDS_FOLDERS."""
    try:
        folder = LocalFolder(_path_of(source.url))
    except OSError as error:
        raise PullFailed(f"{error.strerror}: {source.url}") from error
    try:
        yield from take(folder, source, deadline)
    except OSError as error:
        raise PullFailed(f"{error.strerror}: {source.url}") from error
    finally:
        folder.close()


def _path_of(url: str) -> Path:
    path = Path(unquote(urlsplit(url).path) if url.startswith("file://") else url)
    if not path.is_absolute():
        raise PullFailed("The address of a folder is an absolute path")
    path = path.resolve()
    bases = [Path(base).resolve() for base in settings.FEEDS_FOLDERS]
    if bases and not any(path == base or base in path.parents for base in bases):
        raise PullFailed("The folder is not below one of those that FEEDS_FOLDERS names")
    return path


class LocalFolder:
    """A folder held open: its names are looked up in it, never along a path that somebody could bend."""

    troubles = (OSError,)

    def __init__(self, path: Path) -> None:
        self._folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)

    def close(self) -> None:
        """Let it go."""
        os.close(self._folder)

    def entries(self) -> list[Entry]:
        """The regular files; a link is none. The time is that of the last change of any kind, which nobody can set."""
        found = []
        with os.scandir(self._folder) as listing:
            for item in listing:
                with suppress(FileNotFoundError):
                    status = item.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode):
                        found.append(Entry(item.name, status.st_size, status.st_ctime))
        return found

    def read(self, name: str, most: int) -> bytes:
        """The file's bytes; raises TooLarge, also where it grew since it was listed."""
        # Without O_NONBLOCK a pipe that was put in the file's place would be waited for.
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=self._folder)
        with open(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise FileNotFoundError
            body = file.read(most + 1)
        if len(body) > most:
            raise TooLarge
        return body

    def move(self, name: str, to: str) -> None:
        """Move into a folder inside; a name that is taken gets a number, so nothing is overwritten."""
        with suppress(FileExistsError):
            os.mkdir(to, dir_fd=self._folder)
        target = os.open(to, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=self._folder)
        try:
            free = free_name(name, lambda taken: _exists(taken, target))
            os.rename(name, free, src_dir_fd=self._folder, dst_dir_fd=target)
        finally:
            os.close(target)


def _exists(name: str, folder: int) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True
