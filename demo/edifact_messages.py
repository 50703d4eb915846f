"""Terminal and gate reports as UN/EDIFACT D.95B: COARRI for discharge, CODECO for the gates of Mombasa and Kigali."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import groupby

from demo.reports import Report
from demo.vessels import Call

# Document name codes (1001): 44 discharge report; 34 gate-in report, 36 gate-out report.
_DISCHARGE, _GATE_IN, _GATE_OUT = "44", "34", "36"


def coarri(reports: Sequence[Report]) -> bytes:
    """One interchange with a COARRI for each ship's call, its boxes in the order in which they were lifted."""
    calls = _grouped(reports, lambda report: (report.call, report.facility))
    return _interchange("KPATOS", [_coarri_message(number, found) for number, found in enumerate(calls, 1)], reports)


def codeco(reports: Sequence[Report]) -> bytes:
    """One interchange with a CODECO for each gate and direction, its boxes in the order in which they passed."""
    gates = _grouped(reports, lambda report: (_direction(report), report.node, report.facility))
    return _interchange("KPAGATE", [_codeco_message(number, found) for number, found in enumerate(gates, 1)], reports)


def _grouped(reports: Sequence[Report], key: Callable[[Report], Hashable]) -> list[list[Report]]:
    order = {name: number for number, name in reversed(list(enumerate(map(key, reports))))}
    placed = sorted(reports, key=lambda report: order[key(report)])
    return [list(found) for _name, found in groupby(placed, key)]


def _interchange(sender: str, messages: Iterable[list[str]], reports: Sequence[Report]) -> bytes:
    """The envelope, dated by the last report so that the same reports are the same bytes."""
    last = reports[-1].reported_at
    reference = f"{last:%y%m%d%H%M}"
    bodies = list(messages)
    segments = [f"UNB+UNOA:2+{sender}+LIAISONKGL+{last:%y%m%d:%H%M}+{reference}"]
    for body in bodies:
        segments += body
    segments.append(f"UNZ+{len(bodies)}+{reference}")
    return ("'\n".join(segments) + "'\n").encode("ascii")


def _message(kind: str, number: int, body: list[str]) -> list[str]:
    return [f"UNH+{number}+{kind}:D:95B:UN:ITG14", *body, f"UNT+{len(body) + 2}+{number}"]


def _coarri_message(number: int, reports: Sequence[Report]) -> list[str]:
    first = reports[0]
    document = f"{first.bill_of_lading[-5:]}{first.reported_at:%y%m%d%H%M}"
    body = [f"BGM+{_DISCHARGE}+{document}+9", *_vessel(first.call)]
    body.append(f"LOC+11+KEMBA:139:6+{first.facility}:TER:ZZZ")
    for report in reports:
        body += [*_box(report), f"DTM+203:{report.local_time:%Y%m%d%H%M}:203", *_weight(report)]
    return _message("COARRI", number, [*body, f"CNT+16:{len(reports)}"])


def _codeco_message(number: int, reports: Sequence[Report]) -> list[str]:
    first = reports[0]
    document = f"{first.bill_of_lading[-5:]}{first.reported_at:%y%m%d%H%M}"
    body = [f"BGM+{_direction(first)}+{document}+9"]
    if not first.is_empty:
        body.append("NAD+MS+KPA:160:ZZZ")
    for report in reports:
        body += [*_box(report), f"DTM+7:{report.local_time:%Y%m%d%H%M}:203", _gate(report), *_weight(report)]
        if report.step == "gate_out":
            body.append(f"SEL+{report.seal}+CU")
        body.append(f"TDT+1++3++:172::{report.transporter}+++{report.plate}")
    return _message("CODECO", number, [*body, f"CNT+16:{len(reports)}"])


def _direction(report: Report) -> str:
    return _GATE_OUT if report.kind in ("gate_out", "released_kigali") else _GATE_IN


def _gate(report: Report) -> str:
    city = "RWKGL" if report.node.startswith("rw-") else "KEMBA"
    facility = f"+{report.facility}:TER:ZZZ" if report.facility else ""
    return f"LOC+165+{city}:139:6{facility}"


def _vessel(call: Call | None) -> list[str]:
    if call is None:
        return []
    vessel = call.vessel
    return [f"TDT+20+{call.voyage}+1++{vessel.operator}:172:20+++{vessel.imo}:146::{vessel.name}"]


def _box(report: Report) -> list[str]:
    if report.box is None:
        return []
    fullness = 4 if report.is_empty else 5
    lines = [f"EQD+CN+{report.box.number}+{report.box.size_type}:102:5++3+{fullness}"]
    return lines if report.is_empty else [*lines, f"RFF+BM:{report.bill_of_lading}"]


def _weight(report: Report) -> list[str]:
    return [] if report.box is None or report.is_empty else [f"MEA+AAE+G+KGM:{report.box.weight_kg}"]
