"""Keys of events recorded while the spelling of a time was part of them: what is sent again keeps its key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from cargo.models import Event
from corridor.entries import Context, key_of, place_words
from feeds.facts import Movement


def former_keys(fact: Movement, context: Context) -> tuple[UUID, UUID | None]:
    """The fact's own key as it was then, and for a correction that of the original with the same details."""
    when: date = fact.when.value
    goods = (fact.goods_number, fact.container and fact.bill_of_lading)
    base = (context.source_id, fact.kind, fact.classifier, *goods, place_words(fact.place), when.isoformat())
    issued = fact.issued.value.isoformat() if fact.issued else ""
    if fact.function == "original":
        is_restated = fact.classifier != "ACT" and issued
        return key_of(*base, issued) if is_restated else key_of(*base), None
    return key_of(*base, fact.function, fact.document, issued), key_of(*base)


def still_used(facts: Sequence[Movement], context: Context) -> frozenset[UUID]:
    """Those of the facts' former keys under which there is an event; one query."""
    former = {key for fact in facts for key in former_keys(fact, context) if key}
    return frozenset(Event.objects.filter(key__any=list(former)).values_list("key", flat=True))
