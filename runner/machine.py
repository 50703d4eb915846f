"""The machine we run on: are we root, which user servers may run as, what that user can reach, Debian packages."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from runner.children import Account, complete
from runner.console import Refused, step, tail

SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
OWN_PYTHONS = (Path("/usr/bin/python3.12"), Path("/usr/bin/python3.11"))
# They name another interpreter's packages, or make every process of ours slow to start.
_NOT_FOR_CHILDREN = ("PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PORTAL_PYTHON")


def is_root() -> bool:
    return os.geteuid() == 0


def inherited(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment that children start from: ours, without what would mislead them."""
    return {name: value for name, value in environ.items() if name not in _NOT_FOR_CHILDREN}


def server_account(existing: Iterable[Path] = ()) -> Account | None:
    """Whom PostgreSQL runs as. We (None), but for root, which it refuses: the owner of its data, `postgres`, `nobody`.

    Raises Refused when there is no such user.
    """
    if not is_root():
        return None
    owners = [str(path.stat().st_uid) for path in existing if path.is_dir() and path.stat().st_uid]
    for name in (*owners, "postgres", "nobody"):
        try:
            entry = pwd.getpwuid(int(name)) if name.isdigit() else pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise Refused(
        "PostgreSQL does not run as root, and this machine has neither a user `postgres` nor `nobody`.\n"
        "Run ./portal as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own."
    )


def reaches(account: Account | None, path: Path) -> bool:
    """Whether the account (None: we ourselves) can enter the folder or execute the file; asked as that user."""
    if account is None:
        return os.access(path, os.X_OK)
    asked = subprocess.run(
        ["test", "-x", str(path)],
        cwd="/",
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return asked.returncode == 0


def can_install() -> bool:
    """Whether Debian packages can be installed: only as root, and only where apt-get is."""
    return is_root() and shutil.which("apt-get") is not None


def install_packages(names: Sequence[str], log: Path) -> None:
    """Install Debian packages, reading the package lists when they are missing or old. Raises Refused."""
    env = inherited(os.environ) | {
        "DEBIAN_FRONTEND": "noninteractive",
        # Packages of servers would start one of their own beside ours; in run level 1 they do not.
        "RUNLEVEL": "1",
    }
    install = ["apt-get", "install", "-y", "--no-install-recommends", *names]
    with step(f"Debian packages: {' '.join(names)}"):
        if complete(install, env=env, log=log) == 0:
            return
        complete(["apt-get", "update"], env=env, log=log)
        if complete(install, env=env, log=log) != 0:
            raise Refused(f"apt-get install {' '.join(names)} failed.\n{tail(log)}")


def own_python(candidates: Iterable[Path] = OWN_PYTHONS) -> Path | None:
    """The Python that came with the machine's system, where it fits, can make environments and is not ours already.

    Distributions compile theirs along a profile, which a version manager's plain build is not: its pages take a
    quarter longer.
    """
    for python in candidates:
        if python.exists() and not python.samefile(sys.executable):
            needed: list[str | Path] = [python, "-c", "import venv, ssl, ctypes, zoneinfo"]
            if subprocess.run(needed, cwd="/", capture_output=True, check=False).returncode == 0:
                return python
    return None
