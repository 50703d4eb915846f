"""Positions of trackers on trucks, as Traccar forwards them in JSON (``forward.type`` json)."""

from __future__ import annotations

from collections.abc import Mapping

from feeds.facts import Reading
from feeds.traccar import read_traccar


def read(raw: bytes, settings: Mapping[str, str]) -> Reading:
    """One position for each object; events among them are read as those of an e-seal are."""
    return read_traccar(raw, settings, follows_alarms=False)
