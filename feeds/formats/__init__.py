"""The readers of the formats that sources send, by format name; each is one pure module."""

from __future__ import annotations

from feeds.facts import Reader
from feeds.formats.ais import read as read_ais
from feeds.formats.coarri import read as read_coarri
from feeds.formats.codeco import read as read_codeco
from feeds.formats.coprar import read as read_coprar
from feeds.formats.csv_events import read as read_csv_events
from feeds.formats.dcsa import read as read_dcsa
from feeds.formats.eseal import read as read_eseal
from feeds.formats.gps import read as read_gps
from feeds.formats.iftsta import read as read_iftsta
from feeds.formats.schedule import read as read_schedule
from feeds.formats.status import read as read_status

READERS: dict[str, Reader] = {
    "dcsa": read_dcsa,
    "codeco": read_codeco,
    "coarri": read_coarri,
    "iftsta": read_iftsta,
    "coprar": read_coprar,
    "csv_events": read_csv_events,
    "gps": read_gps,
    "eseal": read_eseal,
    "ais": read_ais,
    "schedule": read_schedule,
    "status": read_status,
}
