"""AIS sentences: what receivers put around them, messages of several parts, and damage."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce
from itertools import permutations
from operator import xor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyais.encode import encode_dict

from feeds.facts import Fault
from feeds.nmea import Receiver, words_of
from feeds.ships import Report

FIX = {"type": 1, "mmsi": 636012345, "lat": -4.07, "lon": 39.7, "speed": 10.2, "course": 301.5}
VOYAGE: dict[str, Any] = {
    "type": 5,
    "mmsi": 636012345,
    "imo": 9321483,
    "shipname": "UMUGABE",
    "callsign": "A8XY",
    "destination": "KEMBA",
    "month": 11,
    "day": 24,
    "hour": 6,
    "minute": 30,
}


def sentences(seq: int = 1, **fields: Any) -> list[str]:
    """The sentences of one message, by another's encoder."""
    return encode_dict({**FIX, **fields}, talker_id="AI", sentence_type="VDM", seq_id=seq)


def summed(body: str) -> str:
    """A sentence or a tag block with its checksum."""
    return f"{body}*{reduce(xor, body.lstrip('!').encode(), 0):02X}"


ONE = sentences()[0]
FIRST, SECOND = sentences(**VOYAGE)
TAG = "\\" + summed("s:r1,c:1795153500") + "\\"
LOG = "\r\n".join(TAG + line for line in (ONE, FIRST, SECOND, ONE)).encode()
HEARD = datetime(2026, 11, 20, 5, 45, tzinfo=UTC)


def take(*lines: str | bytes) -> list[Any]:
    receiver = Receiver()
    found: list[Any] = []
    for number, line in enumerate(lines, 1):
        found += receiver.take(line if isinstance(line, bytes) else line.encode(), number)
    return [*found, *receiver.close()]


def told(*lines: str | bytes) -> list[Any]:
    """Faults by line and code, reports by line and type, flags as they are."""
    return [
        (item.line, item.code)
        if isinstance(item, Fault)
        else (item.line, item.type)
        if isinstance(item, Report)
        else item
        for item in take(*lines)
    ]


def test_a_position() -> None:
    (report,) = take(ONE)
    assert (report.type, report.mmsi, report.lat, report.lon) == (1, 636012345, -4.07, 39.7)
    assert (report.speed, report.course, report.words, report.when) == (10.2, 301.5, ONE, None)


@pytest.mark.parametrize(
    "lines", [(TAG + FIRST, SECOND), (TAG + FIRST + TAG + SECOND,), (FIRST, f"{SECOND},1795153500")]
)
def test_a_ship_s_voyage_in_two_sentences(lines: tuple[str, ...]) -> None:
    (report,) = take(*lines)
    assert (report.imo, report.name, report.call_sign, report.destination) == (9321483, "UMUGABE", "A8XY", "KEMBA")
    assert (report.eta, report.line) == ((11, 24, 6, 30), 1)
    assert report.when is not None
    assert report.when.value == HEARD


