"""What an indicator is: code, so that a definition changes together with what counts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise

Block = Literal["maritime", "port", "corridor", "volume", "cost", "tickets", "data"]
# A length of time, a sum, a share in percent, a number of things, or what stood at the end of a day.
Measure = Literal["duration", "sum", "share", "count", "stock"]
BLOCKS: tuple[Block, ...] = ("volume", "maritime", "port", "corridor", "cost", "tickets", "data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator of domain.md's list, or one of ours beside them.

    ``starts`` and ``stops`` are milestones: it begins with the last of ``starts``, each of which must be known (one
    of those with strokes between), and counts on the day of ``stops``. ``places`` are the nodes at which ``stops`` must
    have happened, empty for any; ``begins_at`` those at which it must have begun, or ended where that is not known;
    ``cargo`` the kinds of cargo, empty for all; ``way`` is that by which it must have
    left the port. ``is_ours`` is false where only published figures are known. Published figures and the Charter's
    target bear the indicator's name; ``also`` names others that stand beside it.
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
    begins_at: frozenset[str] = frozenset()
    cargo: frozenset[str] = frozenset()
    way: Literal["", "road", "rail"] = ""
    also: tuple[str, ...] = ()
    is_more_better: bool = False
    is_ours: bool = True

    @property
    def has_percentiles(self) -> bool:
        """Whether single readings say something: a length of time, or what stood at the end of a day."""
        return self.measure in ("duration", "stock")

    @property
    def is_by_firm(self) -> bool:
        """Whether a figure is what firms brought in, so that it must be of enough of them."""
        return self.measure == "sum"

    @property
    def is_of_firms(self) -> bool:
        """Whether it is told by how many firms it is of, however that is counted."""
        return self.is_by_firm or self.is_look_at_firms

    @property
    def is_look_at_firms(self) -> bool:
        """Whether what stood is what firms owe, so that each look must be at enough of them; a number is nobody's."""
        return self.measure == "stock" and self.unit != "n"


def hours(
    block: Block, slug: str, name: Promise, between: str = "", *, cargo: str = "", places: str = "", **rest: Any
) -> Indicator:
    """A length of time ``between`` milestones: those with which it begins, and after ``>`` that with which it ends."""
    starts, _arrow, stops = between.partition(">")
    return Indicator(
        slug=slug,
        block=block,
        measure="duration",
        unit="h",
        name=name,
        starts=tuple(starts.split()),
        stops=stops.strip(),
        cargo=frozenset(cargo.split()),
        places=frozenset(places.split()),
        **rest,
    )


def amount(block: Block, measure: Measure, unit: str, slug: str, name: Promise, **rest: Any) -> Indicator:
    """A sum, a share, a number or what stood at the end of a day."""
    return Indicator(slug=slug, block=block, measure=measure, unit=unit, name=name, **rest)
