"""What one start is told by its environment, where its state lies, and env.json, which passes it on to `manage.py`."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
import shutil
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from runner.children import MARKER
from runner.console import Refused
from runner.machine import inherited, is_root

SHORT_HOMES = Path("/var/tmp")  # noqa: S108 - the folder made there belongs to us and is refused when it does not
LOCALHOST = "127.0.0.1"
# NIST SP 800-186, 3.2.1.3.
_ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True)
class Configuration:
    """One start's folders, address and choices. `state` holds everything that outlives it."""

    root: Path
    state: Path
    host: str
    port: int
    demo: bool
    environ: Mapping[str, str]

    @property
    def python(self) -> Path:
        return self.root / ".venv" / "bin" / "python"

    @property
    def logs(self) -> Path:
        return self.state / "log"

    @property
    def address(self) -> str:
        """The address to open on this machine; a server bound to every address answers on the local one."""
        host = LOCALHOST if self.host in ("0.0.0.0", "::", "") else self.host
        return f"http://{host}:{self.port}"

    def given(self, name: str) -> str:
        """A variable of the environment; empty when it is not set or empty."""
        return self.environ.get(name, "")

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"


def read(root: Path, environ: Mapping[str, str], *, part: str = "") -> Configuration:
    """The configuration from the environment; `part` is a sub-folder of the state. Raises Refused."""
    state = Path(environ.get("STATE_DIR") or root / ".state").absolute() / part
    port = environ.get("PORT") or "8000"
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise Refused(f"PORT is {port!r}; it must be a number from 1 to 65535.")
    return Configuration(
        root=root,
        state=state,
        host=environ.get("PORTAL_HOST") or LOCALHOST,
        port=int(port),
        demo=environ.get("DEMO") != "0",
        environ=environ,
    )


def hold(configuration: Configuration) -> IO[str]:
    """Make the state folder and keep other starts off it while the returned file is open. Raises Refused."""
    try:
        lock = _make_state(configuration).open("a+")
    except OSError as error:
        raise Refused(f"The state folder {configuration.state} cannot be used: {error.strerror}.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise Refused(f"The portal is already running on {configuration.state} (process {holder}).") from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    for log in configuration.logs.glob("*.log"):
        log.replace(log.with_suffix(".log.1"))
    return lock


def _make_state(configuration: Configuration) -> Path:
    if not configuration.state.is_dir():
        configuration.state.mkdir(parents=True)
        # The user that PostgreSQL runs as passes through, and nobody looks in.
        configuration.state.chmod(0o711 if is_root() else 0o700)
    configuration.logs.mkdir(mode=0o700, exist_ok=True)
    return configuration.state / "lock"


def private_home(state: Path) -> Path:
    """A folder with a short and plain path, for what cannot lie in `state`: the same for as long as that exists.

    It belongs to us and everybody may pass through it. Raises Refused when somebody else has made it.
    """
    identity = state / "home"
    if not identity.exists():
        identity.write_text(secrets.token_hex(6))
    home = SHORT_HOMES / f"kpa-portal-{identity.read_text().strip()}"
    home.mkdir(mode=0o711, exist_ok=True)
    if home.is_symlink() or home.stat().st_uid != os.geteuid():
        raise Refused(f"{home} belongs to somebody else; remove it or set STATE_DIR.")
    home.chmod(0o711)
    return home


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
            trial.listen(1)
        except OSError:
            return False
    return True


def free_port(wanted: int | None, *taken: int) -> int:
    """A free local port that is none of `taken`: the wanted one if it can be, so that addresses stay as they were."""
    if wanted and wanted not in taken and is_free(LOCALHOST, wanted):
        return wanted
    with socket.socket() as trial:
        trial.bind((LOCALHOST, 0))
        chosen = int(trial.getsockname()[1])
        return chosen if chosen not in taken else free_port(None, *taken)


def remembered(state: Path) -> dict[str, str]:
    """What env.json holds from an earlier start; empty when there was none or it was cut short."""
    try:
        kept = json.loads((state / "env.json").read_text())
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def write_env(configuration: Configuration, settings: Mapping[str, str]) -> None:
    """Replace env.json in one piece; only we may read it."""
    part = configuration.state / "env.json.part"
    with open(part, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as out:
        json.dump(dict(settings), out, indent=1)
    part.chmod(0o600)
    part.replace(configuration.state / "env.json")


def settings_for(configuration: Configuration, database_url: str, redis_url: str) -> dict[str, str]:
    """What env.json is to hold: the servers' addresses, the demo's, and the keys, which are made once."""
    before = remembered(configuration.state)

    def kept(name: str) -> str:
        return configuration.given(name) or before.get(name, "")

    settings = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": kept("SECRET_KEY") or secrets.token_urlsafe(50),
        "VAPID_PRIVATE_KEY": kept("VAPID_PRIVATE_KEY") or _vapid_key(),
        "PORT": str(configuration.port),
        "DEMO": "1" if configuration.demo else "0",
        "EMAIL_URL": configuration.given("EMAIL_URL"),
        "DEMO_MAIL_DIR": configuration.given("DEMO_MAIL_DIR") or str(configuration.state / "mail"),
    }
    known = {name: value for name, value in settings.items() if value}
    return _demo_addresses(configuration, before) | known if configuration.demo else known


def _vapid_key() -> str:
    """A private key on the curve P-256, as RFC 8292 has it: any number from 1 to below the curve's order."""
    number = 1 + secrets.randbelow(_ORDER_OF_P256 - 1)
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")


def _demo_addresses(configuration: Configuration, before: Mapping[str, str]) -> dict[str, str]:
    feed = free_port(_port_of(before.get("DEMO_FEED_URL", "")), configuration.port)
    mail = free_port(_port_of(before.get("EMAIL_URL", "")), configuration.port, feed)
    return {
        "DEMO_FEED_URL": configuration.given("DEMO_FEED_URL") or f"http://{LOCALHOST}:{feed}/",
        "EMAIL_URL": f"smtp://{LOCALHOST}:{mail}",
    }


def _port_of(url: str) -> int | None:
    """The port of a local address that we chose before; None for any other."""
    _, _, rest = url.partition(f"://{LOCALHOST}:")
    port = rest.strip("/")
    return int(port) if port.isdigit() else None


def counted_in(configuration: Configuration) -> dict[str, str]:
    """The variable by which the web server's processes count together, in a folder that begins empty."""
    folder = configuration.state / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return {"PROMETHEUS_MULTIPROC_DIR": str(folder)}


def environment_of(configuration: Configuration, settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of the portal's own processes."""
    return inherited(configuration.environ) | {
        "DJANGO_SETTINGS_MODULE": "liaison.settings",
        "PYTHONUNBUFFERED": "1",
        "STATE_DIR": str(configuration.state),
        MARKER: str(configuration.state),
        **settings,
    }
