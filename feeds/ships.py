"""What ships report over AIS, as facts: where they are, who they are, and when they expect to reach Mombasa."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from stdnum import imo

from feeds.facts import CallTiming, Fact, Fault, Moment, Place, Position, Ship, moment_of
from feeds.json_fields import within
from feeds.traccar import is_on_earth, kmh

# Message types of ITU-R M.1371: positions of ships, and what they say of themselves.
POSITIONS = frozenset({1, 2, 3, 18, 19, 27})
STATICS = frozenset({5, 19, 24})
# Values that stand for none: degrees, knots (the long-range type has its own).
_NO_LAT, _NO_LON, _NO_SPEED, _NO_LONG_RANGE_SPEED = 91, 181, 102.3, 63
_MOMBASA = re.compile(r"(?<![A-Z])(?:KE ?MBA|MBA)(?![A-Z])|MOMBAS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One AIS message: speed in knots, ``eta`` as month, day, hour and minute in UTC, ``when`` by whoever heard it."""

    type: int
    mmsi: int
    line: int
    when: Moment | None = None
    lat: float | None = None
    lon: float | None = None
    speed: float | None = None
    course: float | None = None
    name: str = ""
    imo: int = 0
    call_sign: str = ""
    destination: str = ""
    eta: tuple[int, int, int, int] = (0, 0, 24, 60)
    words: str = ""

    def fault(self, code: str, detail: str = "") -> Fault:
        """This message set aside."""
        return Fault(code=code, line=self.line, excerpt=self.words, detail=detail)


def facts_of(report: Report, received: Moment | None) -> Iterator[Fact | Fault | str]:
    """What a report says: facts, faults, or the flag of a report that says nothing of use.

    ``received`` is when the delivery came, which stands in where the report bears no time; the fact then says so.
    """
    if not 0 < report.mmsi <= 999_999_999:
        yield report.fault("wrong_shape", f"MMSI {report.mmsi}"[:40])
        return
    is_heard = report.when is not None
    when, flags = (report.when, ()) if is_heard else (received, ("time_of_receipt",))
    if report.type in POSITIONS:
        yield _position(report, when, flags)
    if report.type in STATICS:
        yield _ship(report)
        if timing := _arrival(report, when, flags):
            yield timing
    if report.type not in POSITIONS | STATICS:
        yield "not_followed"


def _position(report: Report, when: Moment | None, flags: tuple[str, ...]) -> Position | Fault | str:
    lat, lon = report.lat, report.lon
    if lat == _NO_LAT or lon == _NO_LON:
        return "position_unknown"
    if lat is None or lon is None or not is_on_earth(lat, lon):
        return report.fault("bad_position", f"{lat} {lon}")
    if when is None:
        return report.fault("no_time")
    most = _NO_LONG_RANGE_SPEED if report.type == 27 else _NO_SPEED
    return Position(
        device=f"{report.mmsi:09d}",
        carrier="vessel",
        when=when,
        lat=lat,
        lon=lon,
        speed_kmh=kmh(within(report.speed, 0, most)),
        course=within(report.course, 0, 360),
        name=report.name,
        words=report.words,
        line=report.line,
        flags=flags,
    )


def _ship(report: Report) -> Ship | str:
    if not (report.name or report.imo or report.call_sign):
        return "not_followed"
    number = _imo(report.imo)
    return Ship(
        mmsi=f"{report.mmsi:09d}",
        imo=number,
        name=report.name,
        call_sign=report.call_sign,
        when=report.when,
        words=report.words,
        line=report.line,
        flags=("imo_check_digit",) if report.imo and not number else (),
    )


def _imo(number: int) -> str:
    text = f"{number:07d}"
    return text if number and len(text) == 7 and imo.is_valid(text) else ""


def _arrival(report: Report, when: Moment | None, flags: tuple[str, ...]) -> CallTiming | Fault | None:
    """The ship's own expectation of her arrival, where she is bound for Mombasa."""
    month, day, *_ = report.eta
    if not 1 <= month <= 12 or day < 1 or not is_for_mombasa(report.destination):
        return None
    words = "{:02d}-{:02d} {:02d}:{:02d} UTC".format(*report.eta)
    if when is None or not isinstance(when.value, datetime):
        return report.fault("no_time", f"ETA {words}")
    expected = nearest(report.eta, when.value)
    arrival = moment_of(expected, words) if expected else None
    if arrival is None:
        return report.fault("no_time", f"ETA {words}")
    return CallTiming(
        timing="port_arrival",
        classifier="EST",
        when=arrival,
        place=Place(unlocode="KEMBA", name=report.destination),
        vessel=report.name,
        vessel_imo=_imo(report.imo),
        mmsi=f"{report.mmsi:09d}",
        call_sign=report.call_sign,
        words=f"ETA {words} {report.destination}",
        issued=when,
        line=report.line,
        flags=flags,
    )


def is_for_mombasa(destination: str) -> bool:
    """Whether a ship's free text names Mombasa as where she is bound for.

    By IMO SN.1/Circ.244 the port of departure stands before a ``>`` and that of destination after it.
    """
    origin, _, bound = destination.upper().rpartition(">")
    text = bound if bound.strip(" .?-") else origin
    return bool(_MOMBASA.search(" ".join(re.sub(r"[^A-Z0-9]", " ", text).split())))


def nearest(eta: tuple[int, int, int, int], at: datetime) -> datetime | date | None:
    """The time with this month, day, hour and minute that lies nearest to ``at``; None where the calendar has none.

    AIS gives no year. A day alone where the hour is not given (24), the full hour where the minute is not (60).
    """
    month, day, hour, minute = eta
    found = []
    for year in (at.year - 1, at.year, at.year + 1):
        try:
            found.append(datetime(year, month, day, hour % 24, minute % 60, tzinfo=UTC))
        except ValueError:
            continue
    # Of two that are equally far the coming one.
    best = min(found, key=lambda time: (abs(time - at), -time.year), default=None)
    if best is None or abs(best - at) > timedelta(days=190) or hour > 24 or minute > 60:
        return None
    return best.date() if hour == 24 else best
