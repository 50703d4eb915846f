"""The demo's trackers: where trucks on the road are, between the places that their reports name, and their seals."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any

from corridor.reference import DATA
from demo.reports import Report, Trip

TRUCKS, SEALS = "demo-trackers", "demo-seals"
# So far back, and no further, reaches the history of trackers and of seals that is loaded: each ping takes its time.
TRAIL, SEALED = timedelta(hours=8), timedelta(days=3)
# How often a tracker speaks: in what is loaded as history, and live.
PAST_EVERY, EVERY = timedelta(hours=1), timedelta(minutes=5)
_FITTED, _TAMPERED, _LONG_STOPS = 0.75, 0.04, 0.12
_AFTER_ARRIVAL = timedelta(hours=1)
_ROAD_STEPS = {"gate_out", "weighed", "border1_in", "border1_out", "border2_in", "border2_out", "arrived_kigali"}
# The road by the places that trackers pass on it, with each pair of borders at one place.
_ROAD = (
    ("ke-wb-mariakani",),
    ("ke-wb-athi-river",),
    ("ke-icd-naivasha",),
    ("ke-wb-gilgil",),
    ("ke-wb-webuye",),
    ("xx-border-malaba", "xx-border-busia"),
    ("ug-wb-busitema",),
    ("ug-city-kampala",),
    ("ug-wb-lukaya",),
    ("ug-city-mbarara",),
    ("xx-border-gatuna", "xx-border-kagitumba"),
)
_KM_PER_DEGREE, _KMH_PER_KNOT = 111.2, 1.852
_JITTER = 0.0008
_PACE_KMH, _TURN = 48.0, timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Ping:
    """One position of a truck's tracker: degrees, and knots as Traccar has them."""

    device: str
    plate: str
    reported_at: datetime
    lat: float
    lon: float
    knots: float


@dataclass(frozen=True, slots=True)
class Alarm:
    """One event of an electronic seal, in Traccar's word, and where it was."""

    seal: str
    container: str
    word: str
    reported_at: datetime
    lat: float
    lon: float


@cache
def _places() -> dict[str, tuple[float, float]]:
    with (DATA / "nodes.csv").open(newline="") as file:
        return {row["slug"]: (float(row["lat"]), float(row["lon"])) for row in csv.DictReader(file)}


@dataclass(frozen=True, slots=True)
class Track:
    """One truck's way: its places with the times at which it is there, by time."""

    plate: str
    device: str
    stations: tuple[tuple[datetime, float, float], ...]

    @property
    def begins_at(self) -> datetime:
        """When it leaves."""
        return self.stations[0][0]

    @property
    def ends_at(self) -> datetime:
        """When its tracker falls silent, some time after the truck has come."""
        return self.stations[-1][0] + _AFTER_ARRIVAL

    def at(self, when: datetime) -> tuple[float, float]:
        """Where it is, in degrees, on a straight line between two places."""
        if when >= self.stations[-1][0]:
            return self.stations[-1][1:]
        for (left_at, *old), (come_at, *new) in pairwise(self.stations):
            if when < come_at:
                km = _km((old[0], old[1]), (new[0], new[1]))
                share = _driven(max(when - left_at, timedelta()), come_at - left_at, km)
                return old[0] + (new[0] - old[0]) * share, old[1] + (new[1] - old[1]) * share
        return self.stations[0][1:]

    def ping(self, when: datetime) -> Ping:
        """What its tracker says: a little beside where it is, as trackers are."""
        lat, lon = self.at(when)
        knots = _km(self.at(when - EVERY), (lat, lon)) / (EVERY / timedelta(hours=1)) / _KMH_PER_KNOT
        random = Random(f"{self.device}:{when.isoformat()}")  # noqa: S311 - draws a story, keeps no secret
        lat, lon = lat + random.uniform(-_JITTER, _JITTER), lon + random.uniform(-_JITTER, _JITTER)
        return Ping(self.device, self.plate, when, round(lat, 5), round(lon, 5), round(knots, 1))


class Trackers:
    """The voice of the trucks' trackers: it is made as it is asked for, being far too much to keep."""

    def __init__(self, trips: Sequence[Trip], until: datetime) -> None:
        self._until = until
        tracks = (track for trip in trips for track in tracks_of(trip))
        self._tracks = [track for track in tracks if track.ends_at > until - TRAIL]

    def between(self, since: datetime, until: datetime) -> Sequence[Ping]:
        """See ``Voice``."""
        found = []
        for when in self._moments(since, until):
            found += [track.ping(when) for track in self._tracks if track.begins_at <= when <= track.ends_at]
        return found

    def last_at(self, now: datetime) -> datetime | None:
        """See ``Voice``."""
        times = [min(self._floor(now), self._floor(track.ends_at)) for track in self._tracks if track.begins_at <= now]
        return max(times, default=None)

    def first_at(self) -> datetime | None:
        """See ``Voice``."""
        begins = min((track.begins_at for track in self._tracks), default=None)
        return None if begins is None else max(begins, self._until - TRAIL)

    def _floor(self, when: datetime) -> datetime:
        """The last moment at which trackers speak, up to ``when``."""
        step = EVERY if when > self._until else PAST_EVERY
        return self._until + (when - self._until) // step * step

    def _moments(self, since: datetime, until: datetime) -> Iterator[datetime]:
        when = self._floor(max(since, self._until - TRAIL))
        while when <= until:
            if when > since:
                yield when
            when += EVERY if when >= self._until else PAST_EVERY


