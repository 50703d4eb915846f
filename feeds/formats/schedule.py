"""Vessel lists: tables whose columns are told by their headers, and a carrier's schedule of a vessel in JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from stdnum import imo as imo_number

from feeds.berths import Port, port_headed, port_of, trade_of
from feeds.carrier_schedules import is_json, read_carrier_schedule
from feeds.columns import FIELDS, TIMES, Columns, header_at, may_head, plain
from feeds.dates import Calendar, orders_in, zone_named
from feeds.facts import CallTiming, Fault, Moment, Place, Reading, Timing, Unreadable, moment_of
from feeds.grids import UNREADABLE, Grid, Row
from feeds.ship_names import OMITS, ship_said
from feeds.tables import read_tables

_MEANINGS: dict[str, tuple[Timing, Literal["ACT", "EST"]]] = {
    "eta": ("port_arrival", "EST"),
    "ata": ("port_arrival", "ACT"),
    "etb": ("berth_arrival", "EST"),
    "atb": ("berth_arrival", "ACT"),
    "etd": ("port_departure", "EST"),
    "atd": ("port_departure", "ACT"),
    "work_start": ("work_start", "ACT"),
    "etc": ("work_end", "EST"),
    "work_end": ("work_end", "ACT"),
}
_ARRIVALS, _DEPARTURES = ("eta", "ata"), ("etd", "atd")
_NONE = {"", "tba", "tbn", "tbc", "n a", "na", "nil", "none", "not yet", "unknown"}
# Words of a remark that take a call back: at this port, not at one that they name.
_OTHERS = r" (?:call (?:at|in) |port of )*(?:dar|lamu|tanga|zanzibar|beira|durban|djibouti)\b"
_OMITTED = re.compile(
    r"(?:(?:the |this |port |vessel |ship |mombasa |call )*(?:is |was |has |will |been |be )*"
    rf"{OMITS}(?!{_OTHERS})|blank(?:ed)? sailing\b)",
    re.IGNORECASE,
)
# What begins rows that are no vessel's: sums and tides.
_SUM = re.compile(r"(?:(?:grand|sub) )?totals?\b|subtotals?\b|(?:high|low) (?:tide|water)s?\b|tides?\b")
# What may begin a note, or a ship's name: only a row that tells a time is a ship's then (GRAND PIONEER, KEY BORA).
_NOTES = set(
    """
    grand note notes nb page prepared source printed signed end remarks legend key high low date time continued vacant
    """.split()
)
_TITLE_WORDS = {"vessels", "ships", "list", "expected", "schedule", "berthing", "anchorage", "times", "navires", "port"}
_TIDES = {"tide", "tides", "maree", "marees", "hw", "lw"}
_NOTE_WORDS = 6
_ZONE_NOTE = re.compile(r"\btimes\b[^\d.;]{0,40}?\b((?:UTC|GMT|EAT|CAT|LT|LMT|local)\b.{0,8})", re.IGNORECASE)


def read(raw: bytes, settings: Mapping[str, str]) -> Reading:
    """One timing for each time that a row gives of a vessel; each row that gives none is a fault with its number.

    Settings: ``node`` or ``unlocode`` of the port (Mombasa), ``date_order`` = ``mdy`` for dates with the month first,
    ``column_<field>`` = a header that heads this field for this source, ``received_at`` (ISO 8601) tells the year of
    dates that have none.
    """
    try:
        if is_json(raw):
            return read_carrier_schedule(raw)
        return _read(read_tables(raw), settings)
    except Unreadable as error:
        return error.reading


def _read(grids: list[Grid], settings: Mapping[str, str]) -> Reading:
    port = Port(settings.get("node", ""), settings.get("unlocode", "").upper())
    own = {name.removeprefix("column_"): header for name, header in settings.items() if name.startswith("column_")}
    found = _List(port=port, own=own, calendar=_calendar(grids, settings))
    for grid in grids:
        found.take(grid)
    if not found.has_header:
        words = next((row.words for grid in grids for row in grid.rows), "")
        detail = f"VESSEL + {' / '.join(time.upper() for time in TIMES)}"
        found.faults.insert(0, Fault(code="bad_header", excerpt=words[:200], detail=detail))
    return Reading(facts=tuple(found.facts), faults=tuple(found.faults))


def _calendar(grids: list[Grid], settings: Mapping[str, str]) -> Calendar:
    """How this sender writes dates, and the day of the list: when it came, else the latest that its title names."""
    said = settings.get("date_order", "").lower()
    is_month_first = said == "mdy" if said else _is_month_first(grids)
    try:
        today: date | None = datetime.fromisoformat(settings.get("received_at", "")).date()
    except ValueError:
        today = _title_day(grids, Calendar(is_month_first))
    return Calendar(is_month_first, today)


def _is_month_first(grids: list[Grid]) -> bool:
    """Whether a list has dates, or words, that only put the month first, and none that put the day first."""
    cells = (text[:40] for grid in grids for row in grid.rows for text in row.cells if "/" in text or "-" in text)
    orders = {is_month for text in cells for is_month in orders_in(text)}
    return orders == {True}


def _title_day(grids: list[Grid], calendar: Calendar) -> date | None:
    titles = [row.said[0] for grid in grids for row in grid.rows[:10] if len(row.said) == 1]
    days = [day for title in titles[:50] for day, _start, _end in calendar.days(title)]
    return next((day for day in days if moment_of(day, "")), None)


def _zone_noted(grid: Grid) -> int | None:
    """The zone of all the hours of a table by a note of it; None for the port's own."""
    notes = (row.said[0] for row in grid.rows if len(row.said) == 1)
    zones = (zone_named(said[1]) for note in notes if (said := _ZONE_NOTE.search(note)))
    return next((zone[0] for zone in zones if zone), None)


