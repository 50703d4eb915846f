"""How servers are found or installed, and where their data and sockets lie."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from runner.configuration import private_home
from runner.console import Refused
from runner.machine import is_root, reaches, server_account
from runner.servers import SOCKET_PATH_MAX, existing_data, folder_for, provide, socket_folder

needs_root = pytest.mark.skipif(not is_root(), reason="only root starts servers as somebody else")


def test_what_is_found_is_not_installed() -> None:
    installed: list[str] = []
    assert provide(lambda: "found", package="postgresql", install=installed.extend) == "found"
    assert installed == []


def test_what_is_missing_is_installed_and_looked_for_again() -> None:
    installed: list[str] = []

    def install(names: Sequence[str]) -> None:
        installed.extend(names)

    assert (
        provide(lambda: installed[0] if installed else None, package="redis-server", install=install) == "redis-server"
    )
    assert installed == ["redis-server"]


@pytest.mark.parametrize(("package", "variable"), [("postgresql", "DATABASE_URL"), ("redis-server", "REDIS_URL")])
def test_who_cannot_install_is_told_what_to_do(package: str, variable: str) -> None:
    with pytest.raises(Refused) as refusal:
        provide(lambda: None, package=package, install=None)
    assert f"apt-get install {package}) or set {variable}" in str(refusal.value)


def test_an_installation_that_brings_nothing_is_refused() -> None:
    with pytest.raises(Refused, match="There is no server to be found"):
        provide(lambda: None, package="postgresql", install=lambda _names: None)


def test_data_lie_in_the_state_folder_where_the_account_can_enter(state: Path) -> None:
    account = server_account()
    folder = folder_for(state, "postgres", account)
    assert folder == state / "postgres"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert folder.stat().st_uid == (account.uid if account else os.geteuid())


@needs_root
def test_data_lie_in_the_private_home_where_the_account_cannot(hidden_state: Path) -> None:
    account = server_account()
    folder = folder_for(hidden_state, "postgres", account)
    assert folder == private_home(hidden_state) / "postgres"
    assert reaches(account, folder)
    assert not (hidden_state / "postgres").exists()
    assert hidden_state.parent.stat().st_mode & 0o777 == 0o700


@needs_root
def test_data_stay_where_they_were_put(hidden_state: Path) -> None:
    account = server_account()
    folder = folder_for(hidden_state, "postgres", account)
    (folder / "data").mkdir()
    hidden_state.parent.chmod(0o711)
    assert folder_for(hidden_state, "postgres", account) == folder
    assert existing_data(hidden_state, "postgres") == [folder / "data"]


@needs_root
def test_data_out_of_reach_are_not_forgotten_for_new_ones(hidden_state: Path) -> None:
    (hidden_state / "postgres" / "data").mkdir(parents=True)
    with pytest.raises(Refused, match="holds data"):
        folder_for(hidden_state, "postgres", server_account())


@needs_root
def test_servers_run_as_the_owner_of_their_data(state: Path) -> None:
    (state / "data").mkdir()
    os.chown(state / "data", 65534, 65534)
    found = server_account([state / "data"])
    assert (found.name if found else "") == "nobody"


@pytest.mark.parametrize("name", ["a" * 90, "with space", "käse", "comma,comma", "question?"])
def test_a_socket_path_that_is_long_or_not_plain_moves(state: Path, name: str) -> None:
    data = state / name
    data.mkdir()
    sockets = socket_folder(state, data, "redis", None)
    assert sockets == private_home(state) / "redis-socket"
    assert len(str(sockets / ".s.PGSQL.5432")) <= SOCKET_PATH_MAX


def test_a_short_plain_socket_path_stays(state: Path) -> None:
    (state / "redis").mkdir()
    assert socket_folder(state, state / "redis", "redis", None) == state / "redis" / "socket"
