"""Words of trackers: each has one meaning, whatever its letters' case, and routes are not places."""

from __future__ import annotations

from typing import Any

import pytest

from feeds.facts import KINDS
from feeds.trackercodes import _KIND_OF_WORD, _WORDS, geofence_kind, kind_of_word


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("lock", "sealed"),
        ("ARMED", "sealed"),
        ("unlock", "unsealed"),
        ("Disarmed", "unsealed"),
        ("OPENED-AUTHORISED", "unsealed"),
        ("opened_authorized", "unsealed"),
        ("tampering", "seal_tampered"),
        ("TAMPER", "seal_tampered"),
        ("removing", "seal_tampered"),
        ("door", "seal_tampered"),
        ("powerCut", "seal_tampered"),
        ("jamming", "seal_tampered"),
        ("deviceStopped", "long_stop"),
        ("parking", "long_stop"),
        ("Long stop", "long_stop"),
        ("routeDeviation", "route_deviation"),
        ("geofenceEnter", "reached"),
        ("geofenceExit", "left"),
        ("lowBattery", ""),
        ("deviceOffline", ""),
        ("selfDestruct", None),
        ("", None),
        ("alarm", None),
    ],
)
def test_a_word_has_one_meaning(word: str, kind: str | None) -> None:
    assert kind_of_word(word) == kind


def test_no_word_has_two_meanings_and_every_meaning_is_known() -> None:
    assert len(_KIND_OF_WORD) == sum(len(words.split()) for words in _WORDS.values())
    assert _WORDS.keys() - KINDS == {""}


@pytest.mark.parametrize(
    ("geofence", "is_route"),
    [
        ({"area": "LINESTRING (-1.05 36.33, -1.33 36.89)"}, True),
        ({"name": "Northern Corridor"}, True),
        ({"attributes": {"polylineDistance": 500}}, True),
        ({"attributes": {"type": "ROUTE"}}, True),
        ({"area": "CIRCLE (-1.05 36.33, 250)", "name": "Naivasha"}, False),
        ({"area": "CIRCLE (0.636 34.276, 500)", "name": "Northern Corridor - Malaba"}, False),
        ({"area": "POLYGON ((0 30, 1 30, 1 31))", "attributes": {"kind": "corridor"}}, True),
        ({"attributes": "route"}, False),
    ],
)
def test_to_leave_a_route_is_a_deviation_and_to_come_back_is_not_followed(
    geofence: dict[str, Any], is_route: bool
) -> None:
    codes = ("geofenceExit", "GEOFENCEENTER", "alarm")
    expected = ["route_deviation", "", None] if is_route else [None, None, None]
    assert [geofence_kind(code, geofence, is_node=False) for code in codes] == expected


@pytest.mark.parametrize(
    ("geofence", "is_route"),
    [
        ({"name": "Northern Corridor"}, False),
        ({"attributes": {"type": "route"}}, False),
        ({"area": "LINESTRING (-1.05 36.33, 0.63 34.27)"}, True),
    ],
)
def test_what_names_a_node_is_a_route_only_where_it_is_a_line(geofence: dict[str, Any], is_route: bool) -> None:
    assert geofence_kind("geofenceExit", geofence, is_node=True) == ("route_deviation" if is_route else None)
