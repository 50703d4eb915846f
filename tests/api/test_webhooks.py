"""Webhooks by program: the caller's own, the secret once, and every refusal by its field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from api.hooks import webhooks as hooks
from api.hooks.kinds import KINDS
from api.hooks.sending import send_due
from api.models import KeptAnswer, Webhook
from liaison.models import JournalEntry
from liaison.sealing import unseal
from tests.conftest import Cast, program_of
from tests.fakes.receiver import Receiver
from tests.fakes.serving import serving

LIST = "/api/v1/webhooks/"
URL = "https://erp.firm.example/hook"


def post(client: Client, url: str, body: Any = None, **headers: str) -> Any:
    return client.post(url, body or {}, content_type="application/json", headers=headers)


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOK_LOOPBACK = True
    with serving(Receiver()) as server:
        yield server


def test_the_whole_life_of_one(cast: Cast, receiver: Receiver) -> None:
    client = program_of(cast.importer)
    made = post(client, LIST, {"url": receiver.url, "kinds": ["consignment.moved"]})
    found = made.json()
    receiver.secret = found.pop("secret")
    url = f"{LIST}{found['id']}/"
    assert (made.status_code, made["Location"], receiver.secret[:6]) == (201, url, "whsec_")
    assert client.get(LIST).json()["results"] == [found] == [client.get(url).json()]
    assert (found["kinds"], found["state"], found["pause"]) == (["consignment.moved"], "active", None)
    sent = post(client, f"{url}test/")
    assert (sent.status_code, sent.json()["state"], send_due(at=timezone.now())) == (202, "due", 1)
    [(name, body)] = receiver.taken
    [logged] = client.get(f"{url}deliveries/?state=sent").json()["results"]
    assert (name, body["type"], logged["tries"][0]["status"]) == (logged["id"], "test", 204)
    rotated = post(client, f"{url}rotate/").json()
    assert rotated["secret"] != receiver.secret
    # Who did not hear the answer asks again, and is given the secret that is in use.
    keyed = [post(client, f"{url}rotate/", **{"idempotency-key": "k"}).json() for _again in range(2)]
    assert keyed[0] == keyed[1] != rotated
    paused = client.patch(url, {"paused": True, "kinds": ["ticket.replied"]}, content_type="application/json").json()
    assert (paused["state"], paused["pause"], paused["kinds"]) == ("paused", "owner", ["ticket.replied"])
    assert client.patch(url, {"paused": False}, content_type="application/json").json()["state"] == "active"
    assert post(client, f"{url}replay/", {"message": name}).json() == {"messages": 1}
    assert (client.delete(url).status_code, client.get(url).status_code) == (204, 404)
    kinds = JournalEntry.objects.filter(kind__startswith="api.webhook").order_by("pk").values_list("kind", flat=True)
    assert [kind.removeprefix("api.webhook_") for kind in kinds] == [
        "made", "rotated", "rotated", "changed", "paused", "resumed", "deleted",
    ]  # fmt: skip


def test_without_kinds_it_is_told_of_all_that_the_token_opens(cast: Cast) -> None:
    assert post(program_of(cast.importer), LIST, {"url": URL}).json()["kinds"] == sorted(KINDS.values())
    bare = post(program_of(cast.importer, "read", "write"), LIST, {"url": URL}).json()["kinds"]
    assert bare == sorted(kind for kind in KINDS.values() if kind.startswith("consignment."))
    refused = post(program_of(cast.importer, "read", "write"), LIST, {"url": URL, "kinds": ["ticket.replied"]})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["kinds"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "body"),
        ({}, "url"),
        ({"url": 7}, "url"),
        ({"url": "https://" + "x" * 500}, "url"),
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"url": "https://a\x00.example/"}, "url"),
        ({"url": URL, "kinds": []}, "kinds"),
        ({"url": URL, "kinds": "consignment.moved"}, "kinds"),
        ({"url": URL, "kinds": ["test"]}, "kinds"),
        ({"url": URL, "kinds": [["x"]]}, "kinds"),
        ({"url": URL, "colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_named(cast: Cast, body: Any, field: str) -> None:
    answer = program_of(cast.importer).post(LIST, body, content_type="application/json")
    assert (answer.status_code, list(answer.json()["errors"]), Webhook.objects.count()) == (400, [field], 0)


def test_those_of_others_are_not_there(cast: Cast) -> None:
    url = f"{LIST}{post(program_of(cast.importer), LIST, {'url': URL}).json()['id']}/"
    client = program_of(cast.agent)
    for answer in (
        client.get(url),
        client.patch(url, {"paused": True}, content_type="application/json"),
        client.delete(url),
        client.delete(f"{LIST}?id={url.split('/')[-2]}"),
        *(post(client, f"{url}{part}/") for part in ("test", "rotate", "replay")),
        client.get(f"{url}deliveries/"),
    ):
        assert answer.status_code == 404
    assert client.get(LIST).json()["results"] == []
    assert client.delete(LIST).status_code == 400
    mine = program_of(cast.importer)
    assert (mine.delete(f"{LIST}?id={url.split('/')[-2]}").status_code, Webhook.objects.count()) == (204, 0)


def test_a_secret_is_kept_sealed_also_where_it_is_answered_again(cast: Cast) -> None:
    client = program_of(cast.importer)
    headers = {"idempotency-key": "d"}
    made = post(client, LIST, {"url": URL}).json()["id"]
    assert [client.delete(f"{LIST}{made}/", headers=headers).status_code for _time in range(2)] == [204, 204]
    first, again = (post(client, LIST, {"url": URL}, **{"idempotency-key": "k"}) for _time in range(2))
    assert (first.content, again["Idempotency-Replayed"]) == (again.content, "true")
    assert first["Location"] == again["Location"] == f"{LIST}{Webhook.objects.get().pk}/"
    secret, answer = first.json()["secret"], KeptAnswer.objects.get(key="k")
    kept = [Webhook.objects.get().secret, answer.body["secret"]]
    assert ([unseal(each) for each in kept], secret in kept) == ([secret, secret], False)
    assert (answer.body["secret"] in answer.text, secret in answer.text) == (True, False)
    # So it was kept before there was a text.
    KeptAnswer.objects.filter(key="k").update(text="", location="", body=first.json() | {"secret": kept[1]})
    assert post(client, LIST, {"url": URL}, **{"idempotency-key": "k"}).json() == first.json()


def test_there_are_so_many_and_no_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "MOST", 2)
    client = program_of(cast.importer)
    assert [post(client, LIST, {"url": URL}).status_code for _each in range(3)] == [201, 201, 400]
    assert post(program_of(cast.agent), LIST, {"url": URL}).status_code == 201
