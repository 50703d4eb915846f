"""A message that somebody writes to the people of several consignments at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cargo.models import KIGALI, Consignment
from cargo.telling import people_told
from liaison.journal import News, record_many
from liaison.models import JournalEntry, Organization, Person
from liaison.roles import OFFICE, TRADE_WRITE
from notify.outbox import fan_out

KIND = "cargo.message_written"
LONGEST = 600
# So many messages, each to however many, one person may write within a day.
MOST_A_DAY = 20
Group = tuple[frozenset[int], list[str]]


def groups(consignments: Collection[Consignment], *, by: Person, at: datetime) -> list[Group]:
    """Who is told of which of them: the ids of people, without the writer, and the references that concern them all.

    Nobody learns of a consignment of others: people are put together only where all of them see the same ones.
    """
    people = people_told({each.pk: each.consignee_id for each in consignments}, at)
    found: dict[frozenset[int], list[str]] = {}
    for consignment in sorted(consignments, key=lambda each: each.ref):
        if told := people[consignment.pk] - {by.pk}:
            found.setdefault(told, []).append(consignment.ref)
    return list(found.items())


@transaction.atomic
def write(*, consignments: Collection[Consignment], text: str, by: Person, at: datetime) -> int:
    """Send ``text`` to the people of these consignments; returns how many people.

    ValidationError where there is nobody to tell, or where ``by`` has written too many within a day.
    """
    told = groups(consignments, by=by, at=at)
    if not told:
        raise ValidationError(_("There is nobody to tell: these firms have no other people in the portal."))
    since = at.astimezone(KIGALI).replace(hour=0, minute=0, second=0, microsecond=0)
    # One after the other, so that the number of messages holds.
    Person.objects.select_for_update().get(pk=by.pk)
    today = JournalEntry.objects.filter(kind=KIND, by=by, at__gte=since)
    if today.values("data__batch").distinct().count() >= MOST_A_DAY:
        raise ValidationError(_("You have written as many messages today as one person may."))
    writer = Organization.objects.get(pk=by.organization_ids(*OFFICE, *TRADE_WRITE)[0]).name
    data = {"text": text, "writer": writer, "batch": at.isoformat()}
    news = [News(kind=KIND, subject="consignment", key=refs[0], data={**data, "refs": refs}) for _people, refs in told]
    entries = record_many(news, by=by, at=at)
    fan_out({entry: people for entry, (people, _refs) in zip(entries, told, strict=True)}, at=at)
    return len(frozenset().union(*(people for people, _refs in told)))
