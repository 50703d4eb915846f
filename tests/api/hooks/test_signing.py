"""Signatures of webhooks: whoever has the secret knows ours from a forged one."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from api.hooks.signing import PREFIX, new_secret, signed
from tests.conftest import AT


def is_ours(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As a receiver finds out, by the words of docs/api.md."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mark = "v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    return any(hmac.compare_digest(mark, each) for each in headers["webhook-signature"].split())


def test_a_secret_is_new_each_time_and_long_enough() -> None:
    secrets = {new_secret() for _each in range(50)}
    assert len(secrets) == 50
    assert {len(base64.b64decode(secret.removeprefix(PREFIX))) for secret in secrets} == {32}


@settings(max_examples=30)
@given(st.binary(max_size=200), st.text("abc123", min_size=1, max_size=20))
def test_every_secret_in_force_knows_a_message_and_no_other_does(body: bytes, name: str) -> None:
    old, new, foreign = new_secret(), new_secret(), new_secret()
    headers = signed(message=name, body=body, keys=[new, old], at=AT)
    assert [is_ours(secret, headers, body) for secret in (old, new, foreign)] == [True, True, False]
    assert not is_ours(new, headers, body + b"x")
    assert not is_ours(new, {**headers, "webhook-id": name + "x"}, body)
    assert not is_ours(new, {**headers, "webhook-timestamp": "1"}, body)
    assert len(headers["webhook-signature"].split()) == 2


def test_the_time_is_that_of_the_world_wherever_it_is_told() -> None:
    at = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
    kigali = at.astimezone(timezone(timedelta(hours=2)))
    found = [signed(message="m", body=b"", keys=[], at=each)["webhook-timestamp"] for each in (at, kigali)]
    assert found == [str(int(at.timestamp()))] * 2
