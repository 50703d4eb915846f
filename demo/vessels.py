"""The ships that call at Mombasa in the demo: invented names, their services, and each call with its times."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from random import Random

from demo.figures import SEASON, SHIP_WAIT, YEARLY_GROWTH
from demo.numbers import imo_number


@dataclass(frozen=True, slots=True)
class Port:
    """Where a ship comes from: its UN/LOCODE, name, offset from UTC in hours, and days at sea to Mombasa."""

    unlocode: str
    name: str
    offset_h: float
    days: float

    @property
    def zone(self) -> timezone:
        """The port's own clock."""
        return timezone(timedelta(hours=self.offset_h))


@dataclass(frozen=True, slots=True)
class Vessel:
    """A ship by name, number and the code of who operates it."""

    name: str
    imo: str
    operator: str


@dataclass(frozen=True, slots=True)
class Call:
    """One voyage to Mombasa. ``node`` is where it works, ``facility`` that terminal's code or empty."""

    number: int
    vessel: Vessel
    voyage: str
    origin: Port
    departed_at: datetime
    arrived_at: datetime
    berthed_at: datetime
    node: str
    facility: str

    def moved(self, by: timedelta) -> Call:
        """The same voyage at another time."""
        return replace(
            self,
            departed_at=self.departed_at + by,
            arrived_at=self.arrived_at + by,
            berthed_at=self.berthed_at + by,
        )


@dataclass(frozen=True, slots=True)
class Service:
    """Ships of one kind: how many days lie between calls, where they come from and where they work.

    ``spares`` call outside the timetable.
    """

    every_days: float
    operator: str
    ships: tuple[str, ...]
    origins: tuple[Port, ...]
    berths: tuple[tuple[str, str], ...]
    spares: tuple[str, ...] = ()


_CHINA = Port("CNSHA", "Shanghai", 8, 23)
_INDIA = Port("INMUN", "Mundra", 5.5, 9)
_GULF = Port("AEJEA", "Jebel Ali", 4, 8)
_STRAITS = Port("SGSIN", "Singapore", 8, 15)
_EUROPE = Port("BEANR", "Antwerpen", 1, 26)
_CONVENTIONAL = (("ke-term-conventional", ""),)

_CONTAINER = Service(
    2.4,
    "DML",
    (
        "MONSOON ABACUS", "CORAL LEDGER", "PEMBA QUILL", "KASKAZI SEXTANT", "TSAVO MERIDIAN", "OCEAN TAMARIND",
        "KUSI ALMANAC", "ZAFARANI STAR CHART", "LAMU COMPASS ROSE", "INDIAN LANTERN", "DHOW BUILDER", "EQUATOR SCRIBE",
        "TANA PROTRACTOR", "SABAKI PARALLEL", "MALINDI NOONSIGHT", "WATAMU PLUMBLINE", "RAMISI TIDE TABLE",
        "FUNZI DIVIDERS", "WASINI LATITUDE", "VANGA SPYGLASS", "KIUNGA CHRONOMETER", "SIYU NORTH MARK",
        "PATE ISLAND GAUGE", "FAZA WIND VANE", "MIDA CREEK LEDGER", "TUDOR QUADRANT", "PORT REITZ TALLY",
    ),
    (_CHINA, _CHINA, _INDIA, _GULF, _STRAITS, _EUROPE),
    (("ke-term-ct2", "KCT"), ("ke-term-ct2", "KCT"), ("ke-term-ct1", "MCT")),
    ("NYALI ASTROLABE", "TAITA PILOT BOOK", "SHIMBA SOUNDING", "GALANA CHART", "MTWAPA LOGLINE", "KILIFI BEARING",
     "GEDE SOUNDING LEAD", "SHANZU PENNANT", "DIANI LOGBOOK", "GAZI ECHO", "TIWI RANGE MARK", "CHALE LEAD LINE",
     "KISITE BUOY", "MANDA SIGNAL", "KIWAYU STAFF", "VUMBA HEADING", "BAMBURI FATHOM", "TAKAUNGU BEACON",
     "SHELLA OUTBOUND"),
)  # fmt: skip
_RORO = Service(
    9.0,
    "DMR",
    ("SAFARI HORIZON DECK", "RIFT VALLEY DECK", "ABERDARE RAMP", "CHYULU DECK", "MAU RIDGE DECK", "TAVETA RAMP",
     "TAITA PLAIN DECK"),
    (Port("JPYOK", "Yokohama", 9, 25),),
    _CONVENTIONAL,
    ("CHERANGANI DECK", "LOITA HILLS DECK"),
)  # fmt: skip
_GENERAL = Service(
    11.0,
    "DMK",
    ("IRON SISAL", "COPRA MERCHANT", "MANGO TREE BAY", "CASHEW ANCHOR", "TAMARIND QUAY", "GUM COPAL TRADER"),
    (_CHINA, _INDIA),
    _CONVENTIONAL,
    ("RAFFIA HARBOUR",),
)
_BULK = Service(
    13.0,
    "DMK",
    ("WHEATEAR BANK", "BLACK KITE BANK", "HAMERKOP BANK", "GREY HERON BANK", "FISH EAGLE BANK"),
    (Port("ROCND", "Constanta", 2, 17), _GULF),
    _CONVENTIONAL,
    ("MARABOU BANK",),
)
_TANKER = Service(
    14.0,
    "DMT",
    ("AMBER CAPE", "CLEAR CAPE", "LANTERN CAPE"),
    (Port("AEFJR", "Fujairah", 4, 7),),
    (("ke-jetty-kot2", ""),),
    ("COPPER CAPE", "SILVER CAPE", "SISAL CAPE"),
)
SERVICES: Mapping[str, Service] = {
    "container": _CONTAINER,
    "roro": _RORO,
    "break_bulk": _GENERAL,
    "dry_bulk": _BULK,
    "liquid_bulk": _TANKER,
}
_FIRST_NUMBER = {kind: 100 * number for number, kind in enumerate(SERVICES)}


