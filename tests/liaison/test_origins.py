"""Whose word is taken for where a request came from."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from liaison.origins import client_address


def address(settings: Settings, proxies: int, forwarded: str | None, connection: str = "10.0.0.9") -> str:
    settings.TRUSTED_PROXY_COUNT = proxies
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=connection))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        (0, None, "10.0.0.9"),
        (0, "198.51.100.7", "10.0.0.9"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "1.1.1.1, 198.51.100.7", "198.51.100.7"),
        (2, "1.1.1.1, 198.51.100.7, 10.0.0.8", "198.51.100.7"),
        (2, "198.51.100.7", "10.0.0.9"),
        (1, None, "10.0.0.9"),
        (1, "", "10.0.0.9"),
        (1, "198.51.100.7, unknown", "10.0.0.9"),
        (1, "<script>", "10.0.0.9"),
        (1, " 2001:DB8::0007 ", "2001:db8::7"),
        (1, "::ffff:198.51.100.7", "198.51.100.7"),
    ],
)
def test_only_our_own_proxies_are_believed(settings: Settings, proxies: int, forwarded: str | None, found: str) -> None:
    assert address(settings, proxies, forwarded) == found


@pytest.mark.parametrize("connection", ["", "unix:"])
def test_a_socket_has_no_address(settings: Settings, connection: str) -> None:
    assert address(settings, 0, None, connection) == ""
