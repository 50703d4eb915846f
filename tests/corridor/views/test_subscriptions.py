"""Subscribing by hand: no account, no oracle, no more letters than are good for an address, one click to end it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from corridor.models import Node, Subscription
from corridor.subscriptions import confirmation_of, key_of
from notify.models import Letter
from tests.corridor.notices import subscriber

URL = "/corridor/subscribe/"
NUMBER = "+250788123456"


@pytest.fixture
def sms(settings: Settings) -> None:
    """The portal can send SMS."""
    settings.AFRICASTALKING_API_KEY = "a-key"


def ask(address: str = "keza@firm.example", **more: Any) -> Any:
    given: dict[str, Any] = {"email": address, "language": "en", "least": "slow"} | more
    return Client().post(URL, given)


def test_by_mail_from_the_question_to_the_end(network: None) -> None:
    node = Node.objects.get(slug="xx-border-malaba")
    sent = ask("Keza@Firm.example", nodes=[node.pk], language="rw")
    assert (sent.status_code, sent.url) == (302, "/corridor/subscribe/sent/")
    letter = Letter.objects.get()
    found = re.search(r"http://[^/]+(/corridor/subscribe/\S+)", letter.body)
    assert (letter.address, found is not None) == ("keza@firm.example", True)
    assert found is not None
    client = Client()
    page = client.get(found[1])
    assert node.name in page.content.decode()
    assert not Subscription.objects.confirmed().exists()
    answer: Any = client.post(found[1])
    held = Subscription.objects.confirmed().get()
    assert (held.address, held.nodes, held.least, held.language) == (letter.address, [node.slug], "slow", "rw")
    assert answer.url == f"/corridor/subscriptions/{key_of(held)}/"
    assert client.get(found[1]).status_code == 410
    answer = client.post(answer.url, {"language": "en", "least": "shut"})
    assert (answer.status_code, answer.context["is_saved"]) == (200, True)
    assert Subscription.objects.values_list("least", "nodes").get() == ("shut", [])
    assert client.post(f"/corridor/unsubscribe/{key_of(held)}/").status_code == 200
    assert (Subscription.objects.count(), client.get(f"/corridor/subscriptions/{key_of(held)}/").status_code) == (
        0,
        410,
    )


def test_by_sms_with_a_code(network: None, sms: None) -> None:
    answer = ask("", channel="sms", phone="0788 123 456")
    asked = Subscription.objects.get()
    assert (asked.address, answer.url) == (NUMBER, f"{URL}{confirmation_of(asked)}/")
    client = Client()
    assert client.get(answer.url).status_code == 200
    assert client.post(answer.url, {"code": "abcdef"}).status_code == 422
    assert client.post(answer.url, {"code": ""}).status_code == 422
    code = Letter.objects.get().body[:6]
    assert client.post(answer.url, {"code": f" {code[:3]} {code[3:]} "}).status_code == 302
    assert Subscription.objects.confirmed().get().address == NUMBER


def test_sms_is_not_offered_where_it_cannot_be_sent(network: None, settings: Settings) -> None:
    settings.AFRICASTALKING_API_KEY = ""
    page = Client().get(URL).content.decode()
    assert 'name="phone"' not in page
    assert ask("", channel="sms", phone=NUMBER).status_code == 422
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "nobody"}, "email"),
        ({"email": "a@b.rw\nBcc: x@y.rw"}, "email"),
        ({"channel": "sms", "phone": ""}, "phone"),
        ({"channel": "sms", "phone": "12"}, "phone"),
        ({"channel": "sms", "phone": "+44 20 7946 0958"}, "phone"),
        ({"channel": "pigeon"}, "channel"),
        ({"least": "odd"}, "least"),
        ({"language": "de"}, "language"),
        ({"nodes": ["999999"]}, "nodes"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(network: None, sms: None, given: dict[str, Any], field: str) -> None:
    answer = ask(**({"channel": "email"} | given)) if "email" not in given else ask(given["email"], channel="email")
    assert (answer.status_code, field in answer.context["form"].errors) == (422, True)
    assert not Letter.objects.exists()


def test_the_answer_is_the_same_for_a_known_and_an_unknown_address(network: None) -> None:
    subscriber("known@firm.example")
    Letter.objects.all().delete()
    answers = [ask(address) for address in ("known@firm.example", "new@firm.example")]
    assert {(answer.status_code, answer.url) for answer in answers} == {(302, "/corridor/subscribe/sent/")}
    assert Letter.objects.count() == 2


def test_an_address_gets_three_letters_an_hour_at_most(network: None) -> None:
    statuses = [ask().status_code for _time in range(4)]
    assert statuses == [302, 302, 302, 429]
    assert (Letter.objects.count(), ask("other@firm.example").status_code) == (3, 302)


def test_a_mail_program_ends_it_with_one_post_and_a_look_ends_nothing(db: None) -> None:
    mine = subscriber()
    url = f"/corridor/unsubscribe/{key_of(mine)}/"
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(url).status_code == strict.head(url).status_code == 200
    assert Subscription.objects.count() == 1
    answer = strict.post(url, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, Subscription.objects.count()) == (200, 0)
    assert strict.post(url).status_code == 200


@pytest.mark.parametrize("key", ["x", "1:x", ":", "9" * 40 + ":x", "%00", "1:%F0%9F%9A%9B"])
def test_a_false_key_shows_nothing_and_ends_nothing(db: None, key: str) -> None:
    subscriber()
    client = Client()
    assert client.get(f"/corridor/subscriptions/{key}/").status_code == 410
    assert client.get(f"{URL}{key}/").status_code == 410
    page = client.post(f"/corridor/unsubscribe/{key}/").content.decode()
    assert "keza" not in page
    assert Subscription.objects.count() == 1


def test_pages_with_a_key_are_kept_nowhere(db: None) -> None:
    mine = subscriber()
    waiting = subscriber("waiting@firm.example", at=timezone.now(), is_confirmed=False)
    for url in (f"/corridor/subscriptions/{key_of(mine)}/", f"{URL}{confirmation_of(waiting)}/"):
        answer = Client().get(url)
        assert answer.status_code == 200
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["Referrer-Policy"] == "same-origin"
