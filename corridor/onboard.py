"""What apps above know of the goods on board of ships that call (settings.CALL_FIGURES)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.module_loading import import_string

from corridor.models import VesselCall
from liaison.models import Viewer


@dataclass(frozen=True, slots=True)
class Aboard:
    """How much of Rwanda's goods is known to be on board: counts alone, for everybody to see."""

    consignments: int = 0
    units: int = 0
    tonnes: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """One consignment on board that the viewer may see: its reference, what it is, and where it is shown."""

    ref: str
    goods: str
    url: str


@dataclass(frozen=True, slots=True)
class Figure:
    """What one app knows: ``counted`` of many calls by their ids in one query, and ``listed`` of one for a viewer."""

    counted: Callable[[Collection[VesselCall]], Mapping[int, Aboard]]
    listed: Callable[[VesselCall, Viewer], list[Line]]


def figures() -> list[Figure]:
    """All that the apps contribute, in the order of settings.CALL_FIGURES."""
    return [figure for name in settings.CALL_FIGURES for figure in import_string(name)]


def aboard(calls: Collection[VesselCall]) -> dict[int, Aboard]:
    """What is known to be on board at each of the calls of which something is; one query for each app."""
    found: dict[int, Aboard] = {}
    for figure in figures() if calls else ():
        for pk, more in figure.counted(calls).items():
            had = found.get(pk, Aboard())
            found[pk] = Aboard(had.consignments + more.consignments, had.units + more.units, had.tonnes + more.tonnes)
    return found


def lines(call: VesselCall, viewer: Viewer) -> list[Line]:
    """The viewer's own consignments on board."""
    return [line for figure in figures() for line in figure.listed(call, viewer)]
