"""Anybody's story: this browser is to be told, is told, and is told no more."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from corridor.models import Subscription
from corridor.subscriptions import Wish, subscribe_browser
from notify.browsers import add_browser
from notify.models import OwnBrowser
from notify.pushing import Browser
from tests.conftest import AT, Cast
from tests.corridor.notices import browser
from tests.journeys.conftest import Visitor
from tests.notify.conftest import VAPID_KEY

pytestmark = [pytest.mark.slow, pytest.mark.browser_context_args(service_workers="allow")]

# A browser's own push manager needs its maker's service; this one says what that would have said.
MANAGER = """
const said = %s;
const held = { toJSON: () => said, unsubscribe: async () => sessionStorage.removeItem("held") };
PushManager.prototype.subscribe = async function (options) {
  if (window.refuses) throw new DOMException("no", "NotAllowedError");
  sessionStorage.setItem("held", [options.userVisibleOnly, options.applicationServerKey.length].join());
  return held;
};
PushManager.prototype.getSubscription = async () => (sessionStorage.getItem("held") ? held : null);
"""


@pytest.fixture(autouse=True)
def _key(settings: Settings) -> None:
    """The portal can reach browsers."""
    settings.VAPID_PRIVATE_KEY = VAPID_KEY


def with_manager(page: Page) -> None:
    page.add_init_script(MANAGER % json.dumps(said(browser())))


def test_a_browser_subscribes_with_what_was_chosen_and_ends_it(
    transactional_db: None, network: None, visitor: Visitor
) -> None:
    with_manager(visitor.page)
    page = visitor.open("/corridor/subscribe/")
    expect(page.get_by_role("button", name="Tell me no more in this browser")).to_be_hidden()
    expect(page.get_by_text("Notifications of a browser need JavaScript")).to_be_hidden()
    visitor.check()
    page.select_option("select[name=least]", "severe")
    page.select_option("select[name=language]", "sw")
    page.get_by_label("Malaba one-stop border post").check()
    page.get_by_role("button", name="Tell me in this browser").click()
    page.wait_for_url(re.compile("/corridor/subscriptions/"))
    expect(page.locator("main")).to_contain_text("Your browser shows news of the corridor.")
    visitor.check()
    held = Subscription.objects.get()
    assert (held.channel, held.least, held.language, held.nodes) == ("push", "severe", "sw", ["xx-border-malaba"])
    assert page.evaluate("sessionStorage.getItem('held')") == "true,65"
    page = visitor.open("/corridor/subscribe/")
    page.get_by_role("button", name="Tell me no more in this browser").click()
    expect(page.locator("main")).to_contain_text("This subscription has ended.")
    assert (Subscription.objects.count(), page.evaluate("sessionStorage.getItem('held')")) == (0, None)


def test_a_browser_that_is_not_allowed_says_what_to_do(transactional_db: None, network: None, visitor: Visitor) -> None:
    with_manager(visitor.page)
    visitor.page.add_init_script("window.refuses = true")
    page = visitor.open("/corridor/subscribe/")
    page.get_by_role("button", name="Tell me in this browser").click()
    expect(page.get_by_role("alert")).to_contain_text("Allow notifications for this page in its settings")
    visitor.check()
    assert Subscription.objects.count() == 0


def test_a_browser_that_cannot_is_offered_everything_else(
    transactional_db: None, network: None, visitor: Visitor
) -> None:
    visitor.page.add_init_script("delete window.PushManager")
    page = visitor.open("/corridor/subscribe/")
    expect(page.locator("main")).to_contain_text("This browser shows no notifications of web pages.")
    expect(page.get_by_role("button", name="Tell me in this browser")).to_be_hidden()
    expect(page.get_by_label("E-mail address")).to_be_visible()
    visitor.check()


def test_without_scripts_the_page_says_so(
    transactional_db: None, network: None, visitor_without_scripts: Visitor
) -> None:
    page = visitor_without_scripts.open("/corridor/subscribe/")
    expect(page.get_by_text("Notifications of a browser need JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Tell me in this browser")).to_be_hidden()


def test_the_worker_shows_what_comes_and_a_later_word_takes_its_place(
    transactional_db: None, network: None, visitor: Visitor, context: BrowserContext
) -> None:
    context.grant_permissions(["notifications"], origin=visitor.server.url)
    page = visitor.open("/corridor/subscribe/")
    page.evaluate("navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready)")
    deliver = delivery(page, visitor.server.url)
    url = f"{visitor.server.url}/"
    why = {"why": "You chose it.", "change": f"{url}me/notifications/", "change_words": "Settings"}
    for title, tag, more in (("Malaba: shut", "a", {}), ("Busia: slow", "b", {}), ("Malaba: open", "a", why)):
        deliver({"title": title, "body": "Tell your driver.", "url": url, "lang": "en", "tag": tag, **more})
    page.wait_for_function(f"{SHOWN}.then((all) => all.some(([title]) => title === 'Malaba: open'))")
    assert sorted(page.evaluate(SHOWN)) == [
        ["Busia: slow", "Tell your driver.", "en", "b", url, []],
        ["Malaba: open", "Tell your driver.\n\nYou chose it.", "en", "a", url, ["Settings"]],
    ]


SHOWN = """navigator.serviceWorker.ready.then((found) => found.getNotifications()).then((all) =>
    all.map((one) => [one.title, one.body, one.lang, one.tag, one.data.url, one.actions.map((each) => each.title)]))"""


def delivery(page: Page, origin: str) -> Any:
    """Hands messages to the page's worker as the browser does once it has decrypted them."""
    session = page.context.new_cdp_session(page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(each["registrationId"] for each in told["registrations"]),
    )
    session.send("ServiceWorker.enable")
    while not found:
        page.wait_for_timeout(50)

    def deliver(said: dict[str, str]) -> None:
        given = {"origin": origin, "registrationId": found[-1], "data": json.dumps(said)}
        session.send("ServiceWorker.deliverPushMessage", given)

    return deliver