@pytest.mark.parametrize(
    ("line", "when"),
    [
        (TAG + ONE, HEARD),
        ("\\" + summed("c:1795153500000,s:r1") + "\\" + ONE, HEARD),
        ("\\s:r1,c:1795153500*00\\" + ONE, None),
        (f"{ONE},d-109,S2105,t054500.00,T56.1,r003669946,1795153500,1795153441", HEARD),
        (f"{ONE},b003669794,1795153500", HEARD),
        (TAG + ONE + ",r1,1795150000", HEARD),
        (f"{ONE},b003669794,99", None),
        (f"{ONE},0000000001", None),
        (f"2026-11-20 {ONE}\\x0d\\x0a", None),
    ],
)
def test_when_it_was_heard(line: str, when: datetime | None) -> None:
    (report,) = take(line)
    assert (report.when and report.when.value, report.lat) == (when, -4.07)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([ONE.replace("*", "0*")], [(1, "bad_checksum")]),
        ([ONE.split("*")[0]], [(1, "bad_checksum")]),
        ([FIRST], [(1, "missing_part")]),
        ([SECOND], [(1, "missing_part")]),
        ([FIRST, SECOND.replace("*", "1*")], [(2, "bad_checksum"), (1, "missing_part")]),
        ([FIRST, ONE, SECOND], [(2, 1), (1, 5)]),
        ([FIRST, FIRST, SECOND, SECOND], [(2, 5)]),
        ([FIRST, *sentences(**{**VOYAGE, "mmsi": 2})], [(1, "missing_part"), (2, 5)]),
        ([FIRST, *sentences(2, **{**VOYAGE, "mmsi": 2}), SECOND], [(2, 5), (1, 5)]),
        ([FIRST, *[ONE] * 101, SECOND][:103], [*[(line, 1) for line in range(2, 103)], (1, "missing_part"), (103, "missing_part")]),
        ([summed("!AIVDM,1,1,,A,,0")], [(1, "missing_part")]),
        ([summed("!AIVDM,1,1,,A,15Mw,0")], [(1, "missing_part")]),
        ([summed("!AIVDM,0,1,,A,15Mw,0")], [(1, "wrong_shape")]),
        ([summed("!AIVDM,x,1,,A,15Mw,0")], [(1, "wrong_shape")]),
        ([summed("!AIVDM,1,1")], [(1, "wrong_shape")]),
        ([b"!AIVDM,1,1,,A,\xff\xfe,0*00"], [(1, "bad_checksum")]),
        (["$GPGGA,054500,0404.2,S,03942.0,E,1,9,,,M,,M,,*5F"], ["not_followed"]),
        (sentences(type=4), ["not_followed"]),
        (sentences(type=9), ["not_followed"]),
        (sentences(type=14, text="MAYDAY"), ["not_followed"]),
        (["15RTgt0PAso;90TKcjM8h6g208CQ"], [(1, "wrong_shape")]),
        (["hello"], [(1, "wrong_shape")]),
    ],
)  # fmt: skip
def test_damage_is_told_and_leaves_the_rest(lines: list[str | bytes], found: list[Any]) -> None:
    assert told(*lines) == found


FAR_FIRST, FAR_SECOND = sentences(**{**VOYAGE, "mmsi": 2, "destination": "KIGALI DRY PORT"})
ELSE_FIRST, ELSE_SECOND = sentences(2, **{**VOYAGE, "mmsi": 3})


def in_three() -> list[str]:
    """The voyage in three sentences."""
    payload = FIRST.split(",")[5] + SECOND.split(",")[5]
    parts = payload[:30], payload[30:60], payload[60:]
    return [summed(f"!AIVDM,3,{number},7,A,{part},{2 * (number == 3)}") for number, part in enumerate(parts, 1)]


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_the_parts_of_a_message_may_come_in_any_order(order: tuple[int, ...]) -> None:
    parts = in_three()
    (report,) = take(*(parts[number] for number in order))
    (whole,) = take(FIRST, SECOND)
    assert replace(report, line=1, words="") == replace(whole, words="")
    assert [replace(item, line=1) for item in take(SECOND, FIRST)] == [whole]


def test_the_time_of_any_part_is_the_message_s() -> None:
    (report,) = take(TAG + SECOND, FIRST)
    assert report.when.value == HEARD


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([SECOND, ONE, FIRST], [(3, "KEMBA")]),
        ([SECOND, ELSE_SECOND, FIRST, ELSE_FIRST], [(3, "KEMBA"), (4, "KEMBA")]),
        ([SECOND, FIRST, *[ONE] * 20, FAR_SECOND, FAR_FIRST], [(2, "KEMBA"), (24, "KIGALI DRY PORT")]),
        ([SECOND, FAR_FIRST, FAR_SECOND], [(2, "KIGALI DRY PORT"), (1, "missing_part")]),
        ([SECOND, FAR_FIRST, FAR_SECOND, FIRST], [(2, "KIGALI DRY PORT"), (4, "KEMBA")]),
        ([SECOND, SECOND, FIRST, FIRST], [(4, "KEMBA")]),
        ([SECOND, FIRST, SECOND], [(2, "KEMBA")]),
        ([SECOND, FIRST, SECOND, FIRST], [(2, "KEMBA"), (4, "KEMBA")]),
        ([SECOND, FIRST, SECOND, FAR_FIRST], [(2, "KEMBA"), (4, "missing_part")]),
        ([SECOND, FAR_SECOND], [(1, "missing_part"), (2, "missing_part")]),
        ([SECOND, *[ONE] * 100, FIRST], [(102, "missing_part"), (1, "missing_part")]),
        ([SECOND, ELSE_FIRST], [(2, "missing_part"), (1, "missing_part")]),
        ([in_three()[2], in_three()[0]], [(2, "missing_part"), (1, "missing_part")]),
    ],
)  # fmt: skip
def test_a_part_that_came_early_joins_its_own_message_alone(lines: list[str], found: list[Any]) -> None:
    assert [
        (item.line, item.destination if isinstance(item, Report) else item.code)
        for item in take(*lines)
        if not isinstance(item, Report) or item.type == 5
    ] == found


