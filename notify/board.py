"""What the outbox board shows: the queue by channel, dead letters, and what was sent to whom about what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, Q, Sum, Value

from liaison.models import JournalEntry, Person
from notify.budget import month_of
from notify.kinds import SENT_BY
from notify.models import Bounce, ChannelState, ChannelTally, Letter, Notice, NoticeQuerySet, Phone, Report

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_PEOPLE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one channel stands: what waits, since when the oldest is overdue, and what it did of late."""

    channel: str
    waiting: int
    retried: int
    oldest_at: datetime | None
    later: int
    sent_day: int
    failed_hour: int
    refused_day: int
    cost_month: Decimal
    sent_at: datetime | None
    failed_at: datetime | None
    error: str
    rests_until: datetime | None
    is_stopped: bool

    @property
    def state(self) -> str:
        """In one word: stopped, resting, late, or fine."""
        if self.is_stopped:
            return "stopped"
        if self.rests_until is not None:
            return "resting"
        return "late" if self.waiting and self.failed_hour else "fine"


def standings(*, at: datetime) -> list[Standing]:
    """Each channel; four queries, however much there is."""
    waiting: dict[str, dict[str, int]] = {name: {} for name in SENT_BY}
    oldest: dict[str, datetime] = {}
    for kind in (Notice, Letter):
        rows = kind.objects.filter(state="due").exclude(channel="inbox").order_by().values("channel").annotate(
            now=Count("pk", filter=Q(due_at__lte=at)), later=Count("pk", filter=Q(due_at__gt=at)),
            retried=Count("pk", filter=Q(attempts__gt=0)), oldest=Min("due_at", filter=Q(due_at__lte=at)),
        )  # fmt: skip
        for row in rows:
            counts = waiting[row["channel"]]
            for name in ("now", "later", "retried"):
                counts[name] = counts.get(name, 0) + row[name]
            if row["oldest"]:
                oldest[row["channel"]] = min(row["oldest"], oldest.get(row["channel"], row["oldest"]))
    done = _done(at)
    held = {state.channel: state for state in ChannelState.objects.all()}
    return [
        _standing(name, waiting[name], oldest.get(name), done.get(name, {}), held.get(name) or ChannelState(), at)
        for name in SENT_BY
    ]


def _done(at: datetime) -> dict[str, dict[str, Any]]:
    month = month_of(at)
    tallies = ChannelTally.objects.filter(starts_at__gte=min(month, at - DAY)).order_by().values("channel")
    day, hour = Q(starts_at__gte=at - DAY), Q(starts_at__gte=at - HOUR)
    rows = tallies.annotate(
        sent_day=Sum("sent", filter=day), refused_day=Sum("refused", filter=day),
        failed_hour=Sum("failed", filter=hour), cost_month=Sum("cost", filter=Q(starts_at__gte=month)),
    )  # fmt: skip
    return {row["channel"]: dict(row) for row in rows}


def _standing(
    channel: str,
    waiting: dict[str, int],
    oldest: datetime | None,
    done: dict[str, Any],
    held: ChannelState,
    at: datetime,
) -> Standing:
    return Standing(
        channel=channel,
        waiting=waiting.get("now", 0),
        retried=waiting.get("retried", 0),
        oldest_at=oldest,
        later=waiting.get("later", 0),
        sent_day=int(done.get("sent_day") or 0),
        failed_hour=int(done.get("failed_hour") or 0),
        refused_day=int(done.get("refused_day") or 0),
        cost_month=Decimal(done.get("cost_month") or 0),
        sent_at=held.sent_at,
        failed_at=held.failed_at,
        error=held.error,
        rests_until=held.rests_until if held.rests_until and held.rests_until > at else None,
        is_stopped=held.is_stopped,
    )


def budget_left(standing: Standing) -> Decimal:
    """What is left of the month's budget for SMS."""
    return Decimal(settings.SMS_MONTHLY_BUDGET) - standing.cost_month


def sent_to(who: str, about: str) -> NoticeQuerySet:
    """What people whose name, e-mail address or telephone begins or reads so were told, about a reference or a kind."""
    found: NoticeQuerySet = Notice.objects.select_related("person", "entry")
    if who:
        own = Q(name__icontains=who) | Q(email__istartswith=who) | Q(messaging__number=who)
        found = found.filter(person__any=list(Person.objects.filter(own).values_list("pk", flat=True)[:MOST_PEOPLE]))
    if about:
        entries = JournalEntry.objects.filter(Q(key__iexact=about) | Q(key=about.upper()))
        found = found.filter(entry__in=entries.values("pk"))
    return found


def reports_of(notices: Iterable[Notice]) -> dict[int, Report]:
    """By notice the last that its provider said became of it; one query."""
    sent = {notice.pk: (notice.channel, notice.provider_id) for notice in notices if notice.provider_id}
    held = Report.objects.filter(provider_id__in={number for _channel, number in sent.values()})
    said = {(report.channel, report.provider_id): report for report in held}
    # What went as one message has one number.
    return {pk: said[key] for pk, key in sent.items() if key in said}


def dead(kind: str = "", channel: str = "") -> NoticeQuerySet:
    """News that could not be sent."""
    found: NoticeQuerySet = Notice.objects.filter(state=Notice.State.REFUSED).select_related("person", "entry")
    if kind:
        found = found.filter(entry__kind=kind)
    return found.filter(channel=channel) if channel else found


def dead_letters() -> int:
    """How many letters of the last month could not be sent; their words are forgotten, so none can be replayed."""
    return Letter.objects.filter(state=Letter.State.REFUSED).count()


def marks() -> tuple[int, int]:
    """How many addresses are marked as dead, and how many telephones said STOP; one query."""
    stopped = Phone.objects.filter(stopped_at__isnull=False).order_by().values(what=Value("stopped"))
    said = list(Bounce.objects.order_by().values(what=Value("dead")).union(stopped, all=True))
    dead_ones = sum(row["what"] == "dead" for row in said)
    return dead_ones, len(said) - dead_ones