def timetable(kind: str, *, since: datetime, until: datetime, random: Random) -> list[Call]:
    """The calls of the ships of one cargo kind that arrive after ``since`` and sail within three days of ``until``."""
    calls = sailings(kind, since=since, until=until + timedelta(days=30), random=random)
    return [call for call in calls if call.departed_at < until + timedelta(days=3)]


def sailings(kind: str, *, since: datetime, until: datetime, random: Random) -> list[Call]:
    """The calls of the ships of one cargo kind that arrive between; a later ``until`` adds calls and changes none."""
    service = SERVICES[kind]
    calls: list[Call] = []
    arrived_at = since
    while True:
        arrived_at += timedelta(days=service.every_days * random.uniform(0.6, 1.4))
        if arrived_at > until:
            return calls
        calls.append(new_call(kind, len(calls), arrived_at, random))


def new_call(kind: str, number: int, arrived_at: datetime, random: Random, *, is_spare: bool = False) -> Call:
    """The ``number``-th call of the ships of one cargo kind, or of those outside the timetable."""
    service = SERVICES[kind]
    ships = [*service.ships, *service.spares]
    serial = len(service.ships) + number % len(service.spares) if is_spare and service.spares else 0
    serial = serial or number % len(service.ships)
    vessel = Vessel(ships[serial], imo_number(_FIRST_NUMBER[kind] + serial), service.operator)
    origin = random.choice(service.origins)
    node, facility = random.choice(service.berths)
    arrived_at = arrived_at.replace(second=0, microsecond=0)
    return Call(
        number=number,
        vessel=vessel,
        voyage=f"{(800 if is_spare else 100) + number:03d}W",
        origin=origin,
        departed_at=arrived_at - timedelta(hours=round(origin.days * 24 * random.uniform(0.95, 1.1))),
        arrived_at=arrived_at,
        berthed_at=arrived_at + timedelta(minutes=round(60 * SHIP_WAIT.draw(random))),
        node=node,
        facility=facility,
    )


def choose(calls: Sequence[Call], *, until: datetime, random: Random) -> Call:
    """One of the calls, the later and the busier the season the likelier."""
    sums: list[float] = []
    for call in calls:
        years = (call.arrived_at - until) / timedelta(days=365)
        weight = (1 + YEARLY_GROWTH) ** years * SEASON[call.arrived_at.month - 1]
        sums.append(weight + (sums[-1] if sums else 0.0))
    return calls[min(bisect_right(sums, random.random() * sums[-1]), len(calls) - 1)]
