"""Sources that have gone quiet: the alarm, once for each silence, and its end."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from feeds.days import DAY, habits, is_low, worked, working_days
from feeds.models import Delivery, Source
from liaison.journal import record
from liaison.letters import write_letter
from liaison.models import Membership, Person, Viewer
from liaison.prepared import Prepared
from liaison.roles import OFFICE, Role

LATE_AFTER = 3
GRACE = timedelta(seconds=60)
# Fewer than this share of a usual day raises the alarm; this share ends it, so that it does not come and go.
ALARM_BELOW, CALM_FROM = 0.1, 0.25


def gone_quiet(viewer: Viewer) -> list[Source]:
    """Those whose alarm holds, the longest first, with what is said of them; one query for the office, else none."""
    return _QUIET() if isinstance(viewer, Person) and viewer.roles & OFFICE else []


_QUIET = Prepared(lambda: Source.objects.silent().only("slug", "name", "last_success_at"))


def promise(source: Source) -> timedelta | None:
    """How long the source may stay silent: what it promised, else three pulls; None where neither is known."""
    if source.promise_s is not None:
        return timedelta(seconds=source.promise_s)
    return timedelta(seconds=source.every_s * LATE_AFTER) + GRACE if source.fetch else None


def is_late(source: Source, at: datetime) -> bool:
    """Whether the source was heard of before, and longer ago than it may be; days on which it rests do not count."""
    allowed, heard = promise(source), source.last_success_at
    return allowed is not None and heard is not None and worked(heard, at, working_days(source)) > allowed


def has_little(source: Source, last_day: int, usual_day: float | None, at: datetime, *, share: float) -> bool:
    """Whether fewer than ``share`` of a usual day came in the 24 hours before ``at``, all of them of working days."""
    is_judged = worked(at - DAY, at, working_days(source)) == DAY
    return is_judged and is_low(last_day, usual_day, share=share)


def has_spoken(source: Source) -> bool:
    """Whether the source was heard of since its alarm was raised.

    After weeks of silence nothing is what is usual of it; that must not pass for its having come back.
    """
    alarm, heard = source.silent_at, source.last_success_at
    return alarm is not None and heard is not None and heard >= alarm


def last_days(at: datetime, sources: Collection[int]) -> dict[int, int]:
    """How many deliveries of each of ``sources`` (ids) came in the 24 hours before ``at``, by its id; one query."""
    mine = Delivery.objects.filter(source=OuterRef("pk"), received_at__gt=at - DAY, received_at__lte=at).order_by()
    counted = Subquery(mine.values("source").annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    return dict(Source.objects.filter(pk__in=sources).order_by().values_list("pk", Coalesce(counted, 0)))


@transaction.atomic
def watch(*, at: datetime) -> list[str]:
    """Raise the alarm for each source that has gone quiet, end it for each that speaks again; the slugs newly quiet."""
    at_work = list(Source.objects.filter(is_active=True, paused_at__isnull=True).order_by("pk"))
    ids = [source.pk for source in at_work]
    known, last_day = habits(at, at_work), last_days(at, ids)
    quiet: list[Source] = []
    for source in at_work:
        habit = known.get(source.pk)
        share = CALM_FROM if source.silent_at else ALARM_BELOW
        usual_day = habit.usual if habit else None
        is_quiet = is_late(source, at) or has_little(source, last_day.get(source.pk, 0), usual_day, at, share=share)
        if is_quiet and _raise_alarm(source, at=at):
            quiet.append(source)
        elif not is_quiet and has_spoken(source):
            _end_alarm(source, at=at)
    if quiet:
        _tell(quiet, at=at)
    return [source.slug for source in quiet]


def _raise_alarm(source: Source, *, at: datetime) -> bool:
    """Mark it, unless it is marked already or was paused meanwhile."""
    calm = Source.objects.filter(pk=source.pk, silent_at__isnull=True, paused_at__isnull=True)
    if not calm.update(silent_at=at):
        return False
    heard = source.last_success_at
    record(
        kind="feeds.source_silent",
        subject="source",
        key=source.slug,
        by=None,
        at=at,
        last_success_at=heard.isoformat() if heard else None,
    )
    return True


def _end_alarm(source: Source, *, at: datetime) -> None:
    if Source.objects.filter(pk=source.pk, silent_at=source.silent_at).update(silent_at=None):
        record(kind="feeds.source_heard_again", subject="source", key=source.slug, by=None, at=at)


def _tell(quiet: Sequence[Source], *, at: datetime) -> None:
    """One letter to each supervisor, however many fell silent together."""
    for person in _supervisors():
        write_letter("source_silent", address=person.email, language=person.language, at=at, sources=quiet)


def _supervisors() -> list[Person]:
    held = Membership.objects.in_force().filter(role=Role.SUPERVISOR, person__is_active=True)
    return list({row.person_id: row.person for row in held.select_related("person").order_by("person_id")}.values())
