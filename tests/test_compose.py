"""docker-compose.yml keeps the rules that matter where no engine runs to try it; its schema is a check of ./portal test."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from runner import processes

ROOT = Path(settings.BASE_DIR)
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
LASTING = {name: service for name, service in SERVICES.items() if name != "migrate"}
PORTAL = {process.name for process in processes.PORTAL} | {"migrate"}


def test_every_container_is_closed_and_bounded() -> None:
    for name, service in SERVICES.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["read_only"] is True, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        limits = service["deploy"]["resources"]["limits"]
        assert {"cpus", "memory", "pids"} == set(limits), name
        assert service["logging"]["options"]["max-size"] == "20m", name
    assert [name for name, service in SERVICES.items() if "cap_add" in service] == ["proxy"]
    # Those of our image are not root by its USER; servers say so here; the proxy has none of root's rights.
    users = {name: service.get("user") for name, service in SERVICES.items() if name not in PORTAL}
    assert users == {"proxy": None, "postgres": "postgres", "redis": "redis"}


def test_whatever_lasts_says_whether_it_is_well_and_comes_again() -> None:
    for name, service in LASTING.items():
        assert service["restart"] == "unless-stopped", name
        assert {"test", "interval", "timeout", "retries"} <= set(service["healthcheck"]), name
    for name, service in SERVICES.items():
        for other, condition in service.get("depends_on", {}).items():
            assert condition["condition"] in ("service_healthy", "service_completed_successfully"), name
            assert (condition["condition"] == "service_healthy") == ("healthcheck" in SERVICES[other]), name


def test_only_the_proxy_can_be_reached_and_the_databases_have_no_way_out() -> None:
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {
        "proxy": ["80:80", "443:443", "443:443/udp"]
    }
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    networks = {name: service["networks"] for name, service in SERVICES.items()}
    assert (networks["postgres"], networks["redis"], networks["proxy"]) == (["inside"], ["inside"], ["front"])
    assert networks["web"] == ["front", "inside", "outside"]


def named(kind: str) -> set[str]:
    """What services name of that kind, without the folders of the machine."""
    entries = [entry for service in SERVICES.values() for entry in service.get(kind, [])]
    return {entry.partition(":")[0] for entry in entries if not entry.startswith((".", "/", "$"))}


def test_what_is_named_is_declared_and_what_is_declared_is_used() -> None:
    for kind in ("volumes", "secrets", "networks"):
        assert named(kind) == set(COMPOSE[kind]), kind


def test_secrets_are_files_and_each_service_has_only_its_own() -> None:
    for name, service in SERVICES.items():
        files = {
            str(value).removeprefix("/run/secrets/")
            for variable, value in service.get("environment", {}).items()
            if variable.endswith("_FILE")
        }
        assert files == set(service.get("secrets", [])), name
        words = [
            variable for variable in service.get("environment", {}) if re.search("KEY|TOKEN|PASSWORD|_URL$", variable)
        ]
        assert set(words) - {"REDIS_URL", "PORTAL_URL"} == {v for v in words if v.endswith("_FILE")}, name
    assert [name for name, service in SERVICES.items() if "owner_url" in service.get("secrets", [])] == ["migrate"]
    assert {secret["file"] for secret in COMPOSE["secrets"].values()} == {
        f"./secrets/{name}" for name in COMPOSE["secrets"]
    }


def test_the_script_makes_every_secret_once_and_nobody_else_gets_in(tmp_path: Path) -> None:
    def make() -> dict[str, str]:
        script = ROOT / "deploy" / "make_secrets.sh"
        env = {"PATH": os.environ["PATH"], "EMAIL_URL": "smtp://mail"}
        subprocess.run(["sh", script], cwd=tmp_path, env=env, check=True, capture_output=True)
        return {file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()}

    made = make()
    assert set(made) == set(COMPOSE["secrets"])
    assert make() == made
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert made["owner_url"] == f"postgres://portal:{made['postgres_password']}@postgres:5432/portal"
    assert re.fullmatch(r"postgres://portal_app:[\w-]{43}@postgres:5432/portal", made["database_url"])
    assert (len(made["secret_key"]), len(made["backup_key"]), len(made["vapid_private_key"])) == (86, 43, 43)
    assert checked(given(tmp_path, SERVICES["migrate"]["environment"])) == ""


def given(folder: Path, variables: dict[str, str]) -> dict[str, str]:
    """The environment of a container, with the secrets where the script has made them."""
    filled = {
        name: str(value).replace("/run/secrets", str(folder / "secrets")).replace("${PORTAL_HOST}", "portal.gov.rw")
        for name, value in variables.items()
    }
    told = {"DEFAULT_FROM_EMAIL": "portal@kpa.gov.rw", "PRIVACY_EMAIL": "privacy@kpa.gov.rw"}
    hosts = {"ALLOWED_HOSTS": "portal.gov.rw,127.0.0.1"}
    return {"PATH": os.environ["PATH"], "STATE_DIR": str(folder)} | filled | told | hosts


def checked(env: dict[str, str]) -> str:
    """What ``check --deploy`` finds at that environment; nothing where it is clean."""
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == ("no issues" in done.stdout)
    return "" if done.returncode == 0 else done.stderr


@pytest.mark.slow
def test_production_with_the_demos_secrets_does_not_start(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "DEMO": "0", "STATE_DIR": str(tmp_path), "SECRET_KEY": "demo-only-secret"}
    told = checked(env)
    assert "liaison.E001" in told
    assert "liaison.W006" in told
    command = [sys.executable, "-c", "import liaison.wsgi"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert "ImproperlyConfigured: SECRET_KEY is the demo's" in done.stderr
