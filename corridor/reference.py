"""Loads the network's reference data from the CSV files beside this module: nodes, legs, routes, fences, agencies."""

from __future__ import annotations

import csv
import math
from datetime import datetime
from pathlib import Path

from django.db import transaction

from corridor.models import Distance, Fence, Leg, Node, Route, Stage
from liaison.models import Organization
from liaison.people import OFFICE_ORGANIZATION, add_organization

DATA = Path(__file__).parent / "data"
# Terminal codes of the SMDG list for Mombasa (edition of June 2026), and the codes that gate messages use for Kigali.
FACILITY_CODES = {"ke-term-ct1": ["MCT"], "ke-term-ct2": ["KCT"], "rw-port-klp": ["KLP"], "rw-wh-magerwa": ["MAGERWA"]}
AGENCIES = {
    "KPA": "KE",
    "KRA": "KE",
    "URA": "UG",
    "RRA": "RW",
    "KeNHA": "KE",
    "RSB": "RW",
    "MININFRA": "RW",
    "MINICOM": "RW",
    "State Department for Transport": "KE",
    "PSF": "RW",
    "RWAFFA": "RW",
    "KRC": "KE",
    "KPC": "KE",
    "KMA": "KE",
    "KenTrade": "KE",
    "NCTTCA": "KE",
}
# Operators of the bonded ends of the corridor in Kigali, with whom agencies and the office deal by name.
WAREHOUSES = {"MAGERWA": "RW", "Kigali Logistics Platform": "RW"}


@transaction.atomic
def load_reference(*, at: datetime) -> tuple[int, int]:
    """Bring agencies, nodes, legs and routes to what the files say; returns how many nodes and legs they hold.

    What staff have edited stays as they left it.
    """
    _load_organizations(at)
    nodes = _load_nodes()
    ids = dict(Node.objects.values_list("slug", "pk"))
    legs = _load_legs(ids, at)
    _load_routes()
    # A fence that staff have drawn better stays as it is.
    Fence.objects.bulk_create([_fence(row, nodes, ids) for row in _rows("fences.csv")], ignore_conflicts=True)
    return len(nodes), len(legs)


def _load_organizations(at: datetime) -> None:
    known = set(Organization.objects.established().values_list("name", flat=True))
    for kind, names in ((Organization.Kind.AGENCY, AGENCIES), (Organization.Kind.WAREHOUSE, WAREHOUSES)):
        for name, country in names.items():
            if name not in known:
                add_organization(name=name, kind=kind, country=country, by=None, at=at)
    if OFFICE_ORGANIZATION not in known:
        add_organization(name=OFFICE_ORGANIZATION, kind=Organization.Kind.OFFICE, by=None, at=at)


def _load_nodes() -> list[Node]:
    """All nodes of the file; of those that staff have edited only the codes are written, which they cannot change."""
    agencies = dict(Organization.objects.established().values_list("name", "pk"))
    nodes = [_node(row, agencies) for row in _rows("nodes.csv")]
    edited = set(Node.objects.filter(edited_at__isnull=False).values_list("slug", flat=True))
    kept = {"id", "slug", "phone", "email", "edited_at"}
    columns = [field.name for field in Node._meta.concrete_fields if field.name not in kept]
    for is_edited, fields in ((False, columns), (True, ["unlocode", "facility_codes"])):
        Node.objects.bulk_create(
            [node for node in nodes if (node.slug in edited) == is_edited],
            update_conflicts=True,
            unique_fields=["slug"],
            update_fields=fields,
        )
    return nodes


def _load_legs(ids: dict[str, int], at: datetime) -> list[Leg]:
    """All legs of the file with every published distance; where staff have chosen a distance, theirs stays in use."""
    rows = _rows("legs.csv")
    legs = [_leg(row, ids) for row in rows]
    chosen = set(Leg.objects.filter(edited_at__isnull=False).values_list("origin", "destination", "mode"))
    Leg.objects.bulk_create(
        [leg for leg in legs if (leg.origin_id, leg.destination_id, leg.mode) not in chosen],
        update_conflicts=True,
        unique_fields=["origin", "destination", "mode"],
        update_fields=["km", "confidence", "source", "reason", "via"],
    )
    by_ends = {leg.slugs: leg.pk for leg in Leg.objects.select_related("origin", "destination")}
    published = [row for row in [*rows, *_rows("distances.csv")] if row["km"]]
    Distance.objects.bulk_create(
        [
            Distance(
                leg_id=by_ends[row["origin"], row["destination"], row["mode"]],
                km=int(row["km"]),
                source=row["source"],
                confidence=row["confidence"],
                noted_at=at,
            )
            for row in published
        ],
        ignore_conflicts=True,
    )
    return legs


