"""Reading quarantined deliveries again: put back among those that wait, batch by batch, and what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F, Sum
from django.db.models.functions import Greatest

from feeds.models import Delivery, Quarantine, Replay, Source
from liaison.bell import ring
from liaison.journal import record
from liaison.models import Person

BATCH = 200
REPLAY_BELL = "feeds.tasks.put_back"
_LOCK = 7_420_007


@transaction.atomic
def replay_parts(*, parts: Collection[int], by: Person, at: datetime) -> Replay:
    """Have the deliveries of the open ``parts`` (ids) read again; each is read whole, what is known is not doubled."""
    _take_turns()
    chosen = Quarantine.objects.open().filter(pk__in=parts)
    deliveries = sorted(set(chosen.values_list("delivery_id", flat=True)))
    replay = Replay.objects.create(by=by, started_at=at, ended_at=at)
    _put_back(replay, deliveries, at=at)
    record(kind="feeds.replayed", subject="replay", key=str(replay.pk), by=by, at=at, deliveries=deliveries[:BATCH])
    return replay


@transaction.atomic
def replay_source(*, source: Source, code: str = "", detail: str = "", by: Person, at: datetime) -> Replay:
    """Have every delivery of ``source`` that has an open part read again, in the background.

    ``code`` narrows it to parts with this reason, ``detail`` to those of one code of the sender's.
    """
    replay = Replay.objects.create(source=source, code=code, detail=detail, by=by, started_at=at)
    record(
        kind="feeds.replayed",
        subject="replay",
        key=str(replay.pk),
        by=by,
        at=at,
        source=source.slug,
        code=code,
        detail=detail,
    )
    ring(REPLAY_BELL, replay_id=replay.pk)
    return replay


@transaction.atomic
def put_back(*, replay_id: int, at: datetime) -> bool:
    """Put the next batch of a replay back among the deliveries that wait; whether there may be more.

    May run twice at any moment: who comes second waits, then finds the next batch or nothing.
    """
    _take_turns()
    replay = Replay.objects.select_for_update().filter(pk=replay_id, ended_at__isnull=True).first()
    if replay is None:
        return False
    chosen = _next(replay)
    _put_back(replay, chosen, at=at)
    if len(chosen) < BATCH:
        Replay.objects.filter(pk=replay.pk).update(ended_at=at)
        return False
    ring(REPLAY_BELL, replay_id=replay.pk)
    return True


def _take_turns() -> None:
    """One batch at a time, until the transaction ends: a replay may take deliveries over from another one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def unfinished() -> list[int]:
    """The replays whose bell may have been lost, oldest first."""
    return list(Replay.objects.filter(ended_at__isnull=True).order_by("pk").values_list("pk", flat=True))


def _next(replay: Replay) -> list[int]:
    """The next deliveries of which something is open: parts, or the whole where its reader was given up.

    What a later replay has taken over stays with it, or two of them would take turns for ever.
    """
    parts = Quarantine.objects.open().filter(source=replay.source_id)
    if replay.code:
        parts = parts.filter(code=replay.code)
    if replay.detail:
        parts = parts.filter(detail=replay.detail)
    parts = parts.exclude(delivery__replay__gte=replay.pk)
    found = list(parts.order_by("delivery_id").values_list("delivery_id", flat=True).distinct()[:BATCH])
    if replay.detail or replay.code not in ("", "reader_failed"):
        return found
    given_up = Delivery.objects.filter(source=replay.source_id, state="quarantined", reason="reader_failed")
    rest = given_up.exclude(replay__gte=replay.pk).exclude(pk__in=found).order_by("pk")
    return found + list(rest.values_list("pk", flat=True)[: BATCH - len(found)])


def _put_back(replay: Replay, deliveries: list[int], *, at: datetime) -> None:
    rows = Delivery.objects.filter(pk__in=deliveries).order_by("pk")
    before = list(rows.select_for_update().values_list("pk", "events", "quarantined", "replay"))
    rows.order_by().update(state=Delivery.State.STORED, attempts=0, retry_at=at, replay=replay)
    _hand_over(before, replay)
    Replay.objects.filter(pk=replay.pk).update(
        deliveries=F("deliveries") + len(before),
        events_before=F("events_before") + sum(events for _pk, events, _parts, _replay in before),
        parts_before=F("parts_before") + sum(parts for _pk, _events, parts, _replay in before),
    )
    for pk, *_counts in before:
        ring(settings.DELIVERY_BELL, delivery_id=pk)


def _hand_over(taken: Iterable[tuple[int, int, int, int | None]], replay: Replay) -> None:
    """What earlier replays put back and this one takes over counts for them no more, neither before nor after."""
    events: Counter[int] = Counter()
    parts: Counter[int] = Counter()
    for _pk, n_events, n_parts, earlier in taken:
        if earlier and earlier != replay.pk:
            events[earlier] += n_events
            parts[earlier] += n_parts
    for earlier in sorted(events):
        Replay.objects.filter(pk=earlier).update(
            events_before=Greatest(F("events_before") - events[earlier], 0),
            parts_before=Greatest(F("parts_before") - parts[earlier], 0),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a replay so far; ``elsewhere`` counts deliveries that a later replay took over."""

    deliveries: int
    waiting: int
    read: int
    quarantined: int
    elsewhere: int
    events: int
    parts_before: int
    parts: int
    is_done: bool


def outcome(replay: Replay) -> Outcome:
    """Counted from the deliveries as they stand."""
    mine = Delivery.objects.filter(replay=replay).order_by()
    states = dict(mine.values("state").annotate(n=Count("pk")).values_list("state", "n"))
    sums = mine.aggregate(events=Sum("events"), parts=Sum("quarantined"))
    waiting = states.get("stored", 0)
    elsewhere = max(replay.deliveries - sum(states.values()), 0)
    return Outcome(
        deliveries=replay.deliveries,
        waiting=waiting,
        read=states.get("read", 0),
        quarantined=states.get("quarantined", 0),
        elsewhere=elsewhere,
        events=max((sums["events"] or 0) - replay.events_before, 0),
        parts_before=replay.parts_before,
        parts=sums["parts"] or 0,
        is_done=replay.ended_at is not None and not waiting,
    )
