"""Times of a ship's call in DCSA's words: Port Call 2.0 events and the flat timestamps of Just-in-Time 1.x."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from stdnum import imo

from feeds.facts import CallTiming, Fault, Place, Timing
from feeds.json_text import Json, digits, moment, part, text

# Just-in-Time 1.x names services in four letters, Port Call 2.0 in words; an empty one is the call itself. Where the
# word names a place, it comes with the code of that facility.
_SERVICES: dict[str, tuple[str, str]] = {
    "": ("", ""),
    "BERTH": ("", "BRTH"),
    "PILOT_BOARDING_PLACE": ("", "PBPL"),
    "ANCHORAGE": ("", "ANCH"),
    "SEA_PASSAGE": ("", "SEA"),
    **dict.fromkeys(("CRGO", "CARGO_OPERATIONS"), ("CRGO", "")),
    **dict.fromkeys(("PILO", "PILOTAGE"), ("PILO", "")),
    **dict.fromkeys(
        """
        TOWG TOWAGE MOOR MOORING BUNK BUNKERING LASH LASHING SAFE SAFETY FAST ALL_FAST GWAY GANGWAY_DOWN_AND_SECURE VRDY
        VESSEL_READY_FOR_CARGO_OPERATIONS VESSEL_READY_TO_SAIL DCRO DISCHARGE_CARGO_OPERATIONS LCRO
        LOADING_CARGO_OPERATIONS SHPW SHORE_POWER SLUG SLUDGE ANCO ANCHORAGE_OPERATIONS MOVES
        """.split(),
        ("-", ""),
    ),
}
# By event, service and facility: the timestamp definitions of Just-in-Time 1.2. No facility is the sea passage.
_TIMINGS: dict[tuple[str, str, str], Timing] = {
    ("ARRI", "", "BRTH"): "berth_arrival",
    ("ARRI", "", "PBPL"): "port_arrival",
    ("ARRI", "", "ANCH"): "anchorage_arrival",
    ("ARRI", "", "SEA"): "port_arrival",
    ("DEPA", "", "BRTH"): "berth_departure",
    ("DEPA", "", "SEA"): "port_departure",
}
_SERVED: dict[tuple[str, str], Timing] = {("STRT", "CRGO"): "work_start", ("CMPL", "CRGO"): "work_end"}
_EVENTS = {"ARRI", "DEPA", "STRT", "CMPL", "CANC", "OMIT"}
_CLASSIFIERS = ("ACT", "EST", "PLN", "REQ")


def is_call(event: Any) -> bool:
    """Whether an event is of a ship's call and not of goods, by its keys."""
    return isinstance(event, dict) and not {
        *("operationsEventTypeCode", "portCallService", "portCall", "terminalCall"),
        *("portCallServiceTypeCode", "portCallPhaseTypeCode"),
    }.isdisjoint(event)


def read_call(event: Json, line: int, *, has_false_z: bool) -> CallTiming | Fault | str:
    """One time of a call; a fault, or the flag of what is known and not followed."""
    flat = _flat(event)
    words = " ".join(text(flat, name) for name in ("classifier", "event", "phase", "service", "facilityType", "at"))
    words = " ".join(f"{text(flat, 'vesselName')} {words}".split())[:300]
    timing = _timing(flat)
    if timing is None:
        return "not_followed"
    if isinstance(timing, Fault):
        return replace(timing, line=line, excerpt=words)
    classifier = text(flat, "classifier").upper() or "ACT"
    if classifier not in _CLASSIFIERS:
        return Fault(code="unknown_code", line=line, excerpt=words, detail=f"classifierCode {classifier}"[:80])
    when = moment(text(flat, "at"), has_false_z=has_false_z)
    if when is None:
        return Fault(code="no_time", line=line, excerpt=words, detail=text(flat, "at")[:80])
    if not (text(flat, "imo") or text(flat, "mmsi") or text(flat, "vesselName")):
        return Fault(code="no_reference", line=line, excerpt=words)
    flags = [] if text(flat, "classifier") else ["classifier_assumed"]
    if text(flat, "imo") and not imo.is_valid(text(flat, "imo")):
        flags.append("imo_check_digit")
    return CallTiming(
        timing=timing,
        classifier=cast(Any, classifier),
        when=when,
        place=Place(unlocode=text(flat, "unlocode").upper(), facility=text(flat, "facility"), name=text(flat, "name")),
        vessel=text(flat, "vesselName"),
        vessel_imo=text(flat, "imo"),
        mmsi=text(flat, "mmsi"),
        call_sign=text(flat, "callSign"),
        voyage=text(flat, "voyage"),
        voyage_out=text(flat, "voyageOut"),
        call=text(flat, "call"),
        berth=text(flat, "berth"),
        words=words,
        remark=text(flat, "remark")[:300],
        issued=moment(text(flat, "issued")),
        function="cancel" if flat["isCanceled"] else "original",
        line=line,
        flags=tuple(flags),
    )


