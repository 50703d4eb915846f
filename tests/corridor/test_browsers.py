"""Subscriptions of browsers: what they are told, in whose language, once, and until their service says that they ended."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext

from corridor.advisories import correct_advisory, publish_advisory, withdraw_advisory
from corridor.models import Subscription
from corridor.subscriptions import Wish, end_browser, end_reader, find_subscription, subscribe_browser
from corridor.telling import tell_subscribers
from liaison.models import JournalEntry
from notify.models import Letter
from notify.pushing import Browser, Push
from notify.sending import claim, send
from tests.conftest import AT, Cast
from tests.corridor.notices import DAY, HOUR, browser, changed, published, subscriber
from tests.fakes.push import Device, PushService
from tests.notify.conftest import push_service

__all__ = ["push_service"]
WHY = "You get this because this address is subscribed to news of the corridor."
MALABA, BUSIA = "xx-border-malaba", "xx-border-busia"


def joined(device: Device, *nodes: str, language: str = "en", least: str = "normal") -> Subscription:
    """A real browser that wants to be told."""
    made = subscribe_browser(
        browser=Browser(endpoint=device.endpoint, p256dh=device.p256dh, auth=device.auth),
        wish=Wish(nodes=nodes, language=language, least=least),
        at=AT - DAY,
    )
    assert made is not None
    return made


def kinds() -> list[str]:
    rows = JournalEntry.objects.filter(subject="subscription").order_by("pk")
    return [kind.removeprefix("corridor.subscription_") for kind in rows.values_list("kind", flat=True)]


def test_a_browser_counts_at_once_and_gets_no_letter(db: None) -> None:
    made = subscribe_browser(browser=browser(), wish=Wish(nodes=[MALABA], least="slow", language="rw"), at=AT)
    held = Subscription.objects.get()
    assert (made, held.channel, held.address, held.confirmed_at) == (held, "push", browser().endpoint, AT)
    assert (held.p256dh, held.auth) == (browser().p256dh, browser().auth)
    assert (held.nodes, held.least, held.language, Letter.objects.count()) == ([MALABA], "slow", "rw", 0)
    assert kinds() == ["confirmed"]
    assert "googleapis" not in str(list(JournalEntry.objects.values_list("key", "data")))


def test_a_browser_that_asks_again_has_one_subscription_that_wants_the_new(db: None) -> None:
    first = subscribe_browser(browser=browser(), wish=Wish(), at=AT)
    again = subscribe_browser(browser=browser(), wish=Wish(least="shut"), at=AT + HOUR)
    assert again == first
    assert Subscription.objects.values_list("least", "confirmed_at").get() == ("shut", AT)
    assert kinds() == ["confirmed", "changed"]


def test_who_knows_an_endpoint_without_its_keys_changes_and_ends_nothing(db: None) -> None:
    subscribe_browser(browser=browser(), wish=Wish(), at=AT)
    for other in (browser(private=8), replace(browser(), auth=browser(private=8).auth)):
        assert subscribe_browser(browser=other, wish=Wish(least="shut"), at=AT) is None
        assert end_browser(browser=other, at=AT) is False
    held = Subscription.objects.get()
    assert (held.least, held.p256dh, held.auth) == ("normal", browser().p256dh, browser().auth)


def test_ending_forgets_this_browser_alone(db: None) -> None:
    for name in ("one", "two"):
        subscribe_browser(browser=browser(name), wish=Wish(), at=AT - DAY)
    changed()
    assert tell_subscribers(at=AT) == 2
    assert [end_browser(browser=browser("one"), at=AT) for _time in range(2)] == [True, False]
    assert list(Subscription.objects.values_list("address", flat=True)) == [browser("two").endpoint]
    assert list(Letter.objects.values_list("address", flat=True)) == [browser("two").endpoint]


def test_a_reader_of_somebody_else_is_ended_by_somebody_else(db: None) -> None:
    subscribe_browser(browser=browser(), wish=Wish(), at=AT)
    number = Subscription.objects.get().pk
    for reader in (f"cargo.watcher:{number}", "", f"corridor.subscription:{number + 1}"):
        end_reader(reader=reader, at=AT)
    assert Subscription.objects.count() == 1
    end_reader(reader=f"corridor.subscription:{number}", at=AT)
    assert Subscription.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_make_one_subscription(transactional_db: None) -> None:
    found: list[int] = []

    def click() -> None:
        try:
            made = subscribe_browser(browser=browser(), wish=Wish(), at=AT)
            found.append(made.pk if made else 0)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [Subscription.objects.get().pk] * 4
    assert sorted(kinds()) == ["changed", "changed", "changed", "confirmed"]


@pytest.mark.parametrize(
    ("language", "title", "body"),
    [
        ("en", "Queue at a border: Malaba one-stop border post (severe delays)", "Bring water."),
        ("fr", "File à une frontière : Poste-frontière à arrêt unique de Malaba (forts retards)", "Apportez de l’eau."),
        ("rw", "Umurongo ku mupaka – Umupaka uhuriweho wa Malaba (ubukererwe bukabije)", "[English]\nBring water."),
        (
            "sw",
            "Foleni mpakani – Kituo cha pamoja cha mpaka cha Malaba (ucheleweshaji mkubwa)",
            "[English]\nBring water.",
        ),
    ],
)
def test_each_browser_is_shown_a_notice_once_in_its_language(
    cast: Cast, push_service: PushService, language: str, title: str, body: str
) -> None:
    device, elsewhere = push_service.device(), push_service.device()
    joined(device, MALABA, language=language)
    joined(elsewhere, BUSIA, language=language)
    advisory = published(cast.officer, MALABA)
    assert [tell_subscribers(at=AT) for _time in range(2)] == [1, 0]
    assert [send(claim(Letter, at=AT), at=AT) for _time in range(2)] == [1, 0]
    (shown,) = device.shown
    assert (shown["title"], shown["lang"], elsewhere.shown) == (title, language, [])
    assert shown["body"].endswith(f"\n\n{body}")
    assert shown["url"].endswith(f"/corridor/advisories/{advisory.reference}/")
    assert shown["url"] not in shown["body"]
    assert title not in shown["body"]
    with translation.override(language):
        assert (shown["why"], shown["change_words"]) == (gettext(WHY), gettext("Settings"))
    held = Subscription.objects.get(address=device.endpoint)
    assert find_subscription(str(shown["change"]).rstrip("/").rsplit("/", 1)[1]) == held
    assert Letter.objects.values_list("state", "subject", "body").get() == ("sent", "", "")


def test_a_correction_and_a_withdrawal_take_the_place_of_the_notice(cast: Cast, push_service: PushService) -> None:
    device = push_service.device()
    joined(device, MALABA)
    advisory = published(cast.officer, MALABA)
    published(cast.officer, MALABA)
    correction = correct_advisory(advisory=advisory, by=cast.officer, at=AT + HOUR)
    publish_advisory(advisory=correction, by=cast.officer, at=AT + HOUR)
    withdraw_advisory(advisory=correction, reason="Wrong", by=cast.officer, at=AT + 2 * HOUR)
    assert tell_subscribers(at=AT + 2 * HOUR) == 4
    assert send(claim(Letter, at=AT + 2 * HOUR), at=AT + 2 * HOUR) == 4
    same, other, corrected, withdrawn = (shown["tag"] for shown in device.shown)
    assert (same == corrected == withdrawn, other == same) == (True, False)
    assert [asked["topic"] for asked in push_service.asked] == [same, other, same, same]


@pytest.mark.parametrize(
    ("severity", "urgency"),
    [("normal", "low"), ("slow", "normal"), ("severe", "high"), ("shut", "high"), ("", "normal")],
)
def test_the_worse_it_is_the_sooner_a_phone_is_woken(
    network: None, push_service: PushService, severity: str, urgency: str
) -> None:
    joined(push_service.device())
    changed(severity=severity, was="shut")
    tell_subscribers(at=AT)
    assert send(claim(Letter, at=AT), at=AT) == 1
    assert push_service.asked[0]["urgency"] == urgency


def test_a_browser_that_is_no_more_is_forgotten_and_the_others_are_told(cast: Cast, push_service: PushService) -> None:
    gone, alive = push_service.device(), push_service.device()
    joined(gone)
    kept = joined(alive)
    push_service.devices.pop(gone.endpoint.removeprefix(push_service.origin))
    subscriber("keza@firm.example")
    Letter.objects.all().delete()
    changed()
    tell_subscribers(at=AT)
    assert send(claim(Letter, at=AT, is_news=True)[:2], at=AT) == 1
    assert list(Subscription.objects.filter(channel="push")) == [kept]
    assert Subscription.objects.filter(channel="email").count() == 1
    assert not Letter.objects.filter(address=gone.endpoint).exists()
    assert len(alive.shown) == 1
    changed(BUSIA, place="Busia")
    assert tell_subscribers(at=AT) == 2


def test_the_letter_to_a_browser_has_no_foot_but_a_button_of_its_own(cast: Cast) -> None:
    subscribe_browser(browser=browser(), wish=Wish(), at=AT - DAY)
    changed(text="A queue of 3 km " * 500)
    tell_subscribers(at=AT)
    letter = Letter.objects.get()
    push = Push.unpacked(letter.body)
    assert (letter.channel, letter.unsubscribe, push.p256dh, push.auth) == (
        "push",
        "",
        browser().p256dh,
        browser().auth,
    )
    assert ("/corridor/subscriptions/" in push.body, "/corridor/subscriptions/" in push.change) == (False, True)
    assert len(push.payload()) <= 3000
