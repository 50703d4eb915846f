"""Notifications over the real protocol: encrypted for one browser, signed by the portal, and what each answer means."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from liaison.journal import record
from notify.channels import AddressGone, PassingFailure, PermanentFailure
from notify.channels.push import PushChannel
from notify.letters import News, write_news
from notify.models import Letter
from notify.pushing import Push, encoded
from notify.sending import claim, send
from tests.conftest import AT
from tests.fakes.push import Device, PushService
from tests.notify.conftest import VAPID_KEY, free_port


def pushed(device: Device, **more: str) -> Push:
    given = {
        "title": "Malaba: shut",
        "body": "Tell your driver.",
        "url": "https://portal.example/corridor/",
        "language": "en",
        "tag": "a1b2",
        "urgency": "high",
    } | more
    return Push(p256dh=device.p256dh, auth=device.auth, **given)


def letter(device: Device, *, reader: str = "a.reader:1", endpoint: str = "", **more: str) -> Letter:
    entry = record(kind="corridor.condition_changed", subject="condition", key="x", by=None, at=AT)
    news = News(reader, "push", endpoint or device.endpoint, "Malaba", pushed(device, **more).packed(), "")
    write_news([news], entry=entry, at=AT)
    return Letter.objects.get(entry=entry)


def deliver(*letters: Letter) -> list[str]:
    """What became of each, sent over one channel."""
    found = []
    with PushChannel() as channel:
        for row in letters:
            try:
                channel.send(row)
                found.append("sent")
            except (PassingFailure, PermanentFailure) as failure:
                found.append(type(failure).__name__)
    return found


def test_a_browser_is_shown_what_was_written_and_nobody_between_can_read_it(
    push_service: PushService, db: None
) -> None:
    device, other = push_service.device(), push_service.device()
    assert deliver(letter(device, title="Malaba : fermé", language="fr"), letter(other)) == ["sent", "sent"]
    assert device.shown == [
        {
            "title": "Malaba : fermé",
            "body": "Tell your driver.",
            "url": "https://portal.example/corridor/",
            "lang": "fr",
            "tag": "a1b2",
        }
    ]
    assert [shown["title"] for shown in other.shown] == ["Malaba: shut"]
    asked = push_service.asked[0]
    assert (asked["ttl"], asked["urgency"], asked["topic"]) == ("86400", "high", "a1b2")
    assert "x-wns-type" not in asked


def test_the_claims_are_made_anew_for_each_service(push_service: PushService, db: None) -> None:
    # The library writes the audience into what it is given: a second service would be told the first one's name.
    here = push_service.device()
    elsewhere = Device(here.endpoint.replace("127.0.0.1", "localhost"))
    assert deliver(letter(elsewhere), letter(here)) == ["PassingFailure", "sent"]


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        (200, "sent"),
        (201, "sent"),
        (202, "sent"),
        (204, "sent"),
        (307, "PassingFailure"),
        (400, "PassingFailure"),
        (401, "PassingFailure"),
        (403, "PassingFailure"),
        (404, "AddressGone"),
        (410, "AddressGone"),
        (413, "PermanentFailure"),
        (429, "PassingFailure"),
        (500, "PassingFailure"),
        (503, "PassingFailure"),
    ],
)
def test_the_status_says_what_became_of_it_and_of_no_other(
    push_service: PushService, db: None, status: int, wanted: str
) -> None:
    push_service.answers.append((status, {"Location": f"{push_service.origin}/elsewhere"}))
    device = push_service.device()
    assert deliver(letter(device), letter(device)) == [wanted, "sent"]
    assert len(push_service.asked) == 2


@pytest.mark.parametrize(("said", "seconds"), [("", 30), ("7", 30), ("3600", 3600), ("999999", 86_400), ("soon", 30)])
def test_a_service_that_has_enough_is_left_alone_as_long_as_it_asks(
    push_service: PushService, db: None, said: str, seconds: int
) -> None:
    push_service.answers.append((429, {"Retry-After": said}))
    letter(push_service.device())
    assert send(claim(Letter, at=AT), at=AT) == 0
    left = Letter.objects.get()
    assert (left.state, left.due_at, left.error) == ("due", AT + timedelta(seconds=seconds), "HTTP 429")


def test_a_browser_that_is_no_more_is_told_to_whoever_has_readers(
    push_service: PushService, db: None, settings: Settings
) -> None:
    settings.READER_ENDERS = [f"{__name__}.note_end"]
    ENDED.clear()
    gone, alive = push_service.device(), push_service.device()
    push_service.devices.pop(gone.endpoint.removeprefix(push_service.origin))
    letter(gone, reader="a.reader:1")
    letter(alive, reader="a.reader:2")
    assert send(claim(Letter, at=AT), at=AT) == 1
    assert ENDED == ["a.reader:1"]
    assert list(Letter.objects.order_by("pk").values_list("state", "body")) == [("refused", ""), ("sent", "")]


ENDED: list[str] = []


def note_end(*, reader: str, at: Any) -> None:
    ENDED.append(reader)


def test_another_key_of_the_portal_is_refused_by_the_service_and_kept_for_later(
    push_service: PushService, db: None, settings: Settings
) -> None:
    settings.VAPID_PRIVATE_KEY = encoded(bytes([9] * 32))
    device = push_service.device()
    assert deliver(letter(device)) == ["PassingFailure"]
    settings.VAPID_PRIVATE_KEY = VAPID_KEY
    assert (deliver(letter(device)), len(device.shown)) == (["sent"], 1)


def test_a_service_that_is_not_there_holds_up_a_batch_once(
    push_service: PushService, db: None, settings: Settings
) -> None:
    port = free_port()
    settings.PUSH_SERVICES = [f"127.0.0.1:{port}", *settings.PUSH_SERVICES]
    nowhere, here = Device(f"https://127.0.0.1:{port}/x"), push_service.device()
    assert deliver(letter(nowhere), letter(nowhere), letter(here)) == ["PassingFailure", "PassingFailure", "sent"]


def test_a_certificate_that_nobody_vouches_for_is_not_believed(
    push_service: PushService, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert (deliver(letter(push_service.device())), push_service.asked) == (["PassingFailure"], [])


def test_a_name_that_leads_into_our_own_network_is_told_nothing(push_service: PushService, db: None) -> None:
    device = push_service.device()
    row = letter(device, endpoint=device.endpoint.replace("127.0.0.1", "localhost"))
    with PushChannel() as channel, pytest.raises(PassingFailure, match="leads into the portal's own network"):
        channel.send(row)
    assert push_service.asked == []


def test_what_is_no_push_service_is_never_called(push_service: PushService, db: None, settings: Settings) -> None:
    row = letter(push_service.device())
    settings.PUSH_SERVICES = ["fcm.googleapis.com"]
    assert (deliver(row), push_service.asked) == (["PermanentFailure"], [])


@pytest.mark.parametrize("body", ["", "null", "[]", "{}", '{"p256dh": "x"}', "no"])
def test_a_letter_that_cannot_be_read_is_refused_for_good(push_service: PushService, db: None, body: str) -> None:
    row = letter(push_service.device())
    row.body = body
    assert deliver(row) == ["PermanentFailure"]


def test_keys_that_are_none_are_refused_for_good(push_service: PushService, db: None) -> None:
    device = push_service.device()
    row = letter(device)
    for broken in ({"p256dh": ""}, {"p256dh": encoded(b"\x04" + b"\xff" * 64)}, {"auth": ""}):
        said = {name: getattr(pushed(device), name) for name in ("title", "body", "url", "language", "tag")}
        row.body = Push(**({"p256dh": device.p256dh, "auth": device.auth} | said | broken)).packed()
        assert deliver(row) == ["PermanentFailure"]
    assert push_service.asked == []


def test_one_failure_is_both_permanent_and_of_the_address() -> None:
    assert issubclass(AddressGone, PermanentFailure)
