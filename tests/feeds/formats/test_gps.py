"""Traccar's positions: where, when, how fast, and on which container and truck."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from feeds.facts import Moment, Position
from feeds.formats.gps import read

AT = "2026-11-20T08:45:20.011+03:00"
PLACE = {
    "id": 0,
    "deviceId": 7,
    "valid": True,
    "outdated": False,
    "fixTime": AT,
    "deviceTime": "2026-11-20T08:45:21+03:00",
    "serverTime": "2026-11-20T09:10:00+03:00",
    "latitude": -1.05,
    "longitude": 36.33,
    "speed": 30.0,
    "course": 291.5,
    "accuracy": 4.0,
    "address": "Naivasha",
    "attributes": {"sat": 9, "container": "csqu 305438-3"},
}
DEVICE = {"id": 7, "name": "rad 123 B / Jean", "uniqueId": "350000000000017", "contact": "", "attributes": {}}
WHEN = datetime(2026, 11, 20, 8, 45, 20, 11000, tzinfo=timezone(timedelta(hours=3)))


def position(device: dict[str, Any] | None = None, attributes: dict[str, Any] | None = None, **changes: Any) -> Any:
    """A forwarded position with some of its fields, its device's or its attributes changed."""
    place = {**PLACE, **changes, "attributes": {"sat": 9} if attributes is None else attributes}
    return {"position": place, "device": DEVICE if device is None else device}


def raw(*objects: Any) -> bytes:
    return "\n".join(json.dumps(item) for item in objects).encode()


def one(item: Any) -> Position:
    (fact,) = read(raw(item), {}).of(Position)
    return fact


def test_every_word_of_a_position() -> None:
    found = read(raw({"position": PLACE, "device": DEVICE}), {})
    assert (found.faults, found.flags) == ((), ())
    assert found.facts == (
        Position(
            device="350000000000017",
            carrier="truck",
            when=Moment(value=WHEN, words=AT),
            lat=-1.05,
            lon=36.33,
            speed_kmh=55.56,
            course=291.5,
            accuracy_m=4.0,
            name="rad 123 B / Jean",
            container="CSQU3054383",
            plate="RAD123B",
            words="Naivasha",
            line=1,
        ),
    )


def test_one_object_an_array_and_lines_say_the_same() -> None:
    three = [position(latitude=lat) for lat in (-1.0, -2.0, -3.0)]
    lines = read(b"\xef\xbb\xbf" + raw(*three).replace(b"\n", b"\r\n"), {})
    assert read(json.dumps(three, indent=1).encode(), {}) == lines
    assert [(fact.lat, fact.line) for fact in lines.of(Position)] == [(-1.0, 1), (-2.0, 2), (-3.0, 3)]
    assert one(PLACE).device == "7"


@pytest.mark.parametrize(
    ("changes", "is_old"),
    [
        ({}, False),
        ({"valid": False}, True),
        ({"outdated": True}, True),
        ({"attributes": {"sat": 0}}, True),
        ({"attributes": {}}, False),
        ({"valid": None, "outdated": "?"}, False),
    ],
)
def test_a_last_known_place_given_again_is_old(changes: dict[str, Any], is_old: bool) -> None:
    assert one(position(**changes)).is_old is is_old


@pytest.mark.parametrize(
    "changes",
    [
        {"latitude": 0, "longitude": 0.0},
        {"latitude": 90.1},
        {"longitude": -180.1},
        {"latitude": None},
        {"longitude": "east"},
        {"latitude": float("nan")},
        {"longitude": float("-inf")},
        {"latitude": True},
        {"latitude": 10**400},
        {"latitude": [1]},
    ],
)
def test_a_place_that_is_none_is_set_aside(changes: dict[str, Any]) -> None:
    found = read(raw(position(**changes), position()), {})
    assert [(fault.code, fault.line) for fault in found.faults] == [("bad_position", 1)]
    assert [fact.line for fact in found.of(Position)] == [2]


