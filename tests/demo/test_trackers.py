"""Trackers: trucks move along the road between their reports, and speak as often as they should."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from demo.reports import Trip
from demo.trackers import (
    EVERY,
    PAST_EVERY,
    SEALED,
    TRAIL,
    Track,
    Trackers,
    alarms,
    events_json,
    positions_json,
    tracks_of,
)
from feeds.facts import Movement, Position
from feeds.formats import READERS
from tests.demo.conftest import UNTIL

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def tracks(few: list[Trip]) -> list[Track]:
    return [track for trip in few for track in tracks_of(trip)]


def test_a_truck_is_where_its_reports_say_when_they_say_so(few: list[Trip]) -> None:
    for trip in few:
        for track in tracks_of(trip):
            times = {report.occurred_at for report in trip.reports if report.plate == track.plate}
            begin, end = track.stations[0][0], track.stations[-1][0]
            assert {begin, end} <= times
            assert (track.at(begin - HOUR), track.at(end + HOUR)) == (track.stations[0][1:], track.stations[-1][1:])
            assert [when for when, *_place in track.stations] == sorted(when for when, *_place in track.stations)


def test_most_containers_by_road_have_a_tracker_and_some_have_none(few: list[Trip], tracks: list[Track]) -> None:
    boxes = sum(len(trip.boxes) for trip in few)
    assert 0.4 * boxes < len(tracks) < 0.95 * boxes
    assert len({track.device for track in tracks}) == len(tracks)


def test_no_truck_flies(tracks: list[Track]) -> None:
    for track in tracks[:20]:
        whole = int((track.ends_at - track.begins_at) / EVERY)
        pings = [track.ping(track.begins_at + n * EVERY) for n in range(0, whole, 7)]
        assert max(ping.knots for ping in pings) < 80
        assert all(-4.2 < ping.lat < 1.0 and 29.5 < ping.lon < 40 for ping in pings)


def test_trucks_drive_and_rest(tracks: list[Track]) -> None:
    for track in tracks[:20]:
        pings = [
            track.ping(track.begins_at + n * EVERY) for n in range(1, int((track.ends_at - track.begins_at) / EVERY))
        ]
        standing = sum(ping.knots < 1 for ping in pings) / len(pings)
        driving = sum(ping.knots > 15 for ping in pings) / len(pings)
        assert (standing > 0.3, driving > 0.05) == (True, True)


def test_trackers_speak_each_hour_of_the_past_and_each_five_minutes_from_then_on(few: list[Trip]) -> None:
    voice = Trackers(few, UNTIL)
    told = voice.between(UNTIL - 400 * HOUR, UNTIL + 2 * HOUR)
    times = sorted({ping.reported_at for ping in told})
    steps = {(after > UNTIL, after - before) for before, after in pairwise(times)}
    assert steps == {(False, PAST_EVERY), (True, EVERY)}
    assert times[0] >= UNTIL - TRAIL
    assert (voice.first_at() or UNTIL) >= UNTIL - TRAIL
    first, second = voice.between(UNTIL - TRAIL - HOUR, UNTIL), voice.between(UNTIL, UNTIL + 2 * HOUR)
    assert [*first, *second] == list(told)
    assert voice.last_at(UNTIL + timedelta(minutes=9)) == UNTIL + EVERY
    assert voice.last_at(UNTIL - 5000 * HOUR) is None


def test_a_silent_voice_has_nothing_to_say() -> None:
    voice = Trackers([], UNTIL)
    assert (voice.first_at(), voice.last_at(UNTIL), voice.between(UNTIL - HOUR, UNTIL)) == (None, None, [])


def test_positions_are_read_back_with_their_plate(tracks: list[Track]) -> None:
    pings = [track.ping(track.begins_at + HOUR) for track in tracks[:9]]
    found = READERS["gps"](positions_json(pings), {})
    facts = found.of(Position)
    assert [(fact.device, fact.plate, fact.lat, fact.lon) for fact in facts] == [
        (ping.device, ping.plate, ping.lat, ping.lon) for ping in pings
    ]
    assert (found.faults, found.flags) == ((), ())


def test_seals_are_armed_and_opened_and_some_give_alarm(few: list[Trip]) -> None:
    told = alarms(few, UNTIL)
    assert {alarm.word for alarm in told} <= {"lock", "unlock", "tampering", "parking"}
    assert min(alarm.reported_at for alarm in told) > UNTIL - SEALED
    seals = {report.seal: report.box.number for trip in few for report in trip.reports if report.box}
    assert [alarm for alarm in told if seals[alarm.seal] != alarm.container] == []


def test_an_alarm_is_a_movement_of_its_container(found: list[Trip]) -> None:
    # Of a large year, so that there is each sort of trouble.
    told = alarms(found, UNTIL - timedelta(days=200))
    words = {"lock": "sealed", "unlock": "unsealed", "tampering": "seal_tampered", "parking": "long_stop"}
    assert {alarm.word for alarm in told} == words.keys()
    chosen = [next(alarm for alarm in told if alarm.word == word) for word in words]
    read = READERS["eseal"](events_json(chosen), {})
    assert [(fact.kind, fact.container) for fact in read.of(Movement)] == [
        (words[alarm.word], alarm.container) for alarm in chosen
    ]
