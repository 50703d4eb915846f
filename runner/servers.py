"""What the two private servers share: how their programs are found or installed, where data and sockets lie."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from runner.children import Account
from runner.configuration import private_home
from runner.console import Refused
from runner.machine import reaches

# A unix socket's path is kept in 108 bytes, the last of them zero.
SOCKET_PATH_MAX = 107
LONGEST_SOCKET_NAME = ".s.PGSQL.5432"
_PLAIN = re.compile(r"[A-Za-z0-9/._-]+")
Found = TypeVar("Found")


def provide(
    find: Callable[[], Found | None], *, package: str, install: Callable[[Sequence[str]], None] | None
) -> Found:
    """What `find` finds; when it finds nothing the Debian package is installed and it looks again. Raises Refused."""
    found = find()
    if found is None and install is not None:
        install([package])
        found = find()
    if found is None:
        variable = "DATABASE_URL" if package == "postgresql" else "REDIS_URL"
        raise Refused(
            f"There is no server to be found for {variable}: neither on this machine nor among our packages.\n"
            f"Install it (apt-get install {package}) or set {variable} to a server of your own."
        )
    return found


def folder_for(state: Path, name: str, account: Account | None) -> Path:
    """A server's data folder, made if need be: in `state`, or in our private home when the account cannot get there.

    Data that an earlier start has put in the home stay there. Raises Refused.
    """
    moved = state / "home"
    if moved.exists() and (private_home(state) / name).is_dir():
        return _made(private_home(state) / name, account)
    inside = state / name
    try:
        if reaches(account, _made(inside, account)):
            return inside
    except PermissionError:
        pass
    if inside.is_dir() and any(inside.iterdir()):
        raise Refused(f"{inside} holds data, but the user {account.name if account else ''} cannot get there any more.")
    shutil.rmtree(inside, ignore_errors=True)
    return _made(private_home(state) / name, account)


def existing_data(state: Path, name: str) -> list[Path]:
    """The data folders that an earlier start may have made, in `state` and in our private home."""
    homes = [state, *([private_home(state)] if (state / "home").exists() else [])]
    return [home / name / "data" for home in homes if (home / name / "data").is_dir()]


def _made(folder: Path, account: Account | None) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    if account is not None:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)
    return folder


def socket_folder(state: Path, data: Path, name: str, account: Account | None) -> Path:
    """A server's socket folder: in its data folder, or in our private home when that path is too long or not plain."""
    inside = data / "socket"
    if len(os.fsencode(inside / LONGEST_SOCKET_NAME)) <= SOCKET_PATH_MAX and _PLAIN.fullmatch(str(inside)):
        return _made(inside, account)
    return _made(private_home(state) / f"{name}-socket", account)


def site_packages(root: Path, name: str) -> Path | None:
    """Where a package of the environment lies; None when it is not installed."""
    return next((root / ".venv" / "lib").glob(f"python3.*/site-packages/{name}"), None)
