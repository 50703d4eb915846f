"""Names of ships, without what kind of ship it is and without the marks of footnotes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdnum import imo as imo_number

_KIND = re.compile(r"^(?:MV/MT|M\.?/?V\.?|M\.?/?T\.?|S\.?/?S\.?)[ ./-]+(?=\S)", re.IGNORECASE)
_MARKS = "*†‡§¹²³⁴⁵⁶⁷⁸⁹⁰ "


def bare_name(name: str) -> str:
    """``MV KAGERA``, ``M/V Kagera`` and ``M.T. Kagera*`` as the registers have them: the name alone."""
    return _KIND.sub("", name.strip(_MARKS) or name)


# What is said of a call that does not take place.
OMITS = r"(?:omit(?:s|ted)?|cancel(?:l?ed|s)?|skip(?:s|ped)?)\b"
_OMISSION_FIRST = re.compile(rf"({OMITS})\W+(.*)", re.IGNORECASE)
_OMISSION_LAST = re.compile(rf"(.*?)\W+({OMITS})\W*", re.IGNORECASE)
# A name with its IMO number behind it: KAGERA (9321483), KAGERA / IMO 9321483.
_WITH_IMO = re.compile(r"(.*?)[ /,(-]+(?:IMO[ .:]*(?:NO[ .:]*)?)?(\d{7})\W*", re.IGNORECASE)
# A name with its voyage behind it, KAGERA / 411E, KAGERA V.411E/412W; and where that must be said, with the V.
_VOYAGE = r"((?=\D*\d)\w+(?: ?/ ?\w+)?)"
_WITH_VOYAGE = re.compile(rf"(.*?[^ /,-])[ /,-]+(?:V(?:OY)?[. ]+)?{_VOYAGE}", re.IGNORECASE)
_WITH_V = re.compile(rf"(.*?[^ /,-])[ /,-]+(?:V\.|VOY[. ]) ?{_VOYAGE}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ShipSaid:
    """What the cell of a ship's name says: her name, and what else may stand in it."""

    name: str
    imo: str = ""
    voyage: str = ""
    omission: str = ""


def ship_said(text: str, *, has_voyage: bool) -> ShipSaid:
    """The parts of ``KAGERA V.411E (9321483) - CANCELLED``; ``has_voyage`` where the cell is of names with voyages."""
    omission = imo = voyage = ""
    if found := _OMISSION_FIRST.fullmatch(text):
        omission, text = found[1], found[2]
    elif found := _OMISSION_LAST.fullmatch(text):
        text, omission = found[1], found[2]
    if (found := _WITH_IMO.fullmatch(text)) and imo_number.is_valid(found[2]):
        text, imo = found[1], found[2]
    if found := (_WITH_VOYAGE if has_voyage else _WITH_V).fullmatch(text):
        text, voyage = found[1], found[2]
    return ShipSaid(bare_name(text), imo, voyage, omission)
