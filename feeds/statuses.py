"""The status codes of IFTSTA: what of a consignment's way each says, by the means of transport and the country."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from feeds.facts import KINDS

Mode = Literal["", "sea", "rail", "road"]

# UN/CEFACT Recommendation 24, the same numbers as in data element 9011 of D.95B: those that say something we follow.
# A kind that begins with an underscore depends on the means of transport or the place, see ``_settled``.
_RECOMMENDATION_24 = {
    "1": "_arrived", "40": "_arrived", "98": "gate_in", "74": "gate_in", "43": "gate_in",
    "24": "_departed", "27": "_departed", "127": "_departed", "99": "gate_out",
    "29": "_unloaded", "59": "_unloaded", "26": "_unloaded",
    "48": "loaded", "70": "loaded", "79": "loaded",
    "6": "booked", "50": "manifest", "12": "_cleared", "16": "border_out", "39": "_from_bond",
    "17": "held", "90": "held", "78": "hold_released",
    "13": "picked_up", "21": "delivered", "22": "delivered", "80": "_returned", "82": "_returned",
    "28": "stripped", "93": "stuffed", "94": "stuffed", "83": "_sealed",
}  # fmt: skip
# The other numbers of that list: of damage, delays, papers and leases. They are known and not followed.
_NUMBERS = {str(number) for number in range(1, 104)} | {"127"}

# ANSI X12 315 status codes (data element 1650), as ocean carriers write them into IFTSTA too.
_OCEAN = {
    "VD": "vessel_departed", "VA": "vessel_arrived", "AE": "loaded", "UV": "discharged",
    "AL": "loaded", "AM": "loaded", "RL": "left", "AR": "_ramp", "UR": "dropped_off", "P": "left", "P1": "left",
    "A": "_arrived", "X1": "reached", "X4": "reached",
    "I": "gate_in", "I1": "gate_in", "CO": "gate_in", "R": "gate_in", "R1": "gate_in", "OA": "gate_out",
    "EE": "picked_up", "AF": "picked_up", "D": "delivered", "D1": "delivered", "RD": "empty_returned",
    "BF": "booked", "CR": "do_issued", "CT": "_cleared", "CU": "_cleared", "CS": "_sealed",
    "HR": "hold_released", "TC": "held",
    **dict.fromkeys(["PA", "PB", "PC", "PQ", "PR"], "held"),
}  # fmt: skip
# Appointments, free time, papers, expectations and movements within a yard.
_OCEAN_UNFOLLOWED = set("AA AD AG AV B E FP FT HG IB IR K N NF NH NR OB RI SA SB SD SI T TM X2 X3 X6 X9".split())

# Agencies (3055) that stand for a party's own code: carrier, and assigned by buyer, seller and their like.
_OWN = {"86", "87", "91", "92"}
# The means of transport: 8067, then the first digit of 8179.
_MODES: dict[str, Mode] = {"1": "sea", "2": "rail", "3": "road"}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What else decides of a code's meaning: the means of transport, the country (two letters), an empty box."""

    mode: Mode = ""
    country: str = ""
    is_empty: bool | None = None


def mode_of(mode: str, means: str) -> Mode:
    """The means of transport from data elements 8067 and 8179 of TDT."""
    return _MODES.get(mode) or (_MODES.get(means[0], "") if re.fullmatch(r"[123]\d", means) else "")


def kind_of(code: str, agency: str, settings: Mapping[str, str], at: Circumstances) -> str | None:
    """The kind that a status code stands for; None for a known one that is not followed, empty for an unknown one.

    The source's own setting ``code_<code>`` comes first, and alone where ``agency`` says that the code is a party's
    own. Numbers are Recommendation 24, also in D.00B and later: there the directory's own list of data element 4405
    speaks of other things than transport, and senders go on with the old numbers. Letters are ANSI X12 315.
    """
    own = settings.get(f"code_{code}")
    if own in KINDS or own == "":
        return own or None
    if agency in _OWN:
        return ""
    plain = code.upper().lstrip("0")
    if plain in _NUMBERS or plain in _OCEAN_UNFOLLOWED:
        return _settled(_RECOMMENDATION_24.get(plain, ""), at) or None
    return (_settled(_OCEAN[plain], at) or None) if plain in _OCEAN else ""


def _settled(kind: str, at: Circumstances) -> str:
    """The kind under these circumstances; empty where it then says nothing of a way through our corridor."""
    if kind in _BY_COUNTRY:
        return _BY_COUNTRY[kind].get(at.country, "")
    if kind in _BY_MODE:
        return _settled(_BY_MODE[kind][at.mode], at)
    if kind == "_ramp":
        # A train's end is our inland depot in Kenya alone.
        return "railed_to_icd" if at.country == "KE" else "reached"
    if kind == "_returned":
        return "empty_returned" if at.is_empty else ""
    return kind


_BY_COUNTRY = {
    "_cleared": {"": "kra_cleared", "KE": "kra_cleared", "RW": "rra_released"},
    "_from_bond": {"RW": "released_kigali"},
    "_sealed": {"KE": "sealed"},
}
_BY_MODE: dict[str, dict[Mode, str]] = {
    "_arrived": {"sea": "vessel_arrived", "rail": "_ramp", "road": "reached", "": "reached"},
    "_departed": {"sea": "vessel_departed", "rail": "left", "road": "left", "": "left"},
    "_unloaded": {"sea": "discharged", "rail": "dropped_off", "road": "dropped_off", "": "discharged"},
}
