"""Subscriptions as DCSA has them: made, read, changed and ended by their owner alone, and told of events, signed."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from jsonschema import Draft4Validator, FormatChecker
from pytest_django import Settings

from api.hooks.sending import send_due
from api.hooks.subscriptions import SETTLED, write_events
from api.hooks.webhooks import TRIED, pause_webhook, replay, resume_webhook
from api.hooks.writing import write_messages
from api.models import Webhook, WebhookMessage
from cargo.models import Consignment, EventMatch, Nomination
from feeds.models import Source
from tests.api.test_dcsa import faults, specification
from tests.cargo.test_reading import BOX, csv, row, take_in
from tests.conftest import Cast, program_of
from tests.fakes.receiver import Receiver
from tests.fakes.serving import serving
from tests.feeds.formats.test_samples import SAMPLES

URL = "/api/dcsa/v2/event-subscriptions"
SECRET = base64.b64encode(b"a secret of the subscriber, of 40 bytes!").decode()
NEW: dict[str, Any] = {"callbackUrl": "https://erp.firm.example/dcsa?of=kpa", "secret": SECRET}


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """A receiver on this machine, which a test allows."""
    settings.WEBHOOK_LOOPBACK = True
    with serving(Receiver(SECRET)) as server:
        yield server


def asked(client: Client, method: str, url: str, body: object = None) -> Any:
    answer = getattr(client, method)(url, body, content_type="application/json")
    assert answer.headers.get("API-Version") == "2.2.0" or answer.status_code >= 400
    return answer


def made(client: Client, **rest: Any) -> dict[str, Any]:
    answer = asked(client, "post", URL, {**NEW, **rest})
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def misfits(found: dict[str, Any]) -> list[str]:
    """What the published specification has against a subscription."""
    if not SAMPLES.is_dir():
        return []
    schema = {"$ref": "#/components/schemas/subscription", "components": specification()["components"]}
    return [fault.message for fault in Draft4Validator(schema, format_checker=FormatChecker()).iter_errors(found)]


def test_one_is_made_read_changed_and_ended_as_the_specification_has_it(cast: Cast) -> None:
    client, kinds = program_of(cast.importer), {"eventType": ["EQUIPMENT"], "equipmentReference": BOX}
    answer = asked(client, "post", URL, {**NEW, **kinds})
    found = answer.json()
    assert found == {"subscriptionID": found["subscriptionID"], "callbackUrl": NEW["callbackUrl"], **kinds}
    assert (answer.status_code, answer["Location"]) == (201, f"{URL}/{found['subscriptionID']}")
    assert SECRET not in answer.content.decode()
    assert SECRET not in Webhook.objects.get().secret
    one = f"{URL}/{found['subscriptionID']}"
    assert asked(client, "get", one).json() == found
    other = made(client)
    assert [misfits(each) for each in (found, other)] == [[], []]
    assert [each["subscriptionID"] for each in asked(client, "get", URL).json()] == [
        other["subscriptionID"],
        found["subscriptionID"],
    ]
    page = asked(client, "get", f"{URL}?limit=1")
    assert asked(client, "get", page["Next-Page"]).json() == [found]
    changed = {
        "subscriptionID": found["subscriptionID"],
        "callbackUrl": "https://b.example/",
        "UNLocationCode": "KEMBA",
    }
    answer = asked(client, "put", one, changed)
    assert (answer.status_code, answer.json()) == (200, changed)
    sealed = Webhook.objects.get(subscription=found["subscriptionID"]).secret
    answer = asked(client, "put", f"{one}/secret", {"secret": base64.b64encode(b"x" * 32).decode()})
    assert (answer.status_code, answer.content) == (204, b"")
    assert Webhook.objects.get(subscription=found["subscriptionID"]).secret != sealed
    assert client.get("/api/v1/webhooks/").json()["results"] == []
    assert [asked(client, "delete", one).status_code, asked(client, "get", one).status_code] == [204, 404]


def test_it_is_the_callers_own(cast: Cast) -> None:
    one = f"{URL}/{made(program_of(cast.importer))['subscriptionID']}"
    for part in (cast.agent, cast.stranger, cast.officer):
        client = program_of(part)
        assert asked(client, "get", URL).json() == []
        for method, url, body in (
            ("get", one, None), ("delete", one, None), ("put", one, {"callbackUrl": "https://b.example/"}),
            ("put", f"{one}/secret", {"secret": SECRET}),
        ):  # fmt: skip
            assert asked(client, method, url, body).status_code == 404
    assert Client().get(URL).status_code == 401
    assert asked(program_of(cast.importer), "get", one).json()["callbackUrl"] == NEW["callbackUrl"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"callbackUrl": "http://erp.firm.example/"}, "callbackUrl"),
        ({"callbackUrl": "https://10.0.0.1/"}, "callbackUrl"),
        ({"callbackUrl": 7}, "callbackUrl"),
        ({"secret": "c2hvcnQ="}, "secret"),
        ({"secret": "no base64 at all, though long enough"}, "secret"),
        ({"secret": None}, "secret"),
        ({"eventType": ["LUNCH"]}, "eventType"),
        ({"eventType": "EQUIPMENT"}, "eventType"),
        ({"equipmentEventTypeCode": ["GTIN", 7]}, "equipmentEventTypeCode"),
        ({"UNLocationCode": ["KEMBA"]}, "UNLocationCode"),
        ({"carrierVoyageNumber": "x\x00"}, "carrierVoyageNumber"),
        ({"subscriptionID": "8fbdc2d8-57c8-48b9-a04b-18fd8ec1d809"}, "subscriptionID"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_named(cast: Cast, wrong: dict[str, Any], field: str) -> None:
    answer = asked(program_of(cast.importer), "post", URL, {**NEW, **wrong})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Webhook.objects.exists()


def test_events_arrive_signed_once_and_as_the_specification_has_them(
    cast: Cast, clerk: Source, consignment: Consignment, receiver: Receiver
) -> None:
    take_in(clerk, csv(row("discharged", 9)))
    client = program_of(cast.importer)
    one = made(client, callbackUrl=receiver.url)
    made(client, callbackUrl=receiver.url, equipmentEventTypeCode=["GTIN"], eventType=["EQUIPMENT"])
    made(client, callbackUrl=receiver.url, equipmentReference="TGHU0000000")
    take_in(clerk, csv(row("gate_out", 2), row("weighed", 1, node="ke-wb-gilgil")))
    at = timezone.now()
    assert [write_events(at=at), write_events(at=at), write_messages(at=at)] == [1, 0, 0]
    assert [send_due(at=at), send_due(at=at)] == [1, 0]
    [(name, events)] = receiver.taken
    assert (name, [event["equipmentEventTypeCode"] for event in events]) == (one["subscriptionID"], ["GTOT"])
    if SAMPLES.is_dir():
        assert faults(events) == []
    assert events == client.get("/api/dcsa/v2/events?equipmentEventTypeCode=GTOT").json()
    head = receiver.heads[0]
    assert (head["Subscription-ID"], head["API-Version"], head["Content-Type"]) == (name, "2.2.0", "application/json")
    # The mark moves when what was seen has settled, and nothing is told twice by it.
    take_in(clerk, csv(row("gate_in", 0.5)))
    assert write_events(at=at + SETTLED) == 2
    assert write_events(at=at + 2 * SETTLED) == 0
    assert {hook.after for hook in Webhook.objects.all()} == {EventMatch.objects.order_by("-pk")[0].pk}
    assert send_due(at=timezone.now() + 2 * SETTLED) == 2


def test_a_receiver_that_fails_is_asked_again_with_the_same(
    cast: Cast, clerk: Source, consignment: Consignment, receiver: Receiver
) -> None:
    hook = Webhook.objects.get(subscription=made(program_of(cast.importer), callbackUrl=receiver.url)["subscriptionID"])
    receiver.answers = [500]
    take_in(clerk, csv(row("gate_out", 2)))
    at = timezone.now()
    assert [write_events(at=at), send_due(at=at)] == [1, 0]
    assert send_due(at=at + timedelta(minutes=1)) == 1
    assert [try_["status"] for try_ in WebhookMessage.objects.get().tries] == [500, 204]
    assert replay(webhook=hook, at=at, key=WebhookMessage.objects.get().key) == 1
    assert send_due(at=at + timedelta(minutes=2)) == 1
    assert receiver.taken[0] == receiver.taken[1]
    # While it is paused nothing is kept for later, and who lost the goods is told of nothing more.
    pause_webhook(webhook=hook, why=Webhook.Pause.OWNER, by=cast.importer, at=at)
    take_in(clerk, csv(row("sealed", 1)))
    assert write_events(at=timezone.now()) == 0
    resume_webhook(webhook=hook, by=cast.importer, at=at)
    assert write_events(at=timezone.now()) == 0


def test_who_loses_the_goods_is_told_of_nothing_more_and_history_is_asked_for(
    cast: Cast, clerk: Source, consignment: Consignment, receiver: Receiver
) -> None:
    made(program_of(cast.agent), callbackUrl=receiver.url)
    made(program_of(cast.stranger), callbackUrl=receiver.url)
    take_in(clerk, csv(row("gate_out", 2)))
    assert write_events(at=timezone.now() + TRIED + timedelta(minutes=1)) == 0
    Webhook.objects.update(after=0, ahead=0, ahead_at=None)
    assert write_events(at=timezone.now()) == 1
    Nomination.objects.update(ended_at=timezone.now())
    assert send_due(at=timezone.now()) == 0
    assert (receiver.taken, WebhookMessage.objects.get().state) == ([], "refused")
    assert UUID(str(Webhook.objects.get(person=cast.agent).subscription)).version == 4


def test_its_page_offers_neither_a_test_nor_a_new_secret(cast: Cast, as_person: Any) -> None:
    made(program_of(cast.importer))
    client, pk = as_person(cast.importer), Webhook.objects.get().pk
    for act in ("test", "rotate"):
        assert client.post(f"/me/webhooks/{pk}/act/", {"act": act}).status_code in (302, 404)
    assert not WebhookMessage.objects.exists()
