"""What the environment says, the lock, env.json, and the private home."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from notify.pushing import public_key
from runner.configuration import (
    LOCALHOST,
    _port_of,
    environment_of,
    free_port,
    hold,
    is_free,
    private_home,
    read,
    remembered,
    settings_for,
    write_env,
)
from runner.console import Refused
from runner.machine import is_root
from tests.runner.conftest import configured

URLS = ("postgres://portal@%2Fsocket/portal", "unix:///socket?db=0")


def test_nothing_set_is_the_demo_on_port_8000(tmp_path: Path) -> None:
    configuration = read(tmp_path, {})
    assert (configuration.state, configuration.port, configuration.demo) == (tmp_path / ".state", 8000, True)
    assert configuration.address == "http://127.0.0.1:8000"


def test_an_empty_variable_is_one_that_is_not_set(tmp_path: Path) -> None:
    configuration = read(tmp_path, {"PORT": "", "STATE_DIR": "", "PORTAL_HOST": "", "DATABASE_URL": ""})
    assert (configuration.port, configuration.state, configuration.host) == (8000, tmp_path / ".state", LOCALHOST)
    assert configuration.given("DATABASE_URL") == ""


def test_tests_have_a_state_of_their_own(tmp_path: Path) -> None:
    assert read(tmp_path, {"STATE_DIR": str(tmp_path / "s")}, part="test").state == tmp_path / "s" / "test"


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "8000 ", "８０００", "80.0"])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    with pytest.raises(Refused, match="PORT is"):
        read(tmp_path, {"PORT": port})


@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("::", "127.0.0.1"), ("10.0.0.7", "10.0.0.7")])
def test_the_address_shown_is_one_that_can_be_opened(tmp_path: Path, host: str, shown: str) -> None:
    assert read(tmp_path, {"PORTAL_HOST": host}).address == f"http://{shown}:8000"


def test_one_start_at_a_time_holds_a_state_folder(state: Path) -> None:
    configuration = configured(state)
    with hold(configuration):
        with pytest.raises(Refused) as refusal:
            hold(configuration)
        assert str(refusal.value) == f"The portal is already running on {state} (process {os.getpid()})."
    hold(configuration).close()


def test_a_new_state_folder_is_not_for_looking_into(state: Path) -> None:
    configuration = read(state, {"STATE_DIR": str(state / "new" / "state")})
    hold(configuration).close()
    assert configuration.state.stat().st_mode & 0o777 == (0o711 if is_root() else 0o700)
    assert configuration.logs.stat().st_mode & 0o777 == 0o700


def test_a_state_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused, match="cannot be used"):
        hold(read(tmp_path, {"STATE_DIR": str(tmp_path / "file" / "state")}))


def test_one_older_log_is_kept(state: Path) -> None:
    configuration = configured(state)
    for text in ("first", "second"):
        configuration.log("web").write_text(text)
        hold(configuration).close()
    assert [path.name for path in configuration.logs.iterdir()] == ["web.log.1"]
    assert (configuration.logs / "web.log.1").read_text() == "second"


def test_env_json_is_ours_alone_and_keeps_the_key_and_the_ports(state: Path) -> None:
    configuration = configured(state)
    first = settings_for(configuration, *URLS)
    write_env(configuration, first)
    assert (state / "env.json").stat().st_mode & 0o777 == 0o600
    assert json.loads((state / "env.json").read_text()) == first
    assert settings_for(configuration, *URLS) == first
    assert len(first["SECRET_KEY"]) >= 50
    assert len(public_key(first["VAPID_PRIVATE_KEY"])) == 87


def test_env_json_holds_what_manage_py_needs(state: Path) -> None:
    settings = settings_for(configured(state, PORT="8123", SECRET_KEY="given"), *URLS)
    feed, mail = settings.pop("DEMO_FEED_URL"), settings.pop("EMAIL_URL")
    assert settings.pop("VAPID_PRIVATE_KEY")
    assert settings == {
        "DATABASE_URL": URLS[0],
        "REDIS_URL": URLS[1],
        "SECRET_KEY": "given",
        "PORT": "8123",
        "DEMO": "1",
        "DEMO_MAIL_DIR": str(state / "mail"),
    }
    assert feed.startswith("http://127.0.0.1:")
    assert mail.startswith("smtp://127.0.0.1:")
    assert feed.split(":")[2].strip("/") != mail.split(":")[2]


def test_the_key_for_notifications_is_the_one_that_was_given(state: Path) -> None:
    assert settings_for(configured(state, VAPID_PRIVATE_KEY="given"), *URLS)["VAPID_PRIVATE_KEY"] == "given"


def test_without_the_demo_there_are_no_demo_servers(state: Path) -> None:
    settings = settings_for(configured(state, DEMO="0"), *URLS)
    assert settings["DEMO"] == "0"
    assert "DEMO_FEED_URL" not in settings
    assert "EMAIL_URL" not in settings


def test_a_mail_server_that_is_given_is_used(state: Path) -> None:
    assert settings_for(configured(state, EMAIL_URL="smtp://mail:25"), *URLS)["EMAIL_URL"] == "smtp://mail:25"


def test_env_json_that_was_cut_short_is_as_none(state: Path) -> None:
    (state / "env.json").write_text('{"SECRET_KEY": "abc')
    assert remembered(state) == {}
    (state / "env.json").write_text("[]")
    assert remembered(state) == {}


def test_children_are_not_misled_by_our_environment(state: Path) -> None:
    configuration = configured(state, PYTHONDONTWRITEBYTECODE="1", VIRTUAL_ENV="/elsewhere", LANG="C.UTF-8")
    env = environment_of(configuration, {"PORT": "8000"})
    assert {name: env.get(name) for name in ("PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV")} == {
        "PYTHONDONTWRITEBYTECODE": None,
        "VIRTUAL_ENV": None,
    }
    assert (env["LANG"], env["PORTAL_STATE"], env["STATE_DIR"]) == ("C.UTF-8", str(state), str(state))


def test_a_port_in_use_is_not_free() -> None:
    with socket.create_server((LOCALHOST, 0)) as server:
        port = server.getsockname()[1]
        assert not is_free(LOCALHOST, port)
        assert free_port(port, 0) != port
    assert is_free(LOCALHOST, port)
    assert free_port(port, 0) == port
    assert free_port(port, port) != port
    assert free_port(port, 0, port) != port


def test_the_private_home_is_the_same_until_the_state_is_new(state: Path) -> None:
    home = private_home(state)
    assert private_home(state) == home
    assert home.stat().st_mode & 0o777 == 0o711
    (state / "home").unlink()
    other = private_home(state)
    home.rmdir()
    assert other != home


@pytest.mark.skipif(not is_root(), reason="only root can give a folder away")
def test_somebody_elses_folder_is_not_taken_for_our_home(state: Path) -> None:
    home = private_home(state)
    os.chown(home, 65534, 65534)
    with pytest.raises(Refused, match="belongs to somebody else"):
        private_home(state)
    os.chown(home, 0, 0)


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("http://127.0.0.1:8123/", 8123),
        ("smtp://127.0.0.1:2525", 2525),
        ("", None),
        ("smtp://mail.example:25", None),
        ("http://127.0.0.1:/", None),
        ("http://127.0.0.1:http/", None),
        ("http://127.0.0.1:80/x", None),
    ],
)
def test_a_port_is_remembered_of_our_own_addresses_alone(url: str, port: int | None) -> None:
    assert _port_of(url) == port


@pytest.mark.parametrize(("demo", "is_demo"), [("0", False), ("1", True), ("", True), ("no", True), ("00", True)])
def test_the_demo_is_there_unless_it_is_refused_with_a_nought(tmp_path: Path, demo: str, is_demo: bool) -> None:
    assert read(tmp_path, {"DEMO": demo}).demo is is_demo


@pytest.mark.parametrize("port", ["1", "80", "8000", "65535"])
def test_every_port_that_is_one_is_taken(tmp_path: Path, port: str) -> None:
    configuration = read(tmp_path, {"PORT": port})
    assert (configuration.port, configuration.address) == (int(port), f"http://127.0.0.1:{port}")


def test_a_state_folder_may_be_given_from_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    configuration = read(Path("/portal"), {"STATE_DIR": "here"})
    assert configuration.state == tmp_path / "here"
    assert (configuration.logs, configuration.log("web")) == (
        tmp_path / "here" / "log",
        tmp_path / "here" / "log" / "web.log",
    )
    assert configuration.python == Path("/portal/.venv/bin/python")


def test_env_json_is_replaced_in_one_piece(state: Path) -> None:
    configuration = configured(state)
    write_env(configuration, {"PORT": "1", "DEMO": "1"})
    write_env(configuration, {"PORT": "2"})
    assert remembered(state) == {"PORT": "2"}
    assert [path.name for path in state.iterdir() if path.name.startswith("env.json")] == ["env.json"]


def test_a_cut_short_replacement_leaves_the_old_one_and_is_overwritten(state: Path) -> None:
    configuration = configured(state)
    write_env(configuration, {"PORT": "1"})
    (state / "env.json.part").write_text('{"PORT": "2')
    assert remembered(state) == {"PORT": "1"}
    write_env(configuration, {"PORT": "3"})
    assert remembered(state) == {"PORT": "3"}
    assert (state / "env.json").stat().st_mode & 0o777 == 0o600


def test_the_key_that_is_given_wins_and_the_one_made_stays_otherwise(state: Path) -> None:
    made = settings_for(configured(state), *URLS)["SECRET_KEY"]
    assert settings_for(configured(state), *URLS)["SECRET_KEY"] != made
    write_env(configured(state), {"SECRET_KEY": made})
    assert settings_for(configured(state), *URLS)["SECRET_KEY"] == made
    assert settings_for(configured(state, SECRET_KEY="mine"), *URLS)["SECRET_KEY"] == "mine"


def test_the_demo_s_servers_never_share_a_port_with_each_other_or_the_portal(state: Path) -> None:
    configuration = configured(state, PORT="8123")
    taken = {"DEMO_FEED_URL": f"http://{LOCALHOST}:8123/", "EMAIL_URL": f"smtp://{LOCALHOST}:8123"}
    write_env(configuration, taken)
    settings = settings_for(configuration, *URLS)
    ports = {_port_of(settings[name]) for name in taken} | {8123}
    assert (len(ports), None in ports) == (3, False)


def test_what_is_given_for_the_demo_is_used(state: Path) -> None:
    given = configured(state, DEMO_FEED_URL="http://feeds.example/", DEMO_MAIL_DIR="/var/mail")
    settings = settings_for(given, *URLS)
    assert (settings["DEMO_FEED_URL"], settings["DEMO_MAIL_DIR"]) == ("http://feeds.example/", "/var/mail")
