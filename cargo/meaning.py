"""What a terminal's or carrier's word means at a place: pure rules from movement and node to kind and milestone."""

from __future__ import annotations

from dataclasses import dataclass

PORT_SIDE = frozenset({"port", "terminal", "cfs", "oil_jetty"})
KIGALI_SIDE = frozenset({"city", "bonded_warehouse", "dry_port"})


@dataclass(frozen=True, slots=True)
class Spot:
    """A node as far as meaning goes: what stands there and in which country."""

    slug: str
    kind: str
    country: str


def settle_kind(kind: str, spot: Spot | None, *, is_empty: bool | None) -> str:
    """Our kind for a movement: a gate at Kigali is arrival or release, an inland gate-in by rail a relocation.

    Whoever reached or left a border has passed it, and goods that reached Kigali have arrived, by whatever source.
    Everything else, or what happens elsewhere, keeps its word; so does an empty box, which brings nothing.
    """
    if spot is None:
        return kind
    if is_empty and (kind == "gate_in" or spot.kind != "border"):
        return "empty_returned" if kind == "gate_in" else kind
    if spot.kind == "border":
        return _BORDER.get(kind, kind)
    side = "kigali" if spot.country == "RW" and spot.kind in KIGALI_SIDE else f"{spot.country} {spot.kind}"
    return _SETTLED.get((side, kind), kind)


# A train that is told to have come to the end of its way at a border is on its way there.
_BORDER = {"reached": "border_in", "left": "border_out", "railed_to_icd": "border_in"}
_SETTLED = {
    ("kigali", "reached"): "arrived_kigali",
    ("kigali", "gate_in"): "arrived_kigali",
    ("kigali", "gate_out"): "released_kigali",
    ("KE icd", "gate_in"): "railed_to_icd",
}


def milestone_of(kind: str, spot: Spot | None, *, is_elsewhere: bool, direction: str = "import") -> str:
    """The milestone that an event of ``kind`` at ``spot`` reaches; empty where it reaches none.

    ``is_elsewhere`` is true for a named place outside the corridor: a discharge there is a transhipment, not ours.
    An export passes the same places the other way and reaches milestones of its own.
    """
    if direction == "export":
        return "" if is_elsewhere else _outward(kind, spot)
    if kind in ("border_in", "border_out"):
        return _border(kind, spot)
    code = "vessel_arrived" if kind == "arrived_port" else kind
    if code not in _MILESTONE_SPOTS:
        return ""
    if code == "vessel_departed":
        return "" if spot and spot.country == "KE" else code
    return code if _fits(_MILESTONE_SPOTS[code], spot, is_elsewhere=is_elsewhere) else ""


def _fits(wanted: tuple[str, frozenset[str]] | None, spot: Spot | None, *, is_elsewhere: bool) -> bool:
    if wanted is None:
        return True
    if spot is None:
        return not is_elsewhere
    country, kinds = wanted
    return spot.country == country and spot.kind in kinds


def _outward(kind: str, spot: Spot | None) -> str:
    if kind in ("border_in", "border_out"):
        border = _border(kind, spot)
        return border and f"export_{border}"
    if kind == "rra_released":
        return "export_released"
    at_port = spot is None or (spot.country == "KE" and spot.kind in PORT_SIDE)
    in_rwanda = spot is not None and spot.country == "RW"
    if kind in ("loaded", "stuffed") and in_rwanda:
        return "export_loaded"
    return _OUTWARD.get(kind, "") if at_port else ""


_OUTWARD = {
    **dict.fromkeys(["gate_in", "arrived_port", "truck_in"], "export_at_port"),
    "loaded": "export_aboard",
    "vessel_departed": "export_departed",
}


def _border(kind: str, spot: Spot | None) -> str:
    if spot is None or spot.kind != "border":
        return ""
    number = "1" if spot.country == "KE" else "2"
    return f"border{number}_{kind.removeprefix('border_')}"


# Where a milestone can be reached: country and kinds of node; None where the place does not matter.
_MILESTONE_SPOTS: dict[str, tuple[str, frozenset[str]] | None] = {
    **dict.fromkeys(
        """
        booked manifest declared duty_paid bond_debited rra_released vessel_departed do_issued kra_cleared pickup_order
        sealed arrived_kigali unsealed released_kigali delivered empty_returned bond_cancelled loading_order
        discharged_kot pipeline_in at_depot railed_to_icd relocated
        """.split()
    ),
    **dict.fromkeys(["vessel_arrived", "vessel_berthed", "discharged", "truck_in"], ("KE", PORT_SIDE)),
    "gate_out": ("KE", PORT_SIDE | {"icd"}),
    "loaded": ("KE", frozenset({"fuel_depot"})),
}
