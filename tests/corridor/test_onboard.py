"""What apps above know of goods on board: added up over all of them, and listed for who may see."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from pytest_django import Settings

from corridor.models import Vessel, VesselCall
from corridor.onboard import Aboard, Figure, Line, aboard, figures, lines
from liaison.models import Viewer

CALLS = [VesselCall(id=number, vessel=Vessel(name="ABACUS")) for number in (1, 2)]


def _counted(calls: Collection[VesselCall]) -> Mapping[int, Aboard]:
    return {1: Aboard(1, 2, Decimal("3.5"))}


def _others(calls: Collection[VesselCall]) -> Mapping[int, Aboard]:
    return {call.pk: Aboard(10, 0, Decimal(1)) for call in calls}


def _listed(call: VesselCall, viewer: Viewer) -> list[Line]:
    return [Line("RW26-000001", "Rice", "/consignments/RW26-000001/")]


def _none(call: VesselCall, viewer: Viewer) -> list[Line]:
    return []


FIRST = [Figure(_counted, _listed)]
SECOND = [Figure(_others, _none)]


def test_every_app_s_figure_is_added(settings: Settings) -> None:
    settings.CALL_FIGURES = [f"{__name__}.FIRST", f"{__name__}.SECOND"]
    assert figures() == [*FIRST, *SECOND]
    assert aboard(CALLS) == {1: Aboard(11, 2, Decimal("4.5")), 2: Aboard(10, 0, Decimal(1))}
    assert lines(CALLS[0], AnonymousUser()) == _listed(CALLS[0], AnonymousUser())


def test_where_nobody_knows_anything_nothing_is_said(settings: Settings) -> None:
    settings.CALL_FIGURES = []
    assert (aboard(CALLS), lines(CALLS[0], AnonymousUser())) == ({}, [])


def test_no_call_is_nothing_to_ask_for(settings: Settings) -> None:
    settings.CALL_FIGURES = [f"{__name__}.SECOND"]
    assert aboard([]) == {}
