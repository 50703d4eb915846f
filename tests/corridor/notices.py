"""Notices and subscriptions as tests make them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from corridor.advisories import Content, publish_advisory, write_advisory
from corridor.models import Advisory, Node, Subscription
from corridor.subscriptions import Wish, ask_subscription, confirm_subscription
from liaison.models import JournalEntry, Person
from notify.pushing import Browser, encoded
from tests.conftest import AT

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def content(*slugs: str, **more: Any) -> Content:
    """A queue at the places named, from tomorrow for a day."""
    values: dict[str, Any] = {
        "kind": "border_queue",
        "severity": "severe",
        "nodes": list(Node.objects.filter(slug__in=slugs)),
        "since": AT + DAY,
        "until": AT + 2 * DAY,
        "texts": {"en": "Bring water.", "fr": "Apportez de l’eau."},
    }
    return Content(**(values | more))


def draft(by: Person, *slugs: str, at: datetime = AT, **more: Any) -> Advisory:
    return write_advisory(content=content(*slugs, **more), by=by, at=at)


def published(by: Person, *slugs: str, at: datetime = AT, **more: Any) -> Advisory:
    advisory = draft(by, *slugs, at=at, **more)
    assert publish_advisory(advisory=advisory, by=by, at=at)
    return Advisory.objects.get(pk=advisory.pk)


def subscriber(
    address: str = "keza@firm.example", *nodes: str, at: datetime = AT - DAY, is_confirmed: bool = True, **wish: Any
) -> Subscription:
    """One that has confirmed, by e-mail or, where it is a number, by SMS."""
    channel = "sms" if address.startswith("+") else "email"
    asked = ask_subscription(channel=channel, address=address, wish=Wish(nodes=nodes, **wish), at=at)
    if not is_confirmed:
        return asked
    if channel == "sms":
        Subscription.objects.filter(pk=asked.pk).update(confirmed_at=at)
        return Subscription.objects.get(pk=asked.pk)
    confirmed = confirm_subscription(subscription=asked, at=at)
    assert confirmed is not None
    return confirmed


def changed(node: str = "xx-border-malaba", *, at: datetime = AT, **more: Any) -> JournalEntry:
    """The entry that tells that a condition has changed."""
    data: dict[str, Any] = {
        "kind": "border",
        "node": node,
        "place": "Malaba",
        "system": "",
        "severity": "slow",
        "was": "normal",
        "since": AT.isoformat(),
        "until": None,
        "text": "A queue of 3 km",
        "source": "URA",
        "flags": [],
    } | more
    return JournalEntry.objects.create(
        kind="corridor.condition_changed", subject="condition", key=f"border:{node}", at=at, data=data
    )


def browser(name: str = "abc", *, private: int = 7, host: str = "fcm.googleapis.com") -> Browser:
    """A browser as it says of itself."""
    key = ec.derive_private_key(private, ec.SECP256R1()).public_key()
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return Browser(endpoint=f"https://{host}/send/{name}", p256dh=encoded(point), auth=encoded(bytes([private] * 16)))
