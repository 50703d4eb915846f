"""`./portal run`: set up, start the portal's processes, say when it is ready, keep them running until asked to stop."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from runner import processes
from runner.bootstrap import RUN_GROUPS
from runner.children import StopRequested, complete, pause, spawn
from runner.configuration import Configuration, counted_in, environment_of, is_free, settings_for, write_env
from runner.console import Refused, say, step, tail
from runner.stage import DEMO_RANK, PORTAL_RANK, Stage, held, set_up
from runner.supervision import Supervised, Supervisor

ALIVE_WITHIN_S = 90.0
READY_WITHIN_S = 30.0


def run(configuration: Configuration) -> int:
    """Run the portal until Ctrl-C or TERM; the exit code is 0 then. Raises Refused when it cannot start."""
    with held(configuration):
        _need_port(configuration)
        try:
            with set_up(configuration, RUN_GROUPS, durable=True) as stage:
                try:
                    _start(stage)
                    while True:
                        pause(0.5)
                        stage.supervisor.watch()
                except StopRequested:
                    say("Stopping.")
        except StopRequested:
            say("Stopped before it was ready.")
    return 0


def _need_port(configuration: Configuration) -> None:
    if not is_free(configuration.host, configuration.port):
        raise Refused(
            f"Port {configuration.port} is in use on {configuration.host}, or not ours to use. "
            "Stop what uses it, or choose another: PORT=8080 ./portal run"
        )


def _start(stage: Stage) -> None:
    configuration = stage.configuration
    settings = settings_for(configuration, stage.database_url, stage.redis_url)
    write_env(configuration, settings)
    env = environment_of(configuration, settings)
    with step("Translations, database, reference data" + (", demo data" if configuration.demo else "")):
        prepare: list[str | Path] = [configuration.python, "manage.py", "prepare"]
        if complete(prepare, env=env, cwd=configuration.root) != 0:
            raise Refused("The database could not be prepared; the reason stands above.")
    if configuration.demo:
        for process in processes.DEMO:
            if process != processes.DEMO_MAIL or not configuration.given("EMAIL_URL"):
                _add(stage, process, env, DEMO_RANK)
        _wait_for_ports(stage, settings)
    start_portal(stage, env)
    _tell_sign_ins(configuration)
    say(f"Portal ready: {configuration.address}")


def start_portal(stage: Stage, env: Mapping[str, str]) -> None:
    """Start the web server, the workers and the timetable, and wait until they are ready. Raises Refused."""
    env = {**env, **counted_in(stage.configuration)}
    with step("Web server, workers, timetable"):
        for process in processes.PORTAL:
            _add(stage, process, env, PORTAL_RANK)
        _wait_until_alive(stage.configuration, stage.supervisor)
        _wait_until_ready(stage.configuration)


def _add(stage: Stage, process: processes.Process, env: Mapping[str, str], rank: int) -> None:
    configuration = stage.configuration
    log = configuration.log(process.name)
    command = process.command(configuration.python, host=configuration.host, port=configuration.port)
    stage.supervisor.add(
        Supervised(
            process.name,
            rank,
            lambda: spawn(command, env=env, cwd=configuration.root, log=log, on_our_death=process.on_our_death),
            log,
            grace_s=process.grace_s,
        )
    )


def _wait_for_ports(stage: Stage, settings: Mapping[str, str]) -> None:
    """Wait until the demo's own servers listen, so that the first pull and the first mail do not fail."""
    until = time.monotonic() + ALIVE_WITHIN_S
    for member in stage.supervisor.members:
        if member.rank != DEMO_RANK:
            continue
        url = settings["EMAIL_URL" if member.name == processes.DEMO_MAIL.name else "DEMO_FEED_URL"]
        while not _listens(url):
            if member.deaths >= 2 or time.monotonic() > until:
                raise Refused(f"{member.name} did not start.\n{tail(member.log)}")
            pause(0.1)
            stage.supervisor.watch()


def _listens(url: str) -> bool:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 0), timeout=1).close()
    except OSError:
        return False
    return True


def _wait_until_alive(configuration: Configuration, supervisor: Supervisor) -> None:
    until = time.monotonic() + ALIVE_WITHIN_S
    while _answer(configuration, "/healthz")[0] != 200:
        failing = [member for member in supervisor.members if member.deaths >= 3]
        if failing or time.monotonic() > until:
            log = failing[0].log if failing else configuration.log(processes.WEB.name)
            raise Refused(f"The portal did not start.\n{tail(log)}")
        pause(0.1)
        supervisor.watch()


def _wait_until_ready(configuration: Configuration) -> None:
    """Wait for the workers' first heartbeats; a portal that is alive is announced even when one is late."""
    until = time.monotonic() + READY_WITHIN_S
    status, reasons = _answer(configuration, "/readyz")
    while status != 200 and not waits_only_to_send(reasons) and time.monotonic() < until:
        pause(0.2)
        status, reasons = _answer(configuration, "/readyz")
    if status != 200:
        say(f"! not everything is ready yet: {reasons}")


def waits_only_to_send(answer: str) -> bool:
    """Whether by ``/readyz`` all is there, but what an earlier start left unsent, which may wait for a mail server."""
    try:
        reasons = json.loads(answer)["reasons"]
    except (ValueError, KeyError, TypeError):
        return False
    return bool(reasons) and all(reason.startswith("Outbox:") for reason in reasons)


def _answer(configuration: Configuration, path: str) -> tuple[int, str]:
    """Status and text of a page of ours, asked without any proxy; 0 when nothing answers."""
    address = urlsplit(configuration.address)
    connection = http.client.HTTPConnection(address.hostname or "", configuration.port, timeout=5)
    first_host = configuration.given("ALLOWED_HOSTS").split(",")[0].lstrip("*.")
    try:
        connection.request("GET", path, headers={"Host": first_host} if first_host else {})
        answer = connection.getresponse()
        return answer.status, answer.read(2000).decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return 0, "no answer"
    finally:
        connection.close()


def _tell_sign_ins(configuration: Configuration) -> None:
    if not configuration.demo:
        return
    for line in sign_ins(configuration.state / "demo.json"):
        say(line)


def sign_ins(written: Path) -> list[str]:
    """The lines that tell the demo's people and their password; none when the demo has not written them."""
    try:
        demo = json.loads(written.read_text())
        people = [(str(person["email"]), str(person["role"])) for person in demo["people"]]
        password = str(demo["password"])
    except (OSError, ValueError, KeyError, TypeError):
        return []
    width = max((len(email) for email, _ in people), default=0)
    lines = [f"  {email:<{width}}  {role}" for email, role in people]
    return [f"Demo sign-ins, all with the same password: {password}", *lines]
