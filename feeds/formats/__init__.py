"""The readers of the formats that sources send, by format name; each is one pure module."""

from __future__ import annotations

from feeds.facts import Reader
from feeds.formats.coarri import read as read_coarri
from feeds.formats.codeco import read as read_codeco
from feeds.formats.csv_events import read as read_csv_events
from feeds.formats.dcsa import read as read_dcsa
from feeds.formats.schedule import read as read_schedule
from feeds.formats.status import read as read_status

READERS: dict[str, Reader] = {
    "dcsa": read_dcsa,
    "codeco": read_codeco,
    "coarri": read_coarri,
    "csv_events": read_csv_events,
    "schedule": read_schedule,
    "status": read_status,
}
