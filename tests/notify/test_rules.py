"""The rules: channels by topic, side and wish; quiet hours, digests, floods, stances and stand-ins."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notify.kinds import CHANNELS, HOLD, INBOX, KINDS, MOVEMENT, RINGING, SENT_BY, TICKET, TOPICS, kind_of
from notify.rules import (
    BURST,
    DEFAULTS,
    FREE,
    SIDES,
    Got,
    Lately,
    News,
    Reader,
    Sending,
    after_quiet,
    channels_for,
    decide,
    moves_enough,
    next_digest,
    stand_in,
    timed,
)

NOON = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
EVERY = frozenset(SENT_BY)
moments = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
hours = st.times().map(lambda at: at.replace(second=0, microsecond=0))
readers = st.builds(
    Reader,
    side=st.sampled_from(SIDES),
    zone=st.sampled_from(["Africa/Kigali", "Africa/Nairobi", "America/New_York", "Asia/Kolkata"]),
    reachable=st.frozensets(st.sampled_from(SENT_BY)),
    wishes=st.dictionaries(st.tuples(st.sampled_from(TOPICS), st.sampled_from(SENT_BY)), st.booleans(), max_size=6),
    quiet=st.none() | st.tuples(hours, hours).filter(lambda ends: ends[0] != ends[1]),
    holds_email=st.booleans(),
    digest=st.sampled_from(["", "daily", "weekly"]),
    digest_hour=st.integers(0, 23),
    digest_weekday=st.integers(0, 6),
)
news = st.builds(News, topic=st.sampled_from(TOPICS), is_urgent=st.booleans(), due_at=moments)
stances = st.sampled_from([None, True, False])
floods = st.dictionaries(st.sampled_from(SENT_BY), st.builds(Lately, count=st.integers(0, 9)))


@settings(max_examples=50, deadline=None)
@given(news=news, reader=readers, is_muted=stances, lately=floods)
def test_nobody_is_told_twice_early_or_where_she_cannot_be_reached(
    news: News, reader: Reader, is_muted: bool | None, lately: dict[str, Lately]
) -> None:
    found = decide(news, reader, is_muted=is_muted, lately=lately)
    channels = [sending.channel for sending in found]
    assert len(set(channels)) == len(channels)
    assert found[0] == Sending(INBOX, news.due_at)
    assert set(channels) - {INBOX} <= reader.reachable
    assert all(sending.due_at >= news.due_at for sending in found)
    assert all(sending.due_at - news.due_at <= timedelta(days=8) for sending in found)
    assert decide(news, reader, is_muted=is_muted, lately=lately) == found
    if is_muted:
        assert channels == [INBOX]
    if news.is_urgent:
        assert {sending.due_at for sending in found} == {news.due_at}
    if is_muted is None:
        assert all(reader.wants(news.topic, channel) for channel in set(channels) - {INBOX})


@settings(max_examples=50, deadline=None)
@given(at=moments, reader=readers, channel=st.sampled_from(SENT_BY))
def test_quiet_hours_end_by_the_readers_clock_within_a_day(at: datetime, reader: Reader, channel: str) -> None:
    ends = after_quiet(at, channel, reader)
    assert at <= ends <= at + timedelta(hours=25)
    assert after_quiet(ends, channel, reader) == ends
    if ends > at:
        _begin, until = reader.quiet or (time(21), time(6))
        local = ends.astimezone(ZoneInfo(reader.zone))
        assert local.time() == until or local.utcoffset() != at.astimezone(ZoneInfo(reader.zone)).utcoffset()


@settings(max_examples=50, deadline=None)
@given(at=moments, reader=readers.filter(lambda reader: reader.digest))
def test_a_digest_is_the_next_one_by_the_readers_clock(at: datetime, reader: Reader) -> None:
    found = next_digest(at, reader)
    local = found.astimezone(ZoneInfo(reader.zone))
    assert at < found <= at + timedelta(days=1 if reader.digest == "daily" else 7, hours=1)
    assert reader.digest == "daily" or local.weekday() == reader.digest_weekday


@settings(max_examples=50, deadline=None)
@given(reader=readers, topic=st.sampled_from(TOPICS), is_urgent=st.booleans(), tried=st.sets(st.sampled_from(SENT_BY)))
def test_a_stand_in_is_a_channel_that_was_not_tried_and_not_refused(
    reader: Reader, topic: str, is_urgent: bool, tried: set[str]
) -> None:
    found = stand_in(topic, reader, tried, is_urgent=is_urgent)
    if found is None:
        return
    assert found in reader.reachable - tried
    assert reader.wishes.get((topic, found)) is not False
    assert found != "sms" or is_urgent or reader.wants(topic, "sms")


@pytest.mark.parametrize(
    ("side", "topic", "channels"),
    [
        ("trade", MOVEMENT, ["email", "push"]),
        ("trade", HOLD, ["email", "push", "sms"]),
        ("office", TICKET, ["email"]),
        ("agency", TICKET, ["email"]),
    ],
)
def test_whoever_chose_nothing_is_told_as_is_usual_for_her_side(side: str, topic: str, channels: list[str]) -> None:
    reader = Reader(side=side, reachable=EVERY)
    found = decide(News(topic=topic, is_urgent=False, due_at=NOON), reader)
    assert [sending.channel for sending in found] == [INBOX, *channels]
    assert {sending.due_at for sending in found} == {NOON}


@settings(max_examples=50, deadline=None)
@given(
    news=news,
    reader=readers,
    is_muted=stances,
    lately=floods,
    got=st.lists(
        st.builds(
            Got,
            sending=st.builds(Sending, channel=st.sampled_from(CHANNELS), due_at=moments, is_bundled=st.booleans()),
            is_urgent=st.booleans(),
            waits=st.booleans(),
        ),
        max_size=5,
    ),
)
def test_a_correction_goes_where_it_was_got_and_is_not_refused_and_no_sooner(
    news: News, reader: Reader, is_muted: bool | None, lately: dict[str, Lately], got: list[Got]
) -> None:
    found = decide(news, reader, is_muted=is_muted, lately=lately, got=got)
    assert found[:1] == ([Sending(INBOX, news.due_at)] if got else [])
    by = {each.sending.channel for each in got}
    plain = {each.channel: each for each in decide(news, reader, is_muted=is_muted, lately=lately)}
    for sending in found[1:]:
        assert sending.channel in by & reader.reachable
        assert not reader.refuses(news.topic, sending.channel)
        assert sending.due_at >= plain.get(sending.channel, sending).due_at >= news.due_at
        waiting = [each.sending for each in got if each.waits and each.sending.channel == sending.channel]
        for each in waiting:
            # Of two that are due at once single ones go first, then what goes together, in the order of writing.
            is_first = (each.due_at, each.is_bundled) <= (sending.due_at, sending.is_bundled)
            assert is_first or (news.is_urgent and each.is_bundled)
    assert {sending.channel for sending in found} >= set(plain) & by
    if is_muted:
        assert found[1:] == []


def test_by_night_what_rings_waits_until_six_and_urgent_news_does_not() -> None:
    reader = Reader(reachable=EVERY)
    six = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
    found = decide(News(topic=HOLD, is_urgent=False, due_at=MIDNIGHT), reader)
    assert found == [
        Sending(INBOX, MIDNIGHT),
        Sending("email", MIDNIGHT),
        Sending("push", six, is_bundled=True),
        Sending("sms", six, is_bundled=True),
    ]
    urgent = decide(News(topic=HOLD, is_urgent=True, due_at=MIDNIGHT), reader)
    assert {sending.due_at for sending in urgent} == {MIDNIGHT}
    own = replace(reader, quiet=(time(23), time(7)), holds_email=True)
    held = decide(News(topic=HOLD, is_urgent=False, due_at=MIDNIGHT), own)
    assert {(sending.channel, sending.due_at) for sending in held} == {
        (INBOX, MIDNIGHT),
        *((channel, six + timedelta(hours=1)) for channel in ("email", "push", "sms")),
    }


def test_what_is_watched_comes_at_once_by_every_channel_in_use_and_what_is_muted_by_none() -> None:
    reader = Reader(reachable=EVERY, digest="daily", wishes={(TICKET, "email"): False})
    told = News(topic=MOVEMENT, is_urgent=False, due_at=NOON)
    assert [each.channel for each in decide(told, reader)] == [INBOX, "email", "push"]
    watched = decide(told, reader, is_muted=False)
    assert watched == [Sending(channel, NOON) for channel in (INBOX, "email", "push", "sms")]
    # Her own no to just this holds here, too.
    watched = decide(replace(told, topic=TICKET), reader, is_muted=False)
    assert watched == [Sending(channel, NOON) for channel in (INBOX, "push", "sms")]
    assert decide(replace(told, is_urgent=True), reader, is_muted=True) == [Sending(INBOX, NOON)]


def test_a_flood_becomes_one_message_later() -> None:
    reader, told = Reader(), News(topic=MOVEMENT, is_urgent=False, due_at=NOON)
    few, many = Lately(FREE["email"] - 1), Lately(FREE["email"])
    assert decide(told, reader, lately={"email": few})[1] == Sending("email", NOON)
    assert decide(told, reader, lately={"email": many})[1] == Sending("email", NOON + BURST, is_bundled=True)
    waiting = replace(many, bundle_at=NOON + timedelta(minutes=3))
    assert decide(told, reader, lately={"email": waiting})[1].due_at == NOON + timedelta(minutes=3)
    assert decide(replace(told, is_urgent=True), reader, lately={"email": many})[1] == Sending("email", NOON)


@pytest.mark.parametrize(("drift", "is_told"), [(12.0, False), (12.1, True), (-12.1, True), (-3.0, False)])
def test_an_arrival_is_told_only_where_it_moves_by_more_than_the_threshold(drift: float, is_told: bool) -> None:
    assert moves_enough(drift, Reader(threshold_h=12)) is is_told


def test_a_week_waits_for_its_day() -> None:
    reader = Reader(digest="weekly", digest_weekday=0, digest_hour=7)
    (_inbox, mail) = decide(News(topic=MOVEMENT, is_urgent=False, due_at=NOON), reader)
    assert mail == Sending("email", datetime(2026, 11, 23, 5, 0, tzinfo=UTC), is_bundled=True)


def test_the_tables_know_every_topic_and_channel() -> None:
    assert {side: set(table) for side, table in DEFAULTS.items()} == {side: set(TOPICS) for side in SIDES}
    assert {kind.topic for kind in KINDS.values()} <= set(TOPICS)
    assert (set(FREE), set(CHANNELS), set(SENT_BY) >= RINGING) == (set(SENT_BY), {*SENT_BY, INBOX}, True)
    assert kind_of("nobody.knows_it", "hold", is_urgent=True) == (HOLD, True)
    assert kind_of("nobody.knows_it", "no topic").topic == "account"


DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def at_kigali(hour: int, minute: int = 0, day: int = 20) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Africa/Kigali")).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        (at_kigali(20, 59), at_kigali(20, 59)),
        (at_kigali(21), at_kigali(6, day=21)),
        (at_kigali(23, 59), at_kigali(6, day=21)),
        (at_kigali(0, day=21), at_kigali(6, day=21)),
        (at_kigali(5, 59, day=21), at_kigali(6, day=21)),
        (at_kigali(6, day=21), at_kigali(6, day=21)),
    ],
)
def test_the_night_begins_at_nine_and_ends_at_six_sharp(at: datetime, ends: datetime) -> None:
    assert [after_quiet(at, channel, Reader()) for channel in sorted(RINGING)] == [ends] * len(RINGING)
    assert after_quiet(at, "email", Reader()) == at


@pytest.mark.parametrize(
    ("quiet", "at", "ends"),
    [
        ((time(12), time(14)), at_kigali(13), at_kigali(14)),
        ((time(12), time(14)), at_kigali(14), at_kigali(14)),
        ((time(12), time(14)), at_kigali(23), at_kigali(23)),
        ((time(0), time(6)), at_kigali(0), at_kigali(6)),
        ((time(18), time(0)), at_kigali(18), at_kigali(0, day=21)),
        ((time(18), time(0)), at_kigali(0), at_kigali(0)),
        ((time(9), time(8)), at_kigali(8, 30), at_kigali(8, 30)),
        ((time(9), time(8)), at_kigali(9), at_kigali(8, day=21)),
    ],
)
def test_hours_of_ones_own_take_the_place_of_the_night(quiet: tuple[time, time], at: datetime, ends: datetime) -> None:
    assert after_quiet(at, "sms", Reader(quiet=quiet)) == ends
    assert after_quiet(at, "email", Reader(quiet=quiet)) == at
    assert after_quiet(at, "email", Reader(quiet=quiet, holds_email=True)) == ends


@pytest.mark.parametrize(
    ("zone", "ends"),
    [
        ("Africa/Kigali", datetime(2026, 11, 21, 4, 0, tzinfo=UTC)),
        ("Africa/Nairobi", datetime(2026, 11, 21, 3, 0, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2026, 11, 21, 0, 30, tzinfo=UTC)),
        ("America/New_York", MIDNIGHT),
        ("Asia/Tokyo", MIDNIGHT),
    ],
)
def test_the_night_is_that_of_the_reader(zone: str, ends: datetime) -> None:
    assert after_quiet(MIDNIGHT, "push", Reader(zone=zone)) == ends


def test_where_clocks_go_forward_the_night_ends_by_the_new_time() -> None:
    reader = Reader(zone="America/New_York")
    before = datetime(2026, 3, 8, 3, 0, tzinfo=UTC)
    assert after_quiet(before, "sms", reader) == datetime(2026, 3, 8, 10, 0, tzinfo=UTC)
    skipped = replace(reader, quiet=(time(22), time(2, 30)))
    assert before <= after_quiet(before, "sms", skipped) <= datetime(2026, 3, 8, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "digest", "goes"),
    [
        (at_kigali(6, 59), "daily", at_kigali(7)),
        (at_kigali(7), "daily", at_kigali(7, day=21)),
        (at_kigali(23, 59), "daily", at_kigali(7, day=21)),
        # The 20th is a Friday, the digest of Wednesday.
        (at_kigali(7), "weekly", at_kigali(7, day=25)),
        (at_kigali(6, 59, day=25), "weekly", at_kigali(7, day=25)),
        (at_kigali(7, day=18), "weekly", at_kigali(7, day=25)),
    ],
)
def test_what_comes_at_the_very_hour_waits_for_the_next_digest(at: datetime, digest: str, goes: datetime) -> None:
    assert next_digest(at, Reader(digest=digest, digest_hour=7, digest_weekday=2)) == goes


def test_a_watched_flood_is_held_back_for_the_burst_and_not_for_the_digest() -> None:
    reader = Reader(digest="weekly")
    told = News(topic=MOVEMENT, is_urgent=False, due_at=NOON)
    lately = {"email": Lately(FREE["email"], NOON + 5 * DAY)}
    found = decide(told, reader, is_muted=False, lately=lately)
    assert found[1:] == [Sending("email", NOON + BURST, is_bundled=True)]
    assert decide(told, reader, lately=lately)[1].due_at == next_digest(NOON, reader)


@settings(max_examples=40, deadline=None)
@given(
    news=news,
    channel=st.sampled_from(SENT_BY),
    count=st.integers(0, 12),
    wait=st.none() | st.integers(-60, 20000).map(lambda minutes: timedelta(minutes=minutes)),
)
def test_a_flood_by_day_never_waits_longer_than_the_burst(
    news: News, channel: str, count: int, wait: timedelta | None
) -> None:
    day_long = Reader(quiet=(time(3), time(3, 1)), reachable=EVERY)
    lately = Lately(count, None if wait is None else news.due_at + wait)
    found = timed(channel, news, day_long, lately)
    assert news.due_at <= found.due_at <= news.due_at + BURST + timedelta(minutes=1)
    if count < FREE[channel] and after_quiet(news.due_at, channel, day_long) == news.due_at:
        assert found == Sending(channel, news.due_at)


@settings(max_examples=40, deadline=None)
@given(news=news, reader=readers, channel=st.sampled_from(SENT_BY), count=st.integers(0, 12))
def test_what_is_bundled_is_what_waits(news: News, reader: Reader, channel: str, count: int) -> None:
    found = timed(channel, news, reader, Lately(count))
    assert found.channel == channel
    assert found.is_bundled is (found.due_at > news.due_at)
    if news.is_urgent:
        assert found == Sending(channel, news.due_at)


@pytest.mark.parametrize("channel", SENT_BY)
def test_so_many_go_one_by_one_and_the_next_is_held_back(channel: str) -> None:
    reader, told = Reader(reachable=EVERY), News(topic=HOLD, is_urgent=False, due_at=NOON)
    found = [timed(channel, told, reader, Lately(count)).is_bundled for count in range(FREE[channel] + 2)]
    assert found == [False] * FREE[channel] + [True, True]


def test_a_bundle_that_should_have_gone_goes_now() -> None:
    told = News(topic=MOVEMENT, is_urgent=False, due_at=NOON)
    late = Lately(FREE["email"], NOON - HOUR)
    assert timed("email", told, Reader(), late) == Sending("email", NOON)


@settings(max_examples=40, deadline=None)
@given(reader=readers, topic=st.sampled_from(TOPICS))
def test_a_wish_counts_for_its_topic_and_channel_and_for_no_other(reader: Reader, topic: str) -> None:
    for channel in SENT_BY:
        usual = replace(reader, wishes={key: yes for key, yes in reader.wishes.items() if key != (topic, channel)})
        assert usual.wants(topic, channel) is (channel in DEFAULTS[reader.side][topic])
        for wish in (True, False):
            wished = replace(usual, wishes={**usual.wishes, (topic, channel): wish})
            others = [(each, by) for each in TOPICS for by in SENT_BY if (each, by) != (topic, channel)]
            assert wished.wants(topic, channel) is wish
            assert [wished.wants(*other) for other in others] == [usual.wants(*other) for other in others]


@pytest.mark.parametrize(
    ("tried", "is_urgent", "wishes", "found"),
    [
        (set(), False, {}, "email"),
        ({"email"}, False, {}, "push"),
        ({"email", "push"}, False, {}, "whatsapp"),
        ({"email", "push", "whatsapp"}, False, {}, None),
        ({"email", "push", "whatsapp"}, True, {}, "sms"),
        ({"email", "push", "whatsapp"}, False, {(TICKET, "sms"): True}, "sms"),
        ({"email", "push", "whatsapp"}, True, {(TICKET, "sms"): False}, None),
        ({"email"}, True, {(TICKET, "push"): False}, "whatsapp"),
        ({"email"}, True, {(HOLD, "push"): False}, "push"),
        (set(SENT_BY), True, {}, None),
    ],
)
def test_who_stands_in_for_whom(
    tried: set[str], is_urgent: bool, wishes: dict[tuple[str, str], bool], found: str | None
) -> None:
    assert stand_in(TICKET, Reader(reachable=EVERY, wishes=wishes), tried, is_urgent=is_urgent) == found


def test_whoever_wants_nothing_is_told_in_the_inbox_whatever_it_is() -> None:
    nothing = Reader(reachable=EVERY, wishes=dict.fromkeys(((t, c) for t in TOPICS for c in SENT_BY), False))
    for topic in TOPICS:
        for is_urgent in (True, False):
            told = News(topic=topic, is_urgent=is_urgent, due_at=NOON)
            assert decide(told, nothing, is_muted=False) == decide(told, nothing) == [Sending(INBOX, NOON)]


def test_the_channels_keep_their_order_and_the_watched_ones_are_those_in_use_for_anything() -> None:
    reader = Reader(side="office", reachable=EVERY, wishes={(HOLD, "sms"): True, (TICKET, "email"): False})
    assert channels_for(TICKET, reader) == []
    assert channels_for(HOLD, reader) == ["email", "sms"]
    assert channels_for(MOVEMENT, reader, is_watched=True) == ["email", "sms"]
    assert channels_for(TICKET, reader, is_watched=True) == ["sms"]
    assert channels_for(TICKET, replace(reader, reachable=frozenset()), is_watched=True) == []


@pytest.mark.parametrize(
    ("drift", "threshold", "is_told"), [(0.0, 1, False), (1.0, 1, False), (-1.01, 1, True), (240.5, 240, True)]
)
def test_the_threshold_is_the_readers_own(drift: float, threshold: int, is_told: bool) -> None:
    assert moves_enough(drift, Reader(threshold_h=threshold)) is is_told
