"""The demo's vessel lists: the port's of fourteen days as a web page, and the line's own schedule as JSON."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from random import Random
from typing import Any

from demo.figures import SHIP_WORK_HOURS
from demo.vessels import SERVICES, Call, sailings

PORT_LIST, LINE_SCHEDULE = "demo-kpa-vessels", "demo-line-schedule"
DUE, GONE, OMITTED_BEFORE = timedelta(days=14), timedelta(hours=24), timedelta(days=3)
# The lists go on after the load for as long as a demo may run.
AHEAD = timedelta(days=120)
# So far back reach the lists that are loaded as history: each names weeks of calls with all that was thought of them.
KEPT: Mapping[str, timedelta] = {PORT_LIST: timedelta(days=16), LINE_SCHEDULE: timedelta(days=8)}
_EAT = timezone(timedelta(hours=3))
# The port's list comes out twice a day, the line's schedule once.
_HOURS: Mapping[str, tuple[int, ...]] = {PORT_LIST: (7, 16), LINE_SCHEDULE: (9,)}
# So many days before it a sender's mind on an arrival changes, and by how many hours it is off from then on.
_REVISIONS = ((14.0, 30.0), (10.0, 22.0), (7.0, 14.0), (4.0, 8.0), (2.0, 4.0), (1.0, 2.0), (0.4, 0.7))
_SECTIONS = {
    "container": "CONTAINER VESSELS",
    "roro": "CAR CARRIERS",
    "break_bulk": "CONVENTIONAL CARGO VESSELS",
    "dry_bulk": "BULK CARRIERS",
    "liquid_bulk": "OIL TANKERS",
}
_BERTHS = {"ke-term-ct2": (20, 22), "ke-term-ct1": (16, 19), "ke-term-conventional": (1, 14)}
_AGENTS = {
    "DML": "Dhow & Monsoon Lines", "DMR": "Deck Row Shipping", "DMK": "Kusi Agencies", "DMT": "Lantern Tankers",
}  # fmt: skip
_OMITTED_SHARE = 0.03
_HEADER = "NO|VESSEL NAME|IMO NO|VCN|VOYAGE|ETA|ATA|ETB|ATB|ETD|ATD|BERTH|AGENT|DISCH|REMARKS".split("|")


@dataclass(frozen=True, slots=True)
class Visit:
    """One call as the port sees it: with its number there, its berth, and when it leaves again."""

    kind: str
    call: Call
    number: str
    berth: str
    left_at: datetime
    discharge: str
    is_omitted: bool

    def is_left_out(self, at: datetime) -> bool:
        """Whether it is known by ``at`` that the ship will not come."""
        return self.is_omitted and at > self.call.arrived_at - OMITTED_BEFORE

    def expected_at(self, source: str, at: datetime) -> datetime:
        """When ``source`` thinks at ``at`` that it arrives: nearer the truth the nearer it is."""
        days = (self.call.arrived_at - at) / timedelta(days=1)
        stage, hours = max((n, hours) for n, (limit, hours) in enumerate(_REVISIONS) if days <= limit or n == 0)
        random = Random(f"{source}:{self.number}:{stage}")  # noqa: S311 - draws a story, keeps no secret
        expected_at = self.call.arrived_at + timedelta(hours=random.gauss(0.0, hours))
        return max(expected_at, at + timedelta(hours=1)).replace(minute=0)


@dataclass(frozen=True, slots=True)
class Edition:
    """A list as it came out at one moment."""

    source: str
    reported_at: datetime
    visits: Sequence[Visit]

    def shown(self) -> Iterator[Visit]:
        """The ships that it names: due in fourteen days, in port, or gone for less than a day."""
        for visit in self.visits:
            ends_at = visit.call.arrived_at if visit.is_omitted else visit.left_at + GONE
            if visit.call.arrived_at - DUE <= self.reported_at < ends_at:
                yield visit


def visits(seed: int, since: datetime, until: datetime, others: Sequence[tuple[str, Call]]) -> list[Visit]:
    """Every call of the time between by when it arrives: those of the timetables, and ``others`` by their kind."""
    found = {_key(call): (kind, call, False) for kind, call in others}
    for kind in SERVICES:
        random = Random(f"{seed}:calls:{kind}")  # noqa: S311 - draws a story, keeps no secret
        for call in sailings(kind, since=since, until=until, random=random):
            found.setdefault(_key(call), (kind, call, True))
    ordered = sorted(found.values(), key=lambda one: _key(one[1]))
    return [
        _visit(kind, call, number, can_be_omitted=is_free) for number, (kind, call, is_free) in enumerate(ordered, 1)
    ]


def _key(call: Call) -> tuple[datetime, str, str]:
    return call.arrived_at, call.vessel.name, call.voyage


def _visit(kind: str, call: Call, number: int, *, can_be_omitted: bool) -> Visit:
    random = Random(f"{call.vessel.imo}:{call.voyage}")  # noqa: S311 - draws a story, keeps no secret
    low, high = _BERTHS.get(call.node, (0, 0))
    work = timedelta(hours=round(SHIP_WORK_HOURS * random.uniform(0.9, 1.5)))
    boxes, tonnes = random.randrange(180, 1400), random.randrange(4, 40) * 1000
    return Visit(
        kind=kind,
        call=call,
        number=f"{''.join(call.vessel.name.split())[:4]}-{call.arrived_at.year}-{number:04d}",
        berth=f"BERTH {random.randint(low, high)}" if high else "KOT 2",
        left_at=call.berthed_at + work,
        discharge=f"D.{boxes}F" if kind == "container" else f"D.{tonnes}MT",
        is_omitted=can_be_omitted and random.random() < _OMITTED_SHARE,
    )


def editions(source: str, all_visits: Sequence[Visit], since: datetime, until: datetime) -> list[Edition]:
    """Every edition of the time between."""
    days = range((until.date() - since.date()).days + 1)
    moments = [
        datetime.combine((since + timedelta(days=day)).date(), time(hour), _EAT).astimezone(UTC)
        for day in days
        for hour in _HOURS[source]
    ]
    return [Edition(source, moment, all_visits) for moment in moments if since < moment <= until]


def port_page(told: Sequence[Edition]) -> bytes:
    """The port's list as the page that it is: ships in port, then those expected, by their trade."""
    edition = told[-1]
    shown = list(edition.shown())
    in_port = [visit for visit in shown if visit.call.arrived_at <= edition.reported_at]
    due = [visit for visit in shown if visit not in in_port]
    day = edition.reported_at.astimezone(_EAT)
    parts = [f"<h1>VESSELS IN PORT AND EXPECTED IN 14 DAYS AS AT {day:%d/%m/%Y %H%M} HRS</h1>"]
    for title, found in (("VESSELS AT BERTH AND ANCHORAGE", in_port), ("VESSELS EXPECTED", due)):
        parts.append(f"<h2>{title}</h2>\n<table border=1>\n{_row(_HEADER, 'th')}")
        for kind, section in _SECTIONS.items():
            if rows := [visit for visit in found if visit.kind == kind]:
                parts.append(f'<tr><td colspan="{len(_HEADER)}">{section}</td></tr>')
                parts += [_row(_cells(number, visit, edition)) for number, visit in enumerate(rows, 1)]
        parts.append("</table>")
    return ("<!DOCTYPE html>\n<html><head><title>Vessels</title></head><body>\n" + "\n".join(parts)).encode()


