"""What an indicator is: code, so that a definition changes together with what counts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise

Block = Literal["maritime", "port", "corridor", "volume", "cost", "tickets", "data"]
# A length of time, a sum, a share in percent, a number of things, or what stood at the end of a day.
Measure = Literal["duration", "sum", "share", "count", "stock"]
BLOCKS: tuple[Block, ...] = ("volume", "maritime", "port", "corridor", "cost", "tickets", "data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator of domain.md's list, or one of ours beside them.

    ``starts`` and ``stops`` are milestones: it begins with the last of ``starts``, each of which must be known, and
    counts on the day of ``stops``. ``places`` are the nodes at which ``stops`` must have happened, empty for any;
    ``cargo`` the kinds of cargo, empty for all; ``way`` is that by which it must have left the port.
    ``is_ours`` is false where only published figures are known. ``published`` names rows of the published
    figures beside ours, and ``target`` the row that holds the Charter's.
    """

    slug: str
    block: Block
    measure: Measure
    unit: str
    name: Promise
    definition: Promise | None = None
    note: Promise | None = None
    starts: tuple[str, ...] = ()
    stops: str = ""
    places: frozenset[str] = frozenset()
    cargo: frozenset[str] = frozenset()
    way: Literal["", "road", "rail"] = ""
    published: tuple[str, ...] = ()
    target: str = ""
    is_more_better: bool = False
    is_ours: bool = True

    @property
    def has_percentiles(self) -> bool:
        """Whether single readings say something: a length of time, or what stood at the end of a day."""
        return self.measure in ("duration", "stock")
