"""Events of e-seals: what became of the seal, of which container, when and where."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from feeds.facts import Moment, Movement, Place, Position
from feeds.formats import eseal, gps
from tests.feeds.formats.test_gps import AT, PLACE, WHEN, position, raw

SEAL = {"id": 9, "name": "Seal 7711", "uniqueId": "rw 7711", "attributes": {}}
BOXED = {**SEAL, "attributes": {"container": "CSQU3054383", "plate": "RAD 123 B"}}
AT_EVENT = "2026-11-20T08:46:00+03:00"


def event(type: str = "alarm", alarm: Any = None, *, device: Any = SEAL, at: Any = AT_EVENT, **more: Any) -> Any:
    """A forwarded event with the position of the sample truck."""
    said = {"id": 31, "type": type, "eventTime": at, "deviceId": 9, "attributes": {"alarm": alarm} if alarm else {}}
    return {"event": said, "position": {**PLACE, "attributes": {}}, "device": device, **more}


def read(*objects: Any, **settings: str) -> tuple[list[Movement], list[str], tuple[str, ...]]:
    found = eseal.read(raw(*objects), settings)
    return list(found.movements), [fault.code for fault in found.faults], found.flags


def test_every_word_of_an_alarm_and_the_place_it_bears() -> None:
    found = eseal.read(raw(event(alarm="tampering", device=BOXED)), {})
    assert (found.faults, found.flags) == ((), ())
    movement, place = found.facts
    assert movement == Movement(
        kind="seal_tampered",
        classifier="ACT",
        when=Moment(value=datetime(2026, 11, 20, 8, 46, tzinfo=timezone(timedelta(hours=3))), words=AT_EVENT),
        container="CSQU3054383",
        seals=("rw 7711",),
        plate="RAD123B",
        words="alarm tampering -1.05000 36.33000",
        sender_event="31",
        line=1,
    )
    assert isinstance(place, Position)
    assert (place.device, place.when.value, place.container, place.line) == ("rw 7711", WHEN, "CSQU3054383", 1)


def test_without_a_container_the_seal_s_number_is_the_reference() -> None:
    (fact,), faults, _ = read(event(alarm="ARMED"))
    assert (fact.kind, fact.reference, fact.container, fact.seals, faults) == ("sealed", "RW7711", "", ("rw 7711",), [])


def test_a_wrong_check_digit_is_flagged() -> None:
    (fact,), _, _ = read(event("UNLOCK", device={**SEAL, "name": "CSQU3054384"}))
    assert (fact.kind, fact.container, fact.reference, fact.flags) == ("unsealed", "CSQU3054384", "", ("check_digit",))


def test_several_alarms_in_one_word_are_several_movements() -> None:
    facts, faults, flags = read(event(alarm="tampering,lowBattery, door,bogus"))
    assert ([fact.words for fact in facts], faults, flags) == (
        ["alarm tampering -1.05000 36.33000", "alarm door -1.05000 36.33000"],
        ["unknown_code"],
        ("not_followed",),
    )


@pytest.mark.parametrize(
    ("said", "own", "kinds", "faults", "flags"),
    [
        (event("deviceOnline"), {}, [], [], ("not_followed",)),
        (event("selfDestruct"), {}, [], ["unknown_code"], ()),
        (event("alarm"), {}, [], ["unknown_code"], ()),
        (event("selfDestruct"), {"code_selfDestruct": "seal_tampered"}, ["seal_tampered"], [], ()),
        (event(alarm="door"), {"code_DOOR": "unsealed"}, ["unsealed"], [], ()),
        (event(alarm="door"), {"code_door": ""}, [], [], ("not_followed",)),
        (event(alarm="door"), {"code_door": "teleported"}, [], ["unknown_code"], ()),
        (event("geofenceExit", geofence={"name": "route"}), {"code_geofenceexit": "left"}, ["left"], [], ()),
        ({"event": "TAMPER", "position": PLACE, "device": SEAL}, {}, ["seal_tampered"], [], ()),
        (event("lock", at="soon"), {}, [], ["no_time"], ()),
        ({"event": {"type": "lock", "eventTime": AT}}, {}, [], ["no_reference"], ()),
    ],
)
def test_codes_and_the_source_s_own_mapping(
    said: Any, own: dict[str, str], kinds: list[str], faults: list[str], flags: tuple[str, ...]
) -> None:
    facts, codes, told = read(said, **own)
    assert ([fact.kind for fact in facts], codes, told) == (kinds, faults, flags)


def test_a_fault_names_the_code() -> None:
    (fault,) = eseal.read(raw(event(alarm="selfDestruct")), {}).faults
    assert (fault.detail, fault.line, "selfDestruct" in fault.excerpt) == ("selfDestruct", 1, True)


@pytest.mark.parametrize(
    ("geofence", "place", "flags"),
    [
        ({"name": "xx-border-malaba"}, Place(node="xx-border-malaba", name="xx-border-malaba"), ()),
        ({"name": "KE-ICD-NAIVASHA (gate)"}, Place(node="ke-icd-naivasha", name="KE-ICD-NAIVASHA (gate)"), ()),
        (
            {"name": "Malaba", "attributes": {"node": "xx-border-malaba"}},
            Place(node="xx-border-malaba", name="Malaba"),
            (),
        ),
        (
            {
                "name": "Northern Corridor – Malaba OSBP",
                "area": "CIRCLE (0.636 34.276, 500)",
                "attributes": {"node": "xx-border-malaba"},
            },
            Place(node="xx-border-malaba", name="Northern Corridor – Malaba OSBP"),
            (),
        ),
        (
            {"name": "Corridor stop, Salgaa", "area": "POLYGON ((-0.2 35.8, -0.2 35.9, -0.1 35.9))"},
            Place(name="Corridor stop, Salgaa"),
            (),
        ),
        (
            {"name": "Corridor: KE-ICD-NAIVASHA"},
            Place(node="ke-icd-naivasha", name="Corridor: KE-ICD-NAIVASHA"),
            (),
        ),
        ({"name": "Kampala", "attributes": {"unlocode": "ugkla"}}, Place(unlocode="UGKLA", name="Kampala"), ()),
        ({"name": "Yard", "attributes": {"unlocode": "??"}}, Place(name="Yard"), ()),
        ({"name": "re-fuel-stop"}, Place(name="re-fuel-stop"), ()),
        ({}, Place(), ("unknown_location",)),
    ],
)
def test_a_geofence_is_a_place(geofence: dict[str, Any], place: Place, flags: tuple[str, ...]) -> None:
    facts, _, _ = read(event("geofenceEnter", geofence=geofence), event("geofenceExit", geofence=geofence))
    assert [(fact.kind, fact.place, fact.flags) for fact in facts] == [
        ("reached", place, flags),
        ("left", place, flags),
    ]


def test_a_route_is_no_place() -> None:
    route = {"name": "Naivasha–Malaba", "area": "LINESTRING (-1.05 36.33, 0.63 34.27)"}
    facts, _, flags = read(event("geofenceExit", geofence=route), event("geofenceEnter", geofence=route))
    assert [(fact.kind, fact.place, fact.words) for fact in facts] == [
        ("route_deviation", Place(), "geofenceExit Naivasha–Malaba -1.05000 36.33000")
    ]
    assert flags == ("not_followed",)


@pytest.mark.parametrize(
    ("times", "value", "flags"),
    [
        ({"eventTime": None, "serverTime": "2026-11-20T09:00:00+00:00"}, datetime(2026, 11, 20, 9, tzinfo=UTC), ()),
        ({"eventTime": None}, WHEN, ()),
        ({"eventTime": "2026-11-20T09:00:00"}, datetime(2026, 11, 20, 9, tzinfo=UTC), ("zone_assumed",)),
    ],
)
def test_when_it_was(times: dict[str, Any], value: datetime, flags: tuple[str, ...]) -> None:
    said = event("lock")
    said["event"].update(times)
    assert [(fact.when.value, fact.flags) for fact in read(said)[0]] == [(value, flags)]


@pytest.mark.parametrize(
    "place", [None, {}, {"latitude": 0, "longitude": 0}, {"latitude": 99, "longitude": 1, "fixTime": AT}]
)
def test_an_event_without_a_usable_position_is_an_event_all_the_same(place: Any) -> None:
    found = eseal.read(raw({**event("lock"), "position": place}), {})
    assert ([type(fact) for fact in found.facts], found.faults) == ([Movement], ())


def test_a_position_of_no_time_of_its_own_was_taken_at_the_event() -> None:
    found = eseal.read(raw({**event("deviceOnline"), "position": {"latitude": -1.0, "longitude": 30.0}}), {})
    assert [(fact.when.words, fact.flags) for fact in found.of(Position)] == [(AT_EVENT, ())]


def test_positions_of_seals_are_read_and_their_alarms_followed() -> None:
    found = eseal.read(raw(position(attributes={"alarm": "removing"}), position()), {})
    assert [(fact.kind, fact.when.value, fact.words) for fact in found.movements] == [
        ("seal_tampered", WHEN, "removing -1.05000 36.33000")
    ]
    assert found.of(Position) == gps.read(raw(position(), position()), {}).of(Position)
