"""What is watched exists, each alert has its runbook, and what runbooks name is there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml
from django.conf import settings
from django.urls import Resolver404, resolve

from liaison.metering import REQUESTS, SECONDS
from observatory.metrics import exposition
from runner import processes
from tests.conftest import AT

DEPLOY = Path(settings.BASE_DIR) / "deploy"
RUNBOOKS = Path(settings.BASE_DIR) / "docs" / "runbooks"


def rules() -> list[dict[str, str]]:
    groups = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[str]:
    board = json.loads((DEPLOY / "grafana" / "portal.json").read_text())
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]


def test_what_is_watched_is_told(db: None) -> None:
    REQUESTS.labels("none", "GET", "200")
    SECONDS.labels("none")
    told = {re.sub(r"_total$", "", name) for name in re.findall(r"^# TYPE (\S+)", exposition(at=AT).decode(), re.M)}
    asked = {
        name for expr in [*panels(), *(rule["expr"] for rule in rules())] for name in re.findall(r"portal_\w+", expr)
    }
    plain = {re.sub(r"_(total|bucket)$", "", name) for name in asked}
    assert plain - told == set()


def test_each_alert_has_its_runbook_and_each_runbook_its_alert() -> None:
    assert sorted(rule["alert"] for rule in rules()) == sorted(page.stem for page in RUNBOOKS.glob("*.md"))


def test_the_pages_that_runbooks_name_are_there() -> None:
    gone = []
    for page in RUNBOOKS.glob("*.md"):
        for path in re.findall(r"`(/[a-z/-]+/)(?:\?[^`]*)?`", page.read_text()):
            try:
                resolve(path)
            except Resolver404:
                gone.append(f"{page.stem}: {path}")
    assert gone == []


def started_by(unit: str) -> list[str]:
    text: str = (DEPLOY / "systemd" / unit).read_text()
    (command,) = re.findall(r"^ExecStart=(.*)$", text, re.M)
    return str(command).replace("%%h", "%h").split()


def test_systemd_starts_the_processes_of_the_table() -> None:
    python = "/srv/portal/.venv/bin/python"
    assert started_by("portal-web.service") == processes.WEB.command(python, host="127.0.0.1", port=8000)
    assert started_by("portal-beat.service") == processes.BEAT.command(python, host="", port=0)
    worker = started_by("portal-worker@.service")
    for queue, process in zip(processes.QUEUES, processes.WORKERS, strict=True):
        pool = processes.POOLS.get(queue, ("-c", "1"))
        filled = [part for word in worker for part in (pool if word == "$POOL" else [word.replace("%i", queue)])]
        assert filled == process.command(python, host="", port=0)
        if queue in processes.POOLS:
            guide = (Path(settings.BASE_DIR) / "docs" / "install.md").read_text()
            assert f"`worker-{queue}.env`: `POOL={' '.join(pool)}`" in guide
