"""SFTP and FTP against servers that speak them: taken, archived, let in and kept out."""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest
from pytest_django import Settings

from feeds import pull as pulling
from feeds.models import Delivery, Source
from feeds.ways.folders import numbered
from feeds.ways.sftp import fingerprint
from tests.fakes.ftp import FtpServer
from tests.fakes.serving import serving
from tests.fakes.sftp import PASSWORD, USER, SftpServer
from tests.feeds.ways.conftest import Add, kept, pull_now
from tests.feeds.ways.test_folder import files, put

SECRET = {"password": PASSWORD}


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[SftpServer]:
    (tmp_path / "out").mkdir()
    with serving(SftpServer(tmp_path)) as server:
        yield server


def address(server: SftpServer | FtpServer, scheme: str = "sftp", folder: str = "/out") -> str:
    return f"{scheme}://{USER}@127.0.0.1:{server.port}{folder}"


@pytest.fixture(params=["sftp", "ftp", "old ftp"])
def at(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a folder, which is ``out`` in the test's own."""
    (tmp_path / "out").mkdir()
    if request.param == "sftp":
        with serving(SftpServer(tmp_path)) as server:
            yield address(server)
    else:
        with serving(FtpServer(tmp_path / "out", is_old=request.param == "old ftp")) as ftp:
            yield address(ftp, "ftp", "/")


def test_files_are_taken_and_renamed_into_the_archive(add: Add, at: str, tmp_path: Path) -> None:
    put(tmp_path / "out", "a.edi", "b.csv")
    source = add("sftp", at, pattern="*.edi", **SECRET)
    haul = pull_now(source)
    assert (kept(), haul.failure, haul.troubles) == ([("a.edi", b"a.edi")], "", [])
    assert files(tmp_path) == ["out/archive/a.edi", "out/b.csv"]
    put(tmp_path / "out", "a.edi", body=b"again")
    assert (len(pull_now(source).receipts), pull_now(source).receipts) == (1, [])
    assert files(tmp_path) == ["out/archive/a.1.edi", "out/archive/a.edi", "out/b.csv"]


def test_a_file_that_is_too_large_is_moved_aside_and_stops_no_other(
    add: Add, at: str, tmp_path: Path, settings: Settings
) -> None:
    settings.DELIVERY_MAX_BYTES = 10
    put(tmp_path / "out", "large.edi", body=b"x" * 100)
    put(tmp_path / "out", "good.edi")
    haul = pull_now(add("sftp", at, **SECRET))
    assert (kept(), haul.troubles) == (
        [("good.edi", b"good.edi")],
        ["large.edi: larger than 10 bytes; it goes to failed/"],
    )
    assert files(tmp_path) == ["out/archive/good.edi", "out/failed/large.edi"]


def test_whoever_has_the_wrong_password_is_not_let_in_and_the_password_is_not_told(add: Add, at: str) -> None:
    haul = pull_now(add("sftp", at, password="wrong-word"))
    assert ("let" in haul.failure or "530" in haul.failure, "wrong-word" in haul.failure) == (True, False)
    assert Source.objects.get().last_error == haul.failure


def test_a_password_in_the_address_is_kept_sealed(add: Add, sftp: SftpServer, tmp_path: Path) -> None:
    put(tmp_path / "out", "a.edi")
    source = add("sftp", address(sftp).replace("@", ":s3cret%2Fword@"))
    assert source.url == address(sftp)
    assert len(pull_now(source).receipts) == 1


def test_a_key_opens_too(add: Add, sftp: SftpServer, tmp_path: Path) -> None:
    put(tmp_path / "out", "a.edi")
    sftp.authorized = key = paramiko.RSAKey.generate(2048)
    text = io.StringIO()
    key.write_private_key(text)
    assert len(pull_now(add("sftp", address(sftp), private_key=text.getvalue())).receipts) == 1
    haul = pull_now(add("sftp", address(sftp), private_key="no key"))
    assert haul.failure.startswith("The private key cannot be read")


def test_the_first_host_key_is_trusted_and_another_one_refused(add: Add, sftp: SftpServer, tmp_path: Path) -> None:
    source = add("sftp", address(sftp), **SECRET)
    assert pull_now(source).failure == ""
    assert Source.objects.get().cursor == fingerprint(sftp.key.asbytes())
    put(tmp_path / "out", "a.edi")
    sftp.key = paramiko.ECDSAKey.generate()
    assert pull_now(source).failure.startswith("The server's host key has changed")
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize("form", ["line", "key", "fingerprint"])
@pytest.mark.parametrize("is_right", [True, False])
def test_a_host_key_is_pinned(add: Add, sftp: SftpServer, form: str, is_right: bool) -> None:
    key = sftp.key if is_right else paramiko.ECDSAKey.generate()
    line = f"{key.get_name()} {key.get_base64()}"
    given = {"line": f"{line} host", "key": line, "fingerprint": fingerprint(key.asbytes())}[form]
    haul = pull_now(add("sftp", address(sftp), host_key=given, **SECRET))
    assert haul.failure.partition(":")[0] == ("" if is_right else "The server's host key has changed")


@pytest.mark.parametrize("scheme", ["sftp", "ftp", "ftps"])
def test_a_server_that_says_nothing_is_left(add: Add, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setattr(pulling, "ITEM_S", 0.4)
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        haul = pull_now(add("sftp", f"{scheme}://kpa@127.0.0.1:{silent.getsockname()[1]}/", **SECRET))
    assert (haul.failure != "", time.monotonic() - began < 8) == (True, True)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://kpa@127.0.0.1/", "The address is sftp://user@host/folder, ftp://… or ftps://…"),
        ("sftp:///out", "The address is sftp://user@host/folder, ftp://… or ftps://…"),
        ("sftp://h:99999/", "The address cannot be read: Port out of range 0-65535"),
        ("sftp://127.0.0.1:1/", "ConnectionRefusedError: [Errno 111] Connection refused"),
        ("ftp://127.0.0.1:1/", "ConnectionRefusedError: [Errno 111] Connection refused"),
    ],
)
def test_an_address_that_leads_nowhere_is_a_failure(add: Add, url: str, words: str) -> None:
    assert pull_now(add("sftp", url)).failure == words


def test_a_name_is_numbered_before_its_ending() -> None:
    assert [numbered("a.b.edi", n) for n in (0, 1)] == ["a.b.edi", "a.b.1.edi"]
    assert numbered("gate", 2) == "gate.2"
