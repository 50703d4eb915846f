"""The machine: whom servers run as, what that user reaches, and how Debian packages are installed."""

from __future__ import annotations

import os
import pwd
import sys
from pathlib import Path

import pytest

from runner.children import Account
from runner.console import Refused
from runner.machine import can_install, inherited, install_packages, is_root, own_python, reaches, server_account

needs_root = pytest.mark.skipif(not is_root(), reason="only root starts servers as somebody else")
APT = """#!/bin/sh
echo "$* $DEBIAN_FRONTEND $RUNLEVEL [$VIRTUAL_ENV]" >> "$0.calls"
[ "$1" = update ] && exit 0
tries=$(grep -c '^install' "$0.calls")
echo "E: try $tries"
[ "$tries" -gt "$(cat "$0.failures")" ]
"""
INSTALL = "install -y --no-install-recommends chromium libatomic1 noninteractive 1 []"
UPDATE = "update noninteractive 1 []"


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An apt-get of our own, first on the PATH, that notes its calls and fails as often as it is told."""
    program = tmp_path / "bin" / "apt-get"
    program.parent.mkdir()
    program.write_text(APT)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("VIRTUAL_ENV", "/somebody/else's")
    return program


@pytest.mark.parametrize(
    ("failures", "calls"), [(0, [INSTALL]), (1, [INSTALL, UPDATE, INSTALL]), (2, [INSTALL, UPDATE, INSTALL])]
)
def test_packages_are_installed_with_new_lists_where_the_old_ones_do_not_do(
    apt: Path, tmp_path: Path, failures: int, calls: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    Path(f"{apt}.failures").write_text(str(failures))
    log, packages = tmp_path / "setup.log", ["chromium", "libatomic1"]
    if failures == 2:
        with pytest.raises(Refused) as refusal:
            install_packages(packages, log)
        shown = f"  {log}:\n    E: try 1\n    E: try 2"
        assert str(refusal.value) == f"apt-get install chromium libatomic1 failed.\n{shown}"
    else:
        install_packages(packages, log)
    assert Path(f"{apt}.calls").read_text().splitlines() == calls
    assert capfd.readouterr() == ("- Debian packages: chromium libatomic1\n", "")


def test_packages_are_installed_by_root_alone_and_only_where_there_is_apt_get(
    apt: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert can_install() is is_root()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert can_install() is False


def test_children_inherit_what_does_not_mislead_them() -> None:
    misleading = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE", "PORTAL_PYTHON")
    kept = {"PATH": "/bin", "PIP_INDEX_URL": "u", "HOME": "/h", "DEMO": "0"}
    assert inherited(kept | dict.fromkeys(misleading, "x")) == kept


@needs_root
def test_root_s_servers_run_as_the_first_owner_that_has_a_name(tmp_path: Path) -> None:
    folders = {}
    for name, owner in {"roots": 0, "nameless": 54_321, "nobodys": 65_534}.items():
        folders[name] = tmp_path / name
        folders[name].mkdir()
        os.chown(folders[name], owner, owner)
    nobody = Account("nobody", *pwd.getpwnam("nobody")[2:4])
    assert server_account([tmp_path / "missing", *folders.values()]) == nobody
    usual = server_account()
    assert usual in (nobody, *([Account("postgres", *entry[2:4])] if (entry := _entry("postgres")) else []))
    assert server_account([folders["roots"], folders["nameless"], tmp_path / "missing"]) == usual


def _entry(name: str) -> pwd.struct_passwd | None:
    return next((entry for entry in pwd.getpwall() if entry.pw_name == name), None)


@needs_root
@pytest.mark.parametrize(
    ("mode", "parent_mode", "enters"), [(0o711, 0o711, True), (0o700, 0o711, False), (0o777, 0o700, False)]
)
def test_an_account_reaches_what_its_own_rights_allow(state: Path, mode: int, parent_mode: int, enters: bool) -> None:
    folder = state / "parent" / "folder"
    folder.mkdir(parents=True)
    folder.chmod(mode)
    folder.parent.chmod(parent_mode)
    assert reaches(Account("nobody", 65_534, 65_534), folder) is enters
    assert reaches(None, folder) is True


def test_we_reach_folders_and_programs_that_there_are(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no program")
    (tmp_path / "text").chmod(0o644)
    found = [reaches(None, path) for path in (tmp_path, tmp_path / "text", tmp_path / "missing", Path("/bin/sh"))]
    assert found == [True, False, False, True]


def test_the_machines_own_python_is_taken_where_it_can_make_environments(tmp_path: Path) -> None:
    def python(name: str, code: int) -> Path:
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\nexit {code}\n")
        program.chmod(0o755)
        return program

    bare, whole = python("python3.12", 1), python("python3.11", 0)
    ours = tmp_path / "ours"
    ours.symlink_to(sys.executable)
    assert own_python([tmp_path / "missing", bare, whole]) == whole
    assert own_python([tmp_path / "missing", bare, ours]) is None
