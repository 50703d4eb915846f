"""From facts to rows: instants in UTC, places as nodes, and keys under which a word is kept once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.entries import Context, Timing, fault_of, key_of, node_of, place_words, resolve, timing_of
from corridor.models import Node
from corridor.places import Gazetteer
from feeds.facts import Condition, Fault, Moment, Movement, Place
from tests.conftest import AT

KIGALI, NAIROBI = ZoneInfo("Africa/Kigali"), ZoneInfo("Africa/Nairobi")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PORT = Node(slug="ke-port-mombasa", unlocode="KEMBA", time_zone="Africa/Nairobi")
YARD = Node(slug="ke-term-ct2", unlocode="KEMBA", time_zone="Africa/Nairobi")
GAZETTEER = Gazetteer({PORT.slug: PORT, YARD.slug: YARD}, {"KEMBA": PORT}, {("KEMBA", "KCT"): YARD})
SIX = datetime(2026, 11, 25, 6)  # noqa: DTZ001 - local to a place


def context(settings: Mapping[str, str] | None = None) -> Context:
    return Context(source_id=1, delivery_id=2, received_at=NOW, settings=settings or {}, gazetteer=GAZETTEER)


@pytest.mark.parametrize(
    ("value", "instant", "is_day", "is_local"),
    [
        (SIX, datetime(2026, 11, 25, 4, tzinfo=UTC), False, True),
        (SIX.replace(tzinfo=UTC), datetime(2026, 11, 25, 6, tzinfo=UTC), False, False),
        (SIX.replace(tzinfo=timezone(timedelta(hours=9))), datetime(2026, 11, 24, 21, tzinfo=UTC), False, False),
        (date(2026, 11, 25), datetime(2026, 11, 25, 10, tzinfo=UTC), True, True),
    ],
    ids=["local", "UTC", "elsewhere", "day"],
)
def test_a_moment_is_an_instant_in_the_zone_of_its_place(
    value: date, instant: datetime, is_day: bool, is_local: bool
) -> None:
    assert resolve(Moment(value=value), KIGALI) == (instant, is_day, is_local)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)))  # noqa: DTZ001
def test_a_local_time_is_that_time_again_at_its_place(value: datetime) -> None:
    instant, _is_day, _is_local = resolve(Moment(value=value), NAIROBI)
    assert instant.astimezone(NAIROBI).replace(tzinfo=None) == value


@pytest.mark.parametrize(
    ("place", "own", "slug"),
    [
        (Place(unlocode="KEMBA"), {}, "ke-port-mombasa"),
        (Place(unlocode="KEMBA", facility="kct"), {}, "ke-term-ct2"),
        (Place(unlocode="KEMBA", facility="LCT"), {}, "ke-port-mombasa"),
        (Place(node="KE-PORT-MOMBASA"), {}, "ke-port-mombasa"),
        (Place(), {"node": "ke-term-ct2"}, "ke-term-ct2"),
        (Place(), {"node": "atlantis"}, None),
        (Place(name="Atlantis"), {"node": "ke-term-ct2"}, None),
        (Place(), {}, None),
    ],
)
def test_a_place_is_a_node_or_the_source_s_own_where_none_is_named(
    place: Place, own: Mapping[str, str], slug: str | None
) -> None:
    found = node_of(place, context(own))
    assert (found.slug if found else None) == slug


@pytest.mark.parametrize(
    ("place", "own", "hour", "flags"),
    [
        (Place(unlocode="AEJEA"), {}, 2, ()),
        (Place(name="Atlantis"), {}, 3, ("zone_assumed",)),
        (Place(name="Atlantis"), {"time_zone": "Africa/Kigali"}, 4, ("zone_assumed",)),
    ],
)
def test_outside_the_corridor_the_zone_is_the_country_s_or_the_source_s(
    place: Place, own: Mapping[str, str], hour: int, flags: tuple[str, ...]
) -> None:
    found = timing_of(Moment(value=SIX), None, place, None, context(own))
    assert (found.occurred_at, found.flags) == (datetime(2026, 11, 25, hour, tzinfo=UTC), flags)


def test_what_was_issued_is_read_in_the_same_zone() -> None:
    found = timing_of(Moment(value=date(2026, 11, 25)), Moment(value=SIX), Place(), PORT, context())
    assert (found.zone, found.is_day, found.issued_at, found.flags) == (
        NAIROBI,
        True,
        datetime(2026, 11, 25, 3, tzinfo=UTC),
        (),
    )


@pytest.mark.parametrize(
    ("ahead", "is_day", "is_future"),
    [
        (timedelta(hours=2), False, False),
        (timedelta(hours=2, seconds=1), False, True),
        (timedelta(days=1), True, False),
        (timedelta(days=1, seconds=1), True, True),
    ],
)
def test_clocks_may_differ_by_two_hours_and_days_by_one(ahead: timedelta, is_day: bool, is_future: bool) -> None:
    timing = Timing(zone=KIGALI, occurred_at=NOW + ahead, is_day=is_day, issued_at=None, flags=())
    assert timing.is_future(NOW) is is_future


def test_a_place_is_told_in_the_sender_s_words() -> None:
    assert place_words(Place(unlocode="KEMBA", facility="KCT", name="Berth 20")) == "KEMBA KCT Berth 20"
    assert place_words(Place(node="ke-port-mombasa", unlocode="KEMBA")) == "ke-port-mombasa"
    assert place_words(Place()) == ""


def test_a_fact_that_cannot_be_taken_is_a_fault_at_its_line() -> None:
    since = Moment(value=SIX)
    fact = Condition(reference="R", kind="road", severity="slow", since=since, words="the row", line=7)
    assert fault_of(fact, "unknown_node", "x") == Fault(code="unknown_node", line=7, excerpt="the row", detail="x")


WORDS: Any = st.lists(st.text(alphabet=st.characters(exclude_characters="\x1f", codec="utf-8"), max_size=5), min_size=1)


@given(WORDS, WORDS)
def test_a_key_is_that_of_its_parts_alone(one: list[str], other: list[str]) -> None:
    assert (key_of(*one) == key_of(*other)) is (one == other)


LOCAL = datetime(2026, 11, 20, 9, 30)  # noqa: DTZ001


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
    node = node_of(place, context(said))
    assert (node.slug if node else None) == slug


def test_a_zone_that_had_to_be_assumed_is_flagged_only_where_it_was_used(network: None) -> None:
    here, asked = Place(), context({"time_zone": "Africa/Kigali"})
    assumed = timing_of(Moment(value=LOCAL), None, here, None, asked)
    assert (assumed.zone, assumed.flags) == (KIGALI, ("zone_assumed",))
    exact = timing_of(Moment(value=AT), Moment(value=LOCAL), here, None, asked)
    assert (exact.flags, exact.issued_at) == ((), datetime(2026, 11, 20, 7, 30, tzinfo=UTC))


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


PARTS = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x1f")), min_size=1)


@given(PARTS, PARTS)
def test_the_same_parts_have_one_key_and_others_another(one: list[str], two: list[str]) -> None:
    assert (key_of(*one) == key_of(*two)) == (one == two)
