"""Shaping ships' calls for their pages: rows in groups, times with their sources, history, errors, contradictions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from django_stubs_ext import StrPromise

from corridor.call_words import ABOUT, CLASSIFIERS, EXPECTATIONS, NO_NEWS, TIMINGS, WHY
from corridor.calling.accuracy import accuracy_of
from corridor.calling.rotation import swaps
from corridor.calling.said import Said, revisions
from corridor.calling.standing import EXPECTED, Call, Chosen
from corridor.models import CallTiming, VesselCall
from corridor.onboard import Aboard
from corridor.step_chart import Chart, Line, step_chart
from feeds.reasons import explain

Label = str | StrPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A call in the list: its place, its state in words, the time that matters now, and who says so."""

    call: VesselCall
    state: str
    state_label: Label
    place: str
    at: datetime | date | None
    at_label: Label
    zone: str
    aboard: Aboard | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """One time of a call with who said so, when we heard it, and why it is the one in use."""

    label: Label
    at: datetime | date | None
    zone: str
    source: str = ""
    received_at: datetime | None = None
    why: Label = ""
    classifier: Label = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One line of the history, with the source's own words."""

    label: Label
    classifier: Label
    at: datetime | date
    zone: str
    place: str
    berth: str
    source: str
    received_at: datetime
    words: str
    remark: str
    flags: list[str]
    is_replaced: bool
    is_withdrawn: bool
    is_withdrawal: bool


@dataclass(frozen=True, slots=True)
class Dispute:
    """What sources say differently of one thing."""

    about: Label
    words: list[Word]


@dataclass(frozen=True, slots=True)
class Turn:
    """What a source changed: a terminal, the order of ports, or that the call is dropped or taken up again."""

    about: str
    was: str
    now: str
    word: Word


@dataclass(frozen=True, slots=True)
class Errors:
    """The hours by which a source's expectation was off, by days out; None where it had given none."""

    source: str
    label: Label
    hours: tuple[float | None, ...]


def state_of(call: VesselCall, at: datetime) -> tuple[str, Label]:
    """The code and the words of how a call stands at ``at``; a ship that should have come is not one that came."""
    return ("lost", NO_NEWS) if call.is_lost(at) else (call.state, call.get_state_display())


def place_of(call: VesselCall) -> str:
    """Where she lies or will lie: the terminal, else the port, with the berth as it was written."""
    place = (call.terminal or call.port).name
    return f"{place}, {call.berth}" if call.berth else place


_AT: dict[str, tuple[str, str]] = {
    "at_berth": ("here_since", "berth_arrival"),
    "anchored": ("arrived_at", "port_arrival"),
    "sailed": ("departed_at", "port_departure"),
}


def row_of(call: VesselCall, *, at: datetime, aboard: Mapping[int, Aboard]) -> Row:
    """A row of the list; the call's places and sources must have been selected with it."""
    state, label = state_of(call, at)
    name, timing = _AT.get(call.state, ("eta_at", call.eta_timing))
    value = getattr(call, name)
    zone = call.port.time_zone
    if value and name == "eta_at" and call.eta_is_day:
        value = value.astimezone(ZoneInfo(zone)).date()
    return Row(
        call=call,
        state=state,
        state_label=label,
        place=place_of(call),
        at=value,
        at_label=EXPECTATIONS.get(timing, "") if name == "eta_at" else TIMINGS[timing],
        zone=zone,
        aboard=aboard.get(call.pk),
    )