def _row(cells: Sequence[str], tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def _cells(number: int, visit: Visit, edition: Edition) -> list[str]:
    call, at = visit.call, edition.reported_at
    is_out = visit.is_left_out(at)
    eta = _written(visit.expected_at(edition.source, at)) if call.arrived_at > at else ""
    times = {
        "ETA": eta,
        "ATA": "" if eta else _written(call.arrived_at),
        "ETB": "" if call.berthed_at <= at or is_out else _written(call.berthed_at + _doubt(visit, at)),
        "ATB": _written(call.berthed_at) if call.berthed_at <= at else "",
        "ETD": "" if visit.left_at <= at or is_out else _written(visit.left_at + _doubt(visit, at)),
        "ATD": _written(visit.left_at) if visit.left_at <= at else "",
    }
    named = [str(number), call.vessel.name, call.vessel.imo, visit.number, call.voyage]
    remark = "OMITTED" if is_out else "" if eta or call.berthed_at <= at else "AT ANCHORAGE"
    return [*named, *times.values(), visit.berth, _AGENTS[call.vessel.operator], visit.discharge, remark]


def _written(at: datetime) -> str:
    return f"{at.astimezone(_EAT):%d/%m/%Y %H%M}"


def _doubt(visit: Visit, at: datetime) -> timedelta:
    """By how much a time after the arrival is off as long as the ship is not there."""
    expected_at = visit.expected_at(PORT_LIST, at)
    return max(expected_at - visit.call.arrived_at, timedelta()) if visit.call.arrived_at > at else timedelta()


def line_schedule(told: Sequence[Edition]) -> bytes:
    """The container line's schedule in the words of DCSA's Operational Vessel Schedules 3.0."""
    edition = told[-1]
    vessels = [_scheduled(visit, edition) for visit in edition.shown() if visit.kind == "container"]
    service = {"carrierServiceName": "East Africa Express", "carrierServiceCode": "EAX", "vesselSchedules": vessels}
    return json.dumps([service], indent=1).encode()


def _scheduled(visit: Visit, edition: Edition) -> dict[str, Any]:
    call, at = visit.call, edition.reported_at
    has_come = call.arrived_at <= at
    arrival = call.berthed_at if has_come else visit.expected_at(edition.source, at)
    is_there = has_come and call.berthed_at <= at
    said: dict[str, Any] = {
        "transportCallReference": f"EAX-{call.vessel.imo}-{call.voyage}-KEMBA",
        "carrierImportVoyageNumber": call.voyage,
        "location": {"locationType": "FACS", "UNLocationCode": "KEMBA", "facilitySMDGCode": call.facility},
        "timestamps": [_stamp("ARRI", "ACT" if is_there else "EST", arrival)],
    }
    if visit.is_left_out(at):
        said["statusCodes"] = ["OMIT"]
    else:
        left_at = visit.left_at if visit.left_at <= at else max(visit.left_at + _doubt(visit, at), at)
        said["timestamps"].append(_stamp("DEPA", "ACT" if visit.left_at <= at else "EST", left_at))
    named = {"vesselIMONumber": call.vessel.imo, "vesselName": call.vessel.name, "isDummyVessel": False}
    return {"vesselOperatorSMDGLinerCode": call.vessel.operator, **named, "transportCalls": [said]}


def _stamp(event: str, classifier: str, at: datetime) -> dict[str, str]:
    return {
        "eventTypeCode": event,
        "eventClassifierCode": classifier,
        "eventDateTime": at.astimezone(_EAT).isoformat(timespec="minutes"),
    }
