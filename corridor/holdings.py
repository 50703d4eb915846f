"""What subscriptions hold of one person, how it is forgotten, and how long what was never confirmed is kept."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from corridor.models import Subscription
from corridor.subscriptions import VALID, end_subscription
from liaison.holdings import Holding, Rows, hers
from liaison.models import Person
from liaison.retention import Rule


def _of(person: Person) -> QuerySet[Subscription]:
    """Those of her e-mail addresses, which are proven hers. Anybody may write any telephone number into her profile."""
    return Subscription.objects.filter(hers(person, "address"), channel=Subscription.Channel.EMAIL)


def _subscriptions(person: Person) -> Rows:
    """What is sent to her address, by whomever it was asked for."""
    mine = _of(person).order_by("pk")
    return mine.values("channel", "address", "language", "nodes", "least", "asked_at", "confirmed_at")


HELD = [Holding("subscriptions", _("News of the corridor that you subscribed to"), _subscriptions)]


def forget(*, person: Person, at: datetime) -> None:
    """End the subscriptions of her addresses."""
    for subscription in _of(person):
        end_subscription(subscription=subscription, at=at)


def _unconfirmed(before: datetime, at: datetime) -> int:
    return Subscription.objects.filter(confirmed_at__isnull=True, asked_at__lt=before).delete()[0]


RULES = [
    Rule(
        name="subscriptions",
        what=_("Addresses that were to be told of the corridor and never confirmed it"),
        period=VALID,
        basis=_("Double opt-in: the yes did not come"),
        remove=_unconfirmed,
    ),
]
