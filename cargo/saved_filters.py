"""Filters of the list of consignments that a person keeps under a name."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from cargo.models import SavedFilter
from liaison.models import Person
from liaison.prepared import Prepared

MOST = 20
# What is kept of an address: where in the list one was is not.
KEPT = ("q", "state", "kind", "list", "affected", "organization")


def filters_of(person: Person) -> list[SavedFilter]:
    """Her own, by name; one query."""
    return _KEPT([person.pk])


_KEPT = Prepared(lambda people: SavedFilter.objects.filter(person__any=people).order_by("name"))


@transaction.atomic
def save_filter(*, name: str, query: str, by: Person, at: datetime) -> SavedFilter:
    """Keep what is asked for under a name; the same name again is asked anew. ValidationError for too many."""
    asked = QueryDict(query[:2000])
    kept = QueryDict(mutable=True)
    kept.update({key: value[:140] for key in KEPT if (value := asked.get(key, "").replace("\x00", ""))})
    # One after the other, so that the count holds.
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    mine = SavedFilter.objects.visible_to(by)
    if not mine.filter(name=name).exists() and mine.count() >= MOST:
        raise ValidationError(_("You keep %(count)s filters already. Remove one first."), params={"count": MOST})
    found, _is_new = SavedFilter.objects.update_or_create(
        person=by, name=name, defaults={"query": kept.urlencode()[:500], "saved_at": at}
    )
    return found
