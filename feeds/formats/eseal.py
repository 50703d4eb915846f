"""Events of electronic seals, as Traccar forwards them in JSON: armed, opened, tampered with, off the route."""

from __future__ import annotations

from collections.abc import Mapping

from feeds.facts import Reading
from feeds.traccar import read_traccar


def read(raw: bytes, settings: Mapping[str, str]) -> Reading:
    """One movement for each event, and a position where it bears one; the setting ``code_<code>`` names own kinds."""
    return read_traccar(raw, settings, follows_alarms=True)
