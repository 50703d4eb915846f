"""The rules: by which channels a person is told a piece of news, and when; pure, of plain values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from notify.kinds import ACCOUNT, ARRIVAL, CORRIDOR, HOLD, INBOX, MONEY, MOVEMENT, RINGING, SENT_BY, TICKET, TOPICS

# So many messages a person gets by one channel within BURST; what comes then waits, and comes as one.
FREE = {"email": 8, "push": 4, "whatsapp": 3, "sms": 3}
BURST = timedelta(minutes=10)
NIGHT = (time(21), time(6))
TRADE, OFFICE, AGENCY = SIDES = ("trade", "office", "agency")
# Whoever chose nothing is told so. SMS costs money and is for what does: holds and money.
_MAILED = frozenset({"email", "push"})
_CALLED = frozenset({"email", "push", "sms"})
_FOR_OTHERS = dict.fromkeys(TOPICS, frozenset({"email"}))
DEFAULTS: Mapping[str, Mapping[str, frozenset[str]]] = {
    TRADE: dict.fromkeys((MOVEMENT, ARRIVAL, TICKET, CORRIDOR, ACCOUNT), _MAILED)
    | dict.fromkeys((MONEY, HOLD), _CALLED),
    OFFICE: _FOR_OTHERS,
    AGENCY: _FOR_OTHERS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A person as the rules see her: where she can be reached, what she chose, and her clock.

    ``wishes`` are her own yes and no by topic and channel; without ``quiet`` hours of her own what rings is held back
    by night. ``digest`` is empty, "daily" or "weekly".
    """

    side: str = TRADE
    zone: str = "Africa/Kigali"
    reachable: frozenset[str] = frozenset({"email"})
    wishes: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    quiet: tuple[time, time] | None = None
    holds_email: bool = False
    digest: str = ""
    digest_hour: int = 7
    digest_weekday: int = 0
    threshold_h: int = 12

    def wants(self, topic: str, channel: str) -> bool:
        """Whether she is told of ``topic`` by ``channel``: as she said, else as is usual for her side."""
        return self.wishes.get((topic, channel), channel in DEFAULTS[self.side][topic])

    def refuses(self, topic: str, channel: str) -> bool:
        """Whether she has herself said no to news of ``topic`` by ``channel``."""
        return self.wishes.get((topic, channel)) is False


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is to be told: its topic, whether it is urgent, and when it may be sent at the earliest."""

    topic: str
    is_urgent: bool
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Lately:
    """How many messages went or go to a person by one channel within BURST, and when what was held back goes."""

    count: int = 0
    bundle_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """One row of the outbox to be: by which channel, when, and whether as one message with others."""

    channel: str
    due_at: datetime
    is_bundled: bool = False


@dataclass(frozen=True, slots=True)
class Got:
    """How a person was sent, or still waits for, what a correction corrects."""

    sending: Sending
    is_urgent: bool
    waits: bool


def decide(
    news: News,
    reader: Reader,
    *,
    is_muted: bool | None = None,
    lately: Mapping[str, Lately] | None = None,
    got: Collection[Got] | None = None,
) -> list[Sending]:
    """How one person is told; the inbox always is. ``is_muted`` is her stance, None where she has none; ``got``, of a
    correction, how she got what it corrects: without any of it she is not told.

    What she muted goes to the inbox alone. What she watches comes at once, by every channel that she uses for anything
    and has not refused for this; of the rest what is urgent keeps no quiet hours, waits for no digest and is held back
    by no flood. A correction goes by the channels of what it corrects, stand-ins too, and no sooner than that.
    """
    if got is not None and not got:
        return []
    found = [Sending(INBOX, news.due_at)]
    is_watched = is_muted is False
    for channel in [] if is_muted else _ways(news, reader, got, is_watched=is_watched):
        sending = timed(channel, news, reader, (lately or {}).get(channel, Lately()), is_watched=is_watched)
        found.append(_no_sooner(sending, got or (), is_urgent=news.is_urgent))
    return found


def _ways(news: News, reader: Reader, got: Collection[Got] | None, *, is_watched: bool) -> list[str]:
    """The channels for news, or for a correction of what she ``got``: those of it that may stand in count, too."""
    usual = channels_for(news.topic, reader, is_watched=is_watched)
    if got is None:
        return usual
    by = {each.sending.channel for each in got}
    return [
        channel
        for channel in SENT_BY
        if channel in by and (channel in usual or may_stand_in(channel, news.topic, reader, is_urgent=news.is_urgent))
    ]


def _no_sooner(sending: Sending, got: Collection[Got], *, is_urgent: bool) -> Sending:
    """A correction's sending, not before what still waits by its channel, and in one message with it where that goes
    with others; an urgent one waits for no such message.
    """
    waiting = [each.sending for each in got if each.waits and each.sending.channel == sending.channel]
    ahead = [sending, *(each for each in waiting if not (is_urgent and each.is_bundled))]
    is_bundled = any(each.is_bundled for each in ahead)
    return Sending(sending.channel, max(each.due_at for each in ahead), is_bundled=is_bundled)


def channels_for(topic: str, reader: Reader, *, is_watched: bool = False) -> list[str]:
    """The channels by which she is sent news of ``topic``, in their order."""
    topics = TOPICS if is_watched else (topic,)
    return [
        channel
        for channel in SENT_BY
        if channel in reader.reachable
        and not reader.refuses(topic, channel)
        and any(reader.wants(each, channel) for each in topics)
    ]


def timed(channel: str, news: News, reader: Reader, lately: Lately, *, is_watched: bool = False) -> Sending:
    """When news goes by one channel, and whether together with other news."""
    if news.is_urgent:
        return Sending(channel, news.due_at)
    if reader.digest and channel == "email" and not is_watched:
        return Sending(channel, next_digest(news.due_at, reader), is_bundled=True)
    due_at = news.due_at
    if lately.count >= FREE[channel]:
        # What waits for a digest waits longer than a flood is held back.
        due_at = max(due_at, min(lately.bundle_at or due_at + BURST, due_at + BURST))
    due_at = after_quiet(due_at, channel, reader)
    return Sending(channel, due_at, is_bundled=due_at > news.due_at)


def after_quiet(at: datetime, channel: str, reader: Reader) -> datetime:
    """``at``, or the end of the quiet hours in which it falls by the reader's own clock."""
    quiet = reader.quiet or (NIGHT if channel in RINGING else None)
    if quiet is None or (channel not in RINGING and not reader.holds_email):
        return at
    begin, end = quiet
    zone = ZoneInfo(reader.zone)
    local = at.astimezone(zone)
    now = local.time()
    is_quiet = begin <= now < end if begin < end else now >= begin or now < end
    if not is_quiet:
        return at
    day = local.date() + timedelta(days=1 if now >= end else 0)
    return max(at, datetime.combine(day, end, zone).astimezone(UTC))


