"""Take, read, archive: the same for a folder of this machine, over SFTP and over FTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from typing import Protocol

from django.conf import settings

from feeds.models import Source
from feeds.ways.contract import Deadline, Item, PullFailed, Refused

MOST_FILES = 100
SETTLE_S = 2.0
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload")


class TooLarge(Exception):
    """The file is larger than a delivery may be."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A regular file of a folder: its name, size, and when it was last changed, in seconds or any order of texts."""

    name: str
    size: int
    changed: float


class Folder(Protocol):
    """Files that lie somewhere; every method raises OSError, PullFailed, or what its protocol raises."""

    @property
    def troubles(self) -> tuple[type[Exception], ...]:
        """What the methods raise where the other side does not do as it should."""

    def entries(self) -> list[Entry]:
        """The regular files, and nothing else: no folder, no link."""

    def read(self, name: str, most: int) -> bytes:
        """The file's bytes; raises TooLarge."""

    def move(self, name: str, to: str) -> None:
        """Move the file to the folder ``to`` inside this one, which is made where it is missing."""


def take(folder: Folder, source: Source, deadline: Deadline) -> Iterator[Item | Refused]:
    """The finished files that fit the source's pattern, the oldest first, each archived once it is stored."""
    archive, failed = _inside(source, "archive"), _inside(source, "failed")
    left = source.number("most", MOST_FILES)
    for entry in _finished(folder, source, deadline):
        if not left:
            break
        try:
            if entry.size > settings.DELIVERY_MAX_BYTES:
                raise TooLarge
            body = folder.read(entry.name, settings.DELIVERY_MAX_BYTES)
        except TooLarge:
            words = f"larger than {settings.DELIVERY_MAX_BYTES} bytes; it goes to {failed}/"
            yield Refused(entry.name, words, acknowledge=partial(folder.move, entry.name, failed))
        except FileNotFoundError:
            # Another pull of the same source was quicker.
            continue
        except folder.troubles as error:
            yield Refused(entry.name, _words(error))
        else:
            # What cannot be read is not counted: it stays, and would keep out those behind it for good.
            left -= 1
            yield Item(body, entry.name, acknowledge=partial(folder.move, entry.name, archive))


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _finished(folder: Folder, source: Source, deadline: Deadline) -> list[Entry]:
    """The files that nobody is writing any more: the same size and time twice, ``settle_s`` apart."""
    first = _wanted(folder, source)
    settle_s = _settle(source)
    if not first or not settle_s:
        return first
    time.sleep(min(settle_s, deadline.left()))
    deadline.restart()
    before = set(first)
    return [entry for entry in _wanted(folder, source) if entry in before]


def _wanted(folder: Folder, source: Source) -> list[Entry]:
    pattern = (source.setting("pattern") or "*").lower()
    fitting = [entry for entry in folder.entries() if _is_wanted(entry.name, pattern)]
    return sorted(fitting, key=lambda entry: (entry.changed, entry.name))


def _is_wanted(name: str, pattern: str) -> bool:
    return not name.startswith(".") and not name.lower().endswith(UNFINISHED) and fnmatchcase(name.lower(), pattern)


def _settle(source: Source) -> float:
    try:
        return min(max(float(source.setting("settle_s") or SETTLE_S), 0.0), 20.0)
    except ValueError:
        return SETTLE_S


def _inside(source: Source, name: str) -> str:
    """The name of the folder for what was taken or failed: one inside, and no way out."""
    said = source.setting(name) or name
    if "/" in said or "\\" in said or said.startswith(".") or "\x00" in said:
        raise PullFailed(f"The setting {name} is the name of a folder inside, without a path")
    return said


def free_name(name: str, is_taken: Callable[[str], bool]) -> str:
    """A numbered name that is not taken, asking few times however many are: of files of one name all are in a row."""
    if not is_taken(name):
        return name
    low, high = 0, 1
    while is_taken(numbered(name, high)):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_taken(numbered(name, middle)) else (low, middle)
    return numbered(name, high)


def numbered(name: str, number: int) -> str:
    """The name under which a file is archived where others of its name are already: ``gate.edi``, ``gate.1.edi``."""
    if not number:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem}.{number}.{ending}" if dot else f"{name}.{number}"
