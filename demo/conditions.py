"""How the demo's corridor stood through the year, as agencies and drivers told: queues, scales, systems, a bridge."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

PORT, ROADS, SYSTEMS, DRIVERS = "demo-kpa-notices", "demo-roads", "demo-systems", "demo-drivers"
# How far beyond the load things are known to go on.
AHEAD = timedelta(days=60)
_HOUR, _DAY, _YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
# Around the load nothing comes back by itself: what holds then is told for itself.
_CALM = 4 * _DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One word of one source on a condition: what it says under its reference from then on."""

    source: str
    reference: str
    reported_at: datetime
    kind: str
    severity: str
    since: datetime
    until: datetime | None = None
    node: str = ""
    system: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Usual:
    """What comes back through the year: how many days lie between, and how many hours it lasts."""

    source: str
    kind: str
    node: str
    severity: str
    every_days: float
    hours: tuple[float, float]
    text: str
    system: str = ""


_USUAL = (
    _Usual(ROADS, "border", "xx-border-malaba", "slow", 17, (9, 40), "Trucks queue on the Kenyan side."),
    _Usual(ROADS, "border", "xx-border-malaba", "severe", 60, (14, 50), "Queue of more than 10 km towards Webuye."),
    _Usual(ROADS, "border", "xx-border-busia", "slow", 26, (8, 30), "Slow clearance: one lane is open."),
    _Usual(ROADS, "border", "xx-border-gatuna", "slow", 45, (5, 16), "Scanner out of service, trucks are searched."),
    _Usual(ROADS, "weighbridge", "ke-wb-mariakani", "slow", 24, (4, 14), "One of two decks is out of service."),
    _Usual(ROADS, "weighbridge", "ke-wb-gilgil", "slow", 50, (6, 20), "Calibration: trucks are weighed one by one."),
    _Usual(ROADS, "weighbridge", "ke-wb-athi-river", "severe", 90, (3, 9), "Power failure at the weighbridge."),
    _Usual(ROADS, "road", "ke-wb-webuye", "slow", 70, (10, 60), "Road works with one lane closed."),
    _Usual(PORT, "berth", "ke-term-ct2", "slow", 40, (20, 70), "Ships wait for a berth: two cranes under repair."),
    _Usual(PORT, "rail", "ke-icd-naivasha", "slow", 55, (18, 60), "Fewer trains than planned to Naivasha."),
    _Usual(PORT, "system", "", "severe", 33, (2, 9), "KWATOS answers slowly; pick-up orders are late.", "KWATOS"),
    _Usual(SYSTEMS, "system", "", "shut", 30, (5, 7), "Planned maintenance of iCMS.", "iCMS"),
    _Usual(SYSTEMS, "system", "", "severe", 64, (2, 8), "Entries cannot be lodged in iCMS.", "iCMS"),
    _Usual(SYSTEMS, "system", "", "slow", 42, (3, 8), "Rwanda Electronic Single Window answers slowly.", "ReSW"),
    _Usual(DRIVERS, "border", "xx-border-malaba", "severe", 38, (10, 44), "Drivers report two nights in the queue."),
    _Usual(PORT, "fuel", "ke-depot-eldoret", "slow", 48, (12, 50), "Loading arms under repair: fewer trucks a day."),
)  # fmt: skip


def notices(seed: int, until: datetime) -> list[Notice]:
    """All that is said of the year before ``until`` and of the weeks behind it."""
    hour = until.replace(minute=0, second=0, microsecond=0)
    found = [notice for usual in _USUAL for notice in _through_the_year(usual, seed, hour)]
    return [*found, *_remarkable(hour), *_now(hour)]


def _through_the_year(usual: _Usual, seed: int, until: datetime) -> Iterator[Notice]:
    """Each time that it came back."""
    name = f"{seed}:{usual.source}:{usual.node or usual.system}:{usual.severity}"
    random = Random(name)  # noqa: S311 - draws a story, keeps no secret
    since, number = until - _YEAR, 0
    while (since := since + timedelta(days=usual.every_days * random.uniform(0.5, 1.5))) < until + AHEAD:
        hours = timedelta(hours=round(random.uniform(*usual.hours)))
        since, number = since.replace(minute=0, second=0, microsecond=0), number + 1
        if since + hours <= until - _CALM or since > until + _CALM:
            reference = f"{usual.system or usual.node.split('-', 2)[2]}-{usual.severity}-{number:03d}"
            yield from _told(usual, reference, since, since + hours, random)


