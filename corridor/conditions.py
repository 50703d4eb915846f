"""Recording conditions, as each source gives them: a later word of the same reference takes the place of the former."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest

from corridor.entries import Context, fault_of, key_of, node_of, place_words, resolve, timing_of
from corridor.models import Condition
from corridor.noted import Noted
from feeds.facts import Condition as Fact
from feeds.facts import Moment
from feeds.models import Delivery, Source

_SAID = ("node_id", "place", "kind", "severity", "system", "since", "until", "text", "function")


def record_conditions(facts: Sequence[Fact], context: Context) -> Noted:
    """Keep what differs from what the same source last said under the same reference; call it inside a transaction."""
    noted = Noted()
    rows = [row for fact in facts if (row := _row(fact, context, noted))]
    noted.accepted = len(rows)
    known = Condition.objects.filter(key__in=[row.key for row in rows]).values_list("key", flat=True)
    new = {row.key: row for row in rows if row.key not in set(known)}
    told = Condition.objects.filter(source=context.source_id, reference__in={row.reference for row in rows})
    earlier = told.filter(received_at__lte=context.received_at).order_by("received_at", "pk")
    latest = {row[0]: row[1:] for row in earlier.values_list("reference", *_SAID)}
    kept, repeated = [], set()
    for row in new.values():
        said = tuple(getattr(row, name) for name in _SAID)
        if latest.get(row.reference) != said:
            kept.append(row)
        else:
            repeated.add(row.reference)
        latest[row.reference] = said
    Condition.objects.bulk_create(kept, ignore_conflicts=True, batch_size=500)
    _mark_latest(context.source_id, {row.reference for row in kept})
    standing = earlier.filter(reference__in=repeated, is_latest=True)
    standing.order_by().update(repeated_at=Greatest("repeated_at", context.received_at))
    noted.new = len(kept)
    return noted


def note_repetitions(*, at: datetime) -> None:
    """The same file sent again is no new delivery, but says again what stands in it; one query.

    That it was sent again is known of the source's newest file alone. Of a source that owes a sign of life nothing is
    noted: what it said holds as long as it gives one.
    """
    said_at = Coalesce("repeated_at", "received_at")
    newest = Delivery.objects.filter(source=OuterRef("source")).order_by("-received_at", "-id").values("received_at")
    rows = Condition.objects.standing(at).filter(until=None, source__promise_s=None, source__fetch="")
    again = rows.annotate(said_at=said_at, newest=Subquery(newest[:1])).filter(
        source__last_success_at__gt=F("said_at"), newest__lte=F("said_at")
    )
    heard = Source.objects.filter(pk=OuterRef("source")).values("last_success_at")
    Condition.objects.filter(pk__in=again.values("pk")).update(repeated_at=Subquery(heard))


def _mark_latest(source_id: int, references: set[str]) -> None:
    """Mark the last word of each of the source's ``references``; the rows before it lose the mark."""
    told = Condition.objects.filter(source=source_id, reference__in=references)
    last = told.order_by("reference", "-received_at", "-pk").distinct("reference").values("pk")
    told.filter(is_latest=True).exclude(pk__in=last).update(is_latest=False)
    told.filter(pk__in=last, is_latest=False).update(is_latest=True)


def _row(fact: Fact, context: Context, noted: Noted) -> Condition | None:
    node = node_of(fact.place, context)
    if node is None and fact.place.node:
        noted.faults.append(fault_of(fact, "unknown_node", fact.place.node))
        return None
    timing = timing_of(fact.since, None, fact.place, node, context)
    since = _bound(fact.since, timing.zone, days=0)
    until = _bound(fact.until, timing.zone, days=1) if fact.until else None
    if until is not None and until < since:
        noted.faults.append(fault_of(fact, "ends_before_it_begins"))
        return None
    return Condition(
        key=key_of(context.delivery_id, fact.line, fact.reference, since, until, fact.severity),
        source_id=context.source_id,
        delivery_id=context.delivery_id,
        line=fact.line,
        reference=fact.reference[:80],
        node=node,
        place=place_words(fact.place)[:120],
        kind=fact.kind,
        severity=fact.severity,
        system=fact.system[:40],
        since=since,
        until=until,
        received_at=context.received_at,
        text=fact.text,
        function=fact.function,
        words=fact.words[:300],
        flags=sorted({*fact.flags, *timing.flags}),
    )


def _bound(moment: Moment, zone: ZoneInfo, *, days: int) -> datetime:
    """A bound in UTC; of a day its first midnight (``days`` 0) or its last (1), so that it holds all day long."""
    if isinstance(moment.value, datetime):
        return resolve(moment, zone)[0]
    return datetime.combine(moment.value + timedelta(days=days), time(0), zone).astimezone(UTC)
