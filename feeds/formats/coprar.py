"""COPRAR, container discharge and loading order (UN/EDIFACT D.95B and later; SMDG and ITIGG guides): plans."""

from __future__ import annotations

from collections.abc import Mapping

from feeds.equipment import Grammar, KindOf, read_equipment
from feeds.facts import KINDS, Reading

# Document name codes, UN/EDIFACT 1001. 43 and 45 mean discharge and loading order in D.95B and in the guides made on
# it; later directories have 118 and 121, beside COARRI's 119 and 122.
_KINDS = {
    ("D.95B", "43"): "discharged",
    ("D.95B", "45"): "loaded",
    ("guide", "43"): "discharged",
    ("guide", "45"): "loaded",
    ("*", "118"): "discharged",
    ("*", "121"): "loaded",
}
# An order has no time of its own: what comes off does so from the ship's arrival on (132 expected, 178 actual), what
# goes on does so before she leaves (133, 136 and 186).
_GRAMMAR = Grammar(
    "COPRAR",
    ("203", "7"),
    {"discharged": ("11",), "loaded": ("9",)},
    classifier="PLN",
    head_times={"discharged": ("132", "178", "133"), "loaded": ("133", "136", "186", "132")},
)


def read(raw: bytes, settings: Mapping[str, str]) -> Reading:
    """One planned movement for each container ordered off or on; ``code_<1001>`` names a kind for own codes.

    The time is the ship's expected arrival or departure in the head of the message; an order without any is a fault.
    """
    return read_equipment(raw, _GRAMMAR, KindOf(_KINDS, settings, KINDS))
