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
        ({"attributes": "route"}, False),
    ],
)
def test_to_leave_a_route_is_a_deviation_and_to_come_back_is_not_followed(
    geofence: dict[str, Any], is_route: bool
) -> None:
    codes = ("geofenceExit", "GEOFENCEENTER", "alarm")
    expected = ["route_deviation", "", None] if is_route else [None, None, None]
    assert [geofence_kind(code, geofence) for code in codes] == expected