@pytest.mark.parametrize(
    ("fields", "name", "call_sign"),
    [
        ({"type": 24, "partno": 0, "shipname": "INZIRA"}, "INZIRA", ""),
        ({"type": 24, "partno": 1, "callsign": "A8XY"}, "", "A8XY"),
        ({"type": 19, "shipname": "INZIRA"}, "INZIRA", ""),
        ({"type": 18}, "", ""),
        ({"type": 27}, "", ""),
    ],
)
def test_ships_of_class_b_and_from_afar(fields: dict[str, Any], name: str, call_sign: str) -> None:
    (report,) = take(*sentences(**fields))
    assert (report.type, report.name, report.call_sign) == (fields["type"], name, call_sign)
    assert fields["type"] == 24 or (round(report.lat, 2), round(report.lon, 1)) == (-4.07, 39.7)


def test_a_static_report_of_no_known_part_is_set_aside() -> None:
    payload = sentences(type=24, partno=0, shipname="INZIRA")[0].split(",")[5]
    # The part's number is the last two bits of the seventh letter's first four.
    bent = summed(f"!AIVDM,1,1,,A,{payload[:6]}{chr(ord(payload[6]) + 12)}{payload[7:]},2")
    assert told(bent) == [(1, "wrong_shape")]


@pytest.mark.parametrize(("text", "words"), [("MV  UMUGABE@@JUNK", "MV UMUGABE"), ("@", ""), ("  A ", "A")])
def test_an_at_sign_ends_a_text(text: str, words: str) -> None:
    assert words_of(text) == words


@given(lat=st.floats(-89, 89), lon=st.floats(-179, 179), mmsi=st.integers(1, 999_999_999))
def test_another_s_encoder_is_read_to_its_own_exactness(lat: float, lon: float, mmsi: int) -> None:
    (report,) = take(*sentences(lat=lat, lon=lon, mmsi=mmsi))
    assert (abs(report.lat - lat) < 2e-6, abs(report.lon - lon) < 2e-6, report.mmsi) == (True, True, mmsi)


@given(
    payload=st.text("0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVW`abcdefghijklmnopqrstuvw", max_size=80),
    fill=st.integers(0, 9),
)
def test_no_payload_makes_it_raise(payload: str, fill: int) -> None:
    assert len(take(summed(f"!AIVDM,1,1,,A,{payload},{fill}"))) == 1


@pytest.mark.parametrize(
    "led",
    [
        "1795153500 ",
        "1795153500000,",
        "2026-11-20T05:45:00Z ",
        "2026-11-20 05:45:00.000Z\t",
        "[2026-11-20T08:45:00+03:00] ",
        "2026-11-20T08:45:00+0300: ",
    ],
)
def test_the_time_that_a_logger_writes_before_a_sentence_is_when_it_was_heard(led: str) -> None:
    (report,) = take(led + ONE)
    assert report.when.value == HEARD


@pytest.mark.parametrize(
    "led", ["2026-11-20 05:45:00 ", "12345 ", "2026-13-20T05:45:00Z ", "1795153500", "at sea: ", ""]
)
def test_what_else_stands_before_a_sentence_is_no_time(led: str) -> None:
    (report,) = take(led + ONE)
    assert (report.type, report.when) == (1, None)


def test_a_sentence_s_own_time_counts_before_the_logger_s() -> None:
    assert [one.when.value for one in take("1700000000 " + TAG + ONE, f"1700000000 {ONE},b1,1795153500")] == [HEARD] * 2