@pytest.mark.parametrize(("lat", "lon"), [(0, 32.5), (-90, 180), ("-1.95", "30.06"), (90, -180)])
def test_a_place_at_an_edge_or_in_text_is_one(lat: Any, lon: Any) -> None:
    fact = one(position(latitude=lat, longitude=lon))
    assert (fact.lat, fact.lon) == (float(lat), float(lon))


@pytest.mark.parametrize(
    ("field", "said", "read_as"),
    [
        ("speed", 0, 0.0),
        ("speed", 10, 18.52),
        ("speed", -1, None),
        ("speed", 10**6, None),
        ("speed", "fast", None),
        ("course", 360, 360.0),
        ("course", 361, None),
        ("accuracy", 0.0, None),
        ("accuracy", -5, None),
    ],
)
def test_how_fast_and_where_to_and_how_exactly(field: str, said: Any, read_as: float | None) -> None:
    names = {"speed": "speed_kmh", "accuracy": "accuracy_m"}
    assert getattr(one(position(**{field: said})), names.get(field, field)) == read_as


@pytest.mark.parametrize(
    ("changes", "value", "flags"),
    [
        ({"fixTime": "2026-11-20T05:45:20Z"}, datetime(2026, 11, 20, 5, 45, 20, tzinfo=UTC), ()),
        ({"fixTime": "2026-11-20 05:45:20"}, datetime(2026, 11, 20, 5, 45, 20, tzinfo=UTC), ("zone_assumed",)),
        ({"fixTime": 1795153520011}, datetime(2026, 11, 20, 5, 45, 20, 11000, tzinfo=UTC), ()),
        ({"fixTime": "1795153520"}, datetime(2026, 11, 20, 5, 45, 20, tzinfo=UTC), ()),
        ({"fixTime": None}, datetime(2026, 11, 20, 5, 45, 21, tzinfo=UTC), ()),
        ({"fixTime": "", "deviceTime": ""}, datetime(2026, 11, 20, 6, 10, tzinfo=UTC), ("time_of_receipt",)),
    ],
)
def test_when_it_was_there(changes: dict[str, Any], value: datetime, flags: tuple[str, ...]) -> None:
    fact = one(position(**changes))
    assert (fact.when.value, fact.flags) == (value, flags)


@pytest.mark.parametrize("said", ["yesterday", "2026-11-20", "1970-01-01T00:00:00Z", 0, 12, 10**19, "²", "9" * 30, -5])
def test_a_time_that_is_none_is_no_other(said: Any) -> None:
    found = read(raw(position(fixTime=said)), {})
    assert (found.facts, [fault.code for fault in found.faults]) == ((), ["no_time"])


def test_no_time_at_all() -> None:
    found = read(raw(position(fixTime=None, deviceTime=None, serverTime=None)), {})
    assert [fault.code for fault in found.faults] == ["no_time"]


@pytest.mark.parametrize(
    "junk",
    [{}, 7, None, "x", [], {"position": None, "device": DEVICE}, {"position": [PLACE]}, {"position": {"latitude": 1}}],
)
def test_what_is_no_position_is_set_aside(junk: Any) -> None:
    found = read(raw(junk, position()), {})
    assert [(fault.code, fault.line) for fault in found.faults] == ([("wrong_shape", 1)] if junk != [] else [])
    assert len(found.facts) == 1


def test_an_alarm_of_a_mere_position_is_said_to_be_not_followed() -> None:
    found = read(raw(position(attributes={"alarm": "tampering"})), {})
    assert ([type(fact) for fact in found.facts], found.flags) == ([Position], ("not_followed",))


def test_an_event_among_positions_is_read() -> None:
    event = {**position(), "event": {"type": "alarm", "attributes": {"alarm": "lock"}, "eventTime": AT}}
    assert [fact.kind for fact in read(raw(event, position()), {}).movements] == ["sealed"]
