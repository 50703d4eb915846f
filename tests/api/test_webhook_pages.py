"""The pages of webhooks: their own person's alone, the secret once, and every act by a button."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from api.hooks.webhooks import make_webhook, send_test
from api.models import Webhook, WebhookMessage
from liaison.models import Person
from tests.conftest import Cast
from tests.liaison.signin.conftest import prove, signed_in, with_password

URL = "/me/webhooks/"
ADDRESS = "https://erp.firm.example/hook"


@pytest.fixture
def client(cast: Cast) -> Client:
    return proven(cast.importer)


def proven(person: Person) -> Client:
    browser = signed_in(with_password(person))
    assert prove(browser, URL).status_code == 200
    return browser


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def act(client: Client, pk: int, name: str, **more: str) -> Any:
    return client.post(f"{URL}{pk}/act/", {"act": name, **more})


def test_a_new_one_shows_its_secret_once(client: Client) -> None:
    assert "You have no webhook yet." in text_of(client.get(URL))
    answer = client.post(URL, {"url": ADDRESS, "kinds": ["consignment.moved"]})
    secret = answer.context["secret"]
    assert (answer.status_code, secret in text_of(answer), secret in text_of(client.get(URL))) == (200, True, False)
    for wrong in ({"url": "https://10.0.0.1/", "kinds": ["consignment.moved"]}, {"url": ADDRESS}):
        assert client.post(URL, wrong).status_code == 422
    assert Webhook.objects.count() == 1


def test_it_is_tried_out_paused_resumed_given_a_new_secret_and_ended(client: Client, cast: Cast) -> None:
    mine = cast.importer
    hook, _secret = make_webhook(person=mine, url=ADDRESS, kinds=["consignment.moved"], by=mine, at=timezone.now())
    assert act(client, hook.pk, "test").status_code == 302
    message = WebhookMessage.objects.get()
    assert message.name in text_of(client.get(f"{URL}{hook.pk}/"))
    WebhookMessage.objects.update(state="refused")
    act(client, hook.pk, "replay", message=message.key.hex)
    assert WebhookMessage.objects.get().state == "due"
    act(client, hook.pk, "pause")
    assert Webhook.objects.get().pause == "owner"
    assert "paused by you" in text_of(client.get(f"{URL}{hook.pk}/"))
    act(client, hook.pk, "resume")
    assert Webhook.objects.get().pause == ""
    rotated = act(client, hook.pk, "rotate")
    assert rotated.context["secret"] in text_of(rotated)
    assert [act(client, hook.pk, "burn").status_code, act(client, hook.pk, "replay", message="x").status_code] == [
        404,
        404,
    ]
    assert (act(client, hook.pk, "delete").status_code, Webhook.objects.count()) == (302, 0)


def test_those_of_others_are_not_there(client: Client, cast: Cast) -> None:
    theirs = cast.agent
    hook, _secret = make_webhook(person=theirs, url=ADDRESS, kinds=["consignment.moved"], by=theirs, at=timezone.now())
    send_test(webhook=hook, at=timezone.now())
    assert ADDRESS not in text_of(client.get(URL))
    answers = [client.get(f"{URL}{hook.pk}/"), *(act(client, hook.pk, name) for name in ("test", "rotate", "delete"))]
    assert {answer.status_code for answer in answers} == {404}
    assert (Webhook.objects.count(), WebhookMessage.objects.count()) == (1, 1)
