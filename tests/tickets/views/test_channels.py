"""The door through which the mail host hands mails in."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from tests.tickets.letters.mails import mail
from tickets.models import Mail

DOOR = "/channels/email/inbound/open-sesame/"


@pytest.fixture(autouse=True)
def _door(settings: Settings) -> None:
    settings.EMAIL_INBOUND_SECRET = "open-sesame"


def hand_in(raw: bytes, door: str = DOOR) -> tuple[int, object]:
    answer = Client(enforce_csrf_checks=True).post(door, raw, content_type="message/rfc822")
    return answer.status_code, answer.json() if answer["Content-Type"] == "application/json" else None


@pytest.mark.django_db
def test_a_mail_is_stored_before_it_is_read_and_once() -> None:
    raw = mail().as_bytes()
    first, again = hand_in(raw), hand_in(raw)
    stored = Mail.objects.get()
    assert (first, again) == (
        (202, {"id": stored.pk, "state": "stored"}),
        (202, {"id": stored.pk, "state": "duplicate"}),
    )
    assert (bytes(stored.raw), stored.state) == (raw, "stored")


@pytest.mark.django_db
def test_the_door_is_shut_to_who_does_not_know_the_secret(settings: Settings) -> None:
    assert hand_in(b"x", "/channels/email/inbound/sesame/")[0] == 404
    assert hand_in(b"x", "/channels/email/inbound/é/")[0] == 404
    assert Client().get(DOOR).status_code == 405
    settings.EMAIL_INBOUND_SECRET = ""
    assert hand_in(b"x")[0] == 404
    assert not Mail.objects.exists()


@pytest.mark.django_db
def test_nothing_and_too_much_are_refused_with_a_reason(settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert hand_in(b" \r\n") == (400, {"state": "refused", "reason": "empty"})
    assert hand_in(b"x" * 101) == (413, {"state": "refused", "reason": "too_large"})
    assert not Mail.objects.exists()