def next_digest(at: datetime, reader: Reader) -> datetime:
    """When the next digest after ``at`` goes, by the reader's own clock."""
    zone = ZoneInfo(reader.zone)
    day = at.astimezone(zone).date()
    while True:
        moment = datetime.combine(day, time(reader.digest_hour), zone).astimezone(UTC)
        if moment > at and (reader.digest == "daily" or day.weekday() == reader.digest_weekday):
            return moment
        day += timedelta(days=1)


def moves_enough(drift_h: float, reader: Reader) -> bool:
    """Whether the arrival has moved by more than the person's threshold since she was told last."""
    return abs(drift_h) > reader.threshold_h


def stand_in(topic: str, reader: Reader, tried: Collection[str], *, is_urgent: bool) -> str | None:
    """The channel that takes over where one has failed; None where there is none, never one that was tried."""
    free = (channel for channel in SENT_BY if channel not in tried)
    return next((channel for channel in free if may_stand_in(channel, topic, reader, is_urgent=is_urgent)), None)


def may_stand_in(channel: str, topic: str, reader: Reader, *, is_urgent: bool) -> bool:
    """Whether a channel may take over: not one that she said no to; SMS only where she wants it for this topic or it
    is urgent.
    """
    if channel not in reader.reachable or reader.refuses(topic, channel):
        return False
    return channel != "sms" or is_urgent or reader.wants(topic, channel)
