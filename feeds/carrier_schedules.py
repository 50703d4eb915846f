"""Carriers' schedules in JSON: of a vessel, as Maersk answers, and of a service (DCSA Operational Vessel Schedules)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from stdnum import imo

from feeds.facts import CallTiming, Fault, Moment, Place, Reading, Timing, Unreadable
from feeds.json_bodies import load
from feeds.json_fields import Json, digits, listed, moment, objects, part, plain, text

_TIMINGS: dict[str, Timing] = {"ARRI": "berth_arrival", "DEPA": "berth_departure"}
_PORT_TIMINGS: dict[str, Timing] = {"ARRI": "port_arrival", "DEPA": "port_departure"}
_CLASSIFIERS = {"ACT", "EST", "PLN", "REQ"}
# DCSA Operational Vessel Schedules 3.0: the port is left out, or the whole voyage is.
_OMITTED = {"OMIT", "BLNK"}
# What stands there for a voyage that is not known.
_NO_VOYAGE = "9999R"


def is_json(raw: bytes) -> bool:
    """Whether a delivery is JSON at all, which no table is."""
    head = raw[:100].removeprefix(b"\xef\xbb\xbf").lstrip()
    return head[:1] in (b"{", b"[")


def read_carrier_schedule(raw: bytes) -> Reading:
    """One timing for each time of each call; raises Unreadable for what is no schedule."""
    body = load(raw)
    found = list(_schedules(body))
    if not found:
        raise Unreadable("wrong_shape", "vesselCalls / vesselSchedules")
    facts: list[CallTiming] = []
    faults: list[Fault] = []
    line = 0
    for vessel, call in found:
        for said in objects(call, "callSchedules") or [{}]:
            line += 1
            timing = _timing(vessel, call, said, line)
            facts.append(timing) if isinstance(timing, CallTiming) else faults.append(timing)
    return Reading(facts=tuple(facts), faults=tuple(faults))


def _schedules(body: Any) -> Iterator[tuple[Json, Json]]:
    """Vessel and call, as a carrier lays them out itself; DCSA's service schedules are laid out alike."""
    for schedule in body if isinstance(body, list) else [body]:
        if isinstance(schedule, dict):
            for call in objects(schedule, "vesselCalls"):
                yield part(schedule, "vessel"), call
            for vessel in objects(schedule, "vesselSchedules"):
                yield from ((vessel, _call(call)) for call in objects(vessel, "transportCalls"))


def _call(call: Json) -> Json:
    """A call of DCSA Operational Vessel Schedules 3.0; of one that is left out only the arrival says anything."""
    location = part(call, "location")
    statuses = {text(call, "statusCode").upper(), *(plain(code).upper() for code in listed(call.get("statusCodes")))}
    is_omitted = not _OMITTED.isdisjoint(statuses)
    return {
        "reference": text(call, "portVisitReference", "transportCallReference"),
        "facility": {**location, "locationType": "TERMINAL" if text(location, "facilitySMDGCode") else "PORT"},
        "transport": {"inboundService": _service(call, "Import"), "outboundService": _service(call, "Export")},
        "callSchedules": [
            {
                "transportEventTypeCode": text(said, "eventTypeCode"),
                "eventClassifierCode": text(said, "eventClassifierCode"),
                "classifierDateTime": text(said, "eventDateTime"),
                "remark": text(said, "changeRemark", "delayReasonCode"),
                "isOmitted": is_omitted,
            }
            for said in objects(call, "timestamps")
            if not is_omitted or text(said, "eventTypeCode") != "DEPA"
        ],
    }


def _service(call: Json, way: str) -> Json:
    voyage = text(call, f"carrier{way}VoyageNumber", f"universal{way}VoyageReference")
    return {"carrierVoyageNumber": "" if voyage == _NO_VOYAGE else voyage}


def _timing(vessel: Json, call: Json, said: Json, line: int) -> CallTiming | Fault:
    code, classifier = text(said, "transportEventTypeCode").upper(), text(said, "eventClassifierCode").upper()
    facility, transport = part(call, "facility"), part(call, "transport")
    number, name = digits(vessel.get("vesselIMONumber")), text(vessel, "vesselName")
    words = " ".join(
        (name or number, text(facility, "locationName"), code, classifier, text(said, "classifierDateTime"))
    )
    fault = _fault(said, is_named=bool(number or name))
    if fault:
        return replace(fault, line=line, excerpt=words)
    is_terminal, is_omitted = text(facility, "locationType").upper() == "TERMINAL", said.get("isOmitted") is True
    return CallTiming(
        timing="omitted" if is_omitted else (_TIMINGS if is_terminal else _PORT_TIMINGS)[code],
        classifier="EST" if is_omitted else cast(Any, classifier),
        when=cast(Moment, moment(text(said, "classifierDateTime"))),
        place=Place(
            unlocode=text(facility, "UNLocationCode").upper(),
            facility=text(facility, "facilitySMDGCode"),
            name=text(facility, "locationName", "portName"),
        ),
        vessel=name,
        vessel_imo=number,
        mmsi=text(vessel, "MMSINumber"),
        call_sign=text(vessel, "vesselCallSign"),
        voyage=text(part(transport, "inboundService"), "carrierVoyageNumber"),
        voyage_out=text(part(transport, "outboundService"), "carrierVoyageNumber"),
        call=text(call, "reference"),
        words=words[:300],
        remark=text(said, "remark")[:300],
        line=line,
        flags=("imo_check_digit",) if number and not imo.is_valid(number) else (),
    )


def _fault(said: Json, *, is_named: bool) -> Fault | None:
    """What keeps one time of a call from being read; None where nothing does."""
    if not is_named:
        return Fault(code="no_reference")
    for name, known in (("transportEventTypeCode", _TIMINGS.keys()), ("eventClassifierCode", _CLASSIFIERS)):
        if text(said, name).upper() not in known:
            return Fault(code="unknown_code", detail=text(said, name)[:60] or name)
    return None if moment(text(said, "classifierDateTime")) else Fault(code="no_time")