@dataclass(slots=True)
class _List:
    """One reading of a list: what was found, under which header and in which section."""

    port: Port
    own: Mapping[str, str]
    calendar: Calendar
    facts: list[CallTiming] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    has_header: bool = False
    columns: Columns | None = None
    trade: str = ""
    zone: int | None = None
    here: Port = field(init=False)

    def take(self, grid: Grid) -> None:
        """Read a table; what stands above its first header is its title."""
        self.columns, self.trade, at = None, trade_of(plain(grid.name).split(), is_heading=True), 0
        self.here = port_headed(plain(grid.name).split(), self.port) or self.port
        self.zone = _zone_noted(grid)
        while at < len(grid.rows):
            at += self._row(grid.rows, at)
        if grid.cut_at:
            self.faults.append(Fault(code="too_large", line=grid.cut_at, detail=grid.name))

    def _row(self, rows: list[Row], at: int) -> int:
        """Read the row at ``at``; returns how many rows it took, as a header may stand over two."""
        row = rows[at]
        if self._may_head(row) and may_head(rows, at, self.own):
            columns, taken = header_at(rows, at, self.own)
            if columns.is_list and not (self.columns and columns.is_vague):
                self.columns, self.has_header = columns, True
                return taken
        if not self._heads_section(row) and self.columns is not None:
            for found in self._vessel(row, self.columns):
                if isinstance(found, CallTiming):
                    self.facts.append(found)
                else:
                    self.faults.append(found)
        return 1

    def _may_head(self, row: Row) -> bool:
        if self.columns is None:
            return True
        has_digits = any(character.isdigit() for text in row.cells for character in text)
        return not has_digits or plain(self.columns.said(row, "vessel")) in FIELDS

    def _heads_section(self, row: Row) -> bool:
        """Whether a row is the heading of a section, or of the tides, and is no vessel's."""
        said = row.said
        words = plain(said[0]).split() if said else []
        if not _TIDES.isdisjoint(words) and len(said) == 1:
            self.columns = None
            return True
        is_alone = len(said) == 1 or (len(said) == 2 and said[1].strip("()").isdigit())
        return is_alone and self._begins(words)

    def _begins(self, words: list[str]) -> bool:
        """Whether a heading is that of a section of a trade or of a port, which is begun then."""
        trade, port = trade_of(words, is_heading=True), port_headed(words, self.port)
        self.trade, self.here = trade or self.trade, port or self.here
        return bool(trade or port)

    def _vessel(self, row: Row, columns: Columns) -> Iterator[CallTiming | Fault]:
        times = [(time, self._moment(row, columns, time)) for time in TIMES if time in columns.places]
        told = [(time, moment) for time, moment in times if isinstance(moment, Moment)]
        if not _is_vessel(columns.said(row, "vessel"), row, is_told=bool(told)):
            return
        if UNREADABLE in row.words:
            yield Fault(code="not_text", line=row.line, excerpt=row.words)
            return
        unread = [moment for _time, moment in times if isinstance(moment, str)]
        if unread or not told:
            yield Fault(code="no_time", line=row.line, excerpt=row.words, detail="; ".join(unread)[:200])
        if told:
            yield from self._timings(row, columns, dict(told))

    def _timings(self, row: Row, columns: Columns, told: Mapping[str, Moment]) -> Iterator[CallTiming | Fault]:
        said = self._said(row, columns, next(iter(told.values())))
        if not (said.vessel or said.vessel_imo or said.mmsi):
            yield Fault(code="no_vessel", line=row.line, excerpt=row.words)
            return
        loading = self._port_of_loading(row, columns, told)
        for time, moment in told.items():
            timing = _timing(said, time, moment)
            yield replace(timing, place=loading, berth="") if loading and time in _DEPARTURES else timing

    def _port_of_loading(self, row: Row, columns: Columns, told: Mapping[str, Moment]) -> Place | None:
        """Where a row's departure is from that lies before its arrival, if it names a port of loading."""
        port = _given(row, columns, "pol")
        arrivals = [_day(told[time]) for time in _ARRIVALS if time in told]
        departures = [_day(told[time]) for time in _DEPARTURES if time in told]
        is_before = port and arrivals and departures and min(departures) < min(arrivals)
        return port_of(port, self.here).place("") if is_before else None

    def _moment(self, row: Row, columns: Columns, time: str) -> Moment | str | None:
        """The moment of one time; None where the row does not say it, its words where they cannot be read.

        A revised arrival counts before the one that it revises.
        """
        if time == "eta" and "revised_eta" in columns.places:
            return self._moment_under(row, columns, "revised_eta") or self._moment_under(row, columns, time)
        return self._moment_under(row, columns, time)

    def _moment_under(self, row: Row, columns: Columns, time: str) -> Moment | str | None:
        text, hour = columns.said(row, time), columns.hour(row, time)
        if plain(text) in _NONE:
            return None
        zone = columns.zones.get(time, self.zone)
        found = self.calendar.moment(text, "" if plain(hour) in _NONE else hour, zone)
        return found or f"{text} {hour}".strip()

    def _said(self, row: Row, columns: Columns, moment: Moment) -> CallTiming:
        """What a row says of a call but for its times: those are still to be put in."""
        ship = ship_said(_given(row, columns, "vessel"), has_voyage=columns.has_voyage_with_vessel)
        voyage, voyage_out = _voyages(row, columns, ship.voyage)
        # A spreadsheet's numbers may have come through a program that writes 9321483.0.
        number = _given(row, columns, "imo").upper().removeprefix("IMO").strip(" :.").removesuffix(".0") or ship.imo
        berth = _given(row, columns, "berth")
        return CallTiming(
            timing="port_arrival",
            classifier="EST",
            when=moment,
            place=port_of(_given(row, columns, "port"), self.here).place(berth),
            vessel=ship.name,
            vessel_imo=number,
            mmsi=_given(row, columns, "mmsi"),
            call_sign=_given(row, columns, "call_sign"),
            voyage=voyage,
            voyage_out=voyage_out,
            call=_given(row, columns, "call"),
            berth=berth,
            trade=trade_of(plain(columns.said(row, "trade")).split(), is_heading=False) or self.trade,
            agent=_given(row, columns, "agent"),
            discharge=_given(row, columns, "discharge"),
            load=_given(row, columns, "load"),
            words=row.words,
            remark=f"{ship.omission} {columns.said(row, 'remark')}".strip()[:300],
            line=row.line,
            flags=("imo_check_digit",) if number and not imo_number.is_valid(number) else (),
        )


