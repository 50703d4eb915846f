"""Who hears of a notice: people through the audiences that apps contribute, and subscriptions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from corridor.facts import SEVERITIES, facts_of
from corridor.models import Advisory, Subscription
from liaison.models import JournalEntry, Person
from notify.models import Letter, Notice

PUBLISHED = "corridor.advisory_published"
CORRECTED = "corridor.advisory_corrected"
WITHDRAWN = "corridor.advisory_withdrawn"
TOLD = (PUBLISHED, CORRECTED, WITHDRAWN)
READER = "corridor.subscription"


@dataclass(frozen=True, slots=True)
class Audience:
    """People whom a notice concerns, as an app above knows them (settings.ADVISORY_AUDIENCES).

    ``people`` gives their ids for the slugs of the nodes and the systems affected at a time; neither of both is the
    whole corridor.
    """

    name: str
    label: StrPromise
    people: Callable[[Collection[str], Collection[str], datetime], set[int]]


@dataclass(frozen=True, slots=True)
class Receivers:
    """Who would get a notice: the ids of people in each audience, and how many subscriptions by channel."""

    audiences: list[tuple[StrPromise, set[int]]]
    subscriptions: dict[str, int]

    @property
    def people(self) -> set[int]:
        """Everybody once."""
        return set().union(*(people for _label, people in self.audiences))


def audiences() -> list[Audience]:
    """All that the apps contribute, in the order of settings.ADVISORY_AUDIENCES."""
    return [import_string(name) for name in settings.ADVISORY_AUDIENCES]


def receivers_of(advisory: Advisory, *, at: datetime) -> Receivers:
    """Who would get this version now: of a correction exactly those who got the notice before."""
    facts = facts_of(advisory)
    if advisory.version > 1:
        told = told_people(advisory.reference)
        return Receivers([(_("Those who got the notice before"), told)], _by_channel(told_before(facts.ref)))
    found = [(audience.label, audience.people(facts.nodes, facts.systems, at)) for audience in audiences()]
    return Receivers(found, _by_channel(concerned(facts.nodes, facts.severity, at)))


def _by_channel(subscriptions: list[Subscription]) -> dict[str, int]:
    counted = Counter(subscription.channel for subscription in subscriptions)
    return {channel: counted[channel] for channel in Subscription.Channel.values}


def told_people(reference: str) -> set[int]:
    """The ids of the active people who got the notice before, in any version."""
    entries = JournalEntry.objects.filter(subject="advisory", key=reference, kind__in=TOLD)
    told = Notice.objects.filter(entry__in=entries, person__in=Person.objects.filter(is_active=True))
    return set(told.values_list("person", flat=True))


def told_before(reference: str) -> list[Subscription]:
    """The subscriptions that got the notice before, in any version, and have not ended."""
    entries = JournalEntry.objects.filter(subject="advisory", key=reference, kind__in=TOLD)
    readers = Letter.objects.filter(entry__in=entries, is_news=True).values_list("reader", flat=True)
    numbers = {int(reader.rpartition(":")[2]) for reader in readers.distinct() if reader.startswith(f"{READER}:")}
    return list(Subscription.objects.confirmed().filter(pk__any=sorted(numbers)).order_by("pk"))


def concerned(nodes: Collection[str], severity: str, at: datetime) -> list[Subscription]:
    """The subscriptions, confirmed by ``at``, that want to hear of this; news of no place concerns them all."""
    least = SEVERITIES[: SEVERITIES.index(severity) + 1]
    found = Subscription.objects.confirmed().filter(confirmed_at__lte=at, least__in=least)
    if nodes:
        found = found.filter(Q(nodes=[]) | Q(nodes__overlap=list(nodes)))
    return list(found.order_by("pk"))
