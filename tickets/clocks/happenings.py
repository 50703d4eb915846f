"""Happenings: what the log of a ticket tells the clocks, put in one order whatever the order it was written in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Kind = Literal[
    "opened", "policy_changed", "merged", "parted", "resumed", "reopened", "said", "replied", "handed_over", "accepted",
    "resolved", "confirmed", "paused",
]  # fmt: skip
By = Literal["us", "them", "agency", "portal"]
# Of what happened in the same instant the earlier kind comes first: who is answered and then waited for is waited for.
_RANK = {kind: number for number, kind in enumerate(get_args(Kind))}


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of a ticket's log, as far as it concerns clocks.

    ``by``: the office, the one who asks (by web, mail, SMS or telephone alike), the agency, or the portal itself.
    ``waiting_on`` and ``reason`` belong to a pause; an agency is waited for by the name that it has in ``agency``.
    ``handed_over`` names the agency, and none where it comes back to the office; its ``policy``, where it has one,
    holds for the agency alone. ``of`` is the other ticket in ``merged``, and in an entry of that ticket's log.
    ``parted`` undoes the merger with it; it is settled before clocks are reckoned (``tickets.clocks.partings``).
    """

    kind: Kind
    at: datetime
    by: By
    waiting_on: str = ""
    reason: str = ""
    agency: str = ""
    policy: str = ""
    of: str = ""


def in_order(log: Iterable[Happening], until: datetime) -> list[Happening]:
    """Each entry once, the earliest first, as far as it had happened by ``until``."""
    return sorted({entry for entry in log if entry.at <= until}, key=_place)


def _place(entry: Happening) -> tuple[object, ...]:
    told = (entry.waiting_on, entry.reason, entry.agency, entry.policy, entry.of)
    return (entry.at, _RANK[entry.kind], entry.by, *told)
