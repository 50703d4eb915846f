"""Where and when in our own terms: the place's own clock, a day that is no midnight, and keys that never meet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.entries import Context, Timing, fault_of, key_of, node_of, place_words, resolve, timing_of
from corridor.places import load_gazetteer
from feeds.facts import Fault, Moment, Movement, Place
from tests.conftest import AT

KIGALI, NAIROBI = ZoneInfo("Africa/Kigali"), ZoneInfo("Africa/Nairobi")
LOCAL = datetime(2026, 11, 20, 9, 30)  # noqa: DTZ001


def context(**settings: str) -> Context:
    return Context(source_id=1, delivery_id=1, received_at=AT, settings=settings, gazetteer=load_gazetteer())


@pytest.mark.parametrize(
    ("value", "zone", "instant", "is_day", "is_local"),
    [
        (LOCAL, KIGALI, datetime(2026, 11, 20, 7, 30, tzinfo=UTC), False, True),
        (LOCAL, NAIROBI, datetime(2026, 11, 20, 6, 30, tzinfo=UTC), False, True),
        (LOCAL.replace(tzinfo=UTC), KIGALI, datetime(2026, 11, 20, 9, 30, tzinfo=UTC), False, False),
        (LOCAL.replace(tzinfo=timezone(timedelta(hours=8))), KIGALI, datetime(2026, 11, 20, 1, 30, tzinfo=UTC), False, False),
        (date(2026, 11, 20), KIGALI, datetime(2026, 11, 20, 10, 0, tzinfo=UTC), True, True),
    ],
    ids=["kigali", "nairobi", "utc", "offset", "day"],
)  # fmt: skip
def test_a_moment_is_an_instant_of_its_place(
    value: date, zone: ZoneInfo, instant: datetime, is_day: bool, is_local: bool
) -> None:
    assert resolve(Moment(value=value), zone) == (instant, is_day, is_local)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from([KIGALI, NAIROBI, ZoneInfo("Asia/Dubai")]))
def test_a_day_is_the_same_day_at_its_place(day: date, zone: ZoneInfo) -> None:
    assert resolve(Moment(value=day), zone)[0].astimezone(zone).date() == day


@pytest.mark.parametrize(
    ("is_day", "ahead", "is_future"),
    [
        (False, timedelta(hours=2), False),
        (False, timedelta(hours=2, seconds=1), True),
        (True, timedelta(days=1), False),
        (True, timedelta(days=1, seconds=1), True),
        (False, timedelta(days=-400), False),
    ],
)
def test_clocks_may_differ_a_little_and_days_by_one(is_day: bool, ahead: timedelta, is_future: bool) -> None:
    timing = Timing(zone=KIGALI, occurred_at=AT + ahead, is_day=is_day, issued_at=None, flags=())
    assert timing.is_future(AT) is is_future


@pytest.mark.parametrize(
    ("place", "said", "slug"),
    [
        (Place(node="ke-port-mombasa"), {}, "ke-port-mombasa"),
        (Place(), {"node": "ke-port-mombasa"}, "ke-port-mombasa"),
        (Place(), {"node": "nowhere"}, None),
        (Place(), {}, None),
        (Place(unlocode="SGSIN"), {"node": "ke-port-mombasa"}, None),
    ],
    ids=["named", "the source's", "the source's, unknown", "none", "elsewhere"],
)
def test_the_source_s_place_is_meant_only_where_none_is_named(
    network: None, place: Place, said: dict[str, str], slug: str | None
) -> None:
    node = node_of(place, context(**said))
    assert (node.slug if node else None) == slug


def test_a_zone_that_had_to_be_assumed_is_flagged_only_where_it_was_used(network: None) -> None:
    here, asked = Place(), context(time_zone="Africa/Kigali")
    assumed = timing_of(Moment(value=LOCAL), None, here, None, asked)
    assert (assumed.zone, assumed.flags) == (KIGALI, ("zone_assumed",))
    exact = timing_of(Moment(value=AT), Moment(value=LOCAL), here, None, asked)
    assert (exact.flags, exact.issued_at) == ((), datetime(2026, 11, 20, 7, 30, tzinfo=UTC))
    node = node_of(Place(node="xx-border-malaba"), asked)
    at_malaba = timing_of(Moment(value=LOCAL), None, here, node, asked)
    assert (at_malaba.flags, at_malaba.occurred_at.hour) == ((), 6)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place(), ""),
        (Place(node="n", unlocode="KEMBA", name="Mombasa"), "n Mombasa"),
        (Place(unlocode="KEMBA", facility="KCT"), "KEMBA KCT"),
    ],
)
def test_a_place_in_the_sender_s_words(place: Place, words: str) -> None:
    assert place_words(place) == words


def test_a_fault_keeps_line_and_words_of_its_fact() -> None:
    fact = Movement(kind="sealed", classifier="ACT", when=Moment(value=AT), line=7, words="DTM+137")
    assert fault_of(fact, "future", "x") == Fault(code="future", line=7, excerpt="DTM+137", detail="x")


@given(st.lists(st.text(st.characters(exclude_characters="\x1f")), min_size=1), st.lists(st.text(st.characters(exclude_characters="\x1f")), min_size=1))  # fmt: skip
def test_the_same_parts_have_one_key_and_others_another(one: list[str], two: list[str]) -> None:
    assert (key_of(*one) == key_of(*two)) == (one == two)
