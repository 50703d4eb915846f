"""The audit of what is locked: faults are told by package, and a database that does not answer is no clean bill."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from runner.audit import audit
from runner.bill import read_lock
from runner.console import Refused
from tests.runner.conftest import ROOT
from tests.runner.test_cli import portal

LOCKS = ROOT / "requirements"


class Advisories:
    """A database that speaks OSV's protocol, on a port of this machine: what it says of which package."""

    def __init__(self) -> None:
        self.known: dict[str, list[str]] = {}
        self.asked: list[str] = []
        self.status, self.body = 200, b""
        book = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(book.status)
                self.end_headers()
                self.wfile.write(book.body or json.dumps(book.answer(said)).encode())

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1/querybatch"
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})

    def answer(self, said: dict[str, Any]) -> dict[str, Any]:
        urls = [query["package"]["purl"] for query in said["queries"]]
        self.asked += urls
        found = [[{"id": each} for each in self.known.get(url.partition("@")[0], [])] for url in urls]
        return {"results": [{"vulns": each} if each else {} for each in found]}


@pytest.fixture
def advisories() -> Iterator[Advisories]:
    made = Advisories()
    made.thread.start()
    yield made
    made.server.shutdown()
    made.thread.join()
    made.server.server_close()


def test_every_locked_package_is_asked_about_once_and_faults_are_told(
    advisories: Advisories, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runner.audit.MOST_ASKED", 40)
    assert audit(LOCKS, {"AUDIT_URL": advisories.url}) == 0
    locked = {package.url for lock in LOCKS.glob("*.txt") for package in read_lock(lock.read_text())}
    assert advisories.asked == sorted(locked)
    assert f"{len(locked)} packages asked about at {advisories.url}: 0 with known faults" in capfd.readouterr()[0]
    advisories.known = {"pkg:pypi/django": ["GHSA-1", "PYSEC-2"]}
    assert audit(LOCKS, {"AUDIT_URL": advisories.url}) == 1
    [django] = [url for url in locked if url.startswith("pkg:pypi/django@")]
    assert f"{django}: GHSA-1, PYSEC-2\n" in capfd.readouterr()[0]


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (503, b"{}", "it answers 503"),
        (200, b"<html>Sign in to the network</html>", "Expecting value"),
        (200, b"[]", "its answer is not one for each package"),
        (200, b'{"results": [{}]}', "its answer is not one for each package"),
    ],
)
def test_an_answer_that_is_none_is_no_clean_bill(advisories: Advisories, status: int, body: bytes, why: str) -> None:
    advisories.status, advisories.body = status, body
    with pytest.raises(Refused, match=why) as refused:
        audit(LOCKS, {"AUDIT_URL": advisories.url})
    assert "Nothing was checked." in str(refused.value)


def test_without_a_way_to_the_database_the_command_says_so_and_fails() -> None:
    answer = portal("audit", AUDIT_URL="http://127.0.0.1:9/")
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith("The database of advisories at http://127.0.0.1:9/ gave no answer: ")
    with pytest.raises(Refused, match="it is no web address"):
        audit(LOCKS, {"AUDIT_URL": "file:///etc/passwd"})


def test_a_lock_that_locks_nothing_is_not_passed_over(tmp_path: Path, advisories: Advisories) -> None:
    (tmp_path / "a.txt").write_text("django>=5\n")
    with pytest.raises(ValueError, match="is not locked by version and hash"):
        audit(tmp_path, {"AUDIT_URL": advisories.url})
