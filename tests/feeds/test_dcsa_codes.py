"""DCSA's codes in both vocabularies, and a source's own meaning of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.dcsa_codes import CLASSIFIERS, TRACE, kind_of
from feeds.facts import KINDS

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("event", "kind", "unknown"),
    [
        ({"eventType": "EQUIPMENT", "equipmentEventTypeCode": "gated_in"}, "gate_in", None),
        ({"eventType": "EQUIPMENT", "equipmentEventTypeCode": "WAYP"}, "", None),
        ({"eventType": "EQUIPMENT", "equipmentEventTypeCode": "TELE"}, "", "TELE"),
        ({"eventType": "EQUIPMENT"}, "", "equipmentEventTypeCode"),
        ({"eventType": "TRANSPORT", "transportEventTypeCode": "ARRI"}, "vessel_arrived", None),
        ({"eventType": "TRANSPORT", "transportEventTypeCode": "APPROACHING"}, "", None),
        ({"eventType": "TRANSPORT"}, "", "transportEventTypeCode"),
        ({"eventType": "SHIPMENT", "shipmentEventTypeCode": "ISSU", "documentTypeCode": "TRD"}, "booked", None),
        ({"eventType": "SHIPMENT", "shipmentEventTypeCode": "ISSU", "documentTypeCode": "BKG"}, "document", None),
        ({"eventType": "SHIPMENT", "shipmentEventTypeCode": "ISSU", "documentTypeCode": "DEO"}, "do_issued", None),
        (
            {"eventType": "SHIPMENT", "shipmentEventTypeCode": "ISSUED", "documentTypeCode": "DELIVERY_ORDER"},
            "do_issued",
            None,
        ),
        ({"eventType": "SHIPMENT", "shipmentEventTypeCode": "RECE", "documentTypeCode": "DEO"}, "document", None),
        ({"eventType": "SHIPMENT", "shipmentEventTypeCode": "ON_HOLD"}, "held", None),
        ({"eventType": "SHIPMENT"}, "", "shipmentEventTypeCode"),
        ({"eventType": "IOT", "iotEventTypeCode": "BREADCRUMB"}, TRACE, None),
        (
            {"eventType": "IOT", "iotEventTypeCode": "DETC", "iotDetails": {"iotEventCode": "DRO"}},
            "seal_tampered",
            None,
        ),
        ({"eventType": "IOT", "iotEventTypeCode": "DETC"}, "", None),
        ({"eventType": "IOT"}, "", "iotEventTypeCode"),
        ({"eventType": "REEFER", "reeferEventTypeCode": "MEAS"}, "", None),
        ({"eventType": "REEFER"}, "", "REEFER"),
        ({"eventType": "weather"}, "", "WEATHER"),
        ({}, "", "eventType"),
    ],
)
def test_what_a_code_says(event: Json, kind: str, unknown: str | None) -> None:
    assert kind_of(event, {}) == (kind, unknown)


@pytest.mark.parametrize(
    ("own", "found"),
    [
        ({"code_TELE": "relocated"}, ("relocated", None)),
        ({"code_TELE": ""}, ("", None)),
        ({"code_TELE": "nonsense"}, ("", "TELE")),
        ({"code_OTHER": "relocated"}, ("", "TELE")),
        ({"code_tele": "relocated"}, ("", "TELE")),
    ],
)
def test_a_source_s_own_meaning_comes_first(own: dict[str, str], found: tuple[str, str | None]) -> None:
    assert kind_of({"eventType": "EQUIPMENT", "equipmentEventTypeCode": "TELE"}, own) == found


NAMES = [
    "eventType",
    "eventTypeCode",
    "equipmentEventTypeCode",
    "transportEventTypeCode",
    "shipmentEventTypeCode",
    "iotEventTypeCode",
]
CODES = st.sampled_from(
    ["EQUIPMENT", "TRANSPORT", "SHIPMENT", "IOT", "REEFER", "GTOT", "ARRIVED", "HOLD", "DETC", "x", ""]
)


@given(st.dictionaries(st.sampled_from(NAMES), CODES | st.integers() | st.none()))
def test_every_event_is_of_a_kind_not_followed_or_not_known(event: Json) -> None:
    kind, unknown = kind_of(event, {})
    assert kind in KINDS | {TRACE, ""}
    assert unknown is None or (kind == "" and 0 < len(unknown) <= 60)
    assert set(CLASSIFIERS.values()) == {"ACT", "EST", "PLN"}
