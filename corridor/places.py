"""Which node a sender's place is, and which time zone its clock shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global

from corridor.models import Node
from feeds.facts import Place

# UN/LOCODEs of the other side of a border, whose own code is that of the country that it counts to.
ACROSS = {"UGMAL": "xx-border-malaba", "UGBUS": "xx-border-busia"}


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All nodes by slug, by UN/LOCODE and by (UN/LOCODE, facility code); loaded once for a batch."""

    by_slug: dict[str, Node]
    by_unlocode: dict[str, Node]
    by_facility: dict[tuple[str, str], Node]

    def find(self, place: Place) -> Node | None:
        """The node that ``place`` names, the most exact first; None where it is none of ours."""
        if place.node:
            return self.by_slug.get(place.node.lower())
        exact = self.by_facility.get((place.unlocode, place.facility.upper()))
        return exact or self.by_unlocode.get(place.unlocode)


def load_gazetteer() -> Gazetteer:
    """The gazetteer of all nodes; one query."""
    nodes = list(Node.objects.all())
    by_slug = {node.slug: node for node in nodes}
    across = {code: by_slug[slug] for code, slug in ACROSS.items() if slug in by_slug}
    by_unlocode = across | {node.unlocode: node for node in nodes if node.unlocode}
    by_facility: dict[tuple[str, str], Node] = {}
    for node in nodes:
        for code in node.facility_codes:
            for unlocode in {"", node.unlocode, *_unlocodes_of(node, nodes)}:
                by_facility[unlocode, code.upper()] = node
    return Gazetteer(by_slug, by_unlocode, by_facility)


def _unlocodes_of(node: Node, nodes: list[Node]) -> set[str]:
    """UN/LOCODEs under which a facility may be named: those of ports and cities of the same country."""
    places = (other for other in nodes if other.country == node.country and other.kind != Node.Kind.BORDER)
    return {other.unlocode for other in places if other.unlocode}


@lru_cache(maxsize=512)
def zone_of(unlocode: str, default: str) -> tuple[ZoneInfo, bool]:
    """The time zone of a place outside our nodes, and whether it had to be assumed.

    A country with one zone (CLDR) has no doubt about it; others, and no country, give ``default``.
    """
    zones = get_global("territory_zones").get(unlocode[:2], [])
    if len(zones) == 1:
        return ZoneInfo(zones[0]), False
    try:
        return ZoneInfo(default), True
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("Africa/Nairobi"), True
