"""Subscriptions: confirmed by whoever reads the address, changed and ended under a key that nobody guesses."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from corridor.models import Subscription
from corridor.subscriptions import (
    MOST_TRIES,
    VALID,
    Wish,
    ask_subscription,
    confirm_subscription,
    confirmation_of,
    end_subscription,
    find_subscription,
    find_waiting,
    key_of,
)
from corridor.telling import tell_subscribers
from liaison.models import JournalEntry
from notify.models import Letter
from tests.conftest import AT
from tests.corridor.notices import DAY, HOUR, changed, subscriber

MALABA = "xx-border-malaba"
NUMBER = "+250788123456"


def ask(address: str = "keza@firm.example", *, at: Any = AT, **wish: Any) -> Subscription:
    channel = "sms" if address.startswith("+") else "email"
    return ask_subscription(channel=channel, address=address, wish=Wish(**wish), at=at)


def code() -> str:
    """The code in the last SMS."""
    found = re.match(r"(\d{6}) ", Letter.objects.latest("pk").body)
    assert found
    return found[1]


def kinds() -> list[str]:
    rows = JournalEntry.objects.filter(subject="subscription").order_by("pk")
    return [kind.removeprefix("corridor.subscription_") for kind in rows.values_list("kind", flat=True)]


def test_an_address_counts_once_it_has_said_yes(db: None) -> None:
    asked = ask(nodes=[MALABA], least="severe", language="fr")
    letter = Letter.objects.get()
    assert (letter.address, letter.channel, letter.is_news) == ("keza@firm.example", "email", False)
    assert f"/corridor/subscribe/{confirmation_of(asked)}/" in letter.body
    assert "Ouvrez ce lien dans les 48 heures" in letter.body
    assert list(Subscription.objects.confirmed()) == []
    confirmed = confirm_subscription(subscription=asked, at=AT + HOUR)
    assert confirmed == Subscription.objects.get()
    assert confirmed is not None
    assert (confirmed.confirmed_at, confirmed.nodes, confirmed.least, confirmed.language) == (
        AT + HOUR,
        [MALABA],
        "severe",
        "fr",
    )
    assert kinds() == ["asked", "confirmed"]


def test_the_journal_does_not_know_the_address(db: None) -> None:
    end_subscription(subscription=subscriber(), at=AT)
    assert kinds() == ["asked", "confirmed", "ended"]
    assert "keza" not in str(list(JournalEntry.objects.values_list("key", "data")))


def test_a_link_opens_for_48_hours_and_once(db: None) -> None:
    asked = ask()
    token = confirmation_of(asked)
    assert find_waiting(token, at=AT + VALID - timedelta(seconds=1)) == asked
    assert find_waiting(token, at=AT + VALID) is None
    confirm_subscription(subscription=asked, at=AT)
    assert find_waiting(token, at=AT) is None
    assert confirm_subscription(subscription=asked, at=AT) is None


def test_who_asks_again_gets_a_new_link_and_the_old_one_is_void(db: None) -> None:
    first = confirmation_of(ask(least="normal"))
    second = confirmation_of(ask(at=AT + HOUR, least="shut"))
    assert Subscription.objects.count() == 1
    assert find_waiting(first, at=AT + HOUR) is None
    found = find_waiting(second, at=AT + HOUR)
    assert found is not None
    assert found.least == "shut"


def test_asking_says_the_same_whether_the_address_is_subscribed_or_not(db: None) -> None:
    subscriber("known@firm.example")
    Letter.objects.all().delete()
    for address in ("known@firm.example", "new@firm.example"):
        ask(address)
    bodies = [re.sub(r"subscribe/\S+", "", body) for body in Letter.objects.values_list("body", flat=True)]
    assert (len(bodies), len(set(bodies))) == (2, 1)


def test_who_confirms_again_has_one_subscription_that_wants_the_new(db: None) -> None:
    known = subscriber(least="normal")
    asked = ask(least="shut", nodes=[MALABA])
    assert Subscription.objects.get(pk=known.pk).least == "normal"
    assert confirm_subscription(subscription=asked, at=AT) == known
    held = Subscription.objects.get()
    assert (held.pk, held.least, held.nodes, held.confirmed_at) == (known.pk, "shut", [MALABA], known.confirmed_at)


def test_an_sms_carries_a_code_that_alone_confirms(db: None) -> None:
    asked = ask(NUMBER)
    letter = Letter.objects.get()
    assert (letter.channel, letter.address, len(letter.body) <= 160) == ("sms", NUMBER, True)
    said = code()
    assert said not in (asked.code, confirmation_of(asked))
    wrong = f"{(int(said) + 1) % 1_000_000:06d}"
    assert confirm_subscription(subscription=asked, code=wrong, at=AT) is None
    assert confirm_subscription(subscription=asked, code="", at=AT) is None
    assert confirm_subscription(subscription=asked, code=said, at=AT) is not None
    assert Subscription.objects.values_list("code", "tries").get() == ("", 2)


def test_five_wrong_codes_spoil_it_and_a_new_one_is_asked_for(db: None) -> None:
    asked = ask(NUMBER)
    for _time in range(MOST_TRIES):
        confirm_subscription(subscription=asked, code="no", at=AT)
    assert confirm_subscription(subscription=asked, code=code(), at=AT) is None
    again = ask(NUMBER, at=AT + HOUR)
    assert confirm_subscription(subscription=again, code=code(), at=AT + HOUR) is not None


def test_the_code_of_one_number_opens_no_other(db: None) -> None:
    ask(NUMBER)
    mine = code()
    other = ask("+254700000001")
    assert confirm_subscription(subscription=other, code=mine, at=AT) is None or code() == mine


def test_a_key_opens_its_own_subscription_alone(db: None) -> None:
    mine, other = subscriber(), subscriber("other@firm.example")
    key = key_of(mine)
    assert find_subscription(key) == mine
    assert find_subscription(key_of(other)) == other
    assert find_subscription(key.replace(str(mine.pk), str(other.pk), 1)) is None
    # What opens a confirmation is no key, nor the other way round.
    waiting = ask("waiting@firm.example")
    assert find_subscription(confirmation_of(waiting)) is None
    assert find_subscription(key_of(waiting)) is None
    assert find_waiting(key_of(waiting), at=AT) is None


@given(st.text(max_size=60))
def test_no_other_key_opens_anything(key: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # Whatever passed the signature would ask the database.
        patch.setattr(Subscription, "objects", None)
        assert (find_subscription(key), find_waiting(key, at=AT)) == (None, None)


def test_ending_forgets_the_address_and_what_is_still_to_be_sent(network: None) -> None:
    mine, other = subscriber(), subscriber("other@firm.example")
    changed()
    tell_subscribers(at=AT)
    assert end_subscription(subscription=mine, at=AT) is True
    assert list(Subscription.objects.values_list("address", flat=True)) == [other.address]
    assert list(Letter.objects.filter(is_news=True).values_list("address", flat=True)) == [other.address]


def test_ending_twice_does_it_once(db: None) -> None:
    mine = subscriber()
    again = Subscription.objects.get()
    assert [end_subscription(subscription=held, at=AT) for held in (mine, again)] == [True, False]
    assert kinds() == ["asked", "confirmed", "ended"]


@pytest.mark.parametrize(
    ("broken", "constraint"),
    [
        ({"address": "nobody"}, "subscription_address_fits"),
        ({"channel": "sms"}, "subscription_address_fits"),
        ({"channel": "pigeon"}, "subscription_address_fits"),
        ({"language": "de"}, "subscription_language_known"),
        ({"least": "odd"}, "subscription_least_known"),
        ({"address": "other@firm.example"}, "subscription_once"),
        ({"channel": "push", "address": "http://fcm.googleapis.com/x"}, "subscription_address_fits"),
        ({"channel": "push", "address": "https://fcm.googleapis.com/x y"}, "subscription_address_fits"),
        ({"channel": "push", "address": "https://fcm.googleapis.com/x"}, "subscription_browser_has_keys"),
        ({"p256dh": "A" * 87, "auth": "A" * 22}, "subscription_browser_has_keys"),
        (
            {
                "channel": "push",
                "address": "https://fcm.googleapis.com/x",
                "p256dh": "A" * 87,
                "auth": "A" * 22,
                "confirmed_at": None,
            },
            "subscription_browser_never_waits",
        ),
    ],
)
def test_the_database_refuses_what_must_not_be(db: None, broken: dict[str, Any], constraint: str) -> None:
    mine = subscriber()
    subscriber("other@firm.example")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Subscription.objects.filter(pk=mine.pk).update(**broken)


def test_an_address_waits_once(db: None) -> None:
    mine = ask()
    with pytest.raises(IntegrityError, match="subscription_waits_once"), transaction.atomic():
        Subscription.objects.create(channel="email", address=mine.address, asked_at=AT - DAY)