def _day(moment: Moment) -> date:
    return moment.value.date() if isinstance(moment.value, datetime) else moment.value


def _timing(said: CallTiming, time: str, moment: Moment) -> CallTiming:
    """One time of a call; an arrival that the remark takes back is the call's omission, at the time it was expected."""
    timing, classifier = _MEANINGS[time]
    if timing == "port_arrival" and _OMITTED.match(said.remark):
        return replace(said, timing="omitted", classifier="EST", when=moment)
    return replace(said, timing=timing, classifier=classifier, when=moment)


def _given(row: Row, columns: Columns, name: str) -> str:
    """What a row says of a field, where that is more than that nobody knows it yet."""
    text = columns.said(row, name)
    return "" if plain(text) in _NONE else text


def _is_vessel(name: str, row: Row, *, is_told: bool) -> bool:
    """Whether a row is a vessel's by the cell under its header; sums, notes, dates and numbers are not.

    A row without a name that tells a time is that of a ship which somebody forgot to name.
    """
    plainly = plain(name)
    words = plainly.split()
    if plainly in _NONE:
        return is_told and len(row.said) > 1
    if _SUM.match(plainly) or (words[0] in _NOTES and not is_told):
        return False
    if len(row.said) == 1 and (len(set(row.cells)) < len(row.cells) - 1 or _is_note(name, words)):
        return False
    for _day, start, end in Calendar().days(name):
        name = name[:start] + " " * (end - start) + name[end:]
    return any(character.isalpha() for character in name)


def _is_note(text: str, words: list[str]) -> bool:
    """Whether a text that stands alone in its row is a title or a note rather than a name."""
    return ":" in text or len(words) >= _NOTE_WORDS or not _TITLE_WORDS.isdisjoint(words)


def _voyages(row: Row, columns: Columns, otherwise: str) -> tuple[str, str]:
    both = _given(row, columns, "voyages") or otherwise
    inward, outward = _given(row, columns, "voyage"), _given(row, columns, "voyage_out")
    parts = [part.strip() for part in (both or inward).split("/")]
    if outward or len(parts) != 2 or not all(parts):
        return inward or both, outward
    return parts[0], parts[1]
