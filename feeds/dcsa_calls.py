"""Times of a ship's call in DCSA's words: Port Call 2.0 events and the flat timestamps of Just-in-Time 1.x."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from stdnum import imo

from feeds.facts import CallTiming, Fault, Place, Timing
from feeds.json_fields import Json, digits, moment, part, text

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
# By event, service and facility, of pilotage by phase: the timestamp definitions of Just-in-Time 1.2. No facility is
# the sea passage; None is known and not followed.
_TIMINGS: dict[tuple[str, str, str], Timing | None] = {
    ("ARRI", "", "BRTH"): "berth_arrival",
    ("ARRI", "", "PBPL"): "port_arrival",
    ("ARRI", "", "ANCH"): "anchorage_arrival",
    ("ARRI", "", "SEA"): "port_arrival",
    ("DEPA", "", "BRTH"): "berth_departure",
    ("DEPA", "", "SEA"): "port_departure",
    ("DEPA", "", "ANCH"): None,
    ("DEPA", "", "PBPL"): None,
    # Port Call 2.0: the service of the berth begins when the ship is alongside.
    ("STRT", "", "BRTH"): "berth_arrival",
    ("CMPL", "", "BRTH"): "berth_departure",
    ("STRT", "CRGO", ""): "work_start",
    ("CMPL", "CRGO", ""): "work_end",
    ("STRT", "PILO", "INBD"): "pilot_boarding",
}
_UNFOLLOWED = {"-", "PILO"}
_EVENTS = {"ARRI", "DEPA", "STRT", "CMPL", "CANC"}
_CLASSIFIERS = {"", "ACT", "EST", "PLN", "REQ"}


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
    fault = timing if isinstance(timing, Fault) else _fault(flat)
    when = moment(text(flat, "at"), has_false_z=has_false_z)
    if isinstance(timing, Fault) or fault or when is None:
        return replace(fault or Fault(code="no_time", detail=text(flat, "at")[:80]), line=line, excerpt=words)
    return CallTiming(
        timing=timing,
        # The time of an omitted call is the one that it would have had, whatever the code says of the omission.
        classifier="EST" if timing == "omitted" else cast(Any, text(flat, "classifier").upper() or "ACT"),
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
        flags=_flags(flat),
    )


def _fault(flat: Json) -> Fault | None:
    """What besides its time keeps an event from being read."""
    classifier = text(flat, "classifier").upper()
    if classifier not in _CLASSIFIERS:
        return Fault(code="unknown_code", detail=f"classifierCode {classifier}"[:80])
    named = [text(flat, name) for name in ("imo", "mmsi", "vesselName")]
    return None if any(named) else Fault(code="no_reference")


def _flags(flat: Json) -> tuple[str, ...]:
    number = text(flat, "imo")
    flags = {"classifier_assumed": not text(flat, "classifier"), "imo_check_digit": number and not imo.is_valid(number)}
    return tuple(flag for flag, is_so in flags.items() if is_so)


def _timing(flat: Json) -> Timing | Fault | None:
    """The timing; None where the code is known and not followed, a fault where it is not known."""
    event, said = text(flat, "event").upper(), text(flat, "service").upper()
    if flat["isOmitted"] or event == "OMIT":
        return "omitted"
    if event in _EVENTS and said in _SERVICES:
        return _followed(flat, event, said)
    if not event and not text(flat, "at"):
        # News of the call, its ship or its moves that bears no time of them.
        return None
    return _unknown((said if event in _EVENTS else event) or "operationsEventTypeCode")


def _followed(flat: Json, event: str, said: str) -> Timing | Fault | None:
    service, place = _SERVICES[said]
    if service == "PILO":
        place = text(flat, "phase").upper() or "INBD"
    elif not service:
        place = place or text(flat, "facilityType").upper() or "SEA"
    key = (event, service, place)
    if key in _TIMINGS or event == "CANC" or service in _UNFOLLOWED:
        return _TIMINGS.get(key)
    return _unknown(f"{event} {said or place}")


def _unknown(code: str) -> Fault:
    return Fault(code="unknown_code", detail=code[:60])


def _flat(event: Json) -> Json:
    """The parts of either shape under one set of names."""
    service, stamp = part(event, "portCallService"), part(event, "timestamp")
    call, terminal, old = part(event, "portCall"), part(event, "terminalCall"), part(event, "transportCall")
    both = {**event, **service}
    delays = text(event, "delayReasonCode")
    return {
        "classifier": text({**event, **stamp}, "classifierCode", "eventClassifierCode"),
        "event": text(both, "portCallServiceEventTypeCode", "operationsEventTypeCode"),
        "service": text(both, "portCallServiceTypeCode", "portCallServiceType"),
        "phase": text(both, "portCallPhaseTypeCode"),
        "facilityType": text(both, "facilityTypeCode"),
        "at": text({**event, **stamp}, "serviceDateTime", "eventDateTime"),
        "issued": text(event, "eventUpdatedDateTime", "eventCreatedDateTime"),
        "remark": f"{text({**event, **stamp}, 'remark')} {delays}".strip(),
        "isOmitted": True in (call.get("isOmitted"), terminal.get("isOmitted")),
        "isCanceled": True in (service.get("isCanceled"), service.get("isDeclined"), event.get("isRetracted")),
        **_ship({**old, **event}, {**part(old, "vessel"), **part(event, "vessel")}),
        **_where({**old, **event}, call, terminal, _location(event, service, old)),
    }


def _location(event: Json, service: Json, old: Json) -> Json:
    places = (
        *(part(service, "serviceLocation"), part(service, "portCallServiceLocation")),
        *(part(event, "eventLocation"), part(old, "location")),
    )
    return next((place for place in places if place), {})


def _ship(event: Json, vessel: Json) -> Json:
    return {
        "imo": digits(vessel.get("vesselIMONumber") or event.get("vesselIMONumber")),
        "mmsi": text({**event, **vessel}, "vesselMMSINumber", "MMSINumber"),
        "vesselName": text({**event, **vessel}, "vesselName", "name"),
        "callSign": text(vessel, "vesselCallSign", "callSign", "vesselCallSignNumber"),
    }


def _where(event: Json, call: Json, terminal: Json, location: Json) -> Json:
    own = {**event, **location, **part(location, "facility")}
    inward = part(terminal, "importVoyageNumberOrReference")
    outward = part(terminal, "exportVoyageNumberOrReference")
    return {
        "unlocode": text({**event, **location, **call}, "UNLocationCode"),
        "facility": text(own, "facilityCode", "facilitySMDGCode"),
        "name": text(location, "locationName"),
        "berth": text(own, "berth", "berthName"),
        "call": text(
            {**event, **terminal, **call},
            *("portVisitReference", "terminalCallReference", "transportCallReference", "transportCallID", "portCallID"),
        ),
        "voyage": text(
            {**event, "_": text(inward, "carrierVoyageNumber")},
            *("_", "carrierImportVoyageNumber", "importVoyageNumber", "carrierVoyageNumber"),
        ),
        "voyageOut": text(
            {**event, "_": text(outward, "carrierVoyageNumber")}, "_", "carrierExportVoyageNumber", "exportVoyageNumber"
        ),
    }
