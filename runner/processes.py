"""The portal's processes, one table: the runner starts them, and docker-compose.yml is tested against it."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from pathlib import Path

QUEUES = ("pulling", "deriving", "notifying", "reports")


@dataclass(frozen=True)
class Process:
    """A process by its name, with the arguments of `python`; `{host}` and `{port}` are where the web server listens."""

    name: str
    arguments: tuple[str, ...]
    grace_s: float = 12
    # When the runner dies a worker ends at once and its tasks run again; the web server's own workers see it go.
    on_our_death: signal.Signals = signal.SIGKILL

    def command(self, python: Path | str, *, host: str, port: int) -> list[str]:
        """The whole command line."""
        return [str(python), *(part.format(host=_bracketed(host), port=port) for part in self.arguments)]


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


WEB = Process(
    "web",
    (
        *("-m", "gunicorn", "liaison.wsgi:application", "--bind", "{host}:{port}"),
        *("--worker-class", "liaison.web_worker.PatientWorker", "--workers", "2", "--threads", "4", "--preload"),
        *("--graceful-timeout", "5", "--keep-alive", "15", "--no-control-socket"),
    ),
)
# Pulling is waiting for others: threads, so that sources that hang take none of the others' turns (decision 0010).
# So is sending: a channel that hangs takes no turns of another (decision 0015).
POOLS = {"pulling": ("-P", "threads", "-c", "16"), "notifying": ("-P", "threads", "-c", "12")}
WORKERS = tuple(
    Process(
        f"worker-{queue}",
        (
            *("-m", "celery", "-A", "liaison", "worker", "-Q", queue, "-n", f"{queue}@%h"),
            *POOLS.get(queue, ("-c", "1")),
            *("--loglevel", "INFO", "--without-gossip", "--without-mingle"),
        ),
    )
    for queue in QUEUES
)
BEAT = Process("beat", ("-m", "celery", "-A", "liaison.ringing", "beat", "--loglevel", "INFO", "--pidfile="))
DEMO_MAIL = Process("demo-mail", ("manage.py", "demo_mail"), grace_s=5)
DEMO_FEED = Process("demo-feed", ("manage.py", "demo_feed"), grace_s=5)
PORTAL = (WEB, *WORKERS, BEAT)
DEMO = (DEMO_MAIL, DEMO_FEED)
