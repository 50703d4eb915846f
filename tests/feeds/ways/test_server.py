"""A partner's server, as its address describes it."""

from __future__ import annotations

import pytest

from feeds.credentials import Credentials
from feeds.models import Source
from feeds.ways.contract import Deadline
from feeds.ways.remote import server_of


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sftp://kpa@h/out", ("sftp", "h", 22, "kpa", "/out")),
        ("sftp://h:2222/~/out%20box", ("sftp", "h", 2222, "named", "out box")),
        ("ftps://k%40pa@h", ("ftps", "h", 21, "k@pa", ".")),
        ("ftp://[::1]:2121/", ("ftp", "::1", 2121, "named", "/")),
    ],
)
def test_where_to_sign_in_and_as_whom(url: str, expected: tuple[object, ...]) -> None:
    server = server_of(Source(url=url, settings={"username": "named"}), Credentials({"password": "word"}))
    assert (server.scheme, server.host, server.port, server.user, server.path) == expected
    assert "word" not in repr(server)


def test_nobody_answers() -> None:
    server = server_of(Source(url="sftp://127.0.0.1:1/"), Credentials())
    with pytest.raises(ConnectionRefusedError):
        server.connect(Deadline(item_s=5, total_s=5))
