"""Nothing is sent into the portal's own network, whatever the address is called, and nothing takes for ever."""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from pytest_django import Settings

from api.hooks import wire
from api.hooks.kinds import MOST_BYTES, body_of
from api.hooks.signing import new_secret, signed
from api.hooks.wire import Forbidden, check_address, post, resolved
from tests.conftest import AT
from tests.fakes.receiver import Receiver
from tests.fakes.serving import serving

NEAR = [
    "10.0.0.1",
    "192.168.1.1",
    "172.16.0.1",
    "169.254.169.254",
    "0.0.0.0",
    "[fd00::1]",
    "[fe80::1]",
    "224.0.0.1",
    "[::ffff:127.0.0.1]",
    "[::ffff:10.0.0.1]",
    "[64:ff9b::a00:1]",
    "[64:ff9b::a9fe:a9fe]",
    "[2002:a00:1::1]",
    "100.64.0.1",
    "198.18.0.1",
    "255.255.255.255",
    "012.0.0.1",
    "0xa.1",
    "167772161",
]
HERE = ["127.0.0.1", "[::1]", "localhost", "127.1", "0x7f000001", "2130706433"]


@pytest.mark.parametrize("host", NEAR)
@pytest.mark.parametrize("is_allowed", [True, False])
def test_what_is_near_is_never_an_address(settings: Settings, host: str, is_allowed: bool) -> None:
    settings.WEBHOOK_LOOPBACK = is_allowed
    with pytest.raises(Forbidden):
        check_address(f"https://{host}/")


@pytest.mark.parametrize("host", HERE)
def test_this_machine_is_one_only_where_that_is_allowed(settings: Settings, host: str) -> None:
    settings.WEBHOOK_LOOPBACK = False
    with pytest.raises(Forbidden):
        check_address(f"http://{host}/")
    with pytest.raises(Forbidden):
        post(f"https://{host}:1/", headers={}, body=b"")
    settings.WEBHOOK_LOOPBACK = True
    check_address(f"http://{host}:8000/hook")


@pytest.mark.parametrize(
    "url",
    ["", "x", "ftp://a.example/", "http://a.example/", "https://", "https://u:p@a.example/", "https://a.example/#x",
     "https://a.example:x/", "https://[::1/", "https://a.example/\n", "https://münchen.example/", "file:///etc/passwd"],
)  # fmt: skip
def test_what_is_no_public_https_address_is_refused(settings: Settings, url: str) -> None:
    settings.WEBHOOK_LOOPBACK = True
    with pytest.raises(Forbidden):
        check_address(url)


def test_a_name_is_looked_at_when_it_is_used(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.WEBHOOK_LOOPBACK = False
    check_address("https://hook.example/")

    def found(*addresses: str) -> None:
        rows = [(0, 0, 0, "", (address, 443)) for address in addresses]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: rows)

    found("8.8.8.8", "10.0.0.1")
    with pytest.raises(Forbidden):
        post("https://hook.example/", headers={}, body=b"")
    found("8.8.8.8", "2001:4860:4860::8888")
    assert resolved("hook.example", 443) == "8.8.8.8"


def test_who_hangs_up_lies_or_never_ends_is_no_success(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.WEBHOOK_LOOPBACK = True
    monkeypatch.setattr(wire, "TOTAL_S", 0.5)
    for said in (b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Le"):
        with socket.create_server(("127.0.0.1", 0)) as server:
            thread = Thread(target=_answer, args=(server, said))
            thread.start()
            begun = time.monotonic()
            reply = post(f"http://127.0.0.1:{server.getsockname()[1]}/", headers={}, body=b"{}")
            assert (reply.status, time.monotonic() - begun < 3) == (None, True), said
            assert reply.words
            thread.join()


def _answer(server: socket.socket, said: bytes) -> None:
    connection, _address = server.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(said)
        time.sleep(0.8 if said.startswith(b"HTTP") else 0)


def test_what_is_answered_is_kept_in_short(settings: Settings) -> None:
    settings.WEBHOOK_LOOPBACK = True
    with serving(Receiver()) as receiver:
        key = new_secret()
        receiver.secret = key
        body = b'{"a": 1}'
        headers = signed(message="msg_1", body=body, keys=[key], at=AT)
        assert post(receiver.url, headers=headers, body=body).status == 204
        assert post(receiver.url, headers=headers, body=body + b" ").status == 401


def test_a_signature_is_the_standards_own_example() -> None:
    at = datetime.fromtimestamp(1614265330, UTC)
    found = signed(
        message="msg_p5jXN8AQM9LWM0D4loKWxJek",
        body=b'{"test": 2432232314}',
        keys=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        at=at,
    )
    assert found["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert found["webhook-timestamp"] == "1614265330"


facts = st.dictionaries(st.sampled_from(["moves", "more", "secret", "title"]), st.text(max_size=9000), max_size=4)


@bounds(max_examples=40, deadline=None)
@given(facts, st.sampled_from(["consignment.moved", "ticket.replied", "test"]))
def test_a_body_is_small_and_tells_nothing_else(data: dict[str, Any], kind: str) -> None:
    body = body_of(kind=kind, subject=kind.partition(".")[0], key="X1", data=data, at=AT, portal="https://p.example")
    assert len(body.encode()) < MOST_BYTES
    assert '"secret"' not in body
    assert '"ref": "X1"' in body