def grouped(rows: Iterable[Row]) -> list[tuple[Label, list[Row]]]:
    """Rows that follow each other in one state, under its name."""
    groups = [(list(found)) for _state, found in groupby(rows, key=lambda row: row.state)]
    return [(found[0].state_label, found) for found in groups]


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that was said of one call: what it is derived to, and the rows that say so, by id.

    ``beside`` are the ship's other calls.
    """

    call: Call
    rows: Mapping[int, CallTiming]
    zone: str
    beside: Sequence[Call] = ()
    standing: Set[int] = field(init=False)
    kept: Set[int] = field(init=False)

    def __post_init__(self) -> None:
        kept = {one.id for series in revisions(self.call.said).values() for one in series}
        object.__setattr__(self, "kept", kept)
        object.__setattr__(self, "standing", {one.id for one in self.call.words})

    def when(self, said: Said) -> datetime | date:
        """When, at the place; a day where only that is known."""
        return said.at.astimezone(ZoneInfo(self.zone)).date() if said.is_day else said.at

    def time(self, label: Label, chosen: Chosen | None) -> Time:
        """A time in use; unknown where nobody gives it."""
        if chosen is None:
            return Time(label=label, at=None, zone=self.zone)
        row = self.rows[chosen.said.id]
        return Time(
            label=label,
            at=self.when(chosen.said),
            zone=self.zone,
            source=row.source.name,
            received_at=row.received_at,
            why=WHY[chosen.why],
            classifier=CLASSIFIERS[chosen.said.classifier],
        )

    def times(self) -> list[Time]:
        """The times of the call in their usual order; those that nobody gave are unknown."""
        call = self.call
        found = (
            ("port_arrival", call.arrived),
            ("berth_arrival", call.berthed),
            ("work_start", call.first_lift),
            ("work_end", call.last_lift),
            ("port_departure", call.departed),
        )
        return [self.time(TIMINGS[timing], chosen) for timing, chosen in found]

    def expectation(self) -> Time | None:
        """The expectation in use, and why it is that one."""
        return self.time(EXPECTATIONS[self.call.eta.said.timing], self.call.eta) if self.call.eta else None

    def word(self, said: Said) -> Word:
        """One word with its source's own."""
        row = self.rows[said.id]
        return Word(
            label=TIMINGS.get(said.timing, said.timing),
            classifier=CLASSIFIERS[said.classifier],
            at=self.when(said),
            zone=self.zone,
            place=row.node.name if row.node else row.place,
            berth=row.berth,
            source=row.source.name,
            received_at=row.received_at,
            words=row.words,
            remark=row.remark,
            flags=[explain(code) for code in row.flags],
            is_replaced=said.id in self.kept - self.standing and said.function != "cancel",
            is_withdrawn=said.id not in self.kept and said.function != "cancel",
            is_withdrawal=said.function == "cancel",
        )

    def history(self) -> list[Word]:
        """Everything that was said, the latest first."""
        return [self.word(said) for said in sorted(self.call.said, key=lambda one: one.order, reverse=True)]

    def disputes(self) -> list[Dispute]:
        """What sources say differently."""
        found = self.call.contradictions
        return [Dispute(ABOUT[each.about], [self.word(said) for said in each.said]) for each in found]

    def turns(self, names: Mapping[str, str]) -> list[Turn]:
        """What was swapped, dropped or taken up again; ``names`` are those of nodes by slug."""
        return [
            Turn(change.about, names.get(change.was, ""), names.get(change.now, ""), self.word(change.said))
            for change in sorted([*self.call.changes, *swaps(self.call, self.beside)], key=lambda each: each.said.order)
        ]

    def errors(self) -> list[Errors]:
        """Each source's errors by days out."""
        names = {row.source_id: row.source.name for row in self.rows.values()}
        return [
            Errors(names[found.source], EXPECTATIONS[found.timing], found.errors) for found in accuracy_of(self.call)
        ]

    def chart(self, *, at: datetime) -> Chart | None:
        """What each source expected over time, until she came or ``at``."""
        call = self.call
        came = call.berthed or call.arrived
        until = min(came.said.at, at) if came else at
        expected = [one for one in call.said if one.is_expected and one.timing in EXPECTED and one.function != "cancel"]
        series: dict[tuple[int, str], list[Said]] = {}
        for one in sorted(expected, key=lambda each: each.order):
            series.setdefault((one.source, one.timing), []).append(one)
        lines = [
            Line(self._label(said), [(one.said_at, one.at) for one in said]) for _key, said in sorted(series.items())
        ]
        return step_chart(lines, actual_at=came.said.at if came else None, until=until)

    def _label(self, said: Sequence[Said]) -> str:
        return f"{self.rows[said[0].id].source.name}: {EXPECTATIONS[said[0].timing]}"