# No maker's service is here to move a browser, so that the event is made in the worker itself.
RENEW = """async ([old, given, made]) => {
  const manager = self.registration.pushManager;
  manager.getSubscription = async () => null;
  manager.subscribe = async (options) => (options.userVisibleOnly && options.applicationServerKey === "key" ? made : null);
  const event = new Event("pushsubscriptionchange");
  const settled = new Promise((resolve) => { event.waitUntil = resolve; });
  event.oldSubscription = old && { ...old, options: { applicationServerKey: "key" } };
  event.newSubscription = given;
  self.dispatchEvent(event);
  if (old) await settled;
}"""


def test_a_browser_that_was_moved_says_so_by_itself(
    transactional_db: None, people: Cast, visitor: Visitor, context: BrowserContext
) -> None:
    first, second, third = (browser(name, private=number) for number, name in enumerate("abc", 7))
    add_browser(person=people.importer, browser=first, name="Chromium", by=None, at=AT)
    subscribe_browser(browser=first, wish=Wish(), at=AT)
    visitor.open("/").evaluate("navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready)")
    (worker,) = context.service_workers
    told = [said(each) for each in (first, second, third)]
    for old, given, made, now in (
        # Its maker names the new one; it asks for it itself; an old one that nobody knows any more moves nothing.
        (told[0], told[1], None, second),
        (told[1], None, told[2], third),
        (told[0], told[1], None, third),
        (None, told[1], None, third),
    ):
        worker.evaluate(RENEW, [old, given, made])
        assert OwnBrowser.objects.values_list("person", "endpoint", "auth").get() == (
            people.importer.pk, now.endpoint, now.auth,
        )  # fmt: skip
        assert Subscription.objects.values_list("address", flat=True).get() == now.endpoint


def said(known: Browser) -> dict[str, Any]:
    """A subscription as JavaScript gives it."""
    return {"endpoint": known.endpoint, "keys": {"p256dh": known.p256dh, "auth": known.auth}}


def test_a_browser_known_before_is_offered_the_end(transactional_db: None, network: None, visitor: Visitor) -> None:
    subscribe_browser(browser=browser(), wish=Wish(), at=AT)
    with_manager(visitor.page)
    page = visitor.open("/corridor/subscribe/")
    page.evaluate("navigator.serviceWorker.register('/sw.js').then(() => sessionStorage.setItem('held', 'x'))")
    page.reload()
    page.get_by_role("button", name="Tell me no more in this browser").click()
    expect(page.locator("main")).to_contain_text("This subscription has ended.")
    assert Subscription.objects.count() == 0
