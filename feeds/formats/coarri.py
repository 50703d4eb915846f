"""COARRI, container discharge and loading report (UN/EDIFACT D.95B and later; SMDG and ITIGG guides)."""

from __future__ import annotations

from collections.abc import Mapping

from feeds.equipment import Grammar, KindOf, read_equipment
from feeds.facts import KINDS, Reading

# Document name codes, UN/EDIFACT 1001. 44 and 46 mean discharge and loading in D.95B and in the guides made on it;
# in D.00B itself 44 is another document. Later directories have 119 and 122.
_KINDS = {
    ("D.95B", "44"): "discharged",
    ("D.95B", "46"): "loaded",
    ("guide", "44"): "discharged",
    ("guide", "46"): "loaded",
    ("*", "119"): "discharged",
    ("*", "122"): "loaded",
}
_GRAMMAR = Grammar("COARRI", ("203", "7", "178", "186", "ACT"), {"discharged": ("11",), "loaded": ("9",)})


def read(raw: bytes, settings: Mapping[str, str]) -> Reading:
    """One movement for each container lifted; the setting ``code_<1001>`` names a kind for own codes."""
    return read_equipment(raw, _GRAMMAR, KindOf(_KINDS, settings, KINDS))