def _told(usual: _Usual, reference: str, since: datetime, end: datetime, random: Random) -> Iterator[Notice]:
    """What is planned is told ahead with its end; what happens is told when it has begun, and when it is over."""
    said = Notice(
        source=usual.source,
        reference=reference.upper(),
        reported_at=since + timedelta(minutes=random.randrange(10, 70)),
        kind=usual.kind,
        severity=usual.severity,
        since=since,
        node=usual.node,
        system=usual.system,
        text=usual.text,
    )
    if "maintenance" in usual.text:
        yield replace(said, reported_at=since - 3 * _DAY, until=end)
        return
    yield said
    yield replace(said, reported_at=end + timedelta(minutes=random.randrange(5, 90)), until=end)


def _remarkable(until: datetime) -> Iterator[Notice]:
    """A bridge that the rains cut, and weeks in which all cargo had to go to Naivasha by rail."""
    cut_at = until - 214 * _DAY
    bridge = Notice(
        source=ROADS,
        reference="ROAD-BRIDGE-1",
        reported_at=cut_at + 2 * _HOUR,
        kind="road",
        severity="shut",
        since=cut_at,
        node="ke-wb-gilgil",
        text="Bridge cut by floods between Gilgil and Nakuru. No way round for heavy trucks.",
    )
    yield bridge
    opened_at = cut_at + 4 * _DAY
    yield replace(
        bridge,
        reported_at=opened_at,
        severity="slow",
        text="A temporary bridge is open; heavy trucks pass one at a time.",
    )
    yield replace(
        bridge, reported_at=cut_at + 19 * _DAY, severity="slow", until=cut_at + 19 * _DAY, text="Bridge open."
    )
    begun_at, ended_at = until - 151 * _DAY, until - 129 * _DAY
    transfer = Notice(
        source=PORT,
        reference="NAIVASHA-TRANSFER-1",
        reported_at=begun_at - 2 * _DAY,
        kind="port",
        severity="severe",
        since=begun_at,
        node="ke-icd-naivasha",
        text="All transit containers are transferred to Naivasha by rail; none leaves Mombasa by road.",
    )
    yield transfer
    yield replace(transfer, reported_at=ended_at, until=ended_at, text="Transit containers may leave Mombasa by road.")


def _now(until: datetime) -> Iterator[Notice]:
    """What holds at the load: one border slow, two who contradict each other on another, a maintenance to come."""
    malaba = Notice(
        source=ROADS,
        reference="MALABA-NOW",
        reported_at=until - 9 * _HOUR,
        kind="border",
        severity="slow",
        since=until - 10 * _HOUR,
        node="xx-border-malaba",
        text="Trucks queue on the Kenyan side; about four hours to the gate.",
    )
    yield malaba
    yield replace(malaba, reported_at=until + 21 * _HOUR, until=until + 20 * _HOUR)
    busia = replace(malaba, reference="BUSIA-NOW", node="xx-border-busia", severity="normal", text="No queue at Busia.")
    yield replace(busia, reported_at=until - 3 * _HOUR, since=until - 4 * _HOUR)
    drivers = replace(busia, source=DRIVERS, reference="BUSIA-QUEUE-NOW", severity="severe")
    words = "Drivers report that no truck has passed Busia since the morning."
    yield replace(drivers, reported_at=until - 2 * _HOUR, since=until - 6 * _HOUR, text=words)
    yield replace(
        drivers, reported_at=until + 30 * _HOUR, since=until - 6 * _HOUR, until=until + 29 * _HOUR, text=words
    )
    planned_at = (until + 3 * _DAY).replace(hour=19)
    yield Notice(
        source=SYSTEMS,
        reference="ICMS-PLANNED",
        reported_at=until - _DAY,
        kind="system",
        severity="shut",
        since=planned_at,
        until=planned_at + 6 * _HOUR,
        system="iCMS",
        text="Planned maintenance of iCMS. Lodge entries before it begins.",
    )


def conditions_json(told: Sequence[Notice]) -> bytes:
    """The documented JSON, a condition for each notice; of one reference the last word alone."""
    last = {notice.reference: notice for notice in told}
    return json.dumps({"conditions": [_condition(notice) for notice in last.values()]}, indent=1).encode()


def _condition(notice: Notice) -> dict[str, str]:
    said = {
        "reference": notice.reference,
        "node": notice.node,
        "kind": notice.kind,
        "severity": notice.severity,
        "system": notice.system,
        "from": notice.since.isoformat(),
        "until": notice.until.isoformat() if notice.until else "",
        "text": notice.text,
    }
    return {name: value for name, value in said.items() if value}
