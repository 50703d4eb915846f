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


def straight(hours: int = 10, km_per_hour: float = 20.0) -> Track:
    """A truck that goes due west along the equator and arrives after so many hours."""
    degrees = hours * km_per_hour / 111.2
    return Track("RAC 123 A", "TRK000001", ((UNTIL, 0.0, 36.0), (UNTIL + hours * HOUR, 0.0, 36.0 - degrees)))


@pytest.mark.parametrize("hours", [4, 10, 31])
@pytest.mark.parametrize("km_per_hour", [5.0, 20.0, 47.9, 60.0])
def test_a_truck_never_turns_back_and_comes_when_it_should(hours: int, km_per_hour: float) -> None:
    track = straight(hours, km_per_hour)
    places = [track.at(UNTIL + n * EVERY)[1] for n in range(hours * 12 + 1)]
    assert (places[0], places[-1]) == (36.0, track.stations[-1][2])
    assert [1 for before, after in pairwise(places) if after > before + 1e-9] == []


def test_a_truck_rests_in_turns_and_drives_at_its_pace_between() -> None:
    track = straight()
    places = [track.at(UNTIL + n * EVERY)[1] for n in range(121)]
    speeds = [(before - after) * 111.2 * 12 for before, after in pairwise(places)]
    assert max(speeds) == pytest.approx(48.0, rel=0.01)
    assert sum(speed < 0.1 for speed in speeds) > 50
    turns = sum(before < 0.1 <= after for before, after in pairwise([0.0, *speeds]))
    assert turns in (2, 3)


def test_before_it_leaves_and_after_it_came_a_truck_stands() -> None:
    track = straight()
    for when, place in ((UNTIL - HOUR, 36.0), (UNTIL, 36.0), (track.ends_at, track.stations[-1][2])):
        assert track.at(when)[1] == place
    assert (track.begins_at, track.ends_at) == (UNTIL, UNTIL + 11 * HOUR)


def test_a_ping_is_always_the_same_and_a_few_metres_beside_the_truck() -> None:
    track = straight()
    for n in range(0, 130, 9):
        when = UNTIL + n * EVERY
        ping, (lat, lon) = track.ping(when), track.at(when)
        assert track.ping(when) == ping
        assert (ping.device, ping.plate, ping.reported_at) == ("TRK000001", "RAC 123 A", when)
        assert max(abs(ping.lat - lat), abs(ping.lon - lon)) <= 0.00081
        assert (round(ping.lat, 5), round(ping.lon, 5)) == (ping.lat, ping.lon)


def test_the_voice_says_the_same_however_the_time_is_cut(few: list[Trip]) -> None:
    voice = Trackers(few, UNTIL)
    begin, end = UNTIL - TRAIL, UNTIL + HOUR
    whole = list(voice.between(begin, end))
    for step in (timedelta(minutes=7), timedelta(minutes=61)):
        cuts = [begin + n * step for n in range(int((end - begin) / step) + 1)] + [end]
        assert [ping for since, until in pairwise(cuts) for ping in voice.between(since, until)] == whole
    times = [ping.reported_at for ping in whole]
    assert times == sorted(times)
    assert len({(ping.device, ping.reported_at) for ping in whole}) == len(whole)


def test_nothing_was_said_after_the_last_word(few: list[Trip]) -> None:
    voice = Trackers(few, UNTIL)
    for minutes in (-200, -61, -1, 0, 4, 5, 33):
        now = UNTIL + timedelta(minutes=minutes)
        last = voice.last_at(now)
        assert last is not None
        assert last <= now
        assert list(voice.between(last, now)) == []
        assert len(voice.between(last - timedelta(minutes=1), last)) > 0


def test_what_the_seals_say_is_of_the_last_days_and_in_whole_minutes_where_they_watch(few: list[Trip]) -> None:
    for since in (UNTIL, UNTIL - timedelta(days=30)):
        told = alarms(few, since)
        assert [alarm for alarm in told if alarm.reported_at <= since - SEALED - timedelta(minutes=1)] == []
        odd = [alarm for alarm in told if alarm.word in ("tampering", "parking") and alarm.reported_at.second]
        assert odd == []
        assert [alarm for alarm in told if not (-5 < alarm.lat < 1 and 29 < alarm.lon < 41)] == []


def test_no_words_are_no_bytes() -> None:
    assert (positions_json([]), events_json([])) == (b"", b"")
