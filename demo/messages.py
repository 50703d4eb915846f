"""The sources' messages: which source speaks which format, and which reports go into one message."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from demo.conditions import DRIVERS, PORT, ROADS, SYSTEMS, conditions_json, notices
from demo.dcsa_messages import dcsa
from demo.edifact_messages import coarri, codeco
from demo.reports import CORRIDOR, CUSTOMS, GATE, LINE, TERMINAL, Report, Trip
from demo.trackers import SEALS, TRUCKS, Trackers, alarms, events_json, positions_json
from demo.vessel_lists import AHEAD, KEPT, LINE_SCHEDULE, PORT_LIST, editions, line_schedule, port_page, visits
from demo.voices import Told, Voice
from demo.year import YEAR, Year

Writer = Callable[[Sequence[Any]], bytes]
LIVE = timedelta(hours=48)
LONG_AGO = timedelta(days=60)
WINDOW = timedelta(days=7)
_HEADER = ("reference", "container", "bill_of_lading", "kind", "classifier", "node", "occurred_at", "remark")


def csv_events(reports: Sequence[Report]) -> bytes:
    """The documented CSV. Weighbridges and borders write their own clock without an offset, customs with it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_HEADER)
    for report in reports:
        local = report.local_time.replace(tzinfo=None) if report.source == CORRIDOR else report.local_time
        box = report.box.number if report.box else ""
        bill = "" if report.box else report.bill_of_lading
        said = (report.kind, report.classifier, report.node, local.isoformat(timespec="minutes"), _remark(report))
        writer.writerow(("", box, bill, *said))
    return out.getvalue().encode()


def _remark(report: Report) -> str:
    return report.seal if report.kind == "sealed" and report.box else report.remark


@dataclass(frozen=True, slots=True)
class Feed:
    """A source of the demo: its name, format, what writes it, its content type and its rank (lower is trusted more).

    An answer holds what was said in the ``window`` up to its last word.
    """

    name: str
    format: str
    write: Writer
    content_type: str
    rank: int
    window: timedelta = WINDOW


# Those that say what happens to goods, and so each report of a trip.
REPORT_FEEDS: Mapping[str, Feed] = {
    LINE: Feed("Shipping lines (demo)", "dcsa", dcsa, "application/json", 50),
    TERMINAL: Feed("KPA terminals (demo)", "coarri", coarri, "application/edifact", 10),
    GATE: Feed("Gates of Mombasa and Kigali (demo)", "codeco", codeco, "application/edifact", 10),
    CUSTOMS: Feed("KPA, KRA and RRA papers (demo)", "csv_events", csv_events, "text/csv", 20),
    CORRIDOR: Feed("Weighbridges and borders (demo)", "csv_events", csv_events, "text/csv", 30),
}
_JSON = "application/json"
# A tracker's every word is kept: its answer reaches back for a few missed pulls and no more.
_NEAR = timedelta(minutes=20)
FEEDS: Mapping[str, Feed] = {
    **REPORT_FEEDS,
    PORT_LIST: Feed("KPA vessel list (demo)", "schedule", port_page, "text/html", 20),
    LINE_SCHEDULE: Feed("Dhow & Monsoon schedule (demo)", "schedule", line_schedule, _JSON, 60),
    TRUCKS: Feed("Trucks' trackers (demo)", "gps", positions_json, _JSON, 40, _NEAR),
    SEALS: Feed("RECTS seals (demo)", "eseal", events_json, _JSON, 40),
    PORT: Feed("KPA notices (demo)", "status", conditions_json, _JSON, 20),
    ROADS: Feed("KeNHA, KRA and URA on roads and borders (demo)", "status", conditions_json, _JSON, 20),
    SYSTEMS: Feed("KRA and RRA on their systems (demo)", "status", conditions_json, _JSON, 20),
    DRIVERS: Feed("Long Road Drivers' Circle (demo)", "status", conditions_json, _JSON, 70),
}


def voices(year: Year, trips: Sequence[Trip]) -> dict[str, Voice]:
    """Who else speaks in a year than those who report on trips: lists of ships, trackers, seals, and conditions."""
    until = year.until.replace(second=0, microsecond=0)
    since = until - YEAR
    others = [(trip.order.goods.cargo_kind, trip.call) for trip in trips]
    ships = visits(year.seed, since, until + AHEAD, others)
    found: dict[str, Voice] = {
        slug: Told(editions(slug, ships, until - kept, until + AHEAD)) for slug, kept in KEPT.items()
    }
    told = notices(year.seed, until)
    for slug in (PORT, ROADS, SYSTEMS, DRIVERS):
        found[slug] = Told([notice for notice in told if notice.source == slug], lambda notice: notice.reference)
    found[TRUCKS] = Trackers(trips, until)
    found[SEALS] = Told(alarms(trips, until), lambda alarm: (alarm.seal, alarm.word))
    return found


@dataclass(frozen=True, slots=True)
class Message:
    """What one source sent at one moment; ``is_live`` where people are told of it."""

    source: str
    at: datetime
    raw: bytes
    is_live: bool


class Reports:
    """What every source says in a year, in the order in which it does: the reports of trips, and the ``others``."""

    def __init__(self, trips: Sequence[Trip], others: Mapping[str, Voice] | None = None) -> None:
        reports = [report for trip in trips for report in trip.reports]
        self._voices: dict[str, Voice] = {
            source: Told([report for report in reports if report.source == source], _order) for source in REPORT_FEEDS
        }
        self._voices |= others or {}

    def between(self, source: str, since: datetime, until: datetime) -> Sequence[Any]:
        """What ``source`` said after ``since`` and not after ``until``."""
        return self._voices[source].between(since, until)

    def first_at(self) -> datetime:
        """When the first word of all was said."""
        return min(first for voice in self._voices.values() if (first := voice.first_at()))

    def history(self, until: datetime) -> Iterator[Message]:
        """The messages up to ``until`` in the order in which they came; those of the last two days are live."""
        first = self.first_at() - timedelta(minutes=1)
        told_until = dict.fromkeys(self._voices, first)
        for number, cut in enumerate(cuts(first, until)):
            for source in self._voices:
                # Those who say nothing of goods come every second month at first, so that the load stays quick.
                if source not in REPORT_FEEDS and number % 4 and cut <= until - LONG_AGO:
                    continue
                if found := self.between(source, told_until[source], cut):
                    yield Message(source, cut, FEEDS[source].write(found), cut > until - LIVE)
                told_until[source] = cut

    def window(self, source: str, now: datetime) -> tuple[bytes, datetime] | None:
        """What ``source`` answers at ``now`` and when it last had news: a week up to its latest report.

        The window ends with that report and not with ``now``, so the answer stays the same until there is news.
        """
        last_at = self._voices[source].last_at(now) if source in self._voices else None
        if last_at is None:
            return None
        feed = FEEDS[source]
        return feed.write(self.between(source, last_at - feed.window, last_at)), last_at


def _order(report: Report) -> tuple[str, str, str]:
    return report.bill_of_lading, report.kind, report.box.number if report.box else ""


def cuts(since: datetime, until: datetime) -> list[datetime]:
    """The moments after ``since`` at which messages are sent: by the fortnight long ago, then by day, then by hour.

    A fortnight's are plainly history, known as it happened; a week's could be a mail that comes once a week.
    """
    plan = ((timedelta(days=14), LONG_AGO), (timedelta(days=1), LIVE), (timedelta(hours=1), timedelta()))
    found: list[datetime] = []
    at = since
    for step, end in plan:
        while at < until - end:
            at = min(at + step, until - end)
            found.append(at)
    return [at for at, _same in groupby(found)]
