"""AIS as a delivery: files of sentences and frames of JSON give the same facts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from feeds.facts import CallTiming, Moment, Position, Ship
from feeds.formats.ais import read
from tests.feeds.test_nmea import FIRST, ONE, SECOND, TAG, sentences

UTC_WORDS = "2026-11-20 05:45:00.940343849 +0000 UTC"
META = {
    "MMSI": 636012345,
    "ShipName": "UMUGABE             ",
    "latitude": -4.07,
    "longitude": 39.7,
    "time_utc": UTC_WORDS,
}
FIX = {"UserID": 636012345, "Valid": True, "Latitude": -4.07, "Longitude": 39.7, "Sog": 10.2, "Cog": 301.5}
VOYAGE = {
    "UserID": 636012345,
    "Valid": True,
    "ImoNumber": 9321483,
    "Name": "UMUGABE             ",
    "CallSign": "A8XY   ",
    "Destination": "KEMBA               ",
    "Eta": {"Month": 11, "Day": 24, "Hour": 6, "Minute": 30},
}


def frame(type: str = "PositionReport", message: Any = FIX, **meta: Any) -> dict[str, Any]:
    return {"MessageType": type, "MetaData": {**META, **meta}, "Message": {type: message}}


def lines(*frames: Any) -> bytes:
    return "\n".join(json.dumps(item) for item in frames).encode()


def test_a_frame_and_a_sentence_say_the_same() -> None:
    sent, framed = (
        read("\n".join([TAG + ONE, TAG + FIRST, SECOND]).encode(), {}),
        read(lines(frame(), frame("ShipStaticData", VOYAGE)), {}),
    )
    assert (sent.faults, sent.flags, framed.faults, framed.flags) == ((), (), (), ())
    for found in (sent, framed):
        (fact,), (ship,), (call,) = found.of(Position), found.of(Ship), found.of(CallTiming)
        assert (fact.device, fact.lat, fact.lon, fact.speed_kmh, fact.course) == (
            "636012345",
            -4.07,
            39.7,
            18.89,
            301.5,
        )
        assert (ship.mmsi, ship.imo, ship.name, ship.call_sign) == ("636012345", "9321483", "UMUGABE", "A8XY")
        assert (call.when.value, call.place.unlocode, call.classifier) == (
            datetime(2026, 11, 24, 6, 30, tzinfo=UTC),
            "KEMBA",
            "EST",
        )
    assert framed.of(Position)[0].when == Moment(
        value=datetime(2026, 11, 20, 5, 45, 0, 940343, tzinfo=UTC), words=UTC_WORDS
    )
    assert (sent.of(Position)[0].name, framed.of(Position)[0].name) == ("", "UMUGABE")


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("2026-11-20 05:45:00.940343 +0000 UTC", datetime(2026, 11, 20, 5, 45, 0, 940343, tzinfo=UTC)),
        ("2026-11-20 05:45:00 +0000 UTC", datetime(2026, 11, 20, 5, 45, tzinfo=UTC)),
        ("2026-11-20 08:45:00.5 +0300 EAT", datetime(2026, 11, 20, 5, 45, 0, 500000, tzinfo=UTC)),
        ("2026-11-20T05:45:00Z", datetime(2026, 11, 20, 5, 45, tzinfo=UTC)),
        ("2026-13-20 05:45:00 +0000 UTC", None),
        ("today", None),
        (None, None),
    ],
)
def test_the_time_of_a_frame(words: str | None, value: datetime | None) -> None:
    found = read(lines(frame(time_utc=words)), {})
    assert [fact.when.value for fact in found.of(Position)] == ([value] if value else [])
    assert [fault.code for fault in found.faults] == ([] if value else ["no_time"])


@pytest.mark.parametrize(
    ("received_at", "value"),
    [
        ("2026-11-20T09:00:00+03:00", datetime(2026, 11, 20, 6, tzinfo=UTC)),
        ("2026-11-20T06:00:00", datetime(2026, 11, 20, 6, tzinfo=UTC)),
        ("", None),
        ("soon", None),
    ],
)
def test_a_sentence_without_time_was_true_when_it_came(received_at: str, value: datetime | None) -> None:
    found = read(ONE.encode(), {"received_at": received_at})
    assert [(fact.when.value, fact.flags) for fact in found.of(Position)] == (
        [(value, ("time_of_receipt",))] if value else []
    )
    assert [fault.code for fault in found.faults] == ([] if value else ["no_time"])


@pytest.mark.parametrize(
    ("said", "code", "detail"),
    [
        ({"error": "Api Key Is Not Valid"}, "sender_error", "Api Key Is Not Valid"),
        ({}, "wrong_shape", ""),
        (7, "wrong_shape", ""),
        (frame(message={**FIX, "Valid": False}), "wrong_shape", "PositionReport"),
        (frame(message=[FIX]), "wrong_shape", "PositionReport"),
        (frame(message={**FIX, "Latitude": -101.5}), "bad_position", "-101.5 39.7"),
        (frame(message={**FIX, "Latitude": "NaN"}), "bad_position", "None 39.7"),
        (frame(message={**FIX, "UserID": 10**30}), "wrong_shape", f"MMSI {10**30 + 19884624838656}"),
    ],
)
def test_a_frame_that_says_nothing_is_set_aside(said: Any, code: str, detail: str) -> None:
    found = read(lines(said, frame()), {})
    assert [(fault.code, fault.line, fault.detail) for fault in found.faults] == [(code, 1, detail)]
    assert [fact.line for fact in found.of(Position)] == [2]


@pytest.mark.parametrize(
    ("said", "facts", "flags"),
    [
        (frame("BaseStationReport"), [], ("not_followed",)),
        (frame("UnknownMessage", {"x": 1}), [], ("not_followed",)),
        (frame(message={**FIX, "Latitude": 91, "Longitude": 181}), [], ("position_unknown",)),
        (frame("StandardClassBPositionReport"), [Position], ()),
        (frame("LongRangeAisBroadcastMessage"), [Position], ()),
        (frame("ExtendedClassBPositionReport", {**FIX, "Name": "INZIRA"}), [Position, Ship], ()),
        (frame("StaticDataReport", {"UserID": 1, "ReportB": {"CallSign": "A8XY"}}), [Ship], ()),
        (frame("ShipStaticData", {**VOYAGE, "Eta": {"Month": "x"}}), [Ship], ()),
    ],
)
def test_types_of_frames(said: Any, facts: list[type], flags: tuple[str, ...]) -> None:
    found = read(lines(said), {})
    assert ([type(fact) for fact in found.facts], found.faults, found.flags) == (facts, (), flags)


def test_lines_keep_their_numbers_and_comments_are_passed_over() -> None:
    body = ["", "# log of Mombasa", TAG + ONE, "junk", lines(frame()).decode(), '{"a":', *sentences(type=4)]
    found = read(b"\xef\xbb\xbf" + "\r\n".join(body).encode(), {})
    assert [(fact.line, type(fact)) for fact in found.facts] == [(3, Position), (5, Position)]
    assert [(fault.line, fault.code) for fault in found.faults] == [(4, "wrong_shape"), (6, "not_json")]
    assert found.flags == ("not_followed",)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty"),
        (b"# nothing yet\n", "empty"),
        (b"<html></html>", "html"),
        (b'{"a":' * 9000, "not_json"),
        (b"\x00\xff" * 99, "wrong_shape"),
    ],
)
def test_what_is_no_ais_at_all(raw: bytes, code: str) -> None:
    found = read(raw, {})
    assert (found.facts, [fault.code for fault in found.faults]) == ((), [code])
