"""Loads the network's reference data from the CSV files beside this module: nodes, legs, fences; and the agencies."""

from __future__ import annotations

import csv
import math
from datetime import datetime
from pathlib import Path

from django.db import transaction

from corridor.models import Fence, Leg, Node
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
    """Bring nodes, legs and agencies to what the files say; returns how many nodes and legs they hold."""
    nodes = [_node(row) for row in _rows("nodes.csv")]
    fields = [field.name for field in Node._meta.concrete_fields if field.name not in ("id", "slug")]
    Node.objects.bulk_create(nodes, update_conflicts=True, unique_fields=["slug"], update_fields=fields)
    ids = dict(Node.objects.values_list("slug", "pk"))
    legs = [_leg(row, ids) for row in _rows("legs.csv")]
    Leg.objects.bulk_create(
        legs,
        update_conflicts=True,
        unique_fields=["origin", "destination", "mode"],
        update_fields=["km", "confidence", "source"],
    )
    # A fence that staff have drawn better stays as it is.
    Fence.objects.bulk_create([_fence(row, nodes, ids) for row in _rows("fences.csv")], ignore_conflicts=True)
    known = set(Organization.objects.established().values_list("name", flat=True))
    for kind, names in ((Organization.Kind.AGENCY, AGENCIES), (Organization.Kind.WAREHOUSE, WAREHOUSES)):
        for name, country in names.items():
            if name not in known:
                add_organization(name=name, kind=kind, country=country, by=None, at=at)
    if OFFICE_ORGANIZATION not in known:
        add_organization(name=OFFICE_ORGANIZATION, kind=Organization.Kind.OFFICE, by=None, at=at)
    return len(nodes), len(legs)


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _node(row: dict[str, str]) -> Node:
    return Node(**row, facility_codes=FACILITY_CODES.get(row["slug"], []))


def _leg(row: dict[str, str], ids: dict[str, int]) -> Leg:
    return Leg(
        origin_id=ids[row["origin"]],
        destination_id=ids[row["destination"]],
        mode=row["mode"],
        km=int(row["km"]) if row["km"] else None,
        confidence=row["confidence"],
        source=row["source"],
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
