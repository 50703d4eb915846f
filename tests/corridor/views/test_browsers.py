"""A browser subscribes and ends by itself: only with keys, only at its maker's service, and not too often."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from corridor.models import Node, Subscription
from corridor.subscriptions import Wish, key_of, subscribe_browser
from notify.pushing import Browser, public_key
from tests.conftest import AT, Cast
from tests.corridor.notices import browser, subscriber
from tests.notify.conftest import VAPID_KEY

PAGE = "/corridor/subscribe/"
URL, END = f"{PAGE}browser/", f"{PAGE}browser/end/"


@pytest.fixture(autouse=True)
def _key(settings: Settings) -> None:
    """The portal can reach browsers."""
    settings.VAPID_PRIVATE_KEY = VAPID_KEY


def ask(said: Browser | None = None, client: Client | None = None, **more: Any) -> Any:
    wish: dict[str, Any] = {"language": "en", "least": "slow"}
    return (client or Client()).post(URL, {**asdict(said or browser()), **wish, **more})


def test_from_the_page_to_the_end(network: None) -> None:
    page = Client().get(PAGE).content.decode()
    assert f'data-push="{public_key(VAPID_KEY)}"' in page
    node = Node.objects.get(slug="xx-border-malaba")
    answer = ask(nodes=[node.pk], language="sw")
    held = Subscription.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/corridor/subscriptions/{key_of(held)}/")
    assert (held.channel, held.nodes, held.language, held.least) == ("push", [node.slug], "sw", "slow")
    shown = Client().get(answer.url).content.decode()
    assert "Your browser shows news of the corridor." in shown
    assert held.address not in shown
    ending = Client().get(f"/corridor/unsubscribe/{key_of(held)}/").content.decode()
    assert ("Show nothing more in your browser?" in ending, held.address in ending) == (True, False)
    assert Client().post(END, asdict(browser())).status_code == 200
    assert Subscription.objects.count() == 0


def test_without_a_key_of_the_portal_it_is_neither_offered_nor_taken(network: None, settings: Settings) -> None:
    settings.VAPID_PRIVATE_KEY = ""
    page = Client().get(PAGE).content.decode()
    assert ("data-push" in page, "push.js" in page) == (False, False)
    assert (ask().status_code, Subscription.objects.count()) == (422, 0)


def test_the_page_has_no_script_of_its_own_and_says_what_needs_one(network: None) -> None:
    answer = Client().get(PAGE)
    page = answer.content.decode()
    assert re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", page) == []
    assert "Notifications of a browser need JavaScript, which is off here." in page
    assert re.search(r"<form[^>]*data-push=[^>]*\shidden>", page)
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/send/abc",
        "https://evil.example/send/abc",
        "https://127.0.0.1/send/abc",
        "https://10.0.0.7:8443/send/abc",
        "https://169.254.169.254/latest/meta-data/",
        "https://localhost/send/abc",
        "https://fcm.googleapis.com@evil.example/",
        "file:///etc/passwd",
        "",
        "https://fcm.googleapis.com/" + "x" * 1000,
    ],
)
def test_an_endpoint_that_is_no_push_services_is_refused(network: None, endpoint: str) -> None:
    answer = ask(endpoint=endpoint)
    assert (answer.status_code, "endpoint" in answer.context["browser"].errors) == (422, True)
    assert Subscription.objects.count() == 0


@pytest.mark.parametrize(
    "broken",
    [
        {"p256dh": ""},
        {"auth": ""},
        {"p256dh": "A" * 87},
        {"auth": "A" * 21},
        {"p256dh": browser().auth},
        {"least": "odd"},
        {"language": "de"},
        {"nodes": ["999999"]},
    ],
)
def test_what_cannot_be_is_refused(network: None, broken: dict[str, Any]) -> None:
    assert (ask(**broken).status_code, Subscription.objects.count()) == (422, 0)


def test_the_keys_of_another_browser_open_nothing(network: None) -> None:
    subscribe_browser(browser=browser(), wish=Wish(), at=AT)
    answer = ask(browser(private=8))
    assert answer.status_code == 422
    assert "Allow notifications for this page and try again." in answer.content.decode()
    assert "/corridor/subscriptions/" not in answer.content.decode()
    assert Client().post(END, asdict(browser(private=8))).status_code == 200
    assert Subscription.objects.values_list("least", flat=True).get() == "normal"


def test_ending_touches_nobody_else(network: None) -> None:
    subscribe_browser(browser=browser("mine"), wish=Wish(), at=AT)
    subscribe_browser(browser=browser("hers"), wish=Wish(), at=AT)
    subscriber("keza@firm.example")
    assert Client().post(END, asdict(browser("mine"))).status_code == 200
    left = list(Subscription.objects.order_by("pk").values_list("address", flat=True))
    assert left == [browser("hers").endpoint, "keza@firm.example"]


def test_only_a_form_of_ours_subscribes_or_ends(network: None) -> None:
    subscribe_browser(browser=browser("known"), wish=Wish(), at=AT)
    strict = Client(enforce_csrf_checks=True)
    assert ask(client=strict).status_code == 403
    assert strict.post(END, asdict(browser("known"))).status_code == 403
    assert [Client().get(url).status_code for url in (URL, END)] == [405, 405]
    assert Subscription.objects.count() == 1


def test_one_client_subscribes_sixty_browsers_an_hour_at_most(network: None, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "subscribe": "2/h/ip"}
    answers = [ask(browser(str(number))) for number in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert (answers[2].headers["Retry-After"], Subscription.objects.count()) == ("3600", 2)


def test_it_needs_no_account_and_tells_nobody_who_it_was(network: None, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.importer)
    assert ask(client=client).status_code == 302
    assert [field.name for field in Subscription._meta.get_fields() if field.is_relation] == []


def test_the_worker_stands_at_the_root_and_is_always_asked_for_anew() -> None:
    answer = Client().get("/sw.js")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "showNotification" in answer.content.decode()
    assert Client().post("/sw.js").status_code == 405
