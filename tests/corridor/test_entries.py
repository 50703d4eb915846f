"""From facts to rows: instants in the zone of their place, nodes, the future, and keys that tell things apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.entries import (
    FUTURE_TOLERANCE,
    Context,
    Timing,
    fault_of,
    key_of,
    node_of,
    place_words,
    resolve,
    timing_of,
)
from corridor.models import Node
from corridor.places import Gazetteer
from feeds.facts import Fault, Moment, Movement, Place

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NAIROBI, KIGALI = ZoneInfo("Africa/Nairobi"), ZoneInfo("Africa/Kigali")
PORT = Node(pk=1, slug="ke-port", name="Port", unlocode="KEMBA", time_zone="Africa/Nairobi")
CITY = Node(pk=2, slug="rw-city", name="City", unlocode="RWKGL", time_zone="Africa/Kigali")
NINE = datetime(2026, 11, 20, 9, 30)  # noqa: DTZ001 - local to its place
ZONES = st.sampled_from(["Africa/Nairobi", "Africa/Kigali", "Asia/Kolkata", "Europe/London", "America/St_Johns"])
quick = settings(deadline=None, derandomize=True, max_examples=50)
texts = st.text(st.characters(exclude_characters="\x1f"), max_size=12)


def context(says: Mapping[str, str] | None = None) -> Context:
    nodes = [PORT, CITY]
    known = Gazetteer({node.slug: node for node in nodes}, {node.unlocode: node for node in nodes}, {})
    return Context(source_id=7, delivery_id=9, received_at=NOW, settings=says or {}, gazetteer=known)


@pytest.mark.parametrize(
    ("value", "zone", "expected"),
    [
        (NINE, NAIROBI, (datetime(2026, 11, 20, 6, 30, tzinfo=UTC), False, True)),
        (NINE, KIGALI, (datetime(2026, 11, 20, 7, 30, tzinfo=UTC), False, True)),
        (NINE.replace(tzinfo=UTC), KIGALI, (datetime(2026, 11, 20, 9, 30, tzinfo=UTC), False, False)),
        (NINE.replace(tzinfo=timezone(timedelta(hours=-5))), KIGALI, (datetime(2026, 11, 20, 14, 30, tzinfo=UTC), False, False)),
        (date(2026, 11, 20), NAIROBI, (datetime(2026, 11, 20, 9, tzinfo=UTC), True, True)),
        (date(2026, 11, 20), KIGALI, (datetime(2026, 11, 20, 10, tzinfo=UTC), True, True)),
    ],
)  # fmt: skip
def test_an_instant_is_read_on_the_clock_of_its_place_unless_it_brings_its_own(
    value: datetime | date, zone: ZoneInfo, expected: tuple[datetime, bool, bool]
) -> None:
    assert resolve(Moment(value=value), zone) == expected


@quick
@given(st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30)), ZONES)  # noqa: DTZ001
def test_a_time_with_an_offset_means_the_same_instant_at_any_place(value: datetime, zone: str) -> None:
    aware = value.replace(tzinfo=timezone(timedelta(hours=3)))
    assert resolve(Moment(value=aware), ZoneInfo(zone)) == (aware, False, False)
    assert resolve(Moment(value=aware), ZoneInfo(zone))[0].tzinfo is UTC


@quick
@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), ZONES)
def test_a_day_is_the_same_day_at_its_place(day: date, zone: str) -> None:
    at, is_day, _is_local = resolve(Moment(value=day), ZoneInfo(zone))
    local = at.astimezone(ZoneInfo(zone))
    assert (local.date(), local.time(), is_day) == (day, time(12), True)


@pytest.mark.parametrize(
    ("place", "says", "slug"),
    [
        (Place(unlocode="KEMBA"), {}, "ke-port"),
        (Place(node="RW-City"), {}, "rw-city"),
        (Place(), {"node": "rw-city"}, "rw-city"),
        (Place(), {"node": ""}, None),
        (Place(), {"node": "gone"}, None),
        (Place(), {}, None),
        (Place(unlocode="SGSIN"), {"node": "rw-city"}, None),
        (Place(name="somewhere"), {"node": "rw-city"}, None),
        (Place(node="nowhere"), {"node": "rw-city"}, None),
    ],
    ids=str,
)
def test_the_source_s_own_node_stands_where_no_place_is_given(
    place: Place, says: dict[str, str], slug: str | None
) -> None:
    found = node_of(place, context(says))
    assert (found.slug if found else None) == slug


@pytest.mark.parametrize(
    ("place", "node", "says", "zone", "flags"),
    [
        (Place(), PORT, {}, "Africa/Nairobi", ()),
        (Place(), CITY, {"time_zone": "Asia/Dubai"}, "Africa/Kigali", ()),
        (Place(unlocode="AEJEA"), None, {}, "Asia/Dubai", ()),
        (Place(unlocode="USNYC"), None, {}, "Africa/Nairobi", ("zone_assumed",)),
        (Place(unlocode="USNYC"), None, {"time_zone": "America/New_York"}, "America/New_York", ("zone_assumed",)),
        (Place(), None, {"time_zone": "No/Where"}, "Africa/Nairobi", ("zone_assumed",)),
    ],
)
def test_a_zone_that_had_to_be_assumed_is_said(
    place: Place, node: Node | None, says: dict[str, str], zone: str, flags: tuple[str, ...]
) -> None:
    found = timing_of(Moment(value=NINE), None, place, node, context(says))
    assert found == Timing(
        zone=ZoneInfo(zone),
        occurred_at=NINE.replace(tzinfo=ZoneInfo(zone)),
        is_day=False,
        issued_at=None,
        flags=flags,
    )


def test_a_time_with_an_offset_needs_no_zone_and_assumes_none() -> None:
    found = timing_of(Moment(value=NINE.replace(tzinfo=UTC)), None, Place(unlocode="USNYC"), None, context())
    assert (found.occurred_at, found.flags) == (NINE.replace(tzinfo=UTC), ())


def test_when_it_was_issued_is_read_on_the_same_clock() -> None:
    issued = Moment(value=NINE + timedelta(hours=1))
    found = timing_of(Moment(value=date(2026, 11, 20)), issued, Place(), CITY, context())
    assert (found.is_day, found.issued_at) == (True, datetime(2026, 11, 20, 8, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("ahead", "is_day", "is_future"),
    [
        (-FUTURE_TOLERANCE, False, False),
        (FUTURE_TOLERANCE, False, False),
        (FUTURE_TOLERANCE + timedelta(seconds=1), False, True),
        (timedelta(days=1), True, False),
        (timedelta(days=1, seconds=1), True, True),
    ],
)
def test_clocks_may_differ_by_hours_and_days_by_one(ahead: timedelta, is_day: bool, is_future: bool) -> None:
    timing = Timing(zone=KIGALI, occurred_at=NOW + ahead, is_day=is_day, issued_at=None, flags=())
    assert timing.is_future(NOW) is is_future


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place(), ""),
        (Place(node="ke-port", unlocode="KEMBA", name="Mombasa"), "ke-port Mombasa"),
        (Place(unlocode="KEMBA", facility="KCT"), "KEMBA KCT"),
        (Place(unlocode="AEJEA", facility="T1", name="Jebel Ali"), "AEJEA T1 Jebel Ali"),
        (Place(name="Jebel Ali"), "Jebel Ali"),
    ],
)
def test_a_place_in_the_sender_s_words(place: Place, words: str) -> None:
    assert place_words(place) == words


def test_a_fault_points_at_what_the_sender_wrote() -> None:
    fact = Movement(kind="gate_out", classifier="ACT", when=Moment(value=NINE), line=4, words="EQD+CN")
    assert fault_of(fact, "future", "tomorrow") == Fault(code="future", line=4, excerpt="EQD+CN", detail="tomorrow")
    assert fault_of(fact, "no_time").detail == ""


@quick
@given(st.lists(texts, max_size=4), st.lists(texts, max_size=4))
def test_keys_are_the_same_for_the_same_parts_and_for_no_others(first: list[str], second: list[str]) -> None:
    # No part at all and one empty part are the only two that read alike.
    is_same = (first or [""]) == (second or [""])
    assert (key_of(*first) == key_of(*second)) is is_same


def test_a_key_stays_what_it_was() -> None:
    """Keys are kept in the database: a change of how they are made would record everything once more."""
    assert str(key_of(7, "BOX", None, date(2026, 11, 20))) == "e6595006-99b1-8270-c4a1-5a014d39a74b"
    assert key_of() == key_of("")
    assert key_of("ab", "c") != key_of("a", "bc")
