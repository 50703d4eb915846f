"""Times of a ship's call: Port Call 2.0 events, and the flat timestamps of Just-in-Time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.dcsa_calls import is_call
from feeds.facts import CallTiming, Moment, Place
from tests.feeds.formats.test_dcsa import codes, read_json

Json = dict[str, Any]
CALL: Json = {
    "eventID": "p-1",
    "eventUpdatedDateTime": "2026-11-23T06:00:00Z",
    "portCall": {"portVisitReference": "UMGB-2026-0411", "UNLocationCode": "KEMBA", "isOmitted": False},
    "terminalCall": {
        "importVoyageNumberOrReference": {"carrierVoyageNumber": "411E"},
        "exportVoyageNumberOrReference": {"carrierVoyageNumber": "412W"},
        "isOmitted": False,
    },
    "portCallService": {
        "portCallServiceTypeCode": "BERTH",
        "portCallServiceEventTypeCode": "ARRI",
        "portCallPhaseTypeCode": "INBD",
        "facilityTypeCode": "BRTH",
        "serviceLocation": {"locationName": "Mombasa", "facility": {"facilityCode": "KCT"}},
        "isCanceled": False,
    },
    "vessel": {
        "vesselIMONumber": "9321483",
        "vesselMMSINumber": "634000001",
        "vesselName": "UMUGABE",
        "vesselCallSign": "5HAB7",
    },
    "timestamp": {"classifierCode": "EST", "serviceDateTime": "2026-11-24T03:00:00Z", "remark": "Tide"},
}
FLAT: Json = {
    "eventClassifierCode": "PLN",
    "operationsEventTypeCode": "ARRI",
    "portCallPhaseTypeCode": "INBD",
    "facilityTypeCode": "BRTH",
    "eventDateTime": "2026-11-24T06:00:00+03:00",
    "UNLocationCode": "KEMBA",
    "vesselIMONumber": "9321483",
    "carrierVoyageNumber": "411E",
    "portVisitReference": "UMGB-2026-0411",
    "eventLocation": {"facilityCode": "KCT", "UNLocationCode": "KEMBA"},
    "delayReasonCode": "WEA",
}


def one(event: Json, **settings: str) -> CallTiming:
    found = read_json([event], **settings)
    assert (found.faults, found.flags) == ((), ())
    (fact,) = found.of(CallTiming)
    return fact


def served(event: Json = CALL, **changes: object) -> Json:
    return {**event, "portCallService": {**event["portCallService"], **changes}}


def test_every_word_of_an_event() -> None:
    assert one(CALL) == CallTiming(
        timing="berth_arrival",
        classifier="EST",
        when=Moment(value=datetime(2026, 11, 24, 3, tzinfo=UTC), words="2026-11-24T03:00:00Z"),
        place=Place(unlocode="KEMBA", facility="KCT", name="Mombasa"),
        vessel="UMUGABE",
        vessel_imo="9321483",
        mmsi="634000001",
        call_sign="5HAB7",
        voyage="411E",
        voyage_out="412W",
        call="UMGB-2026-0411",
        words="UMUGABE EST ARRI INBD BERTH BRTH 2026-11-24T03:00:00Z",
        remark="Tide",
        issued=Moment(value=datetime(2026, 11, 23, 6, tzinfo=UTC), words="2026-11-23T06:00:00Z"),
        line=1,
    )


def test_a_flat_timestamp_of_just_in_time() -> None:
    fact = one(FLAT)
    assert (fact.timing, fact.classifier, fact.vessel_imo, fact.voyage, fact.call) == (
        *("berth_arrival", "PLN", "9321483", "411E", "UMGB-2026-0411"),
    )
    assert (fact.place, fact.remark) == (Place(unlocode="KEMBA", facility="KCT"), "WEA")
    assert read_json(FLAT).facts == (fact,)


# The timestamp definitions of Just-in-Time 1.2 that a berth board follows, and the same in the words of Port Call 2.0.
@pytest.mark.parametrize(
    ("event", "phase", "service", "facility", "word", "timing"),
    [
        ("ARRI", "INBD", None, "BRTH", "BERTH", "berth_arrival"),
        ("ARRI", None, None, "BRTH", "BERTH", "berth_arrival"),
        ("ARRI", "INBD", None, "PBPL", "PILOT_BOARDING_PLACE", "port_arrival"),
        ("ARRI", None, None, "PBPL", "PILOT_BOARDING_PLACE", "port_arrival"),
        ("ARRI", "INBD", None, None, "SEA_PASSAGE", "port_arrival"),
        ("ARRI", None, None, "ANCH", "ANCHORAGE", "anchorage_arrival"),
        ("DEPA", None, None, "ANCH", "ANCHORAGE", None),
        ("STRT", "INBD", "PILO", "PBPL", "PILOTAGE", "pilot_boarding"),
        ("CMPL", "INBD", "PILO", "BRTH", "PILOTAGE", None),
        ("STRT", "OUTB", "PILO", "BRTH", "PILOTAGE", None),
        ("STRT", "ALGS", "CRGO", "BRTH", "CARGO_OPERATIONS", "work_start"),
        ("STRT", None, "CRGO", "BRTH", "CARGO_OPERATIONS", "work_start"),
        ("CMPL", "ALGS", "CRGO", "BRTH", "CARGO_OPERATIONS", "work_end"),
        ("CMPL", "ALGS", "DCRO", "BRTH", "DISCHARGE_CARGO_OPERATIONS", None),
        ("CANC", "ALGS", "CRGO", "BRTH", "CARGO_OPERATIONS", None),
        ("DEPA", "ALGS", None, "BRTH", "BERTH", "berth_departure"),
        ("DEPA", "OUTB", None, "BRTH", "BERTH", "berth_departure"),
        ("STRT", "ALGS", None, "BRTH", "BERTH", "berth_arrival"),
        ("CMPL", "ALGS", None, "BRTH", "BERTH", "berth_departure"),
        ("DEPA", "OUTB", None, None, "SEA_PASSAGE", "port_departure"),
        ("ARRI", "ALGS", "FAST", "BRTH", "ALL_FAST", None),
        ("STRT", "INBD", "TOWG", "BRTH", "TOWAGE", None),
        ("OMIT", None, None, None, "BERTH", "omitted"),
    ],
)
def test_what_each_timestamp_is(
    event: str, phase: str | None, service: str | None, facility: str | None, word: str, timing: str | None
) -> None:
    flat = {
        **FLAT,
        "operationsEventTypeCode": event,
        "portCallPhaseTypeCode": phase,
        "portCallServiceTypeCode": service,
        "facilityTypeCode": facility,
    }
    nested = served(
        portCallServiceEventTypeCode=event,
        portCallPhaseTypeCode=phase,
        portCallServiceTypeCode=word,
        facilityTypeCode=facility,
    )
    for body in (flat, nested):
        found = read_json([body])
        assert [fact.timing for fact in found.of(CallTiming)] == ([timing] if timing else [])
        assert (found.faults, found.flags) == ((), () if timing else ("not_followed",))


@pytest.mark.parametrize("classifier", ["ACT", "EST", "PLN", "REQ"])
def test_a_time_may_be_asked_for(classifier: str) -> None:
    assert one({**FLAT, "eventClassifierCode": classifier}).classifier == classifier


@pytest.mark.parametrize(
    ("change", "function", "timing"),
    [
        ({"portCall": {**CALL["portCall"], "isOmitted": True}}, "original", "omitted"),
        ({"terminalCall": {"isOmitted": True}}, "original", "omitted"),
        ({"portCallService": {**CALL["portCallService"], "isCanceled": True}}, "cancel", "berth_arrival"),
        ({"portCallService": {**CALL["portCallService"], "isDeclined": True}}, "cancel", "berth_arrival"),
        ({"isRetracted": True}, "cancel", "berth_arrival"),
    ],
)
def test_calls_that_are_omitted_and_services_that_are_cancelled(change: Json, function: str, timing: str) -> None:
    fact = one({**CALL, **change})
    assert (fact.function, fact.timing) == (function, timing)


@pytest.mark.parametrize(
    ("event", "code", "detail"),
    [
        (
            served(portCallServiceEventTypeCode="STRT", portCallServiceTypeCode="SEA_PASSAGE"),
            "unknown_code",
            "STRT SEA_PASSAGE",
        ),
        (served(portCallServiceEventTypeCode="FLY"), "unknown_code", "FLY"),
        (served(portCallServiceTypeCode="DANCING"), "unknown_code", "DANCING"),
        (served(portCallServiceEventTypeCode=None), "unknown_code", "operationsEventTypeCode"),
        ({**FLAT, "facilityTypeCode": "RAMP"}, "unknown_code", "ARRI RAMP"),
        (
            {**CALL, "timestamp": {"classifierCode": "MAY", "serviceDateTime": "2026-11-24T03:00:00Z"}},
            "unknown_code",
            "classifierCode MAY",
        ),
        ({**CALL, "timestamp": {"classifierCode": "EST", "serviceDateTime": "soon"}}, "no_time", "soon"),
        ({**CALL, "vessel": None}, "no_reference", ""),
    ],
)
def test_one_bad_event_is_a_fault_and_the_others_are_read(event: Json, code: str, detail: str) -> None:
    found = read_json({"events": [CALL, event, FLAT]})
    assert [fact.line for fact in found.of(CallTiming)] == [1, 3]
    assert (codes(found), found.faults[0].detail) == ([(code, 2)], detail)


def test_an_omitted_call_has_the_time_that_was_expected() -> None:
    fact = one({**FLAT, "operationsEventTypeCode": "OMIT", "eventClassifierCode": "ACT"})
    assert (fact.timing, fact.classifier, fact.when.words) == ("omitted", "EST", "2026-11-24T06:00:00+03:00")


def test_news_without_a_time_are_not_followed() -> None:
    event = {"portCall": CALL["portCall"], "vessel": CALL["vessel"], "movesForecasts": []}
    assert read_json([event]).flags == ("not_followed",)


@pytest.mark.parametrize(
    ("change", "flags"),
    [({"vesselIMONumber": 1111111}, ("imo_check_digit",)), ({"eventClassifierCode": None}, ("classifier_assumed",))],
)
def test_what_is_odd_is_flagged(change: Json, flags: tuple[str, ...]) -> None:
    assert one({**FLAT, **change}).flags == flags


def test_a_false_z_is_the_place_s_own_time() -> None:
    assert one(CALL, false_z="1").when.value == datetime(2026, 11, 24, 3)  # noqa: DTZ001


VALUE: st.SearchStrategy[object] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2) | st.just({})
)


@given(st.dictionaries(st.sampled_from(sorted({**CALL, **FLAT})), VALUE, max_size=4), st.sampled_from([CALL, FLAT]))
def test_one_bent_event_leaves_the_others(changes: Json, event: Json) -> None:
    found = read_json([CALL, {**event, **changes}, FLAT])
    told = {*(fact.line for fact in found.facts), *(fault.line for fault in found.faults)}
    assert told >= {1, 3}
    assert 2 in told or "not_followed" in found.flags
    assert is_call(event)
