"""CODECO, container gate-in and gate-out report (UN/EDIFACT D.95B and later; SMDG and ITIGG guides)."""

from __future__ import annotations

from collections.abc import Mapping

from feeds.equipment import Grammar, KindOf, read_equipment
from feeds.facts import KINDS, Reading

# Document name codes, UN/EDIFACT 1001: 34 container gate-in report, 36 container gate-out report.
_KINDS = {("*", "34"): "gate_in", ("*", "36"): "gate_out"}
_GRAMMAR = Grammar("CODECO", ("7", "203", "178", "186", "ACT"), {})


def read(raw: bytes, settings: Mapping[str, str]) -> Reading:
    """One movement for each container that passed the gate; the setting ``code_<1001>`` names a kind for own codes."""
    return read_equipment(raw, _GRAMMAR, KindOf(_KINDS, settings, KINDS))
