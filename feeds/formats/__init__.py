"""The readers of the formats that sources send, by format name; each is one pure module."""

from __future__ import annotations

from feeds.facts import Reader
from feeds.formats import coarri, codeco, csv_events, dcsa

READERS: dict[str, Reader] = {
    "dcsa": dcsa.read,
    "codeco": codeco.read,
    "coarri": coarri.read,
    "csv_events": csv_events.read,
}
