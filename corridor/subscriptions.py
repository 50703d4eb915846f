"""Subscriptions of addresses to the news of the corridor: asked for, confirmed, changed, ended."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from corridor.audiences import READER
from corridor.models import Subscription
from liaison.journal import record
from notify.gsm import gsm
from notify.letters import write_letter
from notify.models import Letter
from notify.pushing import Browser

VALID = timedelta(hours=48)
MOST_TRIES = 5
_KEYS = Signer(salt="corridor.subscriptions")
_CONFIRMATIONS = Signer(salt="corridor.subscriptions.confirm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a subscription wants: the slugs of its places (none is all), the least severity, the language."""

    nodes: Collection[str] = ()
    least: str = "normal"
    language: str = "en"

    def values(self) -> dict[str, object]:
        """The columns that it fills."""
        return {"nodes": sorted(self.nodes), "least": self.least, "language": self.language}


@transaction.atomic
def ask_subscription(*, channel: str, address: str, wish: Wish, at: datetime) -> Subscription:
    """Keep what is wanted, and send the address a link (e-mail) or a code (SMS) that confirms it within 48 hours.

    Whether the address is subscribed already makes no difference to what is done.
    """
    number = f"{secrets.randbelow(1_000_000):06d}"
    given = {**wish.values(), "asked_at": at, "tries": 0, "code": _digest(channel, address, number)}
    waiting = Subscription.objects.filter(confirmed_at__isnull=True)
    asked, _is_new = waiting.update_or_create(channel=channel, address=address, confirmed_at=None, defaults=given)
    link = settings.PORTAL_URL + reverse("corridor:subscription_confirm", args=[confirmation_of(asked)])
    subject, body = _words(f"subscription_{channel}", wish.language, {"link": link, "code": number})
    write_letter(channel=channel, address=address, subject=subject, body=body, at=at)
    _record("corridor.subscription_asked", asked, at)
    return asked


def _words(name: str, language: str, given: dict[str, object]) -> tuple[str, str]:
    context = {**given, "portal_url": settings.PORTAL_URL, "office_name": settings.OFFICE_NAME, "hours": 48}
    with translation.override(language):
        subject, body = (
            render_to_string(f"corridor/letters/{name}.{part}.txt", context).strip() for part in ("subject", "body")
        )
    return " ".join(subject.split()), gsm(body) if name.endswith("_sms") else body + "\n"


def _digest(channel: str, address: str, code: str) -> str:
    """A code has few digits: without the portal's own key its digest tells nothing."""
    words = f"{channel}:{address}:{code}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), words, hashlib.sha256).hexdigest()


def confirmation_of(subscription: Subscription) -> str:
    """The part of an address where a subscription is confirmed. By e-mail it opens it; by SMS a code is asked, too."""
    return _CONFIRMATIONS.sign(f"{subscription.pk}.{_second(subscription.asked_at)}")


def _second(at: datetime) -> str:
    return str(int(at.timestamp()))


def find_waiting(token: str, *, at: datetime) -> Subscription | None:
    """The subscription that waits to be confirmed under ``token``; None where that was done, is too late, or false."""
    try:
        number, _dot, asked = _CONFIRMATIONS.unsign(token).partition(".")
    except BadSignature:
        return None
    waiting = Subscription.objects.filter(pk=int(number), confirmed_at__isnull=True, asked_at__gt=at - VALID).first()
    return waiting if waiting is not None and _second(waiting.asked_at) == asked else None


def key_of(subscription: Subscription) -> str:
    """The part of the address under which a subscription is changed and ended; only its own reader is told of it."""
    return _KEYS.sign(str(subscription.pk))


def find_subscription(key: str) -> Subscription | None:
    """The confirmed subscription of that key; None where it has ended, or the key is false."""
    try:
        number = int(_KEYS.unsign(key))
    except (BadSignature, ValueError):
        return None
    return Subscription.objects.confirmed().filter(pk=number).first()