def _load_routes() -> None:
    """All routes of the file with their stages, and no stage that the file does not have."""
    by_ends = {leg.slugs: leg.pk for leg in Leg.objects.select_related("origin", "destination")}
    rows = _rows("routes.csv")
    Route.objects.bulk_create(
        [_route(row, by_ends) for row in rows],
        update_conflicts=True,
        unique_fields=["slug"],
        update_fields=["name", "corridor", "whole"],
    )
    ids = dict(Route.objects.values_list("slug", "pk"))
    stages = [stage for row in rows for stage in _stages(ids[row["slug"]], row["stages"], by_ends)]
    kept = Stage.objects.filter(route__in=[ids[row["slug"]] for row in rows])
    if {stage.plain for stage in stages} != {stage.plain for stage in kept}:
        kept.delete()
        Stage.objects.bulk_create(stages)


def _route(row: dict[str, str], legs: dict[tuple[str, str, str], int]) -> Route:
    whole = legs[_ends(row["whole"])[0]] if row["whole"] else None
    return Route(slug=row["slug"], name=row["name"], corridor=row["corridor"], whole_id=whole)


def _stages(route: int, text: str, legs: dict[tuple[str, str, str], int]) -> list[Stage]:
    return [Stage(route_id=route, number=number, leg_id=legs[ends]) for number, ends in enumerate(_ends(text), start=1)]


def _ends(text: str) -> list[tuple[str, str, str]]:
    """(origin, destination, mode) of each leg in a chain of nodes with modes between them."""
    words = text.split()
    return [(words[at], words[at + 2], words[at + 1]) for at in range(0, len(words) - 2, 2)]


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _node(row: dict[str, str], agencies: dict[str, int]) -> Node:
    said = {name: value for name, value in row.items() if name != "agency"}
    agency = agencies[row["agency"]] if row["agency"] else None
    return Node(**said, agency_id=agency, facility_codes=FACILITY_CODES.get(row["slug"], []))


def _leg(row: dict[str, str], ids: dict[str, int]) -> Leg:
    return Leg(
        origin_id=ids[row["origin"]],
        destination_id=ids[row["destination"]],
        mode=row["mode"],
        km=int(row["km"]) if row["km"] else None,
        confidence=row["confidence"],
        source=row["source"],
        reason=row["reason"],
        via=row["via"].split(),
    )


def _fence(row: dict[str, str], nodes: list[Node], ids: dict[str, int]) -> Fence:
    """The outline that the file gives, or a circle around the node's own coordinates."""
    if row["ring"]:
        ring = [[float(degrees) for degrees in corner.split()] for corner in row["ring"].split(";")]
        return Fence(node_id=ids[row["slug"]], ring=ring, source="Drawn by the project around the quays; approximate")
    node = next(node for node in nodes if node.slug == row["slug"])
    source = f"A circle of {row['radius_m']} m around the node's coordinates ({node.coordinates}), by the project"
    return Fence(
        node_id=ids[node.slug], ring=circle(float(node.lat), float(node.lon), float(row["radius_m"])), source=source
    )


def circle(lat: float, lon: float, radius_m: float, corners: int = 24) -> list[list[float]]:
    """The corners (longitude, latitude) of a polygon around a point."""
    degrees = radius_m / 111_320
    turns = [2 * math.pi * corner / corners for corner in range(corners)]
    return [
        [
            round(lon + degrees * math.cos(turn) / math.cos(math.radians(lat)), 6),
            round(lat + degrees * math.sin(turn), 6),
        ]
        for turn in turns
    ]
