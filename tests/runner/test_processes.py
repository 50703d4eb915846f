"""One table of processes: the compose file, the image and the settings agree with it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from django.conf import settings

from liaison.health import HEARTBEAT_KEY, HEARTBEAT_MAX_AGE_S
from runner import processes
from tests.runner.conftest import ROOT

BESIDE_THE_TABLE = {"proxy", "postgres", "redis", "migrate"}
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def test_compose_runs_exactly_the_processes_of_the_table() -> None:
    in_compose = {name: service["command"] for name, service in SERVICES.items() if name not in BESIDE_THE_TABLE}
    in_table = {process.name: process.command("python", host="0.0.0.0", port=8000) for process in processes.PORTAL}
    assert in_compose == in_table


def test_the_image_starts_the_web_server_of_the_table() -> None:
    last = (ROOT / "Dockerfile").read_text().strip().splitlines()[-1]
    assert json.loads(last.removeprefix("CMD ")) == processes.WEB.command("python", host="0.0.0.0", port=8000)


def test_each_queue_of_the_settings_has_a_worker() -> None:
    assert list(processes.QUEUES) == settings.QUEUES
    assert {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()} == set(processes.QUEUES)


@pytest.mark.parametrize("queue", processes.QUEUES)
def test_a_worker_is_healthy_while_its_own_heart_beats(queue: str) -> None:
    service = SERVICES[f"worker-{queue}"]
    assert service["environment"]["PORTAL_QUEUE"] == queue
    script = service["healthcheck"]["test"][-1]
    assert f'get("{HEARTBEAT_KEY.format(queue="")}" + os.environ["PORTAL_QUEUE"])' in script
    assert f"> {HEARTBEAT_MAX_AGE_S})" in script


def test_nothing_runs_before_the_database_is_migrated() -> None:
    for process in processes.PORTAL:
        assert SERVICES[process.name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert SERVICES["migrate"]["restart"] == "no"


def test_the_servers_beside_are_as_the_private_ones() -> None:
    assert SERVICES["postgres"]["image"] == "postgres:17"
    assert SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"] == "--locale=C.UTF-8"
    assert SERVICES["postgres"]["stop_signal"] == "SIGINT"
    assert SERVICES["redis"]["image"] == "redis:7"
    assert SERVICES["redis"]["command"][1:3] == ["--appendonly", "yes"]


def test_the_containers_are_no_demo_and_not_root() -> None:
    assert {SERVICES[process.name]["environment"]["DEMO"] for process in processes.PORTAL} == {"0"}
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "\nUSER portal\n" in dockerfile
    assert "--require-hashes /tmp/base.txt" in dockerfile


def test_an_address_of_six_colons_is_bracketed() -> None:
    command = processes.WEB.command("python", host="::1", port=80)
    assert command[command.index("--bind") + 1] == "[::1]:80"