@transaction.atomic
def confirm_subscription(*, subscription: Subscription, code: str = "", at: datetime) -> Subscription | None:
    """Let it count from now on; None for a wrong code, of which five spoil it.

    Where the address is subscribed already, that subscription wants from now on what this one does.
    """
    held = Subscription.objects.select_for_update().filter(pk=subscription.pk, confirmed_at__isnull=True).first()
    if held is None or not _is_proven(held, code):
        return None
    same = Subscription.objects.confirmed().select_for_update()
    known = same.filter(channel=held.channel, address=held.address).first()
    if known is None:
        held.confirmed_at, held.code = at, ""
        held.save(update_fields=["confirmed_at", "code"])
        _record("corridor.subscription_confirmed", held, at)
        return held
    held.delete()
    wish = Wish(nodes=held.nodes, least=held.least, language=held.language)
    return change_subscription(subscription=known, wish=wish, at=at)


def _is_proven(held: Subscription, code: str) -> bool:
    if held.channel == Subscription.Channel.EMAIL:
        return True
    if held.tries >= MOST_TRIES:
        return False
    if hmac.compare_digest(held.code, _digest(held.channel, held.address, code)):
        return True
    held.tries += 1
    held.save(update_fields=["tries"])
    return False


@transaction.atomic
def change_subscription(*, subscription: Subscription, wish: Wish, at: datetime) -> Subscription:
    """Want something else from now on."""
    for name, value in wish.values().items():
        setattr(subscription, name, value)
    subscription.save(update_fields=["nodes", "least", "language"])
    _record("corridor.subscription_changed", subscription, at)
    return subscription


@transaction.atomic
def end_subscription(*, subscription: Subscription, at: datetime) -> bool:
    """Forget the address, and all that was or is still to be sent to it; False where that was done before."""
    number = subscription.pk
    if not Subscription.objects.filter(pk=number).delete()[0]:
        return False
    Letter.objects.filter(reader=f"{READER}:{number}", is_news=True).delete()
    record(kind="corridor.subscription_ended", subject="subscription", key=str(number), by=None, at=at)
    return True


@transaction.atomic
def subscribe_browser(*, browser: Browser, wish: Wish, at: datetime) -> Subscription | None:
    """Tell a browser from now on, or of something else than before; its own permission is the yes.

    None where the endpoint is known with other keys: whoever names it then is not that browser.
    """
    values = {"channel": Subscription.Channel.PUSH, "address": browser.endpoint}
    keys = {"p256dh": browser.p256dh, "auth": browser.auth}
    given = {**keys, **wish.values(), "asked_at": at, "confirmed_at": at}
    held, is_new = Subscription.objects.select_for_update().get_or_create(**values, defaults=given)
    if is_new:
        _record("corridor.subscription_confirmed", held, at)
        return held
    if (held.p256dh, held.auth) != (browser.p256dh, browser.auth):
        return None
    return change_subscription(subscription=held, wish=wish, at=at)


def end_browser(*, browser: Browser, at: datetime) -> bool:
    """End what a browser is told; False where it was told nothing, or the keys are not its own."""
    keys = {"p256dh": browser.p256dh, "auth": browser.auth}
    held = Subscription.objects.filter(channel=Subscription.Channel.PUSH, address=browser.endpoint, **keys).first()
    return held is not None and end_subscription(subscription=held, at=at)


def renew_browser(*, old: Browser, new: Browser, at: datetime) -> bool:
    """Tell the browser at its new endpoint (settings.BROWSER_RENEWERS); False where it was told nothing here."""
    same = {"channel": Subscription.Channel.PUSH}
    held = Subscription.objects.filter(**same, address=old.endpoint, p256dh=old.p256dh, auth=old.auth)
    if not held.exists():
        return False
    if new.endpoint != old.endpoint:
        Subscription.objects.filter(**same, address=new.endpoint).delete()
    held.update(address=new.endpoint, p256dh=new.p256dh, auth=new.auth)
    return True


def end_reader(*, reader: str, at: datetime) -> None:
    """End the subscription of a reader of letters whose address is no more (settings.READER_ENDERS)."""
    noun, _colon, number = reader.rpartition(":")
    if noun == READER:
        for held in Subscription.objects.filter(pk=int(number)):
            end_subscription(subscription=held, at=at)


def _record(kind: str, subscription: Subscription, at: datetime) -> None:
    record(kind=kind, subject="subscription", key=str(subscription.pk), by=None, at=at, channel=subscription.channel)
