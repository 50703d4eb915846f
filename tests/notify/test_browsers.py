"""A person's own browsers: shown her news by the rules, each once, renewed by themselves and forgotten once gone."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from corridor.models import Subscription
from corridor.subscriptions import Wish, subscribe_browser
from liaison.models import JournalEntry, Person
from notify.browsers import MOST, add_browser
from notify.channels.push import pushed
from notify.models import Notice, OwnBrowser
from notify.preferences import end_topic
from notify.pushing import Browser
from notify.readers import reader_of
from notify.sending import claim, send
from tests.conftest import AT, Cast
from tests.corridor.notices import browser
from tests.fakes.push import Device, PushService
from tests.notify.conftest import VAPID_KEY, Tell

As = Callable[[Person | None], Client]
CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"


@pytest.fixture(autouse=True)
def _offered(settings: Settings) -> None:
    settings.PERSONAL_CHANNELS, settings.VAPID_PRIVATE_KEY = ["email", "push"], VAPID_KEY


def added(person: Person, device: Device) -> OwnBrowser:
    said = Browser(endpoint=device.endpoint, p256dh=device.p256dh, auth=device.auth)
    return add_browser(person=person, browser=said, name="Chrome", by=person, at=AT)


def form(said: Browser) -> dict[str, str]:
    return {"endpoint": said.endpoint, "p256dh": said.p256dh, "auth": said.auth}


def states() -> dict[str, str]:
    return dict(Notice.objects.exclude(channel="inbox").values_list("channel", "state"))


def deliver() -> None:
    send(claim(Notice, at=AT, channel="push"), at=AT)


def test_news_is_shown_in_each_of_her_browsers_by_her_choice_and_in_nobody_elses(
    cast: Cast, tell: Tell, push_service: PushService
) -> None:
    first, second, other = (push_service.device() for _ in range(3))
    for person, device in ((cast.importer, first), (cast.importer, second), (cast.stranger, other)):
        added(person, device)
    found = [sorted(reader_of(person).reachable) for person in (cast.importer, cast.agent)]
    assert found == [["email", "push"], ["email"]]
    tell(cast.importer)
    deliver()
    assert [len(device.shown) for device in (first, second, other)] == [1, 1, 0]
    assert (first.shown[0]["title"], states()["push"]) == (second.shown[0]["title"], "sent")
    assert first.shown[0]["url"].endswith("/consignments/RW26-000042/")
    end_topic(person=cast.importer, topic="movement", channel="push", by=None, at=AT)
    tell(cast.importer)
    deliver()
    assert len(first.shown) == 1


def test_one_that_is_gone_is_forgotten_and_one_that_works_is_enough(
    cast: Cast, tell: Tell, push_service: PushService
) -> None:
    gone, works = push_service.device(), push_service.device()
    for device in (works, gone):
        added(cast.importer, device)
    push_service.answers += [(410, {})]
    tell(cast.importer)
    deliver()
    assert (list(OwnBrowser.objects.values_list("endpoint", flat=True)), states()["push"]) == ([works.endpoint], "sent")
    push_service.answers += [(503, {"Retry-After": "60"})]
    tell(cast.importer)
    deliver()
    assert states()["push"] == "due"
    Notice.objects.filter(state="due").update(due_at=AT, lease_until=None)
    push_service.answers += [(404, {})]
    deliver()
    assert (OwnBrowser.objects.count(), states()["push"]) == (0, "refused")


def test_it_is_added_and_removed_on_the_page_and_is_the_last_one_s(cast: Cast, as_person: As) -> None:
    client, said = as_person(cast.importer), browser()
    page = client.get("/me/notifications/").content.decode()
    assert ("Show my news in this browser" in page, 'value="movement:push"' in page) == (True, True)
    assert client.post("/me/notifications/browser/", form(said), headers={"user-agent": CHROME}).status_code == 302
    held = OwnBrowser.objects.get()
    assert (held.person, held.name) == (cast.importer, "Chrome on Android")
    for wrong in ({"endpoint": "https://10.0.0.1/x"}, {"p256dh": "x"}, {"auth": ""}):
        client.post("/me/notifications/browser/", form(browser("other")) | wrong)
    assert OwnBrowser.objects.count() == 1
    thief = as_person(cast.stranger)
    assert thief.post("/me/notifications/browser/remove/", {"browser": held.pk}).status_code == 404
    thief.post("/me/notifications/browser/", form(said))
    assert OwnBrowser.objects.get().person == cast.stranger
    assert client.post("/me/notifications/browser/remove/", {"endpoint": said.endpoint}).status_code == 404
    assert thief.post("/me/notifications/browser/remove/", {"endpoint": said.endpoint}).status_code == 302
    assert OwnBrowser.objects.count() == 0
    kinds = JournalEntry.objects.filter(kind__startswith="notify.browser").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["notify.browser_added"] * 2 + ["notify.browser_removed"]


def test_of_many_the_oldest_goes(cast: Cast) -> None:
    for number in range(MOST + 2):
        add_browser(person=cast.importer, browser=browser(str(number)), name="x", by=None, at=AT)
    assert sorted(int(row.endpoint.rpartition("/")[2]) for row in OwnBrowser.objects.all()) == list(range(2, MOST + 2))


def test_its_worker_renews_it_with_the_old_keys_and_without_a_session(
    cast: Cast, client: Client, network: None
) -> None:
    old, new, stranger = browser("old"), browser("new", private=8), browser("old", private=9)
    add_browser(person=cast.importer, browser=old, name="Firefox", by=None, at=AT)
    subscribe_browser(browser=old, wish=Wish(), at=AT)

    def renew(one: Browser, other: Browser) -> int:
        said = {
            name: {"endpoint": it.endpoint, "keys": {"p256dh": it.p256dh, "auth": it.auth}, "expirationTime": None}
            for name, it in (("old", one), ("new", other))
        }
        path = "/notifications/browser/renew/"
        return client.post(path, json.dumps(said), content_type="application/json").status_code

    assert [renew(stranger, new), renew(old, new), renew(old, new)] == [404, 204, 404]
    assert OwnBrowser.objects.values_list("endpoint", "auth").get() == (new.endpoint, new.auth)
    assert Subscription.objects.values_list("address", "auth").get() == (new.endpoint, new.auth)
    for body in (b"", b"[]", b"{}", b'{"old": 1, "new": 2}', b"x" * 5000):
        assert client.post("/notifications/browser/renew/", body, content_type="application/json").status_code == 400


def test_what_comes_later_about_the_same_thing_takes_its_place(cast: Cast, tell: Tell) -> None:
    held = add_browser(person=cast.importer, browser=browser(), name="x", by=None, at=AT)
    tell(cast.importer)
    tell(cast.importer)
    first, second = (pushed(row, held) for row in Notice.objects.filter(channel="push").with_words().order_by("pk"))
    assert (first.tag, len(first.tag), first.language, first.urgency) == (second.tag, 32, "en", "normal")
