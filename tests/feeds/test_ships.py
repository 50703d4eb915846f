"""What ships say of themselves: whether bound for Mombasa, in which year they arrive, and values that stand for none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.facts import CallTiming, Fault, Moment, Place, Position, Ship
from feeds.ships import Report, facts_of, is_for_mombasa, nearest

HEARD = Moment(value=datetime(2026, 11, 20, 5, 45, tzinfo=UTC), words="1795153500")
RECEIVED = Moment(value=datetime(2026, 11, 20, 6, tzinfo=UTC))
FIX: dict[str, Any] = {"type": 1, "mmsi": 636012345, "line": 3, "when": HEARD, "lat": -4.07, "lon": 39.7, "words": "x"}
VOYAGE: dict[str, Any] = {
    "name": "UMUGABE",
    "imo": 9321483,
    "call_sign": "A8XY",
    "destination": "KEMBA",
    "eta": (11, 24, 6, 30),
}
STATIC: dict[str, Any] = {**FIX, **VOYAGE, "type": 5, "lat": None, "lon": None}


def read(received: Moment | None = RECEIVED, **fields: Any) -> list[Any]:
    return list(facts_of(Report(**fields), received))


def codes(found: list[Any]) -> list[Any]:
    """Faults by their code, flags as they are, facts by their class."""
    return [item.code if isinstance(item, Fault) else item if isinstance(item, str) else type(item) for item in found]


def test_every_word_of_a_position() -> None:
    assert read(**FIX, speed=10.2, course=301.5, name="UMUGABE") == [
        Position(
            device="636012345",
            carrier="vessel",
            when=HEARD,
            lat=-4.07,
            lon=39.7,
            speed_kmh=18.89,
            course=301.5,
            name="UMUGABE",
            words="x",
            line=3,
        )
    ]


def test_a_ship_and_her_expected_arrival() -> None:
    assert read(**STATIC) == [
        Ship(mmsi="636012345", imo="9321483", name="UMUGABE", call_sign="A8XY", when=HEARD, words="x", line=3),
        CallTiming(
            timing="port_arrival",
            classifier="EST",
            when=Moment(value=datetime(2026, 11, 24, 6, 30, tzinfo=UTC), words="11-24 06:30 UTC"),
            place=Place(unlocode="KEMBA", name="KEMBA"),
            vessel="UMUGABE",
            vessel_imo="9321483",
            mmsi="636012345",
            call_sign="A8XY",
            words="ETA 11-24 06:30 UTC KEMBA",
            issued=HEARD,
            line=3,
        ),
    ]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"lat": 91, "lon": 181}, ["position_unknown"]),
        ({"lat": 91.0}, ["position_unknown"]),
        ({"lon": 181.0}, ["position_unknown"]),
        ({"lat": -101.5}, ["bad_position"]),
        ({"lon": 200.2}, ["bad_position"]),
        ({"lat": None}, ["bad_position"]),
        ({"lat": 0.0, "lon": 0.0}, ["bad_position"]),
        ({"mmsi": 0}, ["wrong_shape"]),
        ({"mmsi": 1_065_113_482}, ["wrong_shape"]),
        ({"type": 4}, ["not_followed"]),
        ({"type": 9}, ["not_followed"]),
        ({"type": 24}, ["not_followed"]),
        ({"type": 19}, [Position, "not_followed"]),
        ({"type": 19, "name": "INZIRA"}, [Position, Ship]),
        ({"mmsi": 2_000_123}, [Position]),
    ],
)
def test_what_is_no_position_or_no_ship(changes: dict[str, Any], found: list[Any]) -> None:
    assert codes(read(**{**FIX, **changes})) == found


@pytest.mark.parametrize(
    ("type", "speed", "course", "read_as"),
    [
        (1, 102.3, 360.0, (None, None)),
        (1, 102.2, 359.9, (189.27, 359.9)),
        (18, 0.0, 0.0, (0.0, 0.0)),
        (27, 63.0, 511.0, (None, None)),
        (27, 62.0, 90.0, (114.82, 90.0)),
        (1, 63.0, None, (116.68, None)),
        (1, -0.1, -1.0, (None, None)),
    ],
)
def test_values_that_stand_for_none(type: int, speed: float, course: float | None, read_as: tuple[Any, Any]) -> None:
    (fact,) = read(**{**FIX, "type": type, "speed": speed, "course": course})
    assert (fact.speed_kmh, fact.course) == read_as


def test_where_a_report_bears_no_time_that_of_its_receipt_is_taken_and_told() -> None:
    (fact,) = read(**{**FIX, "when": None})
    ship, arrival = read(**{**STATIC, "when": None})
    assert (fact.when, fact.flags) == (RECEIVED, ("time_of_receipt",))
    assert (ship.when, ship.flags, arrival.issued, arrival.flags) == (None, (), RECEIVED, ("time_of_receipt",))
    assert codes(read(None, **{**FIX, "when": None})) == ["no_time"]
    assert codes(read(None, **{**STATIC, "when": None})) == [Ship, "no_time"]


@pytest.mark.parametrize(
    ("number", "imo", "flags"),
    [(9321483, "9321483", ()), (0, "", ()), (1111111, "", ("imo_check_digit",)), (10**9, "", ("imo_check_digit",))],
)
def test_an_imo_number_is_kept_where_it_is_valid(number: int, imo: str, flags: tuple[str, ...]) -> None:
    ship = read(**{**STATIC, "imo": number})[0]
    assert (ship.imo, ship.flags) == (imo, flags)


@pytest.mark.parametrize(
    ("destination", "is_bound"),
    [
        ("KEMBA", True),
        ("KE MBA", True),
        ("kemba", True),
        ("MOMBASA", True),
        ("PORT OF MOMBASA, KENYA", True),
        ("MBA ANCH", True),
        ("TZDAR>KEMBA", True),
        ("DAR >> KE.MBA", True),
        ("KE MBA>", True),
        ("KE MBA>??", True),
        ("KEMBA>AEJEA", False),
        ("DAR ES SALAAM", False),
        ("SIMBA", False),
        ("MBALE", False),
        ("KEMBALA", False),
        ("", False),
        (">", False),
    ],
)
def test_who_is_bound_for_mombasa(destination: str, is_bound: bool) -> None:
    assert is_for_mombasa(destination) is is_bound
    assert [type(fact) for fact in read(**{**STATIC, "destination": destination})] == [Ship, CallTiming][: 1 + is_bound]


@pytest.mark.parametrize(
    ("eta", "at", "value"),
    [
        ((11, 24, 6, 30), (2026, 11, 20), datetime(2026, 11, 24, 6, 30, tzinfo=UTC)),
        ((1, 3, 6, 30), (2026, 12, 28), datetime(2027, 1, 3, 6, 30, tzinfo=UTC)),
        ((12, 28, 23, 0), (2027, 1, 2), datetime(2026, 12, 28, 23, 0, tzinfo=UTC)),
        ((11, 24, 24, 60), (2026, 11, 20), date(2026, 11, 24)),
        ((11, 24, 6, 60), (2026, 11, 20), datetime(2026, 11, 24, 6, 0, tzinfo=UTC)),
        ((2, 29, 6, 0), (2028, 2, 1), datetime(2028, 2, 29, 6, 0, tzinfo=UTC)),
        ((2, 29, 6, 0), (2026, 2, 1), None),
        ((11, 31, 6, 0), (2026, 11, 20), None),
        ((11, 24, 25, 0), (2026, 11, 20), None),
        ((11, 24, 6, 61), (2026, 11, 20), None),
    ],
)
def test_the_year_of_an_arrival(eta: tuple[int, int, int, int], at: tuple[int, int, int], value: date | None) -> None:
    assert nearest(eta, datetime(*at, tzinfo=UTC)) == value


@pytest.mark.parametrize(
    ("eta", "found"),
    [((0, 0, 24, 60), [Ship]), ((11, 0, 6, 0), [Ship]), ((13, 1, 6, 0), [Ship]), ((2, 30, 6, 0), [Ship, "no_time"])],
)
def test_an_arrival_that_is_not_given_is_none(eta: tuple[int, int, int, int], found: list[Any]) -> None:
    assert codes(read(**{**STATIC, "eta": eta})) == found


@given(
    at=st.datetimes(datetime(2000, 6, 1), datetime(2099, 6, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    ahead=st.timedeltas(timedelta(days=-180), timedelta(days=180)),
)
def test_an_arrival_within_half_a_year_is_found_again(at: datetime, ahead: timedelta) -> None:
    due = (at + ahead).replace(second=0, microsecond=0)
    assert nearest((due.month, due.day, due.hour, due.minute), at) == due