def tracks_of(trip: Trip) -> Iterator[Track]:
    """The ways of a trip's containers by truck whose trackers are known; most are, some have none."""
    for box in trip.boxes:
        told = [report for report in trip.reports if report.box == box and report.step in _ROAD_STEPS]
        told = sorted((report for report in told if report.classifier == "ACT"), key=lambda one: one.occurred_at)
        if len(told) < 2 or told[0].kind != "gate_out" or not told[0].plate:
            continue
        random = Random(f"{trip.bill_of_lading}:{box.number}")  # noqa: S311 - draws a story, keeps no secret
        if random.random() < _FITTED:
            yield Track(told[0].plate, f"TRK{random.randrange(10**6):06d}", tuple(_stations(told)))


def _stations(told: Sequence[Report]) -> Iterator[tuple[datetime, float, float]]:
    """The places of the reports, with those that the road passes between two of them, in proportion to the way."""
    for before, report in pairwise(told):
        slugs = [before.node, *_between(before.node, report.node), report.node]
        ways = [_km(_places()[one], _places()[other]) for one, other in pairwise(slugs)]
        when, whole = before.occurred_at, sum(ways)
        for slug, way in zip(slugs, ways, strict=False):
            yield (when, *_places()[slug])
            when += (report.occurred_at - before.occurred_at) * (way / whole if whole else 1.0)
    yield (told[-1].occurred_at, *_places()[told[-1].node])


def _between(one: str, other: str) -> list[str]:
    """The places of the road between two that are on it, or at an end of it."""
    begin, end = _place_on_road(one, -1), _place_on_road(other, len(_ROAD))
    return [nodes[0] for nodes in _ROAD[begin + 1 : end]]


def _place_on_road(slug: str, otherwise: int) -> int:
    return next((place for place, nodes in enumerate(_ROAD) if slug in nodes), otherwise)


def _driven(elapsed: timedelta, whole: timedelta, km: float) -> float:
    """How much of a way is behind a truck: it drives at its pace, and rests for what that leaves of every few hours."""
    busy = km / _PACE_KMH / (whole / timedelta(hours=1))
    if busy >= 1 or not km:
        return elapsed / whole
    turns = max(round(whole / _TURN), 1)
    done, part = divmod(elapsed / whole * turns, 1.0)
    return (done + min(part / busy, 1.0)) / turns


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance of two places, near enough for the equator."""
    return math.hypot(other[0] - one[0], other[1] - one[1]) * _KM_PER_DEGREE


def alarms(trips: Sequence[Trip], until: datetime) -> list[Alarm]:
    """What the seals of the trips tell: armed and disarmed, and of a few that somebody opened or stood still."""
    found: list[Alarm] = []
    for trip in trips:
        ends = [report for report in trip.reports if report.kind in ("sealed", "unsealed") and report.box]
        for report in ends:
            if report.occurred_at > until - SEALED:
                word = "lock" if report.kind == "sealed" else "unlock"
                found.append(_alarm(report, word, report.occurred_at, _places()[report.node]))
        by_plate = {report.plate: report for report in ends if report.kind == "sealed"}
        for track in tracks_of(trip):
            sealed = by_plate.get(track.plate)
            if sealed and track.begins_at > until - SEALED:
                found += _trouble(sealed, track)
    return found


def _trouble(report: Report, track: Track) -> Iterator[Alarm]:
    random = Random(f"{report.seal}:{track.device}")  # noqa: S311 - draws a story, keeps no secret
    for word, share in (("tampering", _TAMPERED), ("parking", _LONG_STOPS)):
        is_so, part = random.random() < share, random.uniform(0.2, 0.9)
        if is_so:
            when = track.begins_at + (track.ends_at - _AFTER_ARRIVAL - track.begins_at) * part
            yield _alarm(report, word, when, track.at(when))


def _alarm(report: Report, word: str, when: datetime, place: tuple[float, float]) -> Alarm:
    container = report.box.number if report.box else ""
    return Alarm(report.seal, container, word, when.replace(second=0, microsecond=0), *place)


def positions_json(pings: Sequence[Ping]) -> bytes:
    """Positions as Traccar forwards them, one object each."""
    return _lines({"device": _device(ping.device, ping.plate), "position": _position(ping)} for ping in pings)


def events_json(events: Sequence[Alarm]) -> bytes:
    """Seals' events as Traccar forwards them, one object each."""
    return _lines(
        {
            "event": {"type": "alarm", "eventTime": _utc(event), "attributes": {"alarm": event.word}},
            "device": {"uniqueId": event.seal, "name": event.seal, "attributes": {"container": event.container}},
            "position": _position(event),
        }
        for event in events
    )


def _device(number: str, plate: str) -> dict[str, Any]:
    return {"uniqueId": number, "name": f"Truck {plate}", "attributes": {"plate": plate}}


def _position(said: Ping | Alarm) -> dict[str, Any]:
    speed = {"speed": said.knots} if isinstance(said, Ping) else {}
    return {"fixTime": _utc(said), "valid": True, "latitude": said.lat, "longitude": said.lon, "accuracy": 8.0, **speed}


def _utc(said: Ping | Alarm) -> str:
    return said.reported_at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _lines(objects: Iterator[dict[str, Any]]) -> bytes:
    return "".join(f"{json.dumps(one)}\n" for one in objects).encode()
