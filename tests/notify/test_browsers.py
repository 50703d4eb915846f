"""A person's own browsers: shown her news by the rules, each once, renewed by themselves and forgotten once gone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from pytest_django import Settings

from corridor.models import Subscription
from corridor.subscriptions import Wish, subscribe_browser
from liaison.models import JournalEntry, Person
from notify.browsers import MOST, add_browser, remove_browser
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
    return dict(Notice.objects.exclude(channel="inbox").order_by("pk").values_list("channel", "state"))


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


def test_what_comes_later_about_the_same_thing_takes_its_place(cast: Cast, tell: Tell, settings: Settings) -> None:
    held = add_browser(person=cast.importer, browser=browser(), name="x", by=None, at=AT)
    tell(cast.importer)
    tell(cast.importer)
    first, second = (pushed(row, held) for row in Notice.objects.filter(channel="push").with_words().order_by("pk"))
    assert (first.tag, len(first.tag), first.language, first.urgency) == (second.tag, 32, "en", "normal")
    why = "You chose, or it is usual for your part, to be told of “Movements of my cargo”."
    change = f"{settings.PORTAL_URL}/me/notifications/"
    assert (first.why, first.change, first.change_words) == (why, change, "Settings")


def said_of(old: object, new: object) -> str:
    return json.dumps({"old": old, "new": new})


def written(one: Browser) -> dict[str, object]:
    return {"endpoint": one.endpoint, "keys": {"p256dh": one.p256dh, "auth": one.auth}}


def renewed(client: Client, old: object, new: object) -> int:
    path = "/notifications/browser/renew/"
    return client.post(path, said_of(old, new), content_type="application/json").status_code


def held_by() -> list[tuple[str, str, str]]:
    rows = OwnBrowser.objects.order_by("endpoint").values_list("person__email", "endpoint", "auth")
    return [(email, endpoint.rpartition("/")[2], auth) for email, endpoint, auth in rows]


@pytest.mark.parametrize("wrong", ["auth", "p256dh", "endpoint"])
def test_a_stranger_who_does_not_know_all_of_the_old_one_touches_nobody_s(
    cast: Cast, client: Client, wrong: str
) -> None:
    hers, victims, mine = browser("hers"), browser("victim", private=5), browser("mine", private=6)
    for person, one in ((cast.importer, hers), (cast.agent, victims)):
        add_browser(person=person, browser=one, name="x", by=None, at=AT)
    before = held_by()
    guessed = replace(hers, **{wrong: getattr(mine, wrong)})
    # Neither does he have hers, nor does he take the endpoint of another away with what he made up.
    assert [renewed(client, written(guessed), written(new)) for new in (mine, victims, hers)] == [404, 404, 404]
    assert held_by() == before


def test_renewed_onto_one_that_another_had_it_is_the_one_that_is_proven(cast: Cast, client: Client) -> None:
    old, new = browser("old"), browser("new", private=5)
    add_browser(person=cast.importer, browser=old, name="x", by=None, at=AT)
    add_browser(person=cast.stranger, browser=browser("new", private=6), name="x", by=None, at=AT)
    assert renewed(client, written(old), written(new)) == 204
    assert held_by() == [(cast.importer.email, "new", new.auth)]
    other_keys = browser("new", private=9)
    assert renewed(client, written(new), written(other_keys)) == 204
    assert held_by() == [(cast.importer.email, "new", other_keys.auth)]


GOOD = browser("good")


@pytest.mark.parametrize(
    "bad",
    [
        None, [], "x", {}, {"endpoint": GOOD.endpoint}, {"endpoint": GOOD.endpoint, "keys": None},
        {"endpoint": GOOD.endpoint, "keys": "x"}, {"endpoint": GOOD.endpoint, "keys": [["auth", "x"]]},
        {**written(GOOD), "endpoint": "https://evil.example/x"}, {**written(GOOD), "endpoint": None},
        {**written(GOOD), "endpoint": GOOD.endpoint + "\x00"}, {**written(GOOD), "endpoint": GOOD.endpoint + "\ud800"},
        {**written(GOOD), "endpoint": {"a": 1}}, {"endpoint": GOOD.endpoint, "keys": {"p256dh": 1, "auth": 2}},
        {"endpoint": GOOD.endpoint, "keys": {"p256dh": GOOD.p256dh, "auth": "\ud800"}},
        {"endpoint": GOOD.endpoint, "keys": {"p256dh": GOOD.p256dh, "auth": GOOD.auth[:-2]}},
        {"endpoint": GOOD.endpoint, "keys": {"p256dh": "A" * 87, "auth": GOOD.auth}},
    ],
)  # fmt: skip
def test_what_is_no_browser_is_refused_on_either_side(cast: Cast, client: Client, bad: object) -> None:
    add_browser(person=cast.importer, browser=GOOD, name="x", by=None, at=AT)
    before = held_by()
    assert [renewed(client, bad, written(GOOD)), renewed(client, written(GOOD), bad)] == [400, 400]
    assert held_by() == before


@pytest.mark.parametrize("body", [b"\xff\xfe", b'{"old": NaN, "new": 1e999}', b"[" * 3999, b"9" * 3999])
def test_a_body_that_is_hardly_json_is_refused(client: Client, db: None, body: bytes) -> None:
    assert client.post("/notifications/browser/renew/", body, content_type="application/json").status_code == 400


def test_only_a_post_renews_adds_and_removes(cast: Cast, as_person: As) -> None:
    client = as_person(cast.importer)
    paths = ("/notifications/browser/renew/", "/me/notifications/browser/", "/me/notifications/browser/remove/")
    assert [client.get(path).status_code for path in paths] == [405, 405, 405]


@pytest.mark.parametrize(
    "said",
    [
        {}, {"browser": "0"}, {"browser": "-1"}, {"browser": "9" * 18}, {"browser": "9" * 40}, {"browser": "x"},
        {"browser": "\u0661"}, {"browser": "\u00b2"}, {"endpoint": "\x00"}, {"browser": "\x00", "endpoint": "\x00"},
    ],
)  # fmt: skip
def test_what_names_no_browser_of_hers_removes_none(cast: Cast, as_person: As, said: dict[str, str]) -> None:
    kept = add_browser(person=cast.stranger, browser=browser(), name="x", by=None, at=AT)
    OwnBrowser.objects.filter(pk=kept.pk).update(id=10**9 + kept.pk)
    assert as_person(cast.importer).post("/me/notifications/browser/remove/", said).status_code == 404
    assert OwnBrowser.objects.count() == 1


def test_added_again_it_is_the_newest_and_there_once_with_its_new_keys(cast: Cast) -> None:
    for number in range(MOST):
        at = AT + timedelta(minutes=number)
        add_browser(person=cast.importer, browser=browser(str(number)), name="x", by=None, at=at)
    first = browser("0", private=9)
    add_browser(person=cast.importer, browser=first, name="y" * 99, by=None, at=AT + timedelta(hours=1))
    add_browser(person=cast.importer, browser=browser("new"), name="x", by=None, at=AT + timedelta(hours=2))
    kept = {row.endpoint.rpartition("/")[2]: row for row in OwnBrowser.objects.all()}
    assert sorted(kept) == sorted(["0", *map(str, range(2, MOST)), "new"])
    assert (kept["0"].auth, kept["0"].name) == (first.auth, "y" * 60)


def test_the_browsers_of_others_do_not_count_and_are_nobody_s_to_see(cast: Cast) -> None:
    for number in range(MOST):
        add_browser(person=cast.importer, browser=browser(str(number)), name="x", by=None, at=AT)
    add_browser(person=cast.stranger, browser=browser("hers"), name="x", by=None, at=AT)
    seen = [OwnBrowser.objects.visible_to(one).count() for one in (cast.importer, cast.stranger, cast.officer)]
    assert seen == [MOST, 1, 0]
    assert OwnBrowser.objects.visible_to(AnonymousUser()).count() == 0


def test_removed_twice_it_is_told_once(cast: Cast) -> None:
    held = add_browser(person=cast.importer, browser=browser(), name="x", by=None, at=AT)
    for _try in range(2):
        remove_browser(held=held, by=cast.importer, at=AT)
    assert JournalEntry.objects.filter(kind="notify.browser_removed", key=str(cast.importer.pk)).count() == 1