def _timing(flat: Json) -> Timing | Fault | None:
    """The timing; None where the code is known and not followed, a fault where it is not known."""
    event, said = text(flat, "event").upper(), text(flat, "service").upper()
    if flat["isOmitted"] or event == "OMIT":
        return "omitted"
    if not event and not text(flat, "at"):
        # News of the call, its ship or its moves that bears no time of them.
        return None
    if event not in _EVENTS or said not in _SERVICES:
        return _unknown((said if event in _EVENTS else event) or "operationsEventTypeCode")
    service, at = _SERVICES[said]
    if event == "CANC" or service == "-":
        return None
    if service == "PILO":
        is_inbound = text(flat, "phase").upper() in ("INBD", "") and event == "STRT"
        return "pilot_boarding" if is_inbound else None
    if service:
        return _SERVED.get((event, service)) or _unknown(f"{event} {said}")
    place = at or text(flat, "facilityType").upper() or "SEA"
    if event == "DEPA" and place in ("ANCH", "PBPL"):
        return None
    return _TIMINGS.get((event, service, place)) or _unknown(f"{event} {said or place}")


def _unknown(code: str) -> Fault:
    return Fault(code="unknown_code", detail=code[:60])


def _flat(event: Json) -> Json:
    """The parts of either shape under one set of names."""
    service, stamp = part(event, "portCallService"), part(event, "timestamp")
    call, terminal, old = part(event, "portCall"), part(event, "terminalCall"), part(event, "transportCall")
    vessel = part(event, "vessel") or part(old, "vessel")
    location = part(service, "serviceLocation") or part(event, "eventLocation") or part(old, "location")
    return {
        "classifier": text(stamp, "classifierCode") or text(event, "eventClassifierCode"),
        "event": text(service, "portCallServiceEventTypeCode") or text(event, "operationsEventTypeCode"),
        "service": text(service, "portCallServiceTypeCode", "portCallServiceType")
        or text(event, "portCallServiceTypeCode"),
        "phase": text(service, "portCallPhaseTypeCode") or text(event, "portCallPhaseTypeCode"),
        "facilityType": text(service, "facilityTypeCode") or text(event, "facilityTypeCode"),
        "at": text(stamp, "serviceDateTime") or text(event, "eventDateTime"),
        "issued": text(event, "eventUpdatedDateTime", "eventCreatedDateTime"),
        "remark": " ".join(
            filter(None, [text(stamp, "remark") or text(event, "remark"), text(event, "delayReasonCode")])
        ),
        "isOmitted": call.get("isOmitted") is True or terminal.get("isOmitted") is True,
        "isCanceled": True in (service.get("isCanceled"), service.get("isDeclined"), event.get("isRetracted")),
        **_ship(event, vessel, old),
        **_where(event, call, terminal, location, old),
    }


def _ship(event: Json, vessel: Json, old: Json) -> Json:
    return {
        "imo": digits(vessel.get("vesselIMONumber") or event.get("vesselIMONumber") or old.get("vesselIMONumber")),
        "mmsi": text(vessel, "vesselMMSINumber", "MMSINumber") or text(event, "MMSINumber"),
        "vesselName": text(vessel, "vesselName", "name") or text(event, "vesselName"),
        "callSign": text(vessel, "vesselCallSign", "callSign", "vesselCallSignNumber"),
    }


def _where(event: Json, call: Json, terminal: Json, location: Json, old: Json) -> Json:
    inward = part(terminal, "importVoyageNumberOrReference")
    outward = part(terminal, "exportVoyageNumberOrReference")
    return {
        "unlocode": text(call, "UNLocationCode")
        or text(location, "UNLocationCode")
        or text(event, "UNLocationCode")
        or text(old, "UNLocationCode"),
        "facility": text(part(location, "facility"), "facilityCode")
        or text(location, "facilityCode")
        or text(event, "facilityCode", "facilitySMDGCode")
        or text(old, "facilityCode"),
        "name": text(location, "locationName"),
        "berth": text(location, "berth", "berthName") or text(event, "berth"),
        "call": text(call, "portVisitReference")
        or text(event, "portVisitReference")
        or text(terminal, "terminalCallReference")
        or text(event, "transportCallReference", "transportCallID")
        or text(call, "portCallID"),
        "voyage": text(inward, "carrierVoyageNumber")
        or text(event, "carrierImportVoyageNumber", "importVoyageNumber", "carrierVoyageNumber")
        or text(old, "importVoyageNumber", "carrierVoyageNumber"),
        "voyageOut": text(outward, "carrierVoyageNumber")
        or text(event, "carrierExportVoyageNumber", "exportVoyageNumber")
        or text(old, "exportVoyageNumber"),
    }
