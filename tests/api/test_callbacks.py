"""DCSA's call-backs: taken in raw, answered as each version wants it, and only for who signs."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from feeds.models import Delivery, Source
from feeds.signatures import sign
from feeds.sources import add_source
from tests.conftest import AT

KEY = bytes(range(32))
URL = "/api/dcsa/callbacks/{}/"
OLDER, NEWER = b'[{"eventType": "EQUIPMENT"}]', b'{"events": []}'
SUBSCRIPTION = "c4ab1c9f-8a8a-4d1e-9d3f-2b8f6f4a7f10"


@pytest.fixture
def line(db: None) -> Source:
    """A carrier that signs, and has one subscription with us."""
    settings = {"hmac_secret": base64.b64encode(KEY).decode(), "subscription_id": SUBSCRIPTION}
    return add_source(slug="line", format="dcsa", settings=settings, token="line-token", by=None, at=AT)[0]


def call(
    body: bytes, more: dict[str, str] | None = None, *, to: str = "line", key: bytes = KEY, method: str = "POST"
) -> Any:
    given = {
        "notification-signature": sign(body, key),
        "subscription-id": SUBSCRIPTION,
        "api-version": "2",
        **(more or {}),
    }
    client = Client(enforce_csrf_checks=True)
    return client.generic(method, URL.format(to), body, content_type="application/json", headers=given)


def test_version_2_is_answered_with_nothing(line: Source) -> None:
    answer = call(OLDER)
    assert (answer.status_code, answer.content) == (204, b"")
    kept = Delivery.objects.get()
    assert (kept.source, bytes(kept.raw), kept.content_type, kept.state) == (line, OLDER, "application/json", "stored")
    assert (call(OLDER).status_code, Delivery.objects.count()) == (204, 1)


@pytest.mark.parametrize("body", [NEWER, b"\xef\xbb\xbf \r\n" + NEWER])
def test_version_3_is_answered_without_complaints(line: Source, body: bytes) -> None:
    answer = call(body, {"accept": "text/plain"})
    assert (answer.status_code, json.loads(answer.content)) == (200, {"feedbackElements": []})
    assert bytes(Delivery.objects.get().raw) == body


@pytest.mark.parametrize("body", [b"", b"no JSON", b"[" * 1000])
def test_what_is_no_notification_is_kept_to_be_explained(line: Source, body: bytes) -> None:
    assert (call(body).status_code, Delivery.objects.count()) == (204, 1)


def test_the_early_name_of_the_signature_and_the_token_open_too(line: Source) -> None:
    assert call(OLDER, {"notification-signature": "", "signature": sign(OLDER, KEY)}).status_code == 204
    assert call(NEWER, {"notification-signature": "", "authorization": "Bearer line-token"}).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"notification-signature": ""},
        {"notification-signature": sign(b"other", KEY)},
        {"notification-signature": sign(OLDER, b"line-token"), "authorization": "Bearer line-token"},
        {"subscription-id": "another"},
        {"subscription-id": ""},
    ],
)
def test_who_does_not_sign_or_is_not_subscribed_is_refused(line: Source, wrong: dict[str, str]) -> None:
    answer = call(OLDER, wrong)
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert (call(OLDER, wrong, to="nobody").content, Delivery.objects.count()) == (answer.content, 0)


def test_the_subscription_is_known_in_any_case(line: Source) -> None:
    assert call(OLDER, {"subscription-id": SUBSCRIPTION.upper()}).status_code == 204


def test_a_source_without_a_subscription_takes_any(db: None) -> None:
    add_source(slug="open", format="dcsa", token="open-token", by=None, at=AT)
    assert call(OLDER, to="open", key=b"open-token").status_code == 204


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_a_call_back_is_a_post(line: Source, method: str) -> None:
    assert (call(OLDER, method=method).status_code, Delivery.objects.count()) == (405, 0)


def test_a_notification_is_no_larger_than_any_delivery(line: Source, settings: Settings) -> None:
    settings.DELIVERY_MAX_BYTES = 10
    assert (call(OLDER).status_code, Delivery.objects.count()) == (413, 0)
