"""Mergers that were undone: what goes on counts as though they had not been, what was parted has lived through them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from tickets.clocks.happenings import Happening

_SHARED = frozenset({"said", "replied", "paused", "resumed", "resolved", "confirmed", "reopened"})
# With these, and with whatever the one who asks writes, waiting is over.
_TAKEN_UP = frozenset({"resumed", "handed_over", "resolved", "confirmed"})


def settled(log: Iterable[Happening]) -> list[Happening]:
    """The entries of one ticket without the mergers that were undone after them, nor the undoing."""
    entries = list(log)
    undone: dict[str, datetime] = {}
    for entry in entries:
        if entry.kind == "parted":
            undone[entry.of] = max(entry.at, undone.get(entry.of, entry.at))
    return [
        entry
        for entry in entries
        if entry.kind != "parted"
        and not (entry.kind == "merged" and entry.of in undone and entry.at <= undone[entry.of])
    ]


def lived(own: Iterable[Happening], theirs: Iterable[Happening], since: datetime, until: datetime) -> list[Happening]:
    """What a ticket took from ``theirs``, the one that it was merged into, from then ``until`` they were parted.

    What was said, answered and waited for there was so for both; in whose hands it was is the other's own affair. The
    agency that had the ticket has it again, with a clock that begins anew.
    """
    log = sorted(theirs, key=lambda entry: entry.at)
    waiting = _waiting([entry for entry in log if entry.at < since])
    awaited = [replace(waiting, at=since, of="")] if waiting and since < until else []
    meanwhile = [shared for entry in log if since <= entry.at < until and (shared := _shared(entry))]
    begin, end = Happening("handed_over", since, "us"), Happening("resumed", until, "us")
    return [begin, *awaited, *meanwhile, end, *_handed_again(own, since, until)]


def _waiting(log: Iterable[Happening]) -> Happening | None:
    """The pause that lasts at the end of the log."""
    waiting: Happening | None = None
    for entry in log:
        if entry.kind == "paused":
            waiting = entry
        elif entry.kind in _TAKEN_UP or (entry.by == "them" and entry.kind in ("said", "replied")):
            waiting = None
    return waiting


def _shared(entry: Happening) -> Happening | None:
    """What an entry of the one was to the other; None for what was its own affair."""
    if entry.kind in _SHARED:
        return replace(entry, of="")
    return Happening("resumed", entry.at, entry.by) if entry.kind == "handed_over" else None


def _handed_again(own: Iterable[Happening], since: datetime, until: datetime) -> list[Happening]:
    handed = [entry for entry in own if entry.kind == "handed_over" and entry.at <= since]
    last = max(handed, key=lambda entry: entry.at, default=None)
    return [replace(last, at=until, by="us", of="")] if last and last.agency else []
