"""The sources' messages: which source speaks which format, and which reports go into one message."""

from __future__ import annotations

import csv
import io
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from demo.dcsa_messages import dcsa
from demo.edifact_messages import coarri, codeco
from demo.reports import CORRIDOR, CUSTOMS, GATE, LINE, TERMINAL, Report, Trip

Writer = Callable[[Sequence[Report]], bytes]
LIVE = timedelta(hours=48)
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
    """A source of the demo: its name, format, what writes it, its content type and its rank (lower is trusted more)."""

    name: str
    format: str
    write: Writer
    content_type: str
    rank: int


FEEDS: Mapping[str, Feed] = {
    LINE: Feed("Shipping lines (demo)", "dcsa", dcsa, "application/json", 50),
    TERMINAL: Feed("KPA terminals (demo)", "coarri", coarri, "application/edifact", 10),
    GATE: Feed("Gates of Mombasa and Kigali (demo)", "codeco", codeco, "application/edifact", 10),
    CUSTOMS: Feed("KPA, KRA and RRA papers (demo)", "csv_events", csv_events, "text/csv", 20),
    CORRIDOR: Feed("Weighbridges and borders (demo)", "csv_events", csv_events, "text/csv", 30),
}


@dataclass(frozen=True, slots=True)
class Message:
    """What one source sent at one moment; ``is_live`` where people are told of it."""

    source: str
    at: datetime
    raw: bytes
    is_live: bool


class Reports:
    """Every report of every trip by its source, in the order in which they are made."""

    def __init__(self, trips: Sequence[Trip]) -> None:
        self._reports: dict[str, list[Report]] = {source: [] for source in FEEDS}
        for trip in trips:
            for report in trip.reports:
                self._reports[report.source].append(report)
        for found in self._reports.values():
            found.sort(key=lambda report: (report.reported_at, report.bill_of_lading, report.kind, _number(report)))
        self._times = {source: [report.reported_at for report in found] for source, found in self._reports.items()}

    def between(self, source: str, since: datetime, until: datetime) -> Sequence[Report]:
        """What ``source`` reported after ``since`` and not after ``until``."""
        times = self._times[source]
        return self._reports[source][bisect_right(times, since) : bisect_right(times, until)]

    def first_at(self) -> datetime:
        """When the first report of all was made."""
        return min(times[0] for times in self._times.values() if times)

    def history(self, until: datetime) -> Iterator[Message]:
        """The messages up to ``until`` in the order in which they came; those of the last two days are live."""
        since = self.first_at() - timedelta(minutes=1)
        for cut in cuts(since, until):
            for source, feed in FEEDS.items():
                if found := self.between(source, since, cut):
                    yield Message(source, cut, feed.write(found), cut > until - LIVE)
            since = cut

    def window(self, source: str, now: datetime) -> tuple[bytes, datetime] | None:
        """What ``source`` answers at ``now`` and when it last had news: a week up to its latest report.

        The window ends with that report and not with ``now``, so the answer stays the same until there is news.
        """
        number = bisect_right(self._times[source], now)
        if not number:
            return None
        last_at = self._times[source][number - 1]
        return FEEDS[source].write(self.between(source, last_at - WINDOW, last_at)), last_at


def _number(report: Report) -> str:
    return report.box.number if report.box else ""


def cuts(since: datetime, until: datetime) -> list[datetime]:
    """The moments after ``since`` at which messages are sent: by the week long ago, then by the day, then the hour."""
    plan = ((timedelta(days=7), timedelta(days=60)), (timedelta(days=1), LIVE), (timedelta(hours=1), timedelta()))
    found: list[datetime] = []
    at = since
    for step, end in plan:
        while at < until - end:
            at = min(at + step, until - end)
            found.append(at)
    return [at for at, _same in groupby(found)]
