"""Where in the port of Mombasa a berth is, as vessel lists write it, and what trade a section of a list is of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from feeds.facts import Place

HOME = "KEMBA"
_HOME_NODE = "ke-port-mombasa"
# SMDG's terminal codes at Mombasa (9 June 2026): MCT is berths 16-19 (container terminal 1), KCT berths 20-22 (2).
_BERTHS = ((range(1, 15), "", "ke-term-conventional"), (range(16, 20), "MCT", ""), (range(20, 25), "KCT", ""))
_NAMED: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"\b(?:KCT|CT ?-?2|TERMINAL 2|KIPEVU CONTAINER TERMINAL)\b"), "KCT", ""),
    (re.compile(r"\b(?:MCT|CT ?-?1|TERMINAL 1|MOMBASA CONTAINER TERMINAL)\b"), "MCT", ""),
    (re.compile(r"\bKOT ?-?(?:2|II)\b"), "", "ke-jetty-kot2"),
    (re.compile(r"\bKOT ?-?(?:1|I)\b"), "", "ke-jetty-kot1"),
    (re.compile(r"\b(?:SOT|SHIMANZI)\b"), "", "ke-jetty-shimanzi"),
    (re.compile(r"\bCONVENTIONAL\b"), "", "ke-term-conventional"),
)
_NUMBER = re.compile(r"(?:(?:BERTHS?|BTH|B|NO|POSTE|QUAI|#)[ .:-]*)*0?([1-9]\d?)(?: ?[A-C])?(?: ?[-/&] ?\d{1,2})?")

_TRADES = {
    **dict.fromkeys(("container", "containers", "containerised", "containerized", "conteneurs"), "container"),
    **dict.fromkeys(("conventional", "general", "bulk", "bulkers", "vrac", "conventionnels"), "conventional"),
    **dict.fromkeys(("tanker", "tankers", "oil", "petroliers", "liquid"), "tanker"),
    **dict.fromkeys(("car", "cars", "roro", "ro", "vehicle", "vehicles", "pctc", "rouliers"), "car_carrier"),
}
# What may stand beside a trade in the heading of a section, and in the name of no ship.
_FILLERS = set(
    """
    vessel vessels ship ships carrier carriers cargo cargoes and in at port berth expected due list the of for days
    next berthed anchorage outside navires porte a attendus dry general terminal trade type section
    """.split()
)


@dataclass(frozen=True, slots=True)
class Port:
    """The port that a list is of, by a setting of its source; Mombasa where there is none, ``name`` of one not ours."""

    node: str = ""
    unlocode: str = ""
    name: str = ""

    @property
    def is_home(self) -> bool:
        """Whether it is Mombasa."""
        return self.unlocode in ("", HOME) and self.node in ("", _HOME_NODE) and not self.name

    def place(self, berth: str) -> Place:
        """The terminal at Mombasa that a berth belongs to, or the port with the berth as it was written."""
        if not self.is_home:
            return Place(node=self.node, unlocode=self.unlocode, name=" ".join(filter(None, (self.name, berth))))
        facility, node = _terminal(" ".join(berth.upper().split()))
        if node or facility:
            return Place(node=node, unlocode=HOME, facility=facility)
        return Place(node=self.node, unlocode=HOME, name=berth)


_PORTS = (
    (re.compile(r"\b(?:MOMBASA|KE ?MBA|MSA|MBA|KILINDINI)\b"), Port()),
    (re.compile(r"\b(?:DAR|TZ ?DAR|DSM)\b"), Port(node="tz-port-dar", unlocode="TZDAR")),
    (re.compile(r"\b(?:LAMU|KE ?LAU)\b"), Port(node="ke-port-lamu", unlocode="KELAU")),
)


def port_of(words: str, own: Port) -> Port:
    """The port that a row of a list names; ``own``, the list's, where it names none or that one.

    Words that name no port of ours, or several, are a port that is not followed.
    """
    said = " ".join(words.upper().split())
    found = [port for pattern, port in _PORTS if pattern.search(said)]
    if not said or (not found and any(_terminal(said))):
        return own
    port = found[0] if len(found) == 1 else Port(name=words)
    return own if port.is_home and own.is_home else port


_PORT_WORDS = set("mombasa kilindini kemba msa mba dar es salaam tzdar dsm lamu kelau kenya tanzania port of".split())


def port_headed(words: list[str], own: Port) -> Port | None:
    """The port that the heading of a section names, as ``PORT OF LAMU`` does; None where it says anything else."""
    if "next" in words or not all(word in _PORT_WORDS or word in _FILLERS for word in words):
        return None
    found = port_of(" ".join(words), Port(name="none"))
    return port_of(" ".join(words), own) if not found.name else None


def _terminal(berth: str) -> tuple[str, str]:
    named = next(((facility, node) for pattern, facility, node in _NAMED if pattern.search(berth)), None)
    if named:
        return named
    number = _NUMBER.fullmatch(berth)
    found = int(number[1]) if number else 0
    return next(((facility, node) for berths, facility, node in _BERTHS if found in berths), ("", ""))


def trade_of(words: list[str], *, is_heading: bool) -> str:
    """The trade that words name: the kind of a ship, or the heading of a section, which says that and no more."""
    if is_heading and not all(word in _TRADES or word in _FILLERS or word.isdigit() for word in words):
        return ""
    # A car carrier carries general cargo too: the more particular word counts.
    named = {_TRADES[word] for word in words if word in _TRADES}
    return next((trade for trade in ("container", "tanker", "car_carrier", "conventional") if trade in named), "")
