"""The box above the list of ships: what may be asked, and what is asked in vain."""

from __future__ import annotations

import pytest

from corridor.call_forms import LOST, CallFindForm
from corridor.call_words import ABOUT, CLASSIFIERS, EXPECTATIONS, TIMINGS
from corridor.calling.said import AT_BERTH, IN_PORT, LEAVING
from corridor.calling.standing import EXPECTED, State
from corridor.models import VesselCall


def test_every_state_can_be_asked_for_and_unknown_is_no_news(network: None) -> None:
    states = [value for value, _label in CallFindForm().fields["state"].choices]  # type: ignore[attr-defined]
    assert states == ["", "due", "anchored", "at_berth", "sailed", "omitted", LOST]


def test_only_terminals_and_jetties_are_offered(network: None) -> None:
    offered = CallFindForm().fields["terminal"].queryset  # type: ignore[attr-defined]
    assert {node.kind for node in offered} == {"terminal", "oil_jetty"}


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ({}, []),
        ({"q": "abacus", "state": "due", "terminal": "ke-term-ct1"}, []),
        ({"q": "x" * 61}, ["q"]),
        ({"q": "\x00"}, ["q"]),
        ({"state": "unknown"}, ["state"]),
        ({"terminal": "ke-port-mombasa"}, ["terminal"]),
    ],
)
def test_what_cannot_be_asked_is_said(network: None, data: dict[str, str], wrong: list[str]) -> None:
    assert list(CallFindForm(data).errors) == wrong


def test_every_timing_and_state_has_its_words() -> None:
    assert set(TIMINGS) == {*IN_PORT, *AT_BERTH, *LEAVING, "omitted"}
    assert set(EXPECTATIONS) == set(EXPECTED)
    assert set(CLASSIFIERS) == {"ACT", "EST", "PLN", "REQ"}
    assert set(ABOUT) == {*TIMINGS, "terminal"}
    assert {state.value for state in State} == set(VesselCall.State.values)
